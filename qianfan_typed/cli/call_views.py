"""Views of calls: the functions that a model has called, apart from what it says."""

from __future__ import annotations

import json
from typing import Protocol, cast

from rich.console import Console
from rich.text import Text

from qianfan_api.answers import CalledFunction
from qianfan_typed.answers.dialects import FunctionCall
from qianfan_typed.cli.answer_view import harmless
from qianfan_typed.cli.terminal import say

_LINES = 8
"""Lines of a result that are shown."""


class CallView(Protocol):
    """Shows calls."""

    def asked(self, call: FunctionCall) -> None:
        """Before it is made."""

    def made(self, call: CalledFunction) -> None:
        """Once it was made."""


class SeenCalls:
    """For eyes: between the answers, dimmed; a long result by its beginning."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def asked(self, call: FunctionCall) -> None:
        self._tell(f"-> {_written(call)}")

    def made(self, call: CalledFunction) -> None:
        lines = harmless(call.told).splitlines() or [""]
        more = [f"({len(lines) - _LINES} more lines)"] if len(lines) > _LINES else []
        self._tell("\n   ".join([f"<- {call.name}: {lines[0]}", *lines[1:_LINES], *more]))

    def _tell(self, words: str) -> None:
        self._console.print(Text(harmless(words), style="dim"))


class SaidCalls:
    """Beside an answer that a program reads: on standard error."""

    def asked(self, call: FunctionCall) -> None:
        say(f"calls {_written(call)}")

    def made(self, call: CalledFunction) -> None:
        say(f"{call.name} gave {call.told}")


class CallsAsJson:
    """For programs: a line for each, among those of the replies."""

    def asked(self, call: FunctionCall) -> None:
        """Stands in the reply."""

    def made(self, call: CalledFunction) -> None:
        error = None if call.error is None else f"{type(call.error).__name__}: {call.error}"
        made = {"turn": call.turn, "name": call.name, "arguments": call.arguments, "told": call.told, "error": error}
        print(json.dumps({"called": made}, ensure_ascii=False), flush=True)


def _written(call: FunctionCall) -> str:
    """A call, as Python writes it where its arguments are an object."""
    try:
        arguments: object = json.loads(call.arguments or "{}")
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        return f"{call.name}({call.arguments})"
    members = cast("dict[str, object]", arguments)
    given = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in members.items())
    return f"{call.name}({given})"
