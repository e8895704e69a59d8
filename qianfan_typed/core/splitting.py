"""Splitting: a request with more texts than one bears, as several requests; and their replies as one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, cast

import attrs

from qianfan_api.handles import OpenRequest, Request, Target
from qianfan_api.reply import Reply, attach
from qianfan_api.violations import Violation

R = TypeVar("R", bound=Reply)


@attrs.frozen
class Part(OpenRequest):
    """One of the requests that a request is split into."""

    name: str
    """The parameter that is split."""
    offset: int
    """How many items stand before it."""

    def moved(self, violations: Sequence[Violation]) -> Iterator[Violation]:
        """What is wrong with it, as it is of the whole: with the places that its items have there."""
        for one in violations:
            steps = one.pointer.split("/")
            if steps[1:2] == [self.name] and steps[2:] and steps[2].isdigit():
                steps[2] = str(int(steps[2]) + self.offset)
            yield attrs.evolve(one, pointer="/".join(steps))


def parts_of(target: Target[Any, Any], request: Request) -> list[Part]:
    """The requests that one is to be split into. Empty: it bears what it has."""
    operation, model = target.operation, target.model
    most = None if model is None else operation.most.get(model.group)
    name = operation.split
    if name is None or most is None:
        return []
    wire = request.to_wire()
    items = wire.get(name)
    if not isinstance(items, (list, tuple)) or len(cast("Sequence[object]", items)) <= most:
        return []
    every = cast("Sequence[object]", items)
    return [Part({**wire, name: every[at : at + most]}, name, at) for at in range(0, len(every), most)]


def joined(replies: Sequence[R]) -> R:
    """One reply with the items of all, numbered in a row, and what they cost together."""
    data: list[Any] = []
    items: list[dict[str, Any]] = []
    for reply in replies:
        before = len(data)
        items += [{**one, "index": before + at} for at, one in enumerate(_members(reply, "data"))]
        data += [attrs.evolve(one, index=before + at) for at, one in enumerate(cast("Any", reply).data)]
    first, last = cast("Any", replies[0]), replies[-1].meta
    usage = cast("type[attrs.AttrsInstance]", type(first.usage))
    counts = {
        field.name: sum(getattr(cast("Any", one).usage, field.name) for one in replies) for field in attrs.fields(usage)
    }
    whole = cast("R", attrs.evolve(first, data=data, usage=attrs.evolve(first.usage, **counts)))
    said = {**replies[0].to_dict(), "data": items, "usage": {**replies[0].to_dict().get("usage", {}), **counts}}
    meta = attrs.evolve(
        last,
        started=replies[0].meta.started,
        total_latency=sum(one.meta.total_latency for one in replies),
        waited=sum(one.meta.waited for one in replies),
        failed=tuple(failed for one in replies for failed in one.meta.failed),
    )
    attach(whole, json.dumps(said, ensure_ascii=False).encode(), meta)
    return whole


def _members(reply: Reply, name: str) -> list[dict[str, Any]]:
    """The objects of a list of a reply, as the platform sent them."""
    return cast("list[dict[str, Any]]", reply.get(name) or [])
