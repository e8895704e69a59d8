"""View of an answer while it comes, for eyes: Markdown, with the thinking folded away."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markdown import Markdown
from rich.text import Text

from qianfan_typed.cli.answer_view import harmless
from qianfan_typed.cli.answers import Answer, Kind

_THOUGHT_LINES = 3
"""Lines of thinking that are seen while it goes on."""


class MarkdownView:
    """Markdown, block by block: what is finished scrolls away, what is being written is drawn anew with each piece."""

    def __init__(self, console: Console, answer: Answer) -> None:
        self._console = console
        self._answer = answer
        self._rest = ""
        self._folded = False
        self._live = Live(console=console, refresh_per_second=12, transient=True, vertical_overflow="ellipsis")

    def show(self, kind: Kind, piece: str) -> None:
        """Draws a piece."""
        if kind == "thinking":
            self._live.update(self._thinking())
            return
        self._fold()
        self._rest += harmless(piece)
        done, self._rest = split_blocks(self._rest)
        if done.strip():
            self._console.print(_drawn(done))
        self._live.update(_drawn(self._rest))

    def _thinking(self) -> RenderableType:
        width = max(self._console.width - 2, 10)
        lines = Text(harmless(self._answer.thinking), style="dim italic").wrap(self._console, width)
        return Group(Text("thinking", style="dim"), *lines[-_THOUGHT_LINES:])

    def _fold(self) -> None:
        if self._answer.thinking and not self._folded:
            self._folded = True
            self._console.print(Text(folded(self._answer), style="dim"))

    def __enter__(self) -> MarkdownView:
        self._live.start()
        self._live.update(Text("waiting for the model", style="dim"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.update(Text(""))
        self._live.stop()
        self._fold()
        if self._rest.strip():
            self._console.print(_drawn(self._rest))


def folded(answer: Answer) -> str:
    """Thinking, in a line."""
    took = "" if answer.thought is None else f" for {answer.thought:.1f} s"
    return f"(thought{took}, {len(answer.thinking):,} characters; /thinking shows it)"


def _drawn(text: str) -> RenderableType:
    return Markdown(text.strip("\n"), code_theme="ansi_dark")


def split_blocks(text: str) -> tuple[str, str]:
    """The blocks of Markdown that are finished, and what may still go on: a blank line outside a fence ends a block."""
    fence: str | None = None
    end = at = 0
    for line in text.splitlines(keepends=True):
        at += len(line)
        mark = line.lstrip()[:3]
        if fence is None and mark in ("```", "~~~"):
            fence = mark
        elif fence is not None and mark == fence:
            fence = None
        elif fence is None and not line.strip() and line.endswith("\n"):
            end = at
    return text[:end], text[end:]
