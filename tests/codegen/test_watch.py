"""`python -m codegen watch`: generates when a file changes, says what changed, and survives what is wrong."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.watch import Watcher
from tests.codegen.conftest import SmallSpec

ROOT = Path(__file__).parent.parent.parent
CHAT = "v1/chat.yaml"


@pytest.fixture
def watcher(small: SmallSpec) -> Watcher:
    """Looks at the small spec, from which everything was generated."""
    small.load()
    made = Watcher(small.folder, small.folder.parent / "out")
    assert looks(made)[-1] == f"out/: {len(files(made))} changed, # s"
    return made


def files(watcher: Watcher) -> list[Path]:
    """What is generated."""
    return [path for path in watcher.out.rglob("*") if path.is_file()]


def looks(watcher: Watcher) -> list[str]:
    """What two looks in a row say: the first sees a change, the second that it is over."""
    return [re.sub(r"\d+\.\d s$", "# s", line) for _ in range(2) for line in watcher.look()]


def test_a_change_is_told_in_words_and_carried_out(watcher: Watcher, small: SmallSpec) -> None:
    small.change(CHAT, "default: 0.5", "default: 0.75").load()
    assert list(watcher.look()) == []
    said = [re.sub(r"\d+\.\d s$", "# s", line) for line in watcher.look()]
    assert said[:3] == [
        "v1.chat",
        "  notable   parameter heat: default 0.5 → 0.75 (in SmallChat)",
        "  out/qianfan_api/facts.json",
    ]
    assert said[-1] == f"out/: {len(said) - 3} changed, # s"
    assert "0.75" in (watcher.out / "qianfan_api/models.py").read_text("utf-8")
    assert looks(watcher) == []


def test_a_comment_changes_nothing(watcher: Watcher, small: SmallSpec) -> None:
    small.change(CHAT, "doc: Answers.", "doc: Answers. # A comment.").load()
    assert looks(watcher) == ["out/: nothing changed, # s"]


def test_a_spec_that_is_wrong_is_told_and_the_next_one_is_held_against_the_last_right_one(
    watcher: Watcher, small: SmallSpec
) -> None:
    chat = small.folder / CHAT
    right = chat.read_text("utf-8")
    before = {path: path.read_bytes() for path in files(watcher)}
    chat.write_text(right.replace("default: 0.5", "default: 5"), "utf-8")
    assert looks(watcher) == [
        "spec/v1/chat.yaml:14:42: 5: the default of heat is outside (0, 1.0]",
        "1 problem in the spec; nothing was written",
    ]
    assert {path: path.read_bytes() for path in files(watcher)} == before
    chat.write_text(right.replace("default: 0.5", "default: 0.6 "), "utf-8")
    assert looks(watcher)[:2] == ["v1.chat", "  notable   parameter heat: default 0.5 → 0.6 (in SmallChat)"]


def test_a_file_that_goes_is_seen(watcher: Watcher) -> None:
    (watcher.spec / "sources.yaml").unlink()
    assert looks(watcher) == [
        "spec/sources.yaml:1:1: the file is missing",
        "1 problem in the spec; nothing was written",
    ]


def test_a_template_that_is_wrong_is_told(watcher: Watcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    templates.mkdir()
    monkeypatch.setattr("codegen.render.TEMPLATES", templates)
    monkeypatch.setattr("codegen.watch.TEMPLATES", templates)
    (templates / "sources.py.jinja").write_text("{% if %}", "utf-8")
    assert looks(watcher)[0].startswith("nothing was written: ")


def test_interrupting_ends_it(small: SmallSpec) -> None:
    small.load()
    command = [sys.executable, "-m", "codegen", "watch", "--every", "0.05", "--spec", str(small.folder)]
    command += ["--out", str(small.folder.parent / "out")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        while not process.stdout.readline().startswith("out/: "):
            pass
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert process.stderr.read() == ""
    assert first == "watching spec/, codegen/templates/ and codegen/support/; Ctrl-C ends\n"
