"""Background: a server that goes on when the command has ended, where its notes are, and how it is stopped."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import typer

from qianfan_typed.cli.terminal import USAGE_ERROR, give_up, say

if TYPE_CHECKING:
    from qianfan_typed.cli.openai_service import Order

_SERVICE = "qianfan_typed.cli.openai_service"
_PATIENCE = 20.0
"""Seconds to wait for a server to start or to end."""
_APART = 0x208 if sys.platform == "win32" else 0
"""DETACHED_PROCESS and CREATE_NEW_PROCESS_GROUP: it has no console that closes, and no Ctrl-C of ours."""
_MOST_OF_LOG = 16 * 1024 * 1024
"""Bytes. A log that is longer is begun anew with the next server."""


def state_folder() -> Path:
    """The user's folder for what programs note about themselves."""
    if sys.platform in ("win32", "darwin"):
        folder = Path(typer.get_app_dir("qianfan-typed"))
    else:
        home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        folder = Path(home) / "qianfan-typed"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _note(port: int) -> Path:
    return state_folder() / f"openai-{port}.json"


@contextlib.contextmanager
def noted(url: str, port: int, instance: str) -> Generator[None]:
    """Keeps a note of the server that this process is, for as long as it runs."""
    path = _note(port)
    told = json.dumps({"pid": os.getpid(), "url": url, "instance": instance})
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(told)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def start(order: Order) -> None:
    """Starts a server in the background, and says where it is and how to stop it."""
    folder = state_folder()
    log = folder / f"openai-{order.port}.log"
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    if log.exists() and log.stat().st_size > _MOST_OF_LOG:
        flags |= os.O_TRUNC
    before = log.stat().st_size if log.exists() and not flags & os.O_TRUNC else 0
    with os.fdopen(os.open(log, flags, 0o600), "wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", _SERVICE],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
            creationflags=_APART,
        )
    if process.stdin is not None:
        # It may have ended already: its log says why.
        with contextlib.suppress(OSError), process.stdin as orders:
            orders.write(json.dumps(attrs.asdict(order)).encode())
    note = _started(process)
    if note is None:
        said = log.read_bytes()[before:].decode(errors="replace").strip()
        print(said or "qianfan-typed: the server did not start", file=sys.stderr)
        raise SystemExit(USAGE_ERROR)
    process.returncode = 0  # It goes on: nobody is to wait for it.
    port = note["url"].rpartition(":")[2]
    print(f"listening on {note['url']} in the background, as process {note['pid']}; its log is {log}")
    print(f"export OPENAI_BASE_URL={note['url']}/v1")
    print(f"stop it with: qianfan-typed openai --stop --port {port}")


def _started(process: subprocess.Popen[bytes]) -> dict[str, Any] | None:
    """The note of a server that was started. None: it ended, or does not listen."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        for path in state_folder().glob("openai-*.json"):
            note = _read(path)
            if note is not None and note["pid"] == process.pid:
                return note
        time.sleep(0.05)
    process.kill()
    return None


def stop(port: int) -> None:
    """Stops the server in the background that has a port."""
    path = _note(port)
    note = _read(path)
    there = False if note is None else _is_there(note)
    if note is None or there is False:
        path.unlink(missing_ok=True)
        give_up(f"no server in the background has port {port}")
    named = f"the server at {note['url']}, process {note['pid']}"
    if there is None:
        give_up(f"{named}, does not answer, so it may be another by now: look, and end it by its number")
    os.kill(note["pid"], signal.SIGTERM)
    until = time.monotonic() + _PATIENCE
    while _is_there(note) is not False:
        if time.monotonic() > until:
            give_up(f"{named}, was told to stop and still runs after {_PATIENCE:.0f} s")
        time.sleep(0.05)
    path.unlink(missing_ok=True)
    say(f"stopped: {note['url']}")


def _read(path: Path) -> dict[str, Any] | None:
    try:
        note: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return note if {"pid", "url", "instance"} <= note.keys() else None


def _is_there(note: dict[str, Any]) -> bool | None:
    """Whether the server of a note still runs: its process may be another by now. None: who listens there is silent."""
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with straight.open(f"{note['url']}/health", timeout=2) as reply:
            return bool(json.load(reply)["instance"] == note["instance"])
    except TimeoutError:
        return None
    except urllib.error.URLError as error:
        return None if isinstance(error.reason, TimeoutError) else False
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
        return False
