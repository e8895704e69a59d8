"""Right requests made from the spec, and every site in them that a rule speaks of."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from codegen.plan.checks import alternatives
from codegen.plan.resolve import Group, Model, Operation, level_of, resolve
from codegen.spec import language, load, types
from qianfan_api.models import CATALOGUES
from qianfan_api.registry import VALIDATORS
from qianfan_api.violations import Findings, Violation, pointer

SPEC = load(Path(__file__).parent.parent.parent / "spec")
OPERATIONS = [resolve(SPEC, one) for one in SPEC.operations]
GROUPS = [(operation, group) for operation in OPERATIONS for group in [*operation.groups, operation.any_model]]

Steps = tuple[str | int, ...]
Value = Any


def ids(value: object) -> str:
    match value:
        case Operation(api=api):
            return api
        case Group(name=name):
            return name
        case Site():
            return f"{value.operation.api}.{value.group.name}{pointer(value.steps)}"
        case _:
            return str(value)


@attrs.frozen(eq=False)
class Site:
    """A value in a right request, and what the spec says of it."""

    operation: Operation
    group: Group
    request: dict[str, Value]
    steps: Steps
    field: language.Field
    kind: types.Type
    level: language.Level
    range_level: language.Level
    required: bool

    @property
    def value(self) -> Value:
        return held_at(self.request, self.steps)

    def found(self, value: Value) -> list[tuple[str, str]]:
        """Code and level of what is found here with another value."""
        return self._here(self.changed(value))

    def said(self, value: Value) -> list[str]:
        """What is said of another value here."""
        violations = judged(self.operation, self.group, self.changed(value))
        return [one.message for one in violations if one.pointer == pointer(self.steps)]

    def found_without(self) -> list[tuple[str, str]]:
        """Code and level of what is found here when it is left out."""
        request = copy.deepcopy(self.request)
        del held_at(request, self.steps[:-1])[self.steps[-1]]
        return self._here(request)

    def changed(self, value: Value) -> dict[str, Value]:
        """The request with another value here."""
        return placed(self.request, self.steps, value)

    def _here(self, request: dict[str, Value]) -> list[tuple[str, str]]:
        violations = judged(self.operation, self.group, request)
        # What a field's own rules find; rules across members have tests of their own.
        return [
            (one.code, one.level)
            for one in violations
            if one.pointer == pointer(self.steps) and one.code not in ("reference", "effect", "prefer", "order", "last")
        ]


def held_at(request: dict[str, Value], steps: Steps) -> Value:
    """What stands at some steps."""
    found: Value = request
    for step in steps:
        found = found[step]
    return found


def placed(request: dict[str, Value], steps: Steps, value: Value) -> dict[str, Value]:
    """A request with another value at some steps."""
    changed = copy.deepcopy(request)
    held_at(changed, steps[:-1])[steps[-1]] = value
    return changed


def model_of(group: Group) -> Model | None:
    """A model of a group, one that a page lists if there is one."""
    models = sorted(group.models, key=lambda model: model.model.unverified)
    return models[0] if models else None


def judged(
    operation: Operation, group: Group, request: dict[str, Value], model: Model | None = None
) -> list[Violation]:
    """What the validator of a group finds, as for a model that a page lists."""
    model = model or model_of(group)
    found = Findings("any model")
    if model is not None:
        known = CATALOGUES[operation.api][model.name]
        found = Findings(model.name, attrs.evolve(known, unverified=False))
    VALIDATORS[operation.api]()[group.name](request, found)
    return found.violations


# --- right values ---

Inner = tuple[Steps, language.Field, types.Type, language.Level, bool]
"""A site within a value: steps, field, type, level, required."""


@attrs.frozen
class Variant:
    """A right value with the sites in it."""

    value: Value
    inner: list[Inner] = attrs.field(factory=list[Inner])


def variants(operation: Operation, kind: types.Type, field: language.Field, level: language.Level) -> Iterator[Variant]:
    """Right values of a type: together they have every alternative and every member."""
    match kind:
        case types.OneOf():
            for option in alternatives(kind):
                yield from variants(operation, option, field, level)
        case types.ListOf(item):
            bare = item_field(item, field)
            at = _item_level(operation, item, level)
            count = max(field.min_items or 1, 1)
            for one in variants(operation, item, bare, at):
                here: list[Inner] = [((0,), bare, item, at, True)]
                inner = here + [((0, *steps), *rest) for steps, *rest in one.inner]
                yield Variant([one.value, *(copy.deepcopy(one.value) for _ in range(count - 1))], inner)
        case types.MapOf(item):
            at = _item_level(operation, item, level)
            for one in variants(operation, item, item_field(item, field), at):
                yield Variant({"a": one.value}, [(("a",), item_field(item, field), item, at, False)])
        case types.ShapeRef(name):
            yield from _shapes(operation, name)
        case types.Plain(word):
            yield Variant(plain(word, field))


def item_field(item: types.Type, field: language.Field) -> language.Field:
    """What the spec says of each item of a list: the bounds of texts, where items are texts."""
    bare = language.Field(type="", doc="")
    if types.Plain("string") in (item.options if isinstance(item, types.OneOf) else (item,)):
        return attrs.evolve(bare, enum=field.enum, max_length=field.max_length, non_empty=field.non_empty)
    return bare


def _item_level(operation: Operation, item: types.Type, level: language.Level) -> language.Level:
    if isinstance(item, types.ShapeRef):
        return level_of(SPEC, operation.shape_pages[item.name], None)
    return level


def _shapes(operation: Operation, name: str) -> Iterator[Variant]:
    shape = operation.shapes[name]
    page = operation.shape_pages[name]
    members: dict[str, list[Variant]] = {}
    levels: dict[str, language.Level] = {}
    for member, field in shape.fields.items():
        levels[member] = level_of(SPEC, field.source or page, field.level)
        members[member] = list(variants(operation, types.parse(field.type), field, levels[member]))
    whole = {member: found[0].value for member, found in members.items()}

    def sites(member: str, variant: Variant) -> list[Inner]:
        field = shape.fields[member]
        here: Inner = ((member,), field, types.parse(field.type), levels[member], field.required)
        return [here, *(((member, *steps), *rest) for steps, *rest in variant.inner)]

    yield Variant(whole, [site for member, found in members.items() for site in sites(member, found[0])])
    for member, found in members.items():
        for variant in found[1:]:
            yield Variant({**whole, member: variant.value}, sites(member, variant))


def plain(word: str, field: language.Field) -> Value:
    """A right value of a JSON type."""
    if field.enum is not None and word in ("string", "int"):
        return field.enum[0]
    match word:
        case "string" if field.sides is not None:
            return f"{field.sides.low.value}x{field.sides.high.value}"
        case "string":
            return "f"
        case "int" | "float":
            return _number(field.range, whole=word == "int")
        case "bool":
            return False
        case "object_schema":
            return {"type": "object", "properties": {}}
        case "image":
            return "aGk="
        case _:
            return {}


def _number(span: language.Range | None, *, whole: bool) -> float:
    if span is None:
        return 1
    numbers = [bound.value for bound in (span.low, span.high) if isinstance(bound.value, int | float)]
    low = numbers[0]
    if not (span.low.open or span.low.value is None):
        return low
    return low + 1 if whole else (numbers[0] + numbers[-1]) / 2


def requests(operation: Operation, group: Group) -> Iterator[tuple[dict[str, Value], list[Site]]]:
    """Right requests to a group, each with its sites: one for each alternative of each parameter."""
    needed = base(operation, group)
    for parameter in group.parameters:
        if not parameter.field.sent:
            continue
        for variant in variants(operation, parameter.type, parameter.field, parameter.level):
            request = {**needed, parameter.name: variant.value}
            field = parameter.field
            levels = (parameter.level, parameter.range_level)
            here = Site(operation, group, request, (parameter.name,), field, parameter.type, *levels, field.required)
            yield (
                request,
                [here]
                + [
                    Site(operation, group, request, (parameter.name, *steps), inner, kind, level, level, required)
                    for steps, inner, kind, level, required in variant.inner
                ],
            )


def base(operation: Operation, group: Group) -> dict[str, Value]:
    """What every right request to a group has."""
    return {
        parameter.name: _least(next(variants(operation, parameter.type, parameter.field, parameter.level)).value)
        for parameter in group.parameters
        if parameter.field.required
    }


def _least(value: Value) -> Value:
    """Messages with a text alone, so that rules on them say nothing."""
    if isinstance(value, list) and isinstance(value[0], dict) and "role" in value[0]:
        return [{"role": "user", "content": "f"}]
    return value


SITES = [site for operation, group in GROUPS for _, sites in requests(operation, group) for site in sites]
