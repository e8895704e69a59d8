"""Steps of a call, and the requests and answers that they carry, as values.

A call is a generator of steps. It does no I/O: it says what to do next, a runner does it and sends in the outcome.
So attempts, tokens, retries, limits and the rest of a cut answer stand once for both runners. Nothing else waits: a
stream that reads on from its first piece is read by its runner (`runners.streams`, `runners.async_streams`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol, TypeAlias, TypeVar
from urllib.parse import quote

import attrs

from qianfan_typed.config import masked
from qianfan_typed.core.signing import encode
from qianfan_typed.errors import QianfanError
from qianfan_typed.limits.permits import Permit

T = TypeVar("T")

Secrets: TypeAlias = Callable[[], Iterable[str]]
"""Gives everything that must not be shown. Asked only where something went wrong."""

_SHORTEST_SECRET = 8
"""Shorter ones are not looked for: every other word of a reply would hold them."""


_HIDDEN = frozenset({"set-cookie", "authorization", "proxy-authorization", "cookie", "proxy-authenticate"})
"""Headers whose values are masked whole."""
_SIGNED = re.compile(rb"(bce-auth-v1/)[^\s\"',;&]+")


@lru_cache(maxsize=64)
def _forms(secret: str) -> tuple[bytes, ...]:
    """A secret as addresses and JSON may write it."""
    plain = secret.encode()
    forms = (plain, quote(secret, safe="").encode(), quote(secret).encode(), plain.replace(b"/", b"\\/"))
    return tuple(dict.fromkeys(forms))


def _masked(data: bytes, secrets: Iterable[str]) -> bytes:
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            hidden = masked(secret).encode()
            for form in _forms(secret):
                data = data.replace(form, hidden)
    return _SIGNED.sub("\\1…".encode(), data) if b"bce-auth-v1" in data else data


def no_secrets() -> Iterable[str]:
    """The secrets of a request that shows none."""
    return ()


# Not frozen, nor are `Send` and `Call`: every call makes some, and freezing costs as much again as making.
@attrs.define(kw_only=True)
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

    def masked(self, text: str) -> str:
        """A text that came of it, as an error may show it."""
        return _masked(text.encode(errors="replace"), self.secrets()).decode(errors="replace")


@attrs.define(kw_only=True)
class Answer:
    """A reply. Of a stream, the reply's head: its body is read by `Read` steps."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = attrs.field(default=b"", repr=False)
    at: float = attrs.field(factory=time.perf_counter)
    """When the head came, on the clock of latencies."""
    secrets: Secrets = attrs.field(default=no_secrets, repr=False, eq=False)
    """Those of its request. `send` sets them: a runner knows of none."""

    def masked(self, data: bytes) -> bytes:
        """Bytes of the reply as an error may show them."""
        return _masked(data, self.secrets())

    def with_hidden_headers(self) -> Mapping[str, str]:
        """The headers as a reply or an error may show them: without cookies, and without what the request showed."""
        headers = self.headers
        if not _HIDDEN.isdisjoint(headers):
            headers = {name: masked(text) if name in _HIDDEN else text for name, text in headers.items()}
        text = "\n".join(headers.values())
        # A secret in another form has a percent sign or a backslash in it.
        suspicious = "%" in text or "\\" in text or "bce-auth-v1" in text
        if not suspicious and not any(secret in text for secret in self.secrets()):
            return headers
        return {
            name: self.masked(value.encode(errors="surrogateescape")).decode(errors="replace")
            for name, value in headers.items()
        }


@attrs.define(kw_only=True)
class Send:
    """Send a request. The runner sends in the `Answer`, or throws in the error."""

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
    """Renew a token; others that want it wait. The runner throws in what it failed for."""

    token: Renewable


@attrs.frozen
class Admit:
    """Wait for a call's turn under limits."""

    permit: Permit


@attrs.frozen
class Await:
    """Wait for what a coroutine function among the hooks left. A runner that blocks gets none of these."""

    left: Awaitable[None]


Step: TypeAlias = Send | Read | Pause | Renew | Admit | Await
Steps: TypeAlias = Generator[Step, "Answer | bytes | None", T]


def send(request: HttpRequest, timeout: float, *, stream: bool = False) -> Steps[Answer]:
    """One request and its answer."""
    return answered(request, (yield Send(request=request, timeout=timeout, stream=stream)))


def answered(request: HttpRequest, answer: Answer | bytes | None) -> Answer:
    """What a runner sent in for `Send`: an answer that knows the secrets which its errors must not show."""
    if not isinstance(answer, Answer):
        raise TypeError("a runner sends in an Answer for Send")
    answer.secrets = request.secrets
    answer.headers = answer.with_hidden_headers()
    return answer


def told(waiting: Sequence[Awaitable[None]]) -> Steps[None]:
    """Waits for hooks."""
    for left in waiting:
        yield Await(left)


def read() -> Steps[bytes]:
    """The next bytes of a body."""
    data = yield Read()
    if not isinstance(data, bytes):
        raise TypeError("a runner sends in bytes for Read")
    return data


def read_all(most: int) -> Steps[bytes]:
    """What is left of a body, up to so many bytes."""
    parts: list[bytes] = []
    held = 0
    while held < most and (data := (yield from read())):
        parts.append(data)
        held += len(data)
    return b"".join(parts)[:most]
