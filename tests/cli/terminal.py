"""Terminals: a program in a real pseudo-terminal, and the screen that it draws, as a person sees it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pexpect
import pyte

ROOT = Path(__file__).parents[2]
_PATIENCE = 30.0
"""Seconds that a screen may take: the machine may be busy."""


class _Screen(pyte.HistoryScreen):
    """A screen that answers the questions which programs ask terminals: where the cursor is."""

    def __init__(self, columns: int, lines: int) -> None:
        super().__init__(columns, lines, history=2000, ratio=0.5)
        self.answers: list[str] = []

    def write_process_input(self, data: str) -> None:
        self.answers.append(data)


class Terminal:
    """`qianfan-typed` in a terminal."""

    def __init__(
        self,
        *arguments: str,
        home: Path,
        columns: int = 100,
        lines: int = 40,
        environment: Mapping[str, str],
        shell: bool = False,
    ) -> None:
        """
        Args:
            arguments: Those of the command; or a line of the shell, in which $Q is the command.
            home: The user's folder.
            columns: How wide the terminal is.
            lines: How high.
            environment: Further variables.
            shell: Whether a shell runs it.
        """
        self._screen = _Screen(columns, lines)
        self._stream = pyte.Stream(self._screen)
        self.raw = ""
        """All that came, escapes included."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("QIANFAN_", "NO_COLOR"))}
        own = {
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")]),
            "PYTHONUTF8": "1",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "TERM": "xterm-256color",
        }
        spawn: Any = pexpect.spawn
        self._child = spawn(
            "/bin/sh" if shell else sys.executable,
            ["-c", *arguments] if shell else ["-m", "qianfan_typed", *arguments],
            env={**inherited, **own, "Q": f"{sys.executable} -m qianfan_typed", **environment},
            cwd=str(home),
            dimensions=(lines, columns),
            encoding="utf-8",
            codec_errors="replace",
        )

    def type(self, text: str) -> None:
        """Types a text."""
        self._child.send(text)

    def enter(self, text: str = "") -> None:
        """Types a line and Enter."""
        self.type(f"{text}\r")

    def interrupt(self) -> None:
        """Presses Ctrl-C."""
        self._child.send("\x03")

    @property
    def seen(self) -> str:
        """What is on the screen, and what scrolled off it."""
        above = [
            "".join(line[column].data for column in range(self._screen.columns)).rstrip()
            for line in self._screen.history.top
        ]
        return "\n".join([*above, *(line.rstrip() for line in self._screen.display)]).rstrip()

    def wait_for(self, text: str, times: int = 1) -> str:
        """Waits until a text is seen so often. Gives all that is seen."""
        ends = time.monotonic() + _PATIENCE
        while self._flat().count(text) < times:
            if not self._read() and not self._child.isalive() and not self._read():
                break
            if time.monotonic() > ends:
                break
        found = self._flat().count(text)
        assert found >= times, f"{text!r} is seen {found} times:\n{self.seen}"
        return self.seen

    def ended(self) -> int:
        """Waits for the program's end. Gives its exit code."""
        ends = time.monotonic() + _PATIENCE
        while self._child.isalive() and time.monotonic() < ends:
            self._read()
        while self._read():
            pass
        self._child.close()
        return self._child.exitstatus if self._child.exitstatus is not None else -self._child.signalstatus

    def close(self) -> None:
        """Ends the program, if it runs."""
        self._child.close(force=True)

    def _flat(self) -> str:
        # Wide characters take two columns: the second is empty.
        return self.seen

    def _read(self) -> bool:
        try:
            came = self._child.read_nonblocking(65536, timeout=0.1)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            return False
        self.raw += came
        self._stream.feed(came)
        for answer in self._screen.answers:
            self._child.send(answer)
        self._screen.answers.clear()
        return True
