"""The gate, over a small repository with a release."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CLIENT = '"""A client."""\n\n\ndef call(text: str, *, loud: bool = False) -> str:\n    """Calls."""\n    return text\n'
USER = 'from qianfan_typed import call\n\nprint(call("a", loud=True).upper())\n'


class Repository:
    """A repository with one release, v1.0.0."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("qianfan_typed/__init__.py", CLIENT)
        self.write("qianfan_typed/py.typed", "")
        self.write("generated/qianfan_api/__init__.py", '"""Nothing."""\n')
        self.write("tests/typing/right/use.py", USER)
        self.write("CHANGELOG.md", "# Changelog\n\n## 1.1.0\n\n- Something.\n\n## 1.0.0\n\n### Breaking\n\n- All.\n")
        self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "first")

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, "utf-8")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", "-C", str(self.folder), *arguments], check=True)

    def gate(self) -> tuple[int, str]:
        command = [sys.executable, "-m", "tests.gate", "--root", str(self.folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_without_a_release_nothing_can_break(repository: Repository) -> None:
    assert repository.gate() == (0, "no release yet: nothing can break\n")


def test_what_is_added_breaks_nothing(repository: Repository) -> None:
    repository.git("tag", "v1.0.0")
    repository.write(
        "qianfan_typed/__init__.py", CLIENT.replace("loud: bool = False", "loud: bool = False, fast: bool = False")
    )
    assert repository.gate() == (0, "0 breaking since v1.0.0\n")


def test_a_removed_parameter_is_found_by_the_old_user_code_and_by_name(repository: Repository) -> None:
    repository.git("tag", "v1.0.0")
    repository.write("qianfan_typed/__init__.py", CLIENT.replace(", *, loud: bool = False", ""))
    code, said = repository.gate()
    assert code == 1
    assert 'tests/typing/right/use.py:3: error: Unexpected keyword argument "loud" for "call"' in said
    assert "call(loud): Parameter was removed" in said
    assert 'CHANGELOG.md: its newest section must say what breaks, under "### Breaking"' in said


def test_a_break_that_the_changelog_tells_passes(repository: Repository) -> None:
    repository.git("tag", "v1.0.0")
    repository.write("qianfan_typed/__init__.py", CLIENT.replace(", *, loud: bool = False", ""))
    repository.write("CHANGELOG.md", "# Changelog\n\n## 1.1.0\n\n### Breaking\n\n- `call` is never loud.\n\n## 1.0.0\n")
    code, said = repository.gate()
    assert code == 0
    assert said.endswith("2 breaking since v1.0.0, and the changelog says so\n")
