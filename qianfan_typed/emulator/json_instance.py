"""Instances of JSON Schemas: always the same one, and as small as the schema allows.

Knows what descriptions of functions and answers are written with: types, enum, const, numbers' bounds and multipleOf,
strings' lengths, patterns and formats, arrays with items, prefixItems, counts and uniqueItems, objects with properties,
required and counts, allOf, anyOf, oneOf and local $ref. Where a schema hangs on another keyword, on a length beside an
enum, or on two multipleOf at once, the instance may miss it.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterator
from fractions import Fraction

import attrs

from qianfan_typed.emulator.lenient_json import Json, int_of, is_list, is_object, object_of, objects_of, texts_of
from qianfan_typed.emulator.pattern_text import matching_text

_DEPTHS = (4, 8, 24)
"""How deep an instance may go: a schema that recurs gets the flattest there is."""
_EFFORT = 5000
"""How many parts are tried at one depth before the schema counts as one that cannot be satisfied."""
_WORD = "示例"
_FORMATS = {
    "date": "2025-01-01",
    "date-time": "2025-01-01T08:00:00Z",
    "time": "08:00:00Z",
    "duration": "P1D",
    "email": "user{n}@example.com",
    "idn-email": "user{n}@example.com",
    "hostname": "host{n}.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/{n}",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_TELLING = {
    "object": {"properties", "required", "additionalProperties", "minProperties", "maxProperties"},
    "array": {"items", "prefixItems", "minItems", "maxItems", "uniqueItems"},
    "string": {"minLength", "maxLength", "pattern", "format"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
}
"""Type → the keywords that tell it where a schema names none."""
_KINDS: dict[str, tuple[type, ...]] = {
    "null": (type(None),),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "array": (list,),
    "object": (dict,),
}


class Unsatisfiable(Exception):
    """No instance was found: the schema contradicts itself, recurs without end, or asks for something not known."""


def instance(schema: object) -> object:
    """The instance of a schema. Raises Unsatisfiable."""
    return _flattest(schema, schema)


def arguments(schema: object) -> Json:
    """The arguments of a call to a function whose parameters the schema describes. Empty where there is no instance."""
    try:
        return object_of(_flattest({"type": "object", "allOf": [schema]}, schema))
    except Unsatisfiable:
        return {}


def _flattest(schema: object, root: object) -> object:
    for depth in _DEPTHS:
        with contextlib.suppress(Unsatisfiable):
            return _Maker(root, depth).make(schema, 0, 0)
    raise Unsatisfiable


@attrs.define
class _Maker:
    """Makes instances; `root` is where local references start.

    `turn` tells instances apart that must differ, as the items of an array with uniqueItems.
    """

    root: object
    deepest: int
    left: int = _EFFORT

    def make(self, schema: object, depth: int, turn: int) -> object:
        self.left -= 1
        if schema is False or depth > self.deepest or self.left < 0:
            raise Unsatisfiable
        if not is_object(schema):
            return f"{_WORD}{turn or ''}"
        plain, choices = self._flat(schema, depth)
        if not choices:
            return self._plain(plain, depth, turn)
        branches, *others = choices
        # Null is the last branch to take.
        for branch in sorted(branches, key=lambda one: one.get("type") == "null" or one.get("const", "") is None):
            with contextlib.suppress(Unsatisfiable):
                rest = [{"anyOf": other} for other in others]
                return self.make({"allOf": [plain, branch, *rest]}, depth + 1, turn)
        raise Unsatisfiable

    def _flat(self, schema: Json, depth: int) -> tuple[Json, list[list[Json]]]:
        """The schema with its references and allOf worked in, and the branches of each anyOf and oneOf."""
        if depth > self.deepest:
            raise Unsatisfiable
        flat = {key: value for key, value in schema.items() if key not in ("$ref", "allOf", "anyOf", "oneOf", "const")}
        choices = [objects_of(schema[key]) for key in ("anyOf", "oneOf") if key in schema]
        parts = [*objects_of(schema.get("allOf")), *([self._resolve(schema["$ref"])] if "$ref" in schema else [])]
        if "const" in schema:
            parts.append({"enum": [schema["const"]]})
        for part in parts:
            other, more = self._flat(part, depth + 1)
            flat, choices = _both(flat, other), [*choices, *more]
        return flat, choices

    def _resolve(self, reference: object) -> Json:
        """What a local reference points to."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise Unsatisfiable
        found = self.root
        for step in reference[1:].split("/")[1:]:
            found = object_of(found).get(step.replace("~1", "/").replace("~0", "~"))
        if not is_object(found):
            raise Unsatisfiable
        return found

    def _plain(self, schema: Json, depth: int, turn: int) -> object:
        """An instance of a schema without references and branches."""
        named = [kind for kind in texts_of(schema.get("type", [])) if kind in _KINDS]
        given = schema.get("enum")
        if is_list(given):
            fitting = [value for value in given if not named or any(_is(value, kind) for kind in named)]
            fitting = [value for value in fitting if (number := _exact(value)) is None or _within(number, schema)]
            if not fitting:
                raise Unsatisfiable
            return fitting[turn % len(fitting)]
        told = [kind for kind, keywords in _TELLING.items() if not keywords.isdisjoint(schema)]
        for kind in sorted(named, key=lambda kind: kind == "null") or told or ["string"]:
            with contextlib.suppress(Unsatisfiable):
                return self._of_kind(kind, schema, depth, turn)
        raise Unsatisfiable

    def _of_kind(self, kind: str, schema: Json, depth: int, turn: int) -> object:
        if kind == "object":
            return self._object(schema, depth, turn)
        if kind == "array":
            return self._array(schema, depth, turn)
        if kind in ("number", "integer"):
            return _number(schema, turn, whole=kind == "integer")
        if kind == "string":
            return _text(schema, turn)
        return turn % 2 == 0 if kind == "boolean" else None

    def _object(self, schema: Json, depth: int, turn: int) -> Json:
        """The required members; where none is required, all that are listed and can be made."""
        properties, other = object_of(schema.get("properties")), schema.get("additionalProperties", True)
        required = texts_of(schema.get("required", []))
        made: Json = {name: self.make(properties.get(name, other), depth + 1, turn) for name in required}
        least, most = _counts(schema, "Properties")
        for name, member in properties.items():
            if name not in made and len(made) < (least if required else most):
                with contextlib.suppress(Unsatisfiable):
                    made[name] = self.make(member, depth + 1, turn)
        for number in range(len(made), least):
            made[f"{_WORD}{number}"] = self.make(other, depth + 1, number)
        if not least <= len(made) <= most:
            raise Unsatisfiable
        return made

    def _array(self, schema: Json, depth: int, turn: int) -> list[object]:
        """As few items as allowed, but one where that is allowed too."""
        heads, items = schema.get("prefixItems"), schema.get("items", True)
        members = [*heads] if is_list(heads) else []
        least, most = _counts(schema, "Items")
        if least > self.left:
            raise Unsatisfiable
        wanted = min(max(least, 1), int(min(most, _EFFORT)))
        members += [items] * (wanted - len(members))
        made = list(self._distinct(members[:wanted], schema.get("uniqueItems") is True, depth, turn))
        if not least <= len(made) <= most:
            raise Unsatisfiable
        return made

    def _distinct(self, members: list[object], unique: bool, depth: int, turn: int) -> Iterator[object]:
        seen: set[str] = set()
        for number, member in enumerate(members):
            for tried in range(turn, turn + 2 * number + 2):
                with contextlib.suppress(Unsatisfiable):
                    value = self.make(member, depth + 1, tried)
                    written = json.dumps(value, sort_keys=True)
                    if not unique or written not in seen:
                        seen.add(written)
                        yield value
                        break


def _is(value: object, kind: str) -> bool:
    return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _counts(schema: Json, of: str) -> tuple[int, float]:
    most = int_of(schema.get(f"max{of}"))
    return max(int_of(schema.get(f"min{of}")) or 0, 0), math.inf if most is None else most


def _both(one: Json, two: Json) -> Json:
    """A schema that asks for what both ask for."""
    made = {**one, **two}
    for key in one.keys() & two.keys():
        mine, other = one[key], two[key]
        numbers = _exact(mine), _exact(other)
        if key == "required":
            made[key] = [*dict.fromkeys([*texts_of(mine), *texts_of(other)])]
        elif key == "type":
            made[key] = _kept([kind for kind in _types(mine) if kind in _types(other)])
        elif key == "enum" and is_list(mine) and is_list(other):
            made[key] = _kept([value for value in mine if json.dumps(value) in map(json.dumps, other)])
        elif key in ("items", "additionalProperties"):
            made[key] = _all_of([mine, other])
        elif key == "pattern" and mine != other:
            raise Unsatisfiable
        elif numbers[0] is not None and numbers[1] is not None:
            made[key] = mine if (numbers[0] > numbers[1]) == ("min" in key.lower()) else other
    if "properties" in made:
        listed = [(object_of(side.get("properties")), side.get("additionalProperties", True)) for side in (one, two)]
        names = dict.fromkeys(name for members, _ in listed for name in members)
        made["properties"] = {name: _all_of([members.get(name, rest) for members, rest in listed]) for name in names}
    return made


def _all_of(schemas: list[object]) -> object:
    return all(schema is not False for schema in schemas) and {"allOf": schemas}


def _types(named: object) -> tuple[str, ...]:
    """Whoever takes numbers takes integers."""
    return (*texts_of(named), *(["integer"] if "number" in texts_of(named) else []))


def _kept(values: list[object] | list[str]) -> list[object] | list[str]:
    if not values:
        raise Unsatisfiable
    return values


def _text(schema: Json, turn: int) -> str:
    least, most = _counts(schema, "Length")
    if least > most:
        raise Unsatisfiable
    form = _FORMATS.get(str(schema.get("format")), "").replace("{n}", str(turn))
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        found = matching_text(pattern, least=least, most=int_of(schema.get("maxLength")))
        if found is None:
            raise Unsatisfiable
        return found
    text = (form or f"{_WORD}{turn or ''}").ljust(least, _WORD[0])
    return text if len(text) <= most else text[len(text) - int(most) :]


def _exact(value: object) -> Fraction | None:
    """The number as it is written: 0.1 is a tenth. None: it is no number."""
    if isinstance(value, float):
        return Fraction(str(value)) if math.isfinite(value) else None
    return Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _number(schema: Json, turn: int, *, whole: bool) -> int | float:
    """The lowest number of the range, else the highest, else 1, or one within; `turn` steps further in."""
    lows, highs = ([end for end in map(_exact, _ends(schema, side)) if end is not None] for side in ("min", "max"))
    low, high = max(lows, default=None), min(highs, default=None)
    multiple = _exact(schema.get("multipleOf")) or Fraction(0)
    step = Fraction(multiple.numerator or 1) if whole else multiple
    start, side = (low, 1) if low is not None else (Fraction(1), 1) if high is None else (high, -1)
    if step:
        start = step * side * math.ceil(start * side / step)
    elif low is not None and high is not None:
        start, step, turn = low + (high - low) * Fraction(turn + 1, turn + 2), Fraction(1), 0
    for value in (start + side * (step or 1) * (turn + more) for more in (0, 1)):
        if _within(value, schema):
            return int(value) if value.denominator == 1 else float(value)
    raise Unsatisfiable


def _ends(schema: Json, side: str) -> tuple[object, object]:
    """The closed and the open end of a range. In draft 4 `exclusiveMinimum` is a bool beside `minimum`."""
    closed, opened = schema.get(f"{side}imum"), schema.get(f"exclusive{side.capitalize()}imum")
    return (None, closed) if opened is True else (closed, opened)


def _within(value: Fraction, schema: Json) -> bool:
    for side, sign in (("min", 1), ("max", -1)):
        closed, opened = map(_exact, _ends(schema, side))
        if (closed is not None and (value - closed) * sign < 0) or (
            opened is not None and (value - opened) * sign <= 0
        ):
            return False
    step = _exact(schema.get("multipleOf"))
    return not step or value % step == 0
