"""`generate` writes what the spec gives and nothing else; `check` finds every byte and file that differs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner

from codegen.__main__ import app
from codegen.output import differences
from codegen.render import render
from tests.codegen.conftest import Generated, SmallSpec
from tests.schemas.from_spec import SPEC

ROOT = Path(__file__).parent.parent.parent


@attrs.frozen
class Command:
    """`python -m codegen` on a small spec, and the folder that it writes."""

    spec: Path
    out: Path

    def run(self, word: str) -> tuple[int, list[str]]:
        """Runs a command; gives its exit code and what it says."""
        options = ["--spec", str(self.spec)] + ([] if word == "lint" else ["--out", str(self.out)])
        result = CliRunner().invoke(app, [word, *options])
        return result.exit_code, re.sub(r"\d+\.\d s$", "# s", result.output, flags=re.MULTILINE).splitlines()

    def bytes(self) -> dict[str, bytes]:
        """What is in the folder."""
        return {str(path.relative_to(self.out)): path.read_bytes() for path in self.out.rglob("*") if path.is_file()}


UP_TO_DATE = (0, ["generated/ is what spec/ gives"])
ADVICE = "generated/ is not what spec/ gives: run `make generate` and commit what it writes"


@pytest.fixture
def command(small: SmallSpec, generated: Generated) -> Command:
    """A small spec from which everything was generated."""
    small.load()
    return Command(small.folder, shutil.copytree(generated.folder, small.folder.parent / "generated"))


def test_check_is_content_after_generate(command: Command) -> None:
    assert command.run("check") == UP_TO_DATE


def test_generate_twice_changes_no_byte_and_says_so(command: Command) -> None:
    before = command.bytes()
    assert command.run("generate") == (0, [f"{len(before)} files from spec/, nothing changed, # s"])
    assert command.bytes() == before


def test_check_shows_a_changed_byte(command: Command) -> None:
    path = command.out / "qianfan_api/sources.py"
    path.write_text(path.read_text("utf-8").replace("Hearsay", "Rumour"), "utf-8")
    assert command.run("check") == (
        1,
        [
            "changed  generated/qianfan_api/sources.py",
            "--- as it stands",
            "+++ as the spec gives it",
            "@@ -8,2 +8,2 @@",
            ' MANUAL = Source("The manual", "2025-01-02")',
            '-HEARSAY = Source("Rumour", "2025-01-03")',
            '+HEARSAY = Source("Hearsay", "2025-01-03")',
            ADVICE,
        ],
    )


def test_check_finds_a_change_that_shows_in_no_line(command: Command) -> None:
    path = command.out / "qianfan_api/sources.py"
    path.write_bytes(path.read_bytes() + b"\n")
    code, said = command.run("check")
    assert code == 1
    assert said[0] == "changed  generated/qianfan_api/sources.py"


def test_check_says_where_only_line_ends_differ(command: Command) -> None:
    path = command.out / "qianfan_api/sources.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert command.run("check") == (
        1,
        ["changed  generated/qianfan_api/sources.py: line ends differ, CR LF where the spec gives LF", ADVICE],
    )


def test_files_are_written_with_lf_where_the_system_writes_cr_lf(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text = Path.write_text

    def as_on_windows(
        path: Path, data: str, encoding: str | None = None, errors: str | None = None, newline: str | None = None
    ) -> int:
        return write_text(path, data, encoding, errors, "\r\n" if newline is None else newline)

    monkeypatch.setattr(Path, "write_text", as_on_windows)
    assert command.run("check") == UP_TO_DATE


def test_a_spec_with_cr_lf_gives_the_same_files(command: Command) -> None:
    for path in command.spec.rglob("*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert command.run("check") == UP_TO_DATE


def test_check_finds_a_missing_file(command: Command) -> None:
    (command.out / "qianfan_api/models.py").unlink()
    assert command.run("check") == (1, ["missing  generated/qianfan_api/models.py", ADVICE])


@pytest.mark.parametrize("name", ["qianfan_api/extra.py", "notes.txt", "new/folder/file.json"])
def test_check_finds_an_extra_file(command: Command, name: str) -> None:
    path = command.out / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    assert command.run("check") == (1, [f"extra    generated/{name}: nothing generates it", ADVICE])


def test_check_finds_all_of_it_at_once(command: Command) -> None:
    (command.out / "qianfan_api/models.py").unlink()
    (command.out / "qianfan_api/extra.py").write_text("")
    (command.out / "qianfan_api/py.typed").write_text("x")
    code, said = command.run("check")
    assert code == 1
    assert [line for line in said if re.match("changed|missing|extra", line)] == [
        "extra    generated/qianfan_api/extra.py: nothing generates it",
        "missing  generated/qianfan_api/models.py",
        "changed  generated/qianfan_api/py.typed",
    ]


@pytest.mark.parametrize(
    "name",
    ["qianfan_api/__pycache__/models.cpython-311.pyc", ".DS_Store", "qianfan_api/Thumbs.db", ".idea/workspace.xml"],
)
def test_what_python_and_file_managers_leave_is_overlooked_and_stays(command: Command, name: str) -> None:
    path = command.out / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    assert command.run("check") == UP_TO_DATE
    assert command.run("generate")[1][0].endswith(" files from spec/, nothing changed, # s")
    assert path.exists()


def test_check_writes_nothing(command: Command) -> None:
    (command.out / "qianfan_api/models.py").unlink()
    before = command.bytes()
    command.run("check")
    assert command.bytes() == before


def test_generate_mends_changed_missing_and_extra_files(command: Command) -> None:
    before = command.bytes()
    (command.out / "qianfan_api/sources.py").write_text("changed")
    (command.out / "qianfan_api/models.py").unlink()
    extra = command.out / "old/group.py"
    extra.parent.mkdir()
    extra.write_text("extra")
    assert command.run("generate") == (
        0,
        [
            "  generated/old/group.py",
            "  generated/qianfan_api/models.py",
            "  generated/qianfan_api/sources.py",
            f"{len(before)} files from spec/, 3 changed, # s",
        ],
    )
    assert command.bytes() == before
    assert not extra.parent.exists()


@pytest.mark.parametrize("word", ["generate", "check", "lint"])
def test_wrong_spec_is_told_and_nothing_is_written(command: Command, word: str) -> None:
    before = command.bytes()
    chat = command.spec / "v1/chat.yaml"
    chat.write_text(chat.read_text("utf-8").replace("default: 0.5", "default: 5"), "utf-8")
    assert command.run(word) == (
        1,
        [
            "spec/v1/chat.yaml:14:42: 5: the default of heat is outside (0, 1.0]",
            "1 problem in the spec; nothing was written",
        ],
    )
    assert command.bytes() == before


def test_lint_counts_what_is_right(command: Command) -> None:
    assert command.run("lint") == (0, ["1 operations, 3 models: nothing is wrong"])


def test_committed_files_are_what_the_spec_gives() -> None:
    assert list(differences(ROOT / "generated", render(SPEC))) == []


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_hash_seed_does_not_matter(command: Command, tmp_path: Path, seed: str) -> None:
    out = tmp_path / "again"
    arguments = ["generate", "--spec", str(command.spec), "--out", str(out)]
    environment = os.environ | {"PYTHONHASHSEED": seed}
    subprocess.run([sys.executable, "-m", "codegen", *arguments], cwd=ROOT, env=environment, check=True)
    assert Command(command.spec, out).bytes() == command.bytes()


def test_codegen_needs_no_activated_environment(command: Command, tmp_path: Path) -> None:
    out = tmp_path / "again"
    arguments = ["generate", "--spec", str(command.spec), "--out", str(out)]
    environment = os.environ | {"PATH": os.defpath}
    run = subprocess.run(
        [sys.executable, "-m", "codegen", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr.splitlines()[-1]


def in_encoding(encoding: str, *words: str) -> tuple[int, bytes]:
    """What `python -m codegen` writes on a console of an encoding."""
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "codegen", *words]
    run = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return run.returncode, run.stdout


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("cp1252", "\\u624b\\u518c \\U0001f600"), ("gbk", "手册 \\U0001f600"), ("utf-8", "手册 😀")],
)
def test_what_a_console_cannot_show_is_escaped(command: Command, encoding: str, shown: str) -> None:
    sources = command.spec / "sources.yaml"
    sources.write_text(sources.read_text("utf-8").replace("The manual", "手册 😀"), "utf-8")
    code, said = in_encoding(encoding, "check", "--spec", str(command.spec), "--out", str(command.out))
    assert code == 1
    assert f'+MANUAL = Source("{shown}", "2025-01-02")' in said.decode(encoding).splitlines()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk"])
def test_no_console_is_too_poor_for_help_and_for_changes(command: Command, tmp_path: Path, encoding: str) -> None:
    old = shutil.copytree(command.spec, tmp_path / "old" / "spec")
    chat = command.spec / "v1/chat.yaml"
    chat.write_text(chat.read_text("utf-8").replace("default: 0.5", "default: 0.6"), "utf-8")
    assert in_encoding(encoding, "diff", str(old), "--spec", str(command.spec))[0] == 0
    assert in_encoding(encoding, "--help")[0] == 0


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_a_clone_has_the_bytes_of_the_repository_on_windows_too(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    names = [".gitattributes", ".ci/run", "Makefile", "generated/qianfan_api/sources.py"]
    streams = [path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/runtime/streams").iterdir()]
    for name in (*names, *streams):
        (origin / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, origin / name)
    (origin / "tests/runtime/streams/crlf.txt").write_bytes(b"data: 1\r\n\r\n")

    def git(*words: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.autocrlf=true"]
        subprocess.run(["git", *identity, *words], check=True, capture_output=True)

    git("init", str(origin))
    git("-C", str(origin), "add", "--all")
    git("-C", str(origin), "commit", "--message", "All of it")
    git("clone", str(origin), str(tmp_path / "clone"))
    for path in origin.rglob("*"):
        inside = path.relative_to(origin)
        if path.is_file() and ".git" not in inside.parts:
            assert (tmp_path / "clone" / inside).read_bytes() == path.read_bytes(), inside
