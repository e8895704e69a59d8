"""`qianfan-typed doctor`: what stands between this machine and the platform. Needs the extra `cli`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from qianfan_typed.cli.connection import Connection
from qianfan_typed.cli.outcome import REFUSED

if TYPE_CHECKING:
    from qianfan_typed.cli.checkup import Condition

_STYLES = {"right": "green", "note": "yellow", "wrong": "bold red"}


def doctor(
    connection: Connection,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Call nobody: versions, keys, proxy and certificates alone.")
    ] = False,
) -> None:
    """Looks for what stands in the way of a call.

    Versions, keys, proxy, certificates, hosts, the clock: says of each what to do. No key is shown whole.

    Exit code 1: something has to be mended.
    """
    from qianfan_typed.cli.checkup import Checkup

    found: list[Condition] = []
    for condition in Checkup(connection).conditions(offline=offline):
        found.append(condition)
        if not as_json:
            _print(condition)
    if as_json:
        lines = [{"about": one.about, "state": one.state, "says": one.says, "do": one.todo} for one in found]
        print(json.dumps(lines, ensure_ascii=False, indent=2))
    if any(one.state == "wrong" for one in found):
        raise SystemExit(REFUSED)


def _print(condition: Condition) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    line = Text(f"{condition.state:<5}", style=_STYLES[condition.state])
    console.print(line.append(f"  {condition.about:<13}  {condition.says}", style="default"), soft_wrap=True)
    if condition.todo is not None:
        for todo in condition.todo.splitlines():
            console.print(Text(f"{'':<22}{todo.strip()}"), soft_wrap=True)
