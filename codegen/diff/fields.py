"""What changed about a parameter or a member."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from codegen.diff.change import Part
from codegen.spec import language, types

Side = Literal["request", "reply"]
Direction = Literal["narrowed", "widened", "changed"]

_SIZES: dict[str, tuple[str, str]] = {
    "min_items": ("at least {} items", "low"),
    "max_items": ("at most {} items", "high"),
    "max_length": ("at most {} characters", "high"),
    "max_bytes": ("at most {} bytes", "high"),
}
"""Key → how it reads, and which end of the values it bounds."""


def field_parts(old: language.Field, new: language.Field, side: Side, *, soft: bool) -> Iterator[Part]:
    """Everything but texts and sources. `soft`: the rule only warns, so that narrowing refuses nothing."""
    yield from _type(old.type, new.type, side)
    if side == "reply":
        if old.nullable != new.nullable:
            yield Part("may be None now", "breaking") if new.nullable else Part("is never None now", "notable")
    elif old.required != new.required:
        yield Part("now required", "breaking") if new.required else Part("no longer required", "notable")
    yield from _enum(old.enum, new.enum, side)
    if old.default != new.default:
        yield Part(f"default {_value(old.default)} → {_value(new.default)}", "notable")
    if side == "reply":
        return
    for word in ("range", "sides"):
        part = range_part(word, getattr(old, word), getattr(new, word))
        if part is not None:
            yield part.softened(soft)
    for part in _sizes(old, new):
        yield part.softened(soft)
    if old.sent != new.sent:
        yield Part("now sent", "notable") if new.sent else Part("no longer sent", "breaking")


def texts_differ(old: language.Field, new: language.Field) -> bool:
    """Whether its words differ: its meaning or its hints."""
    return plain(old.doc) != plain(new.doc) or old.hints != new.hints


def plain(text: str | None) -> str:
    """A text without its line breaks."""
    return " ".join((text or "").split())


def range_part(word: str, old: language.Range | None, new: language.Range | None) -> Part | None:
    """`range (0, 1.0] → (0, 2.0], widened`."""
    if (old and (old.low, old.high)) == (new and (new.low, new.high)):
        return None
    if old is None or new is None:
        part = Part(f"{word} {_text(old)} → {_text(new)}", "breaking" if old is None else "notable")
        return Part(f"{part.words}, {'narrowed' if old is None else 'widened'}", part.mark)
    ways = _end(old.low, new.low, 1), _end(old.high, new.high, -1)
    return _sized(f"{word} {old.text} → {new.text}", _direction(*ways))


def _text(span: language.Range | None) -> str:
    return "any" if span is None else span.text


def _end(old: language.Bound, new: language.Bound, sign: int) -> Direction | None:
    """What moving one end does. `sign` is 1 where a greater bound holds less."""
    if old.value is None and new.value is None:
        return None
    if old.value == new.value:
        return None if old.open == new.open else "narrowed" if new.open else "widened"
    if old.value is None or new.value is None:
        return "narrowed" if old.value is None else "widened"
    if isinstance(old.value, str) or isinstance(new.value, str):
        return "changed"
    return "narrowed" if (new.value - old.value) * sign > 0 else "widened"


def _direction(low: Direction | None, high: Direction | None) -> Direction:
    return low or high or "changed" if low == high or low is None or high is None else "changed"


def _sized(text: str, way: Direction) -> Part:
    return Part(f"{text}, {way}", "notable" if way == "widened" else "breaking")


def _sizes(old: language.Field, new: language.Field) -> Iterator[Part]:
    for word, (phrase, end) in _SIZES.items():
        before: int | str | None = getattr(old, word)
        after: int | str | None = getattr(new, word)
        if before == after:
            continue
        if before is None or after is None:
            way: Direction = "narrowed" if before is None else "widened"
        elif isinstance(before, str) or isinstance(after, str):
            way = "changed"
        else:
            way = "narrowed" if (after > before) == (end == "low") else "widened"
        yield _sized(f"{_size(phrase, before)} → {_size(phrase, after)}", way)
    if old.non_empty != new.non_empty:
        texts = ("may be empty", "may not be empty")
        yield _sized(f"{texts[old.non_empty]} → {texts[new.non_empty]}", "narrowed" if new.non_empty else "widened")


def _size(phrase: str, value: int | str | None) -> str:
    return "any size" if value is None else phrase.format(value)


def _type(old: str, new: str, side: Side) -> Iterator[Part]:
    before, after = _options(old), _options(new)
    if before == after:
        return
    text = f"type {old} → {new}"
    if side == "reply":
        yield Part(text, "breaking")
    elif before <= after or (types.Plain("float") in after and before - {types.Plain("int")} <= after):
        yield Part(f"{text}, widened", "notable")
    elif after <= before or (types.Plain("float") in before and after - {types.Plain("int")} <= before):
        yield Part(f"{text}, narrowed", "breaking")
    else:
        yield Part(f"{text}, changed", "breaking")


def _options(text: str) -> frozenset[types.Type]:
    return frozenset(_unordered(types.parse(text)))


def _unordered(kind: types.Type) -> Iterator[types.Type]:
    """The options of a type; inside, those of a union in the order of their texts."""
    match kind:
        case types.OneOf(options):
            for option in options:
                yield from _unordered(option)
        case types.ListOf(item):
            yield types.ListOf(_ordered(item))
        case types.MapOf(value):
            yield types.MapOf(_ordered(value))
        case _:
            yield kind


def _ordered(kind: types.Type) -> types.Type:
    options = sorted(set(_unordered(kind)), key=repr)
    return options[0] if len(options) == 1 else types.OneOf(tuple(options))


def _enum(old: list[language.Scalar] | None, new: list[language.Scalar] | None, side: Side) -> Iterator[Part]:
    if old is None or new is None:
        if old is not None:
            yield Part(f"takes any value, not only {values(old)}", "breaking" if side == "reply" else "notable")
        if new is not None:
            yield Part(f"takes only {values(new)}", "breaking")
        return
    gone = [value for value in old if value not in new]
    come = [value for value in new if value not in old]
    if gone:
        yield Part(f"value{'s' * (len(gone) > 1)} {values(gone)} removed", "notable" if side == "reply" else "breaking")
    if come:
        yield Part(f"value{'s' * (len(come) > 1)} {values(come)} added", "notable")


def values(of: list[language.Scalar]) -> str:
    """Values in a row, the same whatever their order in the file."""
    return ", ".join(sorted(map(_value, of)))


def _value(value: object) -> str:
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
