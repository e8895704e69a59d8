"""Encodability: what of a request JSON cannot say and where it stands; JSON's own types in place of their kin."""

from __future__ import annotations

import enum
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from typing import Any, cast

import attrs

from qianfan_api.violations import Place, Violation, pointer, shown
from qianfan_api.words import say

_MOST_DEPTH = 1000
"""Containers inside each other. Python's own JSON gives up there."""
_SCALARS = frozenset({str, int, float, bool, type(None)})
_LISTS = frozenset({list, tuple})
_OBJECTS = frozenset({dict})
_PLAIN = _SCALARS | _LISTS | _OBJECTS
_FEW = 4
_BYTES = (bytes, bytearray, memoryview)
_SOURCE = "RFC 8259, JSON"
_values = cast("Callable[[Any], Iterable[Any]]", dict[Any, Any].values)
_STRICT = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def is_plain(value: object, depth: int = 20) -> bool:
    """Whether a value is made of JSON's own types: no subclass of them, no container of another kind. Not of names.

    For what has been encoded: a container that holds itself has no end.
    """
    kind = type(value)
    if kind is dict:
        items: Iterable[object] = cast("dict[object, object]", value).values()
    elif kind is list or kind is tuple:
        items = cast("list[object]", value)
    else:
        return kind in _SCALARS
    if not depth or len(cast("list[object]", value)) > _FEW:
        return _are_plain(list(items))
    for item in items:  # noqa: SIM110  (a generator costs as much again)
        if type(item) not in _SCALARS and not is_plain(item, depth - 1):
            return False
    return True


def _are_plain(level: list[Any]) -> bool:
    """The same of many values. Level by level, in C: the thousand messages of a dialogue are one step."""
    kinds = set(map(type, level))
    while not kinds <= _SCALARS:
        if not kinds <= _PLAIN:
            return False
        alone = kinds <= _OBJECTS
        lists = [] if alone else [one for one in level if type(one) in _LISTS]
        objects = level if alone else [one for one in level if type(one) in _OBJECTS]
        # Twice, since most levels are the last: what is below is then never held.
        kinds = set(map(type, chain(*lists, chain.from_iterable(map(_values, objects)))))
        if not kinds <= _SCALARS:
            level = list(chain(*lists, chain.from_iterable(map(_values, objects))))
    return True


def is_encodable(value: object) -> bool:
    """Whether a value is surely fit to be sent: quickly, by Python's own encoder."""
    try:
        return bool(_STRICT.encode(value).encode()) and is_plain(value)
    except (TypeError, ValueError, RecursionError):
        return False


def beside(violations: Sequence[Violation], value: object) -> list[Violation]:
    """What cannot be encoded of a value, at places where no other error was found."""
    told = {one.pointer for one in violations if one.level == "error"}
    return [one for one in unencodable(value) if one.pointer not in told]


def unencodable(value: object) -> list[Violation]:
    """What of a value JSON, or UTF-8, cannot say."""
    return [
        Violation(
            pointer=pointer(place),
            code="encoding",
            message=message,
            level="error",
            rule="client.encoding",
            source=_SOURCE,
        )
        for place, message in _faults(value)
    ]


def plain(value: object) -> object:
    """An encodable value in JSON's own types, as `json` writes it: subclasses, enums, mappings and sequences too."""
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if (members := _members(value)) is not None:
        return {_key(name): plain(item) for name, item in members.items()}
    return [plain(item) for item in cast("Sequence[object]", value)]


def _members(value: object) -> Mapping[object, object] | None:
    """The members of an object. Parts of a reply count as one: what they do not have is left out."""
    if isinstance(value, Mapping):
        return cast("Mapping[object, object]", value)
    if attrs.has(type(value)):
        fields = attrs.asdict(cast("Any", value), recurse=False)
        return {name: item for name, item in fields.items() if item is not None}
    return None


def _key(name: object) -> str:
    if isinstance(name, enum.Enum):
        return _key(name.value)
    if name is None or isinstance(name, bool):
        return "null" if name is None else str(name).lower()
    return str.__str__(name) if isinstance(name, str) else repr(plain(name))


def _faults(value: object) -> Iterator[tuple[Place, str]]:
    """What is wrong with a value, and with all that it holds. Without recursion: it may be of any depth."""
    around: set[int] = set()
    """The containers that the walk is in."""
    walk: list[tuple[int, Iterator[tuple[Place, object]]]] = [(0, iter([((), value)]))]
    while walk:
        owner, items = walk[-1]
        place, one = next(items, ((), _END))
        if one is _END:
            walk.pop()
            around.discard(owner)
        elif id(one) in around:
            yield place, say("holds itself: JSON has no end then")
        elif (held := _held(one, place)) is None:
            yield from _of_value(one, place)
        elif len(walk) > _MOST_DEPTH:
            yield place[:1], say("more than {most} levels deep: must be less", most=_MOST_DEPTH)
            return
        else:
            yield from _of_names(one, place)
            around.add(id(one))
            walk.append((id(one), held))


_END = object()


def _held(value: object, place: Place) -> Iterator[tuple[Place, object]] | None:
    """What a value holds, and where. None: nothing that JSON knows."""
    members = _members(value)
    if members is not None:
        return (((*place, str(name)), item) for name, item in members.items())
    if isinstance(value, Sequence) and not isinstance(value, (str, *_BYTES)):
        items = cast("Sequence[object]", value)
        return (((*place, index), item) for index, item in enumerate(items))
    return None


def _of_names(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    for name in _members(value) or ():
        if not isinstance(name, (str, int, float)) and name is not None:
            yield place, say("{value}: names must be strings, not {kind}", value=_shown(name), kind=type(name).__name__)
        else:
            yield from _halves(str(name), place, of_name=True)


def _of_value(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, enum.Enum):
        for below, message in _faults(value.value):
            yield (*place, *below), message
    elif isinstance(value, str):
        yield from _halves(value, place)
    elif isinstance(value, float) and not math.isfinite(value):
        yield place, say("{value}: must be a number; JSON has neither NaN nor infinity", value=value)
    elif value is not None and not isinstance(value, (int, float)):
        yield place, _foreign(value)


def _halves(text: str, place: Place, *, of_name: bool = False) -> Iterator[tuple[Place, str]]:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = f"U+{ord(text[error.start]):04X}"
        message = say(
            "{value}: must be text; {half} at {index} is half of a character",
            value=shown(text),
            half=half,
            index=error.start,
        )
        yield place, say("name {message}", message=message) if of_name else message


def _foreign(value: object) -> str:
    text, kind = _shown(value), cast("type[Any]", type(value))
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    if isinstance(value, _BYTES):
        advice = say("decode it, or write it as base64")
    elif isinstance(value, Set):
        advice = say("write sorted(…) or list(…) of it")
    elif kind.__module__.partition(".")[0] == "numpy":
        advice = say("write its {method}", method=".tolist()" if getattr(value, "ndim", 0) else ".item()")
    else:
        advice = say("write it as a string, a number, a list or a dict")
    return say("{value}: JSON has no {kind}; {advice}", value=text, kind=name, advice=advice)


def _shown(value: object) -> str:
    # Not `shown`: the repr of a foreign object may be anything, and long.
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
