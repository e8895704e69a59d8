"""JSON Schemas put together: one that asks for what several ask for."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction

from qianfan_typed.emulator.lenient_json import Json, int_of, is_list, is_object, object_of, texts_of

KINDS: dict[str, Callable[[object], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int | float) and not isinstance(value, bool) and value == int(value),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": is_list,
    "object": is_object,
}
"""Type → whether a value is of it."""

_TIGHTER: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}


class Unsatisfiable(Exception):
    """No instance was found: the schema contradicts itself, recurs without end, or asks for something not known."""


def number_of(value: object) -> Fraction | None:
    """The number as it is written: 0.1 is a tenth. None: it is no number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return Fraction(str(value)) if math.isfinite(value) else None
    return Fraction(value) if isinstance(value, int) else None


def plain_number(value: Fraction) -> int | float:
    """The number as JSON writes it."""
    return int(value) if value.denominator == 1 else float(value)


def step_of(schema: Json) -> Fraction | None:
    """What numbers must be multiples of."""
    step = number_of(schema.get("multipleOf"))
    return step if step is not None and step > 0 else None


def fits(value: object, schema: Json) -> bool:
    """Whether a value that an enum lists keeps to the other keywords beside it: type, bounds and lengths."""
    kinds = texts_of(schema.get("type", []))
    if kinds and not any(KINDS[kind](value) for kind in kinds if kind in KINDS):
        return False
    number = number_of(value)
    if number is not None:
        return _within(number, schema)
    if isinstance(value, str):
        pattern = schema.get("pattern")
        if isinstance(pattern, str) and not _matches(pattern, value):
            return False
        return _counted(len(value), schema, "minLength", "maxLength")
    if is_list(value):
        return _counted(len(value), schema, "minItems", "maxItems")
    if is_object(value):
        named = all(name in value for name in texts_of(schema.get("required", [])))
        return named and _counted(len(value), schema, "minProperties", "maxProperties")
    return True


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return False


def _counted(count: int, schema: Json, least: str, most: str) -> bool:
    high = int_of(schema.get(most))
    return count >= (int_of(schema.get(least)) or 0) and (high is None or count <= high)


def _within(number: Fraction, schema: Json) -> bool:
    low, above = number_of(schema.get("minimum")), number_of(schema.get("exclusiveMinimum"))
    high, below = number_of(schema.get("maximum")), number_of(schema.get("exclusiveMaximum"))
    step = step_of(schema)
    return (
        (low is None or number >= low)
        and (above is None or number > above)
        and (high is None or number <= high)
        and (below is None or number < below)
        and (step is None or number % step == 0)
    )


def both(one: Json, two: Json) -> Json:
    """A schema that asks for what both ask for. Raises Unsatisfiable where they cannot agree."""
    made = dict(one)
    for key, value in two.items():
        made[key] = _joined(key, made[key], value) if key in made else value
    if "properties" in one or "properties" in two:
        made["properties"] = _properties(one, two)
    return made


def _properties(one: Json, two: Json) -> Json:
    """The members that both describe. One that only one of them lists is one of the other's additional ones."""
    listed = [(object_of(part.get("properties")), part.get("additionalProperties", True)) for part in (one, two)]
    names = dict.fromkeys(name for members, _ in listed for name in members)
    return {name: _all_of([members.get(name, other) for members, other in listed]) for name in names}


def _joined(key: str, one: object, two: object) -> object:
    """What both say under one keyword."""
    if is_among(one, [two]):
        return one
    if key == "required":
        return [*texts_of(one), *(name for name in texts_of(two) if name not in texts_of(one))]
    if key == "enum":
        return _kept([value for value in _listed(one) if is_among(value, _listed(two))])
    if key == "type":
        return _kept([kind for kind in _types(one) if kind in _types(two)])
    if key in ("allOf", "anyOf", "oneOf"):
        return [*_listed(one), *_listed(two)]
    if key in ("pattern", "format"):
        raise Unsatisfiable
    if key in ("items", "additionalProperties"):
        return _all_of([one, two])
    if key == "uniqueItems":
        return bool(one) or bool(two)
    numbers = number_of(one), number_of(two)
    if numbers[0] is not None and numbers[1] is not None:
        return _number(key, numbers[0], numbers[1])
    return two


def _number(key: str, one: Fraction, two: Fraction) -> int | float:
    if key == "multipleOf":
        common = one.denominator * two.denominator
        joined = Fraction(math.lcm(int(one * common), int(two * common)), common)
    else:
        joined = _TIGHTER.get(key, max)(one, two)
    return plain_number(joined)


def _types(value: object) -> list[str]:
    """The types named; whoever takes numbers takes integers."""
    named = list(texts_of(value))
    return [*named, "integer"] if "number" in named and "integer" not in named else named


def _kept(values: list[object]) -> list[object]:
    if not values:
        raise Unsatisfiable
    return values


def is_among(value: object, values: list[object]) -> bool:
    """Whether the value is in the list, as JSON sees it: true is not 1, and 1.0 is."""
    return _identity(value) in [_identity(other) for other in values]


def _identity(value: object) -> object:
    """Something that is equal exactly where the JSON is."""
    if is_list(value):
        return [_identity(item) for item in value]
    if is_object(value):
        return {name: _identity(member) for name, member in value.items()}
    return ("bool", value) if isinstance(value, bool) else value


def _listed(value: object) -> list[object]:
    return value if is_list(value) else [value]


def _all_of(schemas: list[object]) -> object:
    """One schema that asks for what all of these ask for."""
    if any(schema is False for schema in schemas):
        return False
    asking: list[object] = [schema for schema in schemas if is_object(schema)]
    if not asking:
        return True
    return asking[0] if len(asking) == 1 else {"allOf": asking}
