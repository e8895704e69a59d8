"""Spots: what an editor's cursor is on in a file of requests, and whose request that is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs

from qianfan_api.models import CATALOGUES
from qianfan_api.routing import recipient
from qianfan_typed.language_server.outlines import Member, Outline, json_outline, yaml_outlines
from qianfan_typed.payloads.envelopes import AddressedRequest, Envelopes, Undecided, fields_of
from qianfan_typed.payloads.json_places import steps
from qianfan_typed.payloads.units import PayloadFile, PayloadForm

Step = str | int
_DUE = "\u0000"
"""Stands for a name that is still to come, on an empty line of YAML."""


@attrs.frozen(kw_only=True)
class Spot:
    """A member's name or value that the cursor is on, or the place where one may come."""

    kind: Literal["name", "value"]
    path: tuple[Step, ...]
    """The names and indexes that lead to the member; without its name, where that is still to come."""
    start: int
    end: int
    """What is written there: offsets. The same: nothing is yet."""
    record: Outline
    """The document that the member is in."""
    owner: Outline | None = None
    """The object that it is in."""
    colon: bool = False
    """Whether its name has one behind it."""


@attrs.frozen(kw_only=True)
class Addressee:
    """Whose request a spot is in."""

    api: str | None = None
    """The operation. None: it is not known."""
    model: str | None = None
    """The model, as the catalogue calls it. None: none is named that it knows."""
    place: tuple[Step, ...] | None = None
    """What leads to the spot within the request's body. None: it is outside of it."""


def spot_in(text: str, offset: int, form: PayloadForm) -> Spot | None:
    """What stands at an offset of a text. None: nothing that has a name."""
    if form == "yaml":
        return _in_yaml(text, offset)
    for record in _json_records(text, offset, form):
        if record.start <= offset <= record.end:
            return _descend(record, offset, record, ())
    return None


def _json_records(text: str, offset: int, form: PayloadForm) -> Iterator[Outline]:
    start, end = 0, len(text)
    if form == "lines":
        start = text.rfind("\n", 0, offset) + 1
        end = text.find("\n", offset) if "\n" in text[offset:] else len(text)
    root = json_outline(text, start, end)
    if root is not None:
        yield from root.items if root.kind == "list" else [root]


def _in_yaml(text: str, offset: int) -> Spot | None:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset) if "\n" in text[offset:] else len(text)
    due = not text[start:end].strip(" -\r")
    if due:
        text = text[:offset].rstrip("\r") + _DUE + text[offset:]
    for root in yaml_outlines(text):
        for record in root.items if root.kind == "list" else [root]:
            if record.start <= offset <= max(record.end, record.start):
                found = _descend(record, offset, record, ())
                if found is not None and due:
                    path = tuple(step for step in found.path if step != _DUE)
                    return attrs.evolve(found, path=path, start=offset, end=offset)
                return found
    return None


def _descend(value: Outline, offset: int, record: Outline, path: tuple[Step, ...]) -> Spot | None:
    if value.kind == "scalar":
        return Spot(kind="value", path=path, start=value.start, end=value.end, record=record)
    if value.kind == "list":
        for number, item in enumerate(value.items):
            if item.start <= offset <= item.end:
                return _descend(item, offset, record, (*path, number))
        return Spot(kind="value", path=(*path, len(value.items)), start=offset, end=offset, record=record)
    # Names first: in YAML the value before one ends where it begins.
    for at in (_at_name, _at_value):
        for member in value.members:
            found = at(value, member, offset, record, path)
            if found is not None:
                return found
    if value.closed and offset in (value.start, value.end):
        return None
    return Spot(kind="name", path=path, start=offset, end=offset, record=record, owner=value)


def _at_name(owner: Outline, member: Member, offset: int, record: Outline, path: tuple[Step, ...]) -> Spot | None:
    if not member.start <= offset <= member.name_end:
        return None
    own, colon = (*path, member.name), member.colon is not None
    return Spot(kind="name", path=own, start=member.start, end=member.name_end, record=record, owner=owner, colon=colon)


def _at_value(owner: Outline, member: Member, offset: int, record: Outline, path: tuple[Step, ...]) -> Spot | None:
    own, inner = (*path, member.name), member.value
    stop = member.stop if inner is None else max(member.stop, inner.end)
    if member.colon is None or not member.colon <= offset <= stop:
        return None
    if inner is None:
        return Spot(kind="value", path=own, start=offset, end=offset, record=record, owner=owner, colon=True)
    if not inner.start <= offset <= inner.end:
        return None
    if inner.kind != "scalar":
        return _descend(inner, offset, record, own)
    return Spot(kind="value", path=own, start=inner.start, end=inner.end, record=record, owner=owner, colon=True)


def request_of(value: object, source: PayloadFile) -> AddressedRequest | None:
    """The request that a document holds. None: it does not say which operation it is for, or it is none."""
    fields = fields_of(value)
    try:
        return None if fields is None else Envelopes(source.api, source.model).request(fields)
    except Undecided:
        return None


def addressee(spot: Spot, source: PayloadFile) -> Addressee:
    """Whose request a spot is in, as far as the document says it."""
    # Without the name that is being typed, which may be none yet.
    request = request_of(_without(spot), source) or request_of(spot.record.value(), source)
    if request is None:
        return Addressee(place=spot.path)
    at = tuple(steps(request.at))
    inside = tuple(map(str, spot.path[: len(at)])) == at and (len(spot.path) >= len(at))
    place = spot.path[len(at) :] if inside and (len(spot.path) > len(at) or spot.kind == "name") else None
    if place == () and at and spot.owner is not None and spot.path == at and spot.colon:
        place = None  # the body's own name
    return Addressee(api=request.api, model=model_of(request), place=place)


def _without(spot: Spot) -> object:
    if spot.kind != "name" or spot.owner is None or len(spot.path) != 1:
        return spot.record.value()
    members = spot.owner.members
    return attrs.evolve(spot.owner, members=[one for one in members if one.start != spot.start]).value()


def model_of(request: AddressedRequest) -> str | None:
    """The model of a request, as the catalogue calls it."""
    body = fields_of(request.body) or {}
    name = request.model or recipient(request.api, body).name
    known = CATALOGUES[request.api].get(name)
    return None if known is None else known.name
