"""Stages of a batch: requests grouped into calls, and what a call came to as a row of each of them.

They do no I/O of their own and keep nothing between calls, so that other engines can run them as well.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, cast

from qianfan_api.handles import OpenRequest, Options, Request, Target
from qianfan_api.reply import Reply
from qianfan_api.validation import check
from qianfan_typed.batch.requests import BatchRequest
from qianfan_typed.batch.rows import ResultRow, failed, members_of, replied
from qianfan_typed.errors import (
    AuthenticationError,
    BadRequest,
    ConfigurationError,
    InvalidRequest,
    PermissionDenied,
    QianfanError,
    QuotaExceeded,
    UnsafeContent,
)

Group = tuple[BatchRequest, ...]
"""Requests that go as one call."""
_GROUPED = "input"
"""The member of an embedding that takes several texts."""
_MOST_TEXTS = 1024


class Creates(Protocol):
    """What carries a call out, awaited: `AsyncRunner.create`."""

    def __call__(self, target: Target[Any, Any], request: Request, options: Options) -> Awaitable[Reply]: ...


class AccountRefused(Exception):
    """The platform refuses whoever asks, whatever is asked: going on is of no use."""

    def __init__(self, error: QianfanError) -> None:
        super().__init__(str(error))
        self.error = error


def grouped(requests: Iterable[BatchRequest]) -> Iterator[Group]:
    """Requests as calls: texts of embeddings that follow each other go together, as many as the model takes."""
    waiting: list[BatchRequest] = []
    for request in requests:
        if waiting and not _fits(waiting, request):
            yield tuple(waiting)
            waiting = []
        waiting.append(request)
        if _text(request) is None:
            yield tuple(waiting)
            waiting = []
    if waiting:
        yield tuple(waiting)


def _fits(waiting: Sequence[BatchRequest], request: BatchRequest) -> bool:
    first = waiting[0]
    return (
        request.target is first.target
        and _text(request) is not None
        and len(waiting) < most_texts(first.api, first.model)
        and _rest(first) == _rest(request)
    )


def _text(request: BatchRequest) -> object | None:
    """The one text of an embedding. None: it is none, or has several."""
    if not request.api.endswith(".embedding"):
        return None
    found: object = request.body.get(_GROUPED)
    if isinstance(found, list):
        texts = cast("list[object]", found)
        return texts[0] if len(texts) == 1 else None
    return found


def _rest(request: BatchRequest) -> dict[str, Any]:
    return {name: value for name, value in request.body.items() if name not in (_GROUPED, "model")}


@functools.lru_cache(256)
def most_texts(api: str, model: str) -> int:
    """How many texts a model of embeddings takes at once, as the rules say."""
    from qianfan_api.models import CATALOGUES

    known = CATALOGUES[api].get(model)
    if known is None:
        return 1

    def takes(count: int) -> bool:
        wire = {"model": model, _GROUPED: ["a"] * count}
        return not any(one.pointer == f"/{_GROUPED}" and one.level == "error" for one in check(api, wire, known))

    fewest, most = 1, _MOST_TEXTS
    while fewest < most:
        middle = (fewest + most + 1) // 2
        fewest, most = (middle, most) if takes(middle) else (fewest, middle - 1)
    return fewest


async def called(
    create: Creates, group: Group, options: Options, clock: Callable[[], float] = time.perf_counter
) -> list[ResultRow]:
    """What a call came to: a row for each of its requests.

    Args:
        create: Carries the call out.
        group: Its requests.
        options: How it departs from the client's settings.
        clock: The clock of latencies.

    Raises:
        AccountRefused: The platform refuses whoever asks.
    """
    began = clock()
    first = group[0]
    try:
        reply = await create(first.target, _whole(group), options)
    except QianfanError as error:
        if isinstance(error, (AuthenticationError, PermissionDenied, QuotaExceeded, ConfigurationError)):
            raise AccountRefused(error) from error
        if len(group) > 1 and isinstance(error, (BadRequest, UnsafeContent, InvalidRequest)):
            # One of the texts may be what the platform does not take: each goes by itself.
            alone = [await called(create, (one,), options, clock) for one in group]
            return [row for rows in alone for row in rows]
        latency = clock() - began
        return [failed(one.index, one.custom_id, one.api, one.model, error, latency) for one in group]
    return _rows(group, reply)


def _whole(group: Group) -> OpenRequest:
    if len(group) == 1:
        return group[0].to_wire()
    return OpenRequest({**group[0].body, _GROUPED: [_text(one) for one in group]})


def _rows(group: Group, reply: Reply) -> list[ResultRow]:
    if len(group) == 1:
        one = group[0]
        return [replied(one.index, one.custom_id, one.api, one.model, reply)]
    whole = members_of(reply)
    data: list[dict[str, Any]] = whole["data"]
    vectors = sorted(data, key=lambda one: int(one.get("index", 0)))
    rest = {name: value for name, value in whole.items() if name not in ("data", "usage")}
    rows: list[ResultRow] = []
    for place, (one, vector) in enumerate(zip(group, vectors, strict=True)):
        own = {**rest, "data": [{**vector, "index": 0}]}
        if place == 0 and "usage" in whole:
            own["usage"] = whole["usage"]
        rows.append(replied(one.index, one.custom_id, one.api, one.model, reply, own))
    return rows
