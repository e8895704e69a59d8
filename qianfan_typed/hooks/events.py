"""Events: what hooks are given. Nothing in them is secret, and nothing is content."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from qianfan_typed.errors import SentError


@attrs.frozen(kw_only=True, eq=False)
class CallInfo:
    """A call. All its events have the same one."""

    operation: str
    """`v2.chat`."""
    model: str | None
    """The model or endpoint. None: the operation has none."""
    stream: bool
    method: str
    """The HTTP method."""
    url: str
    """Where it goes, without its query."""
    started: float
    """When it was called, in seconds since the epoch."""
    parameters: Mapping[str, float]
    """What it asks for in numbers, under the operation's names: `temperature`, `max_tokens` and the like."""
    notes: dict[str, object] = attrs.field(factory=dict[str, object], repr=False)
    """Where hooks may keep what they want to find again at the call's next event."""


@attrs.frozen(kw_only=True)
class RequestSent:
    """A request is about to be sent: `on_request`. Each attempt has one."""

    call: CallInfo
    attempt: int
    """Which one it is, from 1."""


@attrs.frozen(kw_only=True)
class RetryPlanned:
    """An attempt failed, and there will be another: `on_retry`."""

    call: CallInfo
    attempt: int
    """The one that failed, from 1."""
    error: SentError
    wait: float
    """Seconds until the next."""


@attrs.frozen(kw_only=True)
class ReplyCame:
    """A reply came: `on_reply`. Of a stream, it has ended, or was closed."""

    call: CallInfo
    attempt: int
    """The one that succeeded, from 1."""
    status: int
    request_id: str | None
    seconds: float
    """From the call to its end: waits, retries and decoding included."""
    first_token: float | None = None
    """Streams: seconds from sending to the first piece. None: none came."""
    pieces: int | None = None
    """Streams: how many came."""
    complete: bool = True
    """Streams: False where it was closed before its end."""
    response_id: str | None = None
    response_model: str | None = None
    """The model as the reply names it."""
    finish_reasons: tuple[str, ...] = ()
    input_tokens: int | None = None
    output_tokens: int | None = None


@attrs.frozen(kw_only=True)
class CallFailed:
    """A call came to an error, which its caller now gets: `on_error`."""

    call: CallInfo
    error: BaseException
    """What it raises: a `SentError`, whose `attempts` has all attempts, or what interrupted it, as CancelledError.
    A hook that passes on `error.body` passes on content."""
    seconds: float
    """From the call to its end."""
