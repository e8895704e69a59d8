"""The suite's own settings: which warnings fail a test, and how long an id may be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pythons.bounds import lowest

ROOT = Path(__file__).parent.parent
INVALID_ESCAPE = 'TEXT = "\\d"\n'


def session(folder: Path, *arguments: str) -> tuple[int, str]:
    """A session of pytest with this project's settings over a folder: its exit code and what it says."""
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider"]
    command += ["-o", f"pythonpath={ROOT} {folder / 'site-packages'}", *arguments, str(folder / "tests")]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr


def write(folder: Path, **files: str) -> None:
    """Writes modules: `tests__test_it` is tests/test_it.py."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/').replace('site_packages', 'site-packages')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")


def test_what_the_compiler_says_of_others_fails_nothing(tmp_path: Path) -> None:
    write(tmp_path, site_packages__theirs=INVALID_ESCAPE, tests__test_it="import theirs\n\ndef test_it(): pass\n")
    code, said = session(tmp_path)
    assert (code, said.splitlines()[-1].partition(" in ")[0]) == (0, "1 passed")


def test_what_the_compiler_says_of_ours_fails(tmp_path: Path) -> None:
    write(tmp_path, tests__ours=INVALID_ESCAPE, tests__test_it=f"{INVALID_ESCAPE}\n\ndef test_it(): pass\n")
    code, said = session(tmp_path)
    assert (code, said.splitlines()[-1].partition(" in ")[0]) == (2, "1 error")
    assert "invalid escape sequence" in said


def test_a_warning_of_others_that_is_given_while_they_run_fails(tmp_path: Path) -> None:
    theirs = "import warnings\n\ndef old(): warnings.warn('old', DeprecationWarning)\n"
    write(tmp_path, site_packages__theirs=theirs, tests__test_it="import theirs\n\ndef test_it(): theirs.old()\n")
    code, said = session(tmp_path)
    assert (code, said.splitlines()[-1].partition(" in ")[0]) == (1, "1 failed")


PARAMETRIZED = """
import pytest

@pytest.mark.parametrize("text", ["x" * 500, "x" * 501])
def test_text(text): pass

@pytest.mark.parametrize("value", [[]], ids=["{id}"])
def test_value(value): pass
"""


def test_texts_in_ids_are_cut(tmp_path: Path) -> None:
    write(tmp_path, tests__test_it=PARAMETRIZED.format(id="short"))
    code, said = session(tmp_path, "-p", "tests.conftest", "--collect-only")
    cut = f"{'x' * 21}..."
    ids = [line.partition("::")[2] for line in said.splitlines() if "::" in line]
    assert (code, ids) == (0, [f"test_text[{cut}0]", f"test_text[{cut}1]", "test_value[short]"])


def test_a_long_id_is_refused(tmp_path: Path) -> None:
    write(tmp_path, tests__test_it=PARAMETRIZED.format(id="x" * 109))
    code, said = session(tmp_path, "-p", "tests.conftest")
    assert (code, said.splitlines()[-1].partition(" in ")[0]) == (1, "2 passed, 1 error")
    assert "an id of 121 characters; at most 120: give its values short ids" in said


def test_every_dependency_of_the_package_has_a_lower_bound_to_test_with() -> None:
    bounds = list(lowest(ROOT / "pyproject.toml"))
    assert {"attrs==24.2", "msgspec==0.21", "aiohttp==3.11", "tomli==2; python_version < '3.11'"} <= set(bounds)


def test_a_dependency_without_a_lower_bound_is_refused(tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(
        '[project]\nname = "a"\ndependencies = ["b>=1.2,<3", "c<2"]\noptional-dependencies.all = ["a[x]"]\n', "utf-8"
    )
    with pytest.raises(ValueError, match=r"pyproject\.toml: c<2: has no lower bound; write name>=version$"):
        list(lowest(pyproject))
