"""An instance of a JSON Schema: always the same one, and as small as the schema allows.

Knows types, enum, const, numbers' bounds and multipleOf, strings' lengths, patterns and formats, arrays with items,
prefixItems, counts and uniqueness, objects with properties, required and counts, allOf, anyOf, oneOf and local $ref.
Of anyOf and oneOf it takes the first branch that can be satisfied. It does not know not, if/then, contains and
dependentRequired: where a schema hangs on these, the instance may miss them.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from fractions import Fraction

import attrs

from qianfan_typed.emulator.json_schemas import (
    KINDS,
    Unsatisfiable,
    both,
    fits,
    is_among,
    number_of,
    plain_number,
    step_of,
)
from qianfan_typed.emulator.lenient_json import Json, int_of, is_list, is_object, object_of, objects_of, texts_of
from qianfan_typed.emulator.patterns import matching_text

__all__ = ["Unsatisfiable", "arguments", "instance"]

_DEPTHS = (4, 8, 24)
"""How deep an instance may go: a schema that recurs gets the flattest there is."""
_EFFORT = 5000
"""How many parts are tried at one depth before the schema counts as one that cannot be satisfied."""
_WORKED_IN = ("$ref", "allOf", "anyOf", "oneOf", "const")
_WORD = "示例"
_FORMATS = {
    "date": "2025-01-01",
    "date-time": "2025-01-01T08:00:00Z",
    "time": "08:00:00Z",
    "duration": "P1D",
    "email": "user{n}@example.com",
    "idn-email": "user{n}@example.com",
    "hostname": "host{n}.example.com",
    "idn-hostname": "host{n}.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/{n}",
    "uri-reference": "https://example.com/{n}",
    "iri": "https://example.com/{n}",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "json-pointer": "/example{n}",
    "regex": "a",
}
_TELLING = {
    "object": ("properties", "required", "additionalProperties", "minProperties", "maxProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems"),
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


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
            return _Generator(root, depth).make(schema, 0, 0)
    raise Unsatisfiable


@attrs.define
class _Generator:
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
        plain, branches = self._flat(schema, depth)
        if not branches:
            return self._plain(plain, depth, turn)
        for branch in sorted(branches, key=_is_null):
            try:
                return self.make(both(plain, branch), depth + 1, turn)
            except Unsatisfiable:
                continue
        raise Unsatisfiable

    def _flat(self, schema: Json, depth: int) -> tuple[Json, list[Json]]:
        """The schema with its references and allOf worked in, and the branches of its anyOf and oneOf."""
        rest = {key: value for key, value in schema.items() if key not in _WORKED_IN}
        if "const" in schema:
            rest = both(rest, {"enum": [schema["const"]]})
        parts = objects_of(schema.get("allOf"))
        if "$ref" in schema:
            parts = [*parts, self._resolve(schema["$ref"])]
        branches: list[Json] = []
        choices = [objects_of(schema[key]) for key in ("anyOf", "oneOf") if key in schema]
        for part in parts:
            if depth > self.deepest:
                raise Unsatisfiable
            flat, inner = self._flat(part, depth + 1)
            rest = both(rest, flat)
            choices.extend([inner] if inner else [])
        for choice in choices:
            branches = _pairs(branches, choice) if branches else choice
        return rest, branches

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
        kinds = _kinds(schema)
        given = schema.get("enum")
        if is_list(given):
            fitting = [value for value in given if fits(value, schema)]
            if not fitting:
                raise Unsatisfiable
            return fitting[turn % len(fitting)]
        for kind in kinds:
            try:
                return self._of_kind(kind, schema, depth, turn)
            except Unsatisfiable:
                continue
        raise Unsatisfiable

    def _of_kind(self, kind: str, schema: Json, depth: int, turn: int) -> object:
        if kind == "null":
            return None
        if kind == "boolean":
            return turn % 2 == 0
        if kind == "object":
            return self._object(schema, depth, turn)
        if kind == "array":
            return self._array(schema, depth, turn)
        return _text(schema, turn) if kind == "string" else _number(schema, turn, whole=kind == "integer")

    def _object(self, schema: Json, depth: int, turn: int) -> Json:
        """The required members; where none is required, all that are listed and can be made."""
        properties = object_of(schema.get("properties"))
        required = texts_of(schema.get("required", []))
        made: Json = {}
        for name in required:
            made[name] = self.make(properties.get(name, _other(schema)), depth + 1, turn)
        least = int_of(schema.get("minProperties")) or 0
        most = int_of(schema.get("maxProperties"))
        for name, member in properties.items():
            if (required and len(made) >= least) or (most is not None and len(made) >= most):
                break
            if name not in made:
                self._try(made, name, member, depth, turn)
        for number in range(len(made), least):
            made[f"{_WORD}{number}"] = self.make(_other(schema), depth + 1, number)
        if len(made) < least or (most is not None and len(made) > most):
            raise Unsatisfiable
        return made

    def _try(self, made: Json, name: str, schema: object, depth: int, turn: int) -> None:
        """Adds a member that may be left out."""
        try:
            made[name] = self.make(schema, depth + 1, turn)
        except Unsatisfiable:
            return

    def _tries(self, schema: object, depth: int, turn: int) -> Iterator[object]:
        """The instance of this turn, and the first one where the turns have run out."""
        for tried in dict.fromkeys((turn, 0)):
            with contextlib.suppress(Unsatisfiable):
                yield self.make(schema, depth + 1, tried)

    def _array(self, schema: Json, depth: int, turn: int) -> list[object]:
        """As few items as allowed, but one where that is allowed too."""
        prefix = schema.get("prefixItems")
        heads = prefix if is_list(prefix) else []
        items = schema.get("items", True)
        least = int_of(schema.get("minItems")) or 0
        most = int_of(schema.get("maxItems"))
        if most is not None and least > most:
            raise Unsatisfiable
        wanted = max(least, 1 if most is None or most > 0 else 0)
        made: list[object] = []
        for number in range(turn, turn + 4 * wanted + 8):
            if len(made) == wanted:
                break
            member = heads[len(made)] if len(made) < len(heads) else items
            for value in self._tries(member, depth, number):
                if not (schema.get("uniqueItems") and is_among(value, made)):
                    made.append(value)
                    break
        if len(made) < least:
            raise Unsatisfiable
        return made


def _pairs(some: list[Json], others: list[Json]) -> list[Json]:
    """The branches of two choices together, without those that contradict each other."""
    made: list[Json] = []
    for one in some:
        for two in others:
            with contextlib.suppress(Unsatisfiable):
                made.append(both(one, two))
    if not made:
        raise Unsatisfiable
    return made


def _is_null(schema: Json) -> bool:
    """Whether only null satisfies it: the last branch to take."""
    return schema.get("type") == "null" or schema.get("const", "") is None


def _other(schema: Json) -> object:
    """What members are that `properties` does not list."""
    return schema.get("additionalProperties", True)


def _kinds(schema: Json) -> list[str]:
    """The types a schema allows, or those that its keywords tell."""
    named = [kind for kind in texts_of(schema.get("type", [])) if kind in KINDS]
    if named:
        return sorted(named, key=lambda kind: kind == "null")
    told = [kind for kind, keywords in _TELLING.items() if any(keyword in schema for keyword in keywords)]
    return told or ["string"]


def _text(schema: Json, turn: int) -> str:
    least = int_of(schema.get("minLength")) or 0
    most = int_of(schema.get("maxLength"))
    if most is not None and least > most:
        raise Unsatisfiable
    form = _FORMATS.get(str(schema.get("format")), "").replace("{n}", str(turn))
    if form and fits(form, schema):
        return form
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        found = matching_text(pattern, least=least, most=most)
        if found is None:
            raise Unsatisfiable
        return found
    text = (form or f"{_WORD}{turn or ''}").ljust(least, _WORD[0])
    return text if most is None else text[-most:] if most else ""


def _number(schema: Json, turn: int, *, whole: bool) -> int | float:
    """The lowest number of the range, else the highest, else 1; `turn` steps further in."""
    low, low_open = _bound(schema, "minimum", "exclusiveMinimum", max)
    high, high_open = _bound(schema, "maximum", "exclusiveMaximum", min)
    step = step_of(schema)
    if whole:
        step = _whole_step(step)
    if step is None and low is not None and high is not None:
        if low == high and (low_open or high_open):
            raise Unsatisfiable
        step = min(Fraction(1), (high - low) / (turn + 2))
    aligned = step if whole or step_of(schema) else None
    step = step or Fraction(1)
    if low is None and high is not None:
        value = -_lowest(-high, high_open, step, aligned) - step * turn
    else:
        value = _lowest(Fraction(1) if low is None else low, low_open, step, aligned) + step * turn
    if high is not None and (value > high or (high_open and value == high)):
        raise Unsatisfiable
    return plain_number(value)


def _lowest(bound: Fraction, is_open: bool, step: Fraction, aligned: Fraction | None) -> Fraction:
    """The lowest number from `bound` on; a multiple of `aligned`, if that is given."""
    value = bound if aligned is None else aligned * math.ceil(bound / aligned)
    return value + step if is_open and value <= bound else value


def _bound(
    schema: Json, inclusive: str, exclusive: str, tighter: Callable[[Fraction, Fraction], Fraction]
) -> tuple[Fraction | None, bool]:
    """One end of the range, and whether it is open. In draft 4 `exclusiveMinimum` is a bool beside `minimum`."""
    closed, opened = number_of(schema.get(inclusive)), schema.get(exclusive)
    if opened is True:
        return closed, closed is not None
    limit = number_of(opened)
    if closed is None or limit is None:
        return (limit, True) if closed is None and limit is not None else (closed, False)
    return tighter(closed, limit), limit == tighter(closed, limit)


def _whole_step(step: Fraction | None) -> Fraction:
    """The step between integers that are multiples of `step`."""
    if step is None:
        return Fraction(1)
    return Fraction(step.numerator)
