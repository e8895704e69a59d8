"""`qianfan-typed explorer`: the page of models, rules and a playground, on a port. Needs `cli` and `server`."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer
from rich.console import Console

from qianfan_typed.cli.listening import until_told, wait_for, why_not
from qianfan_typed.cli.terminal import give_up


def explorer(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port. 0 picks a free one.", min=0, max=65535)] = 8438,
    latency: Annotated[
        float, typer.Option(help="Milliseconds before each reply, and between the pieces of a stream.", min=0)
    ] = 30,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Opens a page of models, parameters, rules and requests, with a playground that sends to an emulator.

    Nothing leaves this machine. Ctrl-C ends it.
    """
    try:
        from qianfan_typed.emulator import Emulator
    except ModuleNotFoundError as error:
        give_up(str(error))
    told = until_told()
    running = Emulator(host, port, latency=latency / 1000)
    try:
        running.start()
    except OSError as error:
        give_up(why_not(host, port, error))
    with running:
        Console(highlight=False, soft_wrap=True).print(f"the page is at {running.url}/  (Ctrl-C ends it)", markup=False)
        if browser and _has_window():
            import webbrowser

            webbrowser.open(f"{running.url}/")
        wait_for(told)


def _has_window() -> bool:
    """Whether somebody looks on who has windows: a browser of the terminal would take the terminal away."""
    shown = sys.platform in ("win32", "darwin") or any(os.environ.get(one) for one in ("DISPLAY", "WAYLAND_DISPLAY"))
    return shown and sys.stdout.isatty()
