"""The scheduled workflow of docs/ci.md: its very steps, in a clone, against the emulator that lists one model more."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from ruamel.yaml import YAML

from qianfan_typed.emulator import Emulator

ROOT = Path(__file__).parent.parent.parent
NEW = "deepseek-v4-flash"
ENTRY = "      deepseek-v4-flash: {unverified: true, source: models-2026-10}\n"
ELSEWHERE = ("pip install", "gh pr create", "merge_request.create")
"""What needs an index or a forge."""


def workflow(key: str) -> dict[str, Any]:
    """The workflow of the document that has a key."""
    yaml: Any = YAML(typ="safe")
    blocks = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / "docs/ci.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    documents = [one for one in map(yaml.load, blocks) if isinstance(one, dict)]
    [found] = [one for one in documents if "models" in (one.get("name"), *one) and key in str(one)]
    return dict(found)


def github() -> list[str]:
    steps: list[dict[str, Any]] = workflow("jobs")["jobs"]["models"]["steps"]
    return [step["run"] for step in steps if "run" in step]


def gitlab() -> list[str]:
    return list(workflow("script")["models"]["script"])


@attrs.frozen
class Clone:
    """A repository of its own with what generates, whose spec lacks a model, and a remote."""

    folder: Path
    environment: dict[str, str]

    def run(self, command: str) -> str:
        """Runs a step as a runner does; gives what it says."""
        run = subprocess.run(
            ["bash", "-e", "-c", command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert run.returncode == 0, f"{command}\n{run.stdout}{run.stderr}"
        return run.stdout


@pytest.fixture
def clone(tmp_path: Path, qianfan_emulator: Emulator) -> Clone:
    folder = tmp_path / "clone"
    for name in ("codegen", "generated", "qianfan_typed", "spec"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder / name)
    chat = folder / "spec/v2/chat.yaml"
    text = chat.read_text("utf-8")
    assert text.count(ENTRY) == 1
    chat.write_text(text.replace(ENTRY, ""), "utf-8")
    environment = {
        **os.environ,
        **qianfan_emulator.environment,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(folder), str(folder / "generated")]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    made = Clone(folder, environment)
    made.run("python -m codegen generate")
    made.run("git init -q -b main . && git add . && git -c user.name=t -c user.email=t@localhost commit -q -m before")
    made.run("git init -q --bare ../remote.git && git remote add origin ../remote.git && git push -q origin main")
    return made


@pytest.mark.slow
@pytest.mark.parametrize("steps", [github(), gitlab()], ids=["GitHub", "GitLab"])
def test_a_new_model_becomes_a_handle_and_a_change_that_names_it(clone: Clone, steps: list[str]) -> None:
    for step in steps:
        if not any(words in step for words in ELSEWHERE):
            clone.run(step)
    said = (clone.folder.parent / "models.txt").read_text("utf-8")
    assert re.search(rf"model .*{re.escape(NEW)}", said), said
    handle = "from qianfan_typed import Qianfan; print(Qianfan(bearer_token='t').v2.chat.deepseek_v4_flash.model.name)"
    assert clone.run(f'python -c "{handle}"') == f"{NEW}\n"
    assert clone.run("git log -1 --format=%B").strip() == said.strip()
    assert clone.run("git status --porcelain") == ""


@pytest.mark.slow
def test_where_nothing_is_new_nothing_is_changed(clone: Clone) -> None:
    (sync,) = [step for step in github() if "codegen sync" in step]
    clone.run(sync)
    before = clone.run("git diff")
    assert clone.run(sync).endswith("nothing to write\n")
    assert clone.run("git diff") == before


def test_both_workflows_sync_generate_and_tell_the_difference() -> None:
    for steps in (github(), gitlab()):
        commands = [step for step in steps if step.startswith("python -m codegen")]
        assert commands == [
            "python -m codegen sync --write",
            "python -m codegen generate",
            "python -m codegen diff HEAD > ../models.txt",
        ]
