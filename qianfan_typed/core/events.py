"""Server-sent events: bytes in, payloads out, however the network cut them. No I/O."""

from __future__ import annotations

import re

_BOM = b"\xef\xbb\xbf"
_OPENERS = (b"{", b"[")
_CLOSERS = (b"}", b"]")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_FIRST, _NEXT, _LAST = b"data: {", b"\n\ndata: {", b"\n\ndata: [DONE]\n\n"
MOST = 64 * 1024 * 1024
"""Bytes of an event, unless another bound is set."""


class EventTooLong(Exception):
    """An event goes over the bound."""


class NamedPayload(bytes):
    """The payload of an event that has a name."""

    event: str


class EventDecoder:
    """Turns the bytes of a stream into the payloads of its events.

    It reads what the platform sends, which is more than the standard's events:

    - `data:` with or without a space, several `data:` lines in an event, comments, `id:` and `retry:` lines.
    - `event:` before or after the data: such a payload is a `NamedPayload`.
    - Events that no blank line parts: a JSON object that is whole ends its event when the next `data:` line comes.
    - An error as a plain JSON object between the events, on one line or on several. It is handed out like a payload.
    """

    __slots__ = ("_after_cr", "_begun", "_data", "_depth", "_event", "_held", "_most", "_parts", "_plain", "_started")

    def __init__(self, most: int = MOST) -> None:
        """
        Args:
            most: Bytes of an event at most.
        """
        self._most = most
        self._begun = 0
        """Bytes of the line whose end has not come."""
        self._held = 0
        """Bytes of the event whose end has not come, without that line."""
        self._depth = 0
        """Brackets of the JSON object outside any event that are open."""
        self._parts: list[bytes] = []
        """The beginning of a line whose end has not come."""
        self._data: list[bytes] = []
        """The `data:` lines of an event whose end has not come."""
        self._plain: list[bytes] = []
        """The lines of a JSON object outside any event."""
        self._event = b""
        """The name of an event whose end has not come."""
        self._after_cr = False
        self._started = False

    def feed(self, data: bytes) -> list[bytes]:
        """Takes the next bytes; returns the payloads that they complete.

        Raises:
            EventTooLong: An event goes over the bound.
        """
        # A carriage return that ended the last bytes may be half of a line end.
        if self._after_cr and data:
            data = data.removeprefix(b"\n")
            self._after_cr = False
        if self._parts and b"\n" in data:
            data = b"".join((*self._parts, data))
            self._parts.clear()
            self._begun = 0
        payloads, data = self._in_a_row(data)
        return payloads + self._of_lines(data) if data else payloads

    def _in_a_row(self, data: bytes) -> tuple[list[bytes], bytes]:
        """The payloads of whole events that stand one after the other, each a line with an object; and the rest.

        Almost every stream is so, to its `[DONE]`. Where an event is otherwise, all is rest.
        """
        end = data.rfind(b"\n\n") + 2
        if end < 2 or not data.startswith(_FIRST) or self._parts or self._data or self._plain or self._event:
            return [], data
        row = data[:end]
        # Two line ends part one event from the next, two are behind the last: there must be no others.
        line_ends = 2 * (row.count(_NEXT) + row.endswith(_LAST) + 1)
        if row.count(b"\n") != line_ends or b"\r" in row or end > self._most:
            return [], data
        self._started = True
        return row[6:-2].split(b"\n\ndata: "), data[end:]

    def _of_lines(self, data: bytes) -> list[bytes]:
        # bytes.splitlines knows exactly the line ends of the standard: LF, CR and CRLF.
        lines = data.splitlines()
        if not lines:
            return []
        if data.endswith((b"\n", b"\r")):
            self._after_cr = data.endswith(b"\r")
            rest = None
        else:
            rest = lines.pop()
        if lines and self._parts:  # The line ended in a carriage return.
            lines[0] = b"".join((*self._parts, lines[0]))
            self._parts.clear()
            self._begun = 0
        payloads = self._payloads(lines)
        if rest is not None:
            self._parts.append(rest)
            self._begun += len(rest)
            if self._begun + self._held > self._most:
                raise EventTooLong
        return payloads

    def close(self) -> list[bytes]:
        """The payload that the stream's end completes, if any: the last event may lack its blank line.

        It may be half a payload, where the stream was cut.
        """
        line = b"".join(self._parts)
        self._parts.clear()
        payloads = self._payloads([line]) if line else []
        return payloads + self._flush()

    def _payloads(self, lines: list[bytes]) -> list[bytes]:
        if not self._started and lines:
            self._started = True
            lines[0] = lines[0].removeprefix(_BOM)
        payloads: list[bytes] = []
        for line in lines:
            if line.startswith(b"data:"):
                value = line[6:] if line.startswith(b"data: ") else line[5:]
                if self._data or self._plain:
                    payloads += self._before(value)
                self._hold(self._data, value)
            elif self._plain or line.lstrip().startswith(_OPENERS):
                payloads += self._plain_line(line)
            elif not line:
                payloads += self._flush()
            elif line.startswith(b"event:"):
                if self._event and self._data:
                    payloads += self._flush()
                self._event = line[6:].strip()
            elif line == b"data":
                self._data.append(b"")
            # Anything else is a comment, an id, a delay, or a field that the standard says to ignore.
        return payloads

    def _before(self, value: bytes) -> list[bytes]:
        """What a `data:` line completes: between two JSON objects there is no comma, so they cannot be one payload."""
        whole = self._plain or (
            self._data[0].startswith(b"{") and self._data[-1].endswith(b"}") and value.startswith((b"{", b"[DONE]"))
        )
        return self._flush() if whole else []

    def _plain_line(self, line: bytes) -> list[bytes]:
        payloads = self._flush() if self._data else []
        self._hold(self._plain, line)
        # Counted, not decoded: a line of many would be read again and again.
        bare = _STRING.sub(b"", line)
        self._depth += sum(map(bare.count, _OPENERS)) - sum(map(bare.count, _CLOSERS))
        if self._depth <= 0 and bare.rstrip().endswith(_CLOSERS):
            payloads += self._flush()
        return payloads

    def _hold(self, lines: list[bytes], line: bytes) -> None:
        lines.append(line)
        self._held += len(line)
        if self._held > self._most:
            raise EventTooLong

    def _flush(self) -> list[bytes]:
        event, self._event = self._event, b""
        self._held = self._depth = 0
        lines = self._data or self._plain
        if not lines:
            return []
        payload = lines[0] if len(lines) == 1 else b"\n".join(lines)
        self._data.clear()
        self._plain.clear()
        if not payload.strip():
            return []
        return [_named(payload, event)] if event else [payload]


def _named(payload: bytes, event: bytes) -> NamedPayload:
    named = NamedPayload(payload)
    named.event = event.decode(errors="replace")
    return named
