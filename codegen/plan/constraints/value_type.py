"""Types: a value is of the JSON type that the page gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import Condition, Constraint, Examples, Schema, Site, Spot, Turn, ValueConstraint
from codegen.plan.plain_types import TYPES, called, expected
from codegen.plan.python_source import literal
from codegen.spec import types

_OF_EVERY_TYPE: dict[str, object] = {
    "string": "fff",
    "int": 1,
    "float": 0.5,
    "bool": True,
    "list": [1],
    "object": {"a": 1},
}

_MEANT = (types.Plain("int"), types.Plain("float"), types.ListOf(types.Plain("string")))
"""Types of which a value of another may say a value that breaks another rule: true and false break none."""

_OF_SCHEMA = {"string": ("string",), "integer": ("int",), "number": ("int", "float"), "boolean": ("bool",)}
"""JSON Schema's type → the values of it."""


@attrs.frozen(kw_only=True)
class ValueType(ValueConstraint):
    """The type of a value."""

    kind = "type"
    code = "type"

    type: types.Type
    text: str = attrs.field(eq=False)
    """As the spec writes it."""

    @classmethod
    def read(cls, site: Site) -> Iterator[Self]:
        yield cls(**site.common(cls.code), type=site.type, text=site.field.type)

    def phrase(self) -> str:
        return expected(self.type)

    def shown(self) -> str:
        return ""

    def python(self, at: Spot) -> Iterator[Condition]:
        # What may be meant by another type is to be right: a number can be out of its range.
        again = f", {at.check}" if at.check and self.type in _MEANT else ""
        yield Condition(None, f"found.wrong_type({at.rule}, {at.place}, {at.value}, {literal(self.phrase())}{again})")

    def json_schema(self) -> Schema:
        options = [schema_of(option) for option in types.alternatives(self.type)]
        return options[0] if len(options) == 1 else {"anyOf": options}

    def data(self) -> Schema:
        return {"type": called(self.type)}

    def changed(self, old: Constraint) -> Iterator[Turn]:
        assert isinstance(old, ValueType)
        # A group that narrows an object has a shape of its own for it: what is inside is told there.
        before, after = (options(_of_every_group(kind)) for kind in (old.type, self.type))
        if before == after:
            return
        text = f"type {old.text} → {self.text}"
        number, whole = types.Plain("float"), {types.Plain("int")}
        if before <= after or (number in after and before - whole <= after):
            yield Turn(f"{text}, widened", "widened")
        elif after <= before or (number in before and after - whole <= before):
            yield Turn(f"{text}, narrowed", "narrowed")
        else:
            yield Turn(f"{text}, changed", "changed")

    def widest(self, others: Sequence[Constraint]) -> Self | None:
        return attrs.evolve(self, type=_of_every_group(self.type))

    def examples(self) -> Examples:
        right = {name for option in types.alternatives(self.type) for name in _json_types(option)}
        return Examples(outside=tuple(value for name, value in _OF_EVERY_TYPE.items() if name not in right))


def schema_of(kind: types.Type) -> Schema:
    """The JSON Schema of a type, without what is inside it."""
    match kind:
        case types.Plain(name):
            return dict(TYPES[name].schema)
        case types.ShapeRef(name):
            return {"type": "object", "$ref": f"#/$defs/{name}"}
        case types.ListOf():
            return {"type": "array"}
        case _:
            return {"type": "object"}


def _json_types(kind: types.Type) -> tuple[str, ...]:
    match kind:
        case types.Plain(name):
            return _OF_SCHEMA.get(TYPES[name].schema.get("type", "object"), ("object",))
        case types.ListOf():
            return ("list",)
        case _:
            return ("object",)


def _of_every_group(kind: types.Type) -> types.Type:
    return types.renamed(kind, {name: name.partition(".")[0] for name in types.shapes_in(kind)})


def options(kind: types.Type) -> frozenset[types.Type]:
    """What a type allows, whatever the order in which the spec writes it."""
    return frozenset(_unordered(kind))


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
