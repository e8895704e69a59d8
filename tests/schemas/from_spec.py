"""Right requests made from the spec, and every site in them that a rule speaks of."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from codegen.plan.members import Member
from codegen.plan.resolve import Group, Model, Operation, resolve
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
    member: Member
    inside: bool = False
    """Whether it is an item of a list or a value of a map, which is there in any case."""

    @property
    def field(self) -> language.Field:
        """What the spec says of it."""
        return self.member.field

    @property
    def kind(self) -> types.Type:
        """Its type."""
        return self.member.type

    def level(self, kind: str = "type") -> language.Level:
        """The level of the rule of a kind; of a size that has none of its own, that of its type."""
        found = self.member.constraint(kind) or self.member.constraint("type")
        assert found is not None
        return found.level

    @property
    def required(self) -> bool:
        """Whether it is a finding to leave it out."""
        return not self.inside and self.member.constraint("required") is not None

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


ABILITIES = tuple({one.needs for operation in OPERATIONS for one in operation.operation.rules.ability})


def judged(
    operation: Operation, group: Group, request: dict[str, Value], model: Model | None = None
) -> list[Violation]:
    """What the validator of a group finds, as for a model that every page names and that can do everything."""
    model = model or model_of(group)
    found = Findings("any model")
    if model is not None:
        known = CATALOGUES[operation.api][model.name]
        found = Findings(model.name, attrs.evolve(known, unverified=False, named_by=None, abilities=ABILITIES))
    VALIDATORS[operation.api]()[group.name](request, found)
    return found.violations


# --- right values ---

Inner = tuple[Steps, Member, bool]
"""A site within a value: its steps, what the spec says of it, and whether it is inside a list or a map."""


@attrs.frozen
class Variant:
    """A right value with the sites in it."""

    value: Value
    inner: list[Inner] = attrs.field(factory=list[Inner])


def variants(group: Group, member: Member, kind: types.Type | None = None) -> Iterator[Variant]:
    """Right values of a member: together they have every alternative and every member."""
    match kind or member.type:
        case types.OneOf() as union:
            for option in types.alternatives(union):
                yield from variants(group, member, option)
        case types.ListOf(item):
            count = max(member.field.min_items or 1, 1)
            for one, site in _items(group, member, item):
                here: list[Inner] = [((0,), site, True)] if site is not None else []
                inner = here + [((0, *steps), *rest) for steps, *rest in one.inner]
                yield Variant([one.value, *(copy.deepcopy(one.value) for _ in range(count - 1))], inner)
        case types.MapOf(item):
            for one, site in _items(group, member, item):
                yield Variant({"a": one.value}, [(("a",), site, True)] if site is not None else [])
        case types.ShapeRef(name):
            yield from _shapes(group, name)
        case types.Plain(word):
            yield Variant(plain(word, member.field))


def _items(group: Group, member: Member, item: types.Type) -> Iterator[tuple[Variant, Member | None]]:
    """Right items of a list or a map. An object's own members are its sites."""
    if isinstance(item, types.ShapeRef):
        for one in _shapes(group, item.name):
            yield one, None
        return
    assert member.items is not None
    for one in variants(group, member.items):
        yield one, member.items


def _shapes(group: Group, name: str) -> Iterator[Variant]:
    shape = group.shapes[name]
    members = {word: list(variants(group, member)) for word, member in shape.members.items()}
    whole = {word: found[0].value for word, found in members.items()}

    def sites(word: str, variant: Variant) -> list[Inner]:
        here: Inner = ((word,), shape.members[word], False)
        return [here, *(((word, *steps), *rest) for steps, *rest in variant.inner)]

    yield Variant(whole, [site for word, found in members.items() for site in sites(word, found[0])])
    for word, found in members.items():
        for variant in found[1:]:
            yield Variant({**whole, word: variant.value}, sites(word, variant))


def plain(word: str, field: language.Field) -> Value:
    """A right value of a JSON type."""
    if field.enum is not None and word in ("string", "int"):
        return field.enum[0]
    match word:
        case "string" if field.sides is not None:
            return f"{field.sides.low.value}x{field.sides.high.value}"
        case "string" if field.address is not None:
            return "https://example.com/f.png"
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
        case "file":
            return "a.jsonl"
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
    needed = base(group)
    for parameter in group.parameters:
        if not parameter.field.sent:
            continue
        for variant in variants(group, parameter):
            request = {**needed, parameter.name: variant.value}
            here = Site(operation, group, request, (parameter.name,), parameter)
            inner = [
                Site(operation, group, request, (parameter.name, *steps), member, inside)
                for steps, member, inside in variant.inner
            ]
            yield request, [here, *inner]


def base(group: Group) -> dict[str, Value]:
    """What every right request to a group has."""
    return {
        parameter.name: _least(next(variants(group, parameter)).value)
        for parameter in group.parameters
        if parameter.constraint("required") is not None
    }


def _least(value: Value) -> Value:
    """Messages with a text alone, so that rules on them say nothing."""
    if isinstance(value, list) and isinstance(value[0], dict) and "role" in value[0]:
        return [{"role": "user", "content": "f"}]
    return value


SITES = [site for operation, group in GROUPS for _, sites in requests(operation, group) for site in sites]
