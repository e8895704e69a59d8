"""Programs of the official packages, before and after: they print the same.

`before/` runs with `qianfan` and `openai` against the emulator, `after/` is what the command makes of it, and runs with
ours.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qianfan_typed.emulator import Emulator
from qianfan_typed.migration.files import Migrated, migrate_files

HERE = Path(__file__).parent
BEFORE, AFTER = sorted((HERE / "before").glob("*.py")), sorted((HERE / "after").glob("*.py"))
ROOT = HERE.parent.parent


def migrated(path: Path) -> Migrated:
    """What the command makes of a file alone."""
    (found,) = migrate_files([str(path)])
    return found


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    """What each program prints, by its folder and name."""
    pytest.importorskip("qianfan")
    pytest.importorskip("openai")
    with Emulator() as emulator:
        emulator.clock = lambda: 1764201600.0
        return {name: text for files in (BEFORE, AFTER) for name, text in run(emulator, files).items()}


def run(emulator: Emulator, files: list[Path]) -> dict[str, str]:
    """Runs programs in a process of their own, all of them in one: the official package takes seconds to load."""
    environment = {
        **os.environ,
        **emulator.environment,
        "QIANFAN_V2_URL": f"{emulator.url}/v2",
        "QIANFAN_API_KEY": emulator.bearer_token,
        # Its cache is for all processes of the machine.
        "QIANFAN_DISABLE_CACHE": "true",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")]),
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, str(HERE / "programs.py"), *map(str, files)]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True, cwd=HERE)
    # The official package may write to standard output at the end.
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return {f"{Path(name).parent.name}/{Path(name).name}": text for name, text in found.items()}


def test_every_program_has_an_after() -> None:
    assert [path.name for path in BEFORE] == [path.name for path in AFTER]


@pytest.mark.parametrize("path", BEFORE, ids=lambda path: path.stem)
def test_a_program_is_rewritten_as_the_one_beside_it(path: Path) -> None:
    found = migrated(path)
    assert (found.fault, found.left) == (None, ())
    assert found.after == (HERE / "after" / path.name).read_text("utf-8")


@pytest.mark.parametrize("path", AFTER, ids=lambda path: path.stem)
def test_a_rewritten_program_is_left_alone(path: Path) -> None:
    found = list(migrate_files([str(path)]))
    assert [(one.changed, one.left, one.fault) for one in found] in ([], [(False, (), None)])


@pytest.mark.parametrize("path", BEFORE, ids=lambda path: path.stem)
def test_a_rewritten_program_prints_the_same(path: Path, printed: dict[str, str]) -> None:
    before, after = printed[f"before/{path.name}"], printed[f"after/{path.name}"]
    assert before.strip()
    assert "Traceback" not in before
    assert after == before


def test_pyright_has_nothing_to_say_of_what_is_rewritten(tmp_path: Path) -> None:
    pyright = pytest.importorskip("pyright")
    for path in AFTER:
        shutil.copy(path, tmp_path)
    paths = [str(ROOT), str(ROOT / "generated")]
    settings = {"typeCheckingMode": "strict", "extraPaths": paths, "pythonVersion": "3.10"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    arguments = ("--project", str(tmp_path), "--pythonpath", sys.executable, "--outputjson")
    report = json.loads(pyright.run(*arguments, capture_output=True, encoding="utf-8").stdout)
    assert report["summary"]["filesAnalyzed"] == len(AFTER)
    found = report["generalDiagnostics"]
    assert [f"{Path(one['file']).name}:{one['range']['start']['line'] + 1} {one['message']}" for one in found] == []
