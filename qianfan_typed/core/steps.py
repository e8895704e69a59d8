"""What goes over the wire and what comes back, as values, and the steps that a driver takes for a call.

A call is a generator of steps. It does no I/O: it says what to do next, a driver does it and sends in what came of it.
So the sync and the async driver are the only two places that wait, and everything else stands once.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Protocol, TypeAlias, TypeVar

import attrs

from qianfan_typed.core.signing import encode

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class HttpRequest:
    """A request as it goes to a transport. Its repr shows nothing secret."""

    method: str
    base: str
    """Scheme, host and port: `https://aip.baidubce.com`."""
    path: str
    """Percent-encoded, without the query."""
    query: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    """Names and values, decoded."""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    body: bytes | None = attrs.field(default=None, repr=False)

    @property
    def target(self) -> str:
        """Path and query, as they stand in the request line."""
        if not self.query:
            return self.path
        return f"{self.path}?{'&'.join([f'{encode(name)}={encode(value)}' for name, value in self.query])}"

    @property
    def url(self) -> str:
        """The address without its query, which may hold a token: fit to be shown."""
        return self.base + self.path


@attrs.frozen(kw_only=True)
class Answer:
    """A reply. Of a stream, the reply's head: its body is read by `Read` steps."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""
    at: float = 0.0
    """When the head came, on the clock of latencies."""


@attrs.frozen(kw_only=True)
class Send:
    """Send a request. Comes to an `Answer`, or to a `TransportError` that is thrown in."""

    request: HttpRequest
    timeout: float
    """Seconds that the platform may be silent."""
    stream: bool = False
    """Whether to leave the body unread."""


@attrs.frozen
class Read:
    """Read what has come of the body of the last `Send`. Comes to bytes; empty at the end."""


@attrs.frozen
class Pause:
    """Wait."""

    seconds: float


class Renewable(Protocol):
    """Something that wants renewing. A driver lets one call at a time do it."""

    def stale(self) -> bool:
        """Whether it still has to be renewed: another call may have been first."""
        ...

    def renewal(self) -> Steps[None]: ...


@attrs.frozen
class Renew:
    """Renew a token; others that want it wait."""

    token: Renewable


Step: TypeAlias = Send | Read | Pause | Renew
Steps: TypeAlias = Generator[Step, "Answer | bytes | None", T]


def send(request: HttpRequest, timeout: float, *, stream: bool = False) -> Steps[Answer]:
    """One request and its answer."""
    answer = yield Send(request=request, timeout=timeout, stream=stream)
    if not isinstance(answer, Answer):
        raise TypeError("a driver answers Send with an Answer")
    return answer


def read() -> Steps[bytes]:
    """The next bytes of a body."""
    data = yield Read()
    if not isinstance(data, bytes):
        raise TypeError("a driver answers Read with bytes")
    return data


def read_all() -> Steps[bytes]:
    """What is left of a body."""
    parts: list[bytes] = []
    while data := (yield from read()):
        parts.append(data)
    return b"".join(parts)
