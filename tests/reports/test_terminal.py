"""What a terminal shows: colours, and a bar while it takes long."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from qianfan_typed.cli import progress
from qianfan_typed.cli.progress import ProgressBar
from qianfan_typed.reports import formats
from qianfan_typed.reports.findings import Finding, Tally

FINDING = Finding(
    file="[a].json",
    line=1,
    column=2,
    model="M",
    pointer="/[b]",
    code="range",
    message='"[red]": must be 1',
    rule="v1.chat.b.range",
    source="页, read 2025-01-13",
)
CONTROL = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]")


class Terminal(io.StringIO):
    """A text that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that knows colours, whatever this test runs in."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_a_terminal_shows_the_same_words_in_colours() -> None:
    terminal, file = Terminal(), io.StringIO()
    for out in (terminal, file):
        formats.write([FINDING], "text", out, Tally())
    assert file.getvalue() == (
        '[a].json:1:2: error: M /[b] "[red]": must be 1 [v1.chat.b.range] (页, read 2025-01-13)\n'
    )
    assert CONTROL.sub("", terminal.getvalue()) == file.getvalue()
    assert terminal.getvalue() != file.getvalue()


def test_a_bar_appears_when_it_takes_long_and_makes_way(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    with ProgressBar(terminal, 1000) as bar:
        bar.tick(500)
        assert terminal.getvalue() == ""
    monkeypatch.setattr(progress, "_LONG", 0)
    with ProgressBar(terminal, 1000) as bar:
        bar.tick(500)
        bar.clear()
        assert "checking" in terminal.getvalue()
        assert "0.5/1.0 kB" in terminal.getvalue()


def test_no_bar_where_nobody_watches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(progress, "_LONG", 0)
    with (tmp_path / "log").open("w") as log, ProgressBar(log, 1000) as bar:
        bar.tick(500)
    assert (tmp_path / "log").read_text() == ""
