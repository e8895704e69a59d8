"""Result rows: what became of a request, as a line of the output has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

import attrs
import msgspec

from qianfan_api.reply import Reply
from qianfan_api.violations import Violation
from qianfan_typed.errors import ApiError, InvalidRequest, QianfanError, SentError

RowStatus = Literal["ok", "failed", "invalid"]
"""ok: there is a reply. failed: it was sent, and came to an error. invalid: it breaks rules, and was not sent."""


@attrs.frozen(kw_only=True)
class TokenCount:
    """Tokens that a call took, as its reply says."""

    input: int = 0
    output: int = 0
    cached: int = 0
    """Those of the input that came from the cache."""


@attrs.frozen(kw_only=True)
class RowError:
    """Why a request has no reply."""

    type: str
    """The class of the error: `RateLimited`."""
    message: str
    code: int | str | None = None
    """The platform's code; of a request that was not sent, the first violation's. None: there is none."""
    status: int | None = None
    """The HTTP status. None: no reply came."""
    request_id: str | None = None
    """The platform's id of the request, to quote to its support."""

    @property
    def label(self) -> str:
        """What errors are counted by: the class, and the code where there is one."""
        return self.type if self.code is None else f"{self.type} {self.code}"


@attrs.frozen(kw_only=True)
class ResultRow:
    """What became of one request."""

    index: int
    """Which of the input, from 0."""
    custom_id: str
    status: RowStatus
    api: str
    """The operation: `v2.chat`."""
    model: str | None = None
    """The model or endpoint that was called."""
    reply: dict[str, Any] | None = None
    """The reply, as the platform sent it. None: there is an error."""
    error: RowError | None = None
    usage: TokenCount | None = None
    """Tokens. Of requests that went as one call, the first has them all. None: the reply does not say."""
    latency: float | None = None
    """Seconds from the call to its end, waiting and retries included. None: it was not sent by itself."""
    attempts: int = 0
    """How often it was sent."""


_MEMBERS = [field.name for field in attrs.fields(ResultRow)]
"""In the order in which people read them; by itself msgspec would sort them."""
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(ResultRow)
_members = msgspec.json.Decoder(dict[str, Any]).decode
"""Several times as fast as `json`, which costs a tenth of a call."""


def line_of(row: ResultRow) -> bytes:
    """A row as a line of the output, with its end."""
    return _encoder.encode({name: getattr(row, name) for name in _MEMBERS}) + b"\n"


def row_of(line: bytes) -> ResultRow:
    """The row that a line holds. Raises ValueError where it holds none."""
    return _decoder.decode(line)


def replied(
    index: int, custom_id: str, api: str, model: str, reply: Reply, own: Mapping[str, Any] | None = None
) -> ResultRow:
    """The row of a request that was answered.

    Args:
        index: Which of the input.
        custom_id: Its id.
        api: The operation.
        model: Whom it went to.
        reply: The reply of its call.
        own: What of the reply is the request's own, where several went as one call. None: all of it.
    """
    said = members_of(reply) if own is None else dict(own)
    return ResultRow(
        index=index,
        custom_id=custom_id,
        status="ok",
        api=api,
        model=model,
        reply=said,
        usage=tokens_of(said),
        latency=round(reply.meta.total_latency, 6),
        attempts=reply.meta.attempts,
    )


def members_of(reply: Reply) -> dict[str, Any]:
    """A reply as the platform sent it."""
    try:
        return _members(reply.raw)
    except ValueError:
        return reply.to_dict()  # What is broken in it is mended.


def failed(
    index: int, custom_id: str, api: str, model: str | None, error: QianfanError, latency: float | None
) -> ResultRow:
    """The row of a request that came to an error. `latency`: seconds that it took; None: it was not sent."""
    invalid = isinstance(error, InvalidRequest)
    return ResultRow(
        index=index,
        custom_id=custom_id,
        status="invalid" if invalid else "failed",
        api=api,
        model=model,
        error=_said(error),
        latency=None if invalid or latency is None else round(latency, 6),
        attempts=max(len(error.attempts), 1) if isinstance(error, SentError) else 0,
    )


def invalid(index: int, custom_id: str, api: str, model: str | None, violations: list[Violation]) -> ResultRow:
    """The row of a request that breaks rules."""
    error = InvalidRequest(model=model or api, violations=violations)
    return failed(index, custom_id, api, model, error, None)


def tokens_of(reply: Mapping[str, Any]) -> TokenCount | None:
    """Tokens, as a reply of any operation says them. None: it does not."""
    found = reply.get("usage")
    if not isinstance(found, dict):
        return None
    usage = cast("dict[str, Any]", found)
    sent: Any = usage.get("prompt_tokens", usage.get("input_tokens"))
    if not isinstance(sent, int):
        return None
    came: Any = usage.get("completion_tokens", usage.get("output_tokens"))
    if not isinstance(came, int):
        total: Any = usage.get("total_tokens")
        came = max(0, total - sent) if isinstance(total, int) else 0
    details: Any = usage.get("prompt_tokens_details")
    cached: Any = cast("dict[str, Any]", details).get("cached_tokens") if isinstance(details, dict) else 0
    return TokenCount(input=sent, output=came, cached=cached if isinstance(cached, int) else 0)


def _said(error: QianfanError) -> RowError:
    kind = type(error).__name__
    if isinstance(error, InvalidRequest):
        return RowError(type=kind, message=str(error), code=error.violations[0].code if error.violations else None)
    if isinstance(error, ApiError):
        words = error.message
        return RowError(type=kind, message=words, code=error.code, status=error.status, request_id=error.request_id)
    return RowError(
        type=kind,
        message=error.message if isinstance(error, SentError) else str(error),
        request_id=error.request_id if isinstance(error, SentError) else None,
    )
