"""Steps of a call, and the requests and answers that they carry, as values.

A call is a generator of steps. It does no I/O: it says what to do next, a runner does it and sends in the outcome.
So attempts, tokens, retries, limits and the rest of a cut answer stand once for both runners. Nothing else waits: a
stream that reads on from its first piece is read by its runner (`runners.streams`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Protocol, TypeAlias, TypeVar

import attrs

from qianfan_typed.config import masked
from qianfan_typed.core.signing import encode
from qianfan_typed.errors import QianfanError

T = TypeVar("T")

Secrets: TypeAlias = Callable[[], Iterable[str]]
"""Gives everything that must not be shown. Asked only where something went wrong."""

_SHORTEST_SECRET = 8
"""Shorter ones are not looked for: every other word of a reply would hold them."""


def no_secrets() -> Iterable[str]:
    """The secrets of a request that shows none."""
    return ()


@attrs.frozen(kw_only=True)
class HttpRequest:
    """A request as it goes over the wire. Its repr shows nothing secret."""

    method: str
    base: str
    """Scheme, host and port: `https://aip.baidubce.com`."""
    path: str
    """Percent-encoded, without the query."""
    query: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    """Names and values, decoded."""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    body: bytes | None = attrs.field(default=None, repr=False)
    secrets: Secrets = attrs.field(default=no_secrets, repr=False, eq=False)
    """What an error that its answer makes must not show: a gateway may print the address that it was called by."""

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


@attrs.define(kw_only=True)
class Answer:
    """A reply. Of a stream, the reply's head: its body is read by `Read` steps."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = b""
    at: float = attrs.field(factory=time.perf_counter)
    """When the head came, on the clock of latencies."""
    secrets: Secrets = attrs.field(default=no_secrets, repr=False, eq=False)
    """Those of its request. `send` sets them: a runner knows of none."""

    def masked(self, data: bytes) -> bytes:
        """Bytes of the reply as an error may show them."""
        for secret in self.secrets():
            if len(secret) >= _SHORTEST_SECRET:
                data = data.replace(secret.encode(), masked(secret).encode())
        return data


@attrs.frozen(kw_only=True)
class Send:
    """Send a request. The runner sends in the `Answer`, or throws in the `TransportError`."""

    request: HttpRequest
    timeout: float
    """Seconds that the platform may be silent."""
    stream: bool = False
    """Whether to leave the body unread."""


@attrs.frozen
class Read:
    """Read what has come of the body of the last `Send`. The runner sends in bytes; empty at the end."""


@attrs.frozen
class Pause:
    """Wait."""

    seconds: float
    purpose: str = "before the next attempt"
    """What it is for, where the call's deadline leaves no time for it."""
    cause: QianfanError | None = attrs.field(default=None, eq=False)
    """What went wrong before it."""


class Renewable(Protocol):
    """Something that has to be renewed at times. A runner lets one call at a time do it."""

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
    """One request and its answer, which knows the secrets that its errors must not show."""
    answer = yield Send(request=request, timeout=timeout, stream=stream)
    if not isinstance(answer, Answer):
        raise TypeError("a runner sends in an Answer for Send")
    answer.secrets = request.secrets
    return answer


def read() -> Steps[bytes]:
    """The next bytes of a body."""
    data = yield Read()
    if not isinstance(data, bytes):
        raise TypeError("a runner sends in bytes for Read")
    return data


def read_all() -> Steps[bytes]:
    """What is left of a body."""
    parts: list[bytes] = []
    while data := (yield from read()):
        parts.append(data)
    return b"".join(parts)
