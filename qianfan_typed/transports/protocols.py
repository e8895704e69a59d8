"""Transports: what carries a request to the platform and brings its reply back, as protocols of a few methods.

A transport knows nothing of keys, tokens, retries and models: it is given an `HttpRequest` with everything in it, and
gives an `Answer`. What breaks it raises as a `TransportError`. It waits no longer than a `Patience` says; which of its
two bounds ran out is told by who asked, so a `ReadTimeout` serves for both.
"""

from __future__ import annotations

import time
from typing import Literal, Protocol, runtime_checkable

import attrs

from qianfan_typed.core.steps import Answer, HttpRequest
from qianfan_typed.errors import ConfigurationError


# Not frozen: every call makes one.
@attrs.define
class Patience:
    """How long a transport may wait. Times are in seconds."""

    connect: float
    """For a connection, its encryption included."""
    silence: float
    """For the next bytes."""
    until: float | None = None
    """For everything: an instant of `time.monotonic()`. None: there is no such bound."""

    def for_connection(self) -> float:
        """Seconds that a connection may take now. 0: none is left."""
        return self.connect if self.until is None else max(0.0, min(self.connect, self.until - time.monotonic()))

    def for_bytes(self) -> float:
        """Seconds that the next bytes may take now. 0: none is left."""
        return self.silence if self.until is None else max(0.0, min(self.silence, self.until - time.monotonic()))


class Body(Protocol):
    """The body of a reply that is read in pieces."""

    def read(self) -> bytes:
        """What has come; waits for some. Empty at the end, and only there.

        A connection that breaks is an end too: who reads knows whether it came too early. One that may be read by one
        thread may be closed by another, which wakes the reader.

        Raises:
            TransportError: Nothing came in time. Each further read raises it again.
        """
        ...

    def close(self, *, reuse: bool) -> None:
        """Ends the reading. Never waits.

        Args:
            reuse: Whether the platform has said all. Then the connection may serve on, once the body's last bytes have
                come; else it is closed.
        """
        ...


class AsyncBody(Protocol):
    """The same, awaited. `close` is called in the event loop that reads."""

    async def aread(self) -> bytes: ...
    def close(self, *, reuse: bool) -> None: ...


@runtime_checkable
class Transport(Protocol):
    """Carries requests of `Qianfan`. Threads share it."""

    def send(self, request: HttpRequest, patience: Patience) -> Answer:
        """Sends a request; the whole reply.

        Raises:
            TransportError: There is no reply, or half of one. `retryable` says whether nothing was sent.
        """
        ...

    def open(self, request: HttpRequest, patience: Patience) -> tuple[Answer, Body]:
        """Sends a request; the reply's head, and its body to be read. `patience` bounds the reading too.

        Raises:
            TransportError: As `send`.
        """
        ...

    def close(self) -> None:
        """Closes the connections that wait for the next call. A later call opens new ones."""
        ...


@runtime_checkable
class AsyncTransport(Protocol):
    """Carries requests of `AsyncQianfan`. Tasks share it; each event loop has connections of its own."""

    async def asend(self, request: HttpRequest, patience: Patience) -> Answer: ...
    async def aopen(self, request: HttpRequest, patience: Patience) -> tuple[Answer, AsyncBody]: ...
    async def aclose(self) -> None: ...


def require_fit(transport: object, kind: Literal["Transport", "AsyncTransport"], owner: str) -> None:
    """Raises ConfigurationError where a transport lacks the methods of its kind."""
    methods = ("send", "open", "close") if kind == "Transport" else ("asend", "aopen", "aclose")
    missing = [f"{name}()" for name in methods if not callable(getattr(transport, name, None))]
    if missing:
        raise ConfigurationError(
            message=f"transport: {type(transport).__name__} has no {' and '.join(missing)}; "
            f"{owner} takes {'a' if kind == 'Transport' else 'an'} {kind} of qianfan_typed.transports",
            setting="transport",
        )
