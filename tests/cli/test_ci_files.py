"""The action for GitHub and the template for GitLab: their steps, but for the installation, are run as servers do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.payloads.saying import ENVIRONMENT, chat

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="the steps are bash")


def read(name: str) -> Any:
    yaml: Any = YAML(typ="safe")
    return yaml.load((ROOT / name).read_text("utf-8"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with requests and source, and the command on its path."""
    (tmp_path / "payloads").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "payloads" / "a b.json").write_text(json.dumps(chat(temperature=1.7)), "utf-8")
    (tmp_path / "src" / "a.py").write_text(
        "import qianfan_typed\nqianfan_typed.Client().v1.chat.ernie_speed_8k.create([], temperature=1.7)\n", "utf-8"
    )
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "qianfan-typed"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m qianfan_typed "$@"\n', "utf-8")
    command.chmod(0o755)
    return tmp_path


def run(folder: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A step, as a runner's shell runs it."""
    environment = {**ENVIRONMENT, **variables, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def step_of_action(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The action's check, with its inputs."""
    action = read("action.yml")
    step = action["runs"]["steps"][-1]
    given: dict[str, str] = {name: str(inputs.get(name, one["default"])) for name, one in action["inputs"].items()}
    values = {name: given[value.split(".")[1].split(" ")[0]] for name, value in step["env"].items()}
    return run(folder, step["run"], **values)


def test_the_action_shows_violations_at_their_lines(folder: Path) -> None:
    said = step_of_action(
        folder, payloads="payloads/a b.json\n", source="src", arguments="--ignore\nretired\n--ignore\nempty\n"
    )
    assert (said.returncode, said.stderr.count("qianfan-typed:")) == (1, 2)
    places = [line.split("::")[1].split(",col")[0] for line in said.stdout.splitlines()]
    assert places == [
        "error file=payloads/a b.json,line=1",
        "notice title=qianfan-typed",
        "error file=src/a.py,line=2",
        "notice title=qianfan-typed",
    ]
    said = step_of_action(folder, source="src", arguments="--ignore\nretired\n--ignore\nempty")
    assert said.returncode == 1
    assert said.stdout.splitlines()[0].startswith("::error file=src/a.py,line=2,col=")


def test_an_input_is_no_command(folder: Path) -> None:
    said = step_of_action(folder, payloads="$(touch made); touch made\n`touch made`")
    assert said.returncode == 2
    assert not (folder / "made").exists()


@pytest.mark.parametrize("job", ["qianfan-payloads", "qianfan-source"])
def test_the_template_makes_a_report(folder: Path, job: str) -> None:
    template = read("templates/gitlab-ci.yml")
    (script,) = template[job]["script"]
    said = run(folder, f"{script} --ignore retired --ignore empty", **template["variables"])
    report = json.loads((folder / template[job]["artifacts"]["reports"]["codequality"]).read_text("utf-8"))
    assert (said.returncode, len(report)) == (1, 1)
