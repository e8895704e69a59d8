"""Log lines, under `qianfan_typed`: a call's request and reply at DEBUG, retries at INFO.

DEBUG  v2.chat POST https://qianfan.baidubce.com/v2/chat/completions, attempt 1
DEBUG  v2.chat POST https://qianfan.baidubce.com/v2/chat/completions, attempt 1: HTTP 200, as-1, 312 ms
INFO   v2.chat ernie-4.5-turbo-128k: attempt 1 failed (RateLimited 429); again in 0.72 s
DEBUG  v2.chat POST https://qianfan.baidubce.com/v2/chat/completions: BadRequest invalid_argument, 40 ms
"""

from __future__ import annotations

import logging

from qianfan_typed.errors import ApiError, SentError
from qianfan_typed.hooks.events import CallFailed, CallInfo, ReplyCame, RequestSent, RetryPlanned
from qianfan_typed.hooks.watch import Hooks

log: logging.Logger = logging.getLogger("qianfan_typed")


def _called(call: CallInfo) -> str:
    return f"{call.operation} {call.method} {call.url}"


def _in_short(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, ApiError):
        return f"{name} {f'HTTP {error.status}' if error.code is None else error.code}"
    return f"{name}: {error.message}" if isinstance(error, SentError) else name


def _request(event: RequestSent) -> None:
    log.debug("%s, attempt %d", _called(event.call), event.attempt)


def _reply(event: ReplyCame) -> None:
    told = [f"HTTP {event.status}", *([event.request_id] if event.request_id else [])]
    if event.pieces is not None:
        told.append(f"{event.pieces} pieces{'' if event.complete else ', closed before its end'}")
    log.debug("%s, attempt %d: %s, %.0f ms", _called(event.call), event.attempt, ", ".join(told), event.seconds * 1e3)


def _failed(event: CallFailed) -> None:
    log.debug("%s: %s, %.0f ms", _called(event.call), _in_short(event.error), event.seconds * 1e3)


def _retry(event: RetryPlanned) -> None:
    log_retry(event.call.model or event.call.operation, event.attempt, event.error, event.wait)


def log_retry(what: str, attempt: int, error: SentError, wait: float) -> None:
    """The line of a retry."""
    log.info("%s: attempt %d failed (%s); again in %.2f s", what, attempt, _in_short(error), wait)


DEBUG = Hooks(on_request=_request, on_reply=_reply, on_retry=_retry, on_error=_failed)
"""Where the level is DEBUG. At INFO the core alone calls `log_retry`: a call that nobody else watches has no watch."""
