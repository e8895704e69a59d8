"""Trials: the examples of a constraint, each put into a request that is right apart from it."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from codegen.plan.constraints import GIVEN, Constraint, Examples
from codegen.plan.constraints.dispute import Disputed
from codegen.plan.constraints.number_range import NumberRange
from codegen.plan.constraints.text_length import TextLength
from codegen.plan.constraints.total_length import TotalLength
from codegen.plan.members import ShapeMembers
from codegen.plan.resolve import Group, Model, Operation
from codegen.spec import types
from qianfan_api.models import CATALOGUES
from qianfan_api.registry import VALIDATORS
from qianfan_api.violations import Findings, Violation, pointer
from tests.schemas.from_spec import SITES, Site, Steps, base, held_at, placed, variants

Value = Any


@attrs.frozen(eq=False, kw_only=True)
class Trial:
    """An example of a constraint in a request."""

    operation: Operation
    group: Group
    constraint: Constraint
    """With the model's number in the place of a limit that it names."""
    model: Model | None
    """The model whose number that is. None: it names no limit."""
    request: dict[str, Value]
    place: Steps
    """Where the value stands, or the object whose members it looks at."""
    inside: bool

    def __str__(self) -> str:
        return f"{self.group.name}: {self.constraint.id} ({self.constraint.kind}) at {pointer(self.place)}"

    def judged(self, model: Model | None) -> list[Violation]:
        """What is found in it for a model of the group; None: for any model of the operation."""
        found = findings(self.operation, model)
        VALIDATORS[self.operation.api]()[self.group.name](self.request, found)
        return found.violations

    def own(self, violations: Iterable[Violation]) -> list[Violation]:
        """Of what is found, what is the constraint's."""
        at = pointer(self.place)
        return [one for one in violations if one.rule in self.constraint.ids and one.pointer.startswith(at)]

    @property
    def models(self) -> list[Model | None]:
        """Whom it can be judged for."""
        if self.model is not None:
            return [self.model]
        only = self.constraint.only if isinstance(self.constraint, Disputed) else ()
        return [one for one in self.group.models if not only or one.name in only] or [None]


def findings(operation: Operation, model: Model | None) -> Findings:
    """Findings for a model, or for any model: as `validate` makes them."""
    catalogue = CATALOGUES[operation.api]
    if model is None:
        return Findings("any model", None, None, catalogue.named_by if len(catalogue) else None)
    return Findings(model.name, catalogue[model.name])


def trials(operation: Operation, group: Group) -> Iterator[Trial]:
    """Every example of every constraint of a group."""
    sites = {id(site.member): site for site in reversed(SITES) if site.operation is operation and site.group is group}
    for site in sites.values():
        for one in site.member.constraints:
            if one.looks_at == "value":
                yield from _of_value(site, one)
    for parameter in group.parameters:
        for one in parameter.constraints if not parameter.field.sent else ():
            yield from _of_name(operation, group, one, (parameter.path,), base(group))
    for one in (*group.unsupported, *group.disputes):
        yield from _of_name(operation, group, one, (one.path,), base(group))
    yield from _of_name(operation, group, group.others, (OTHER,), base(group))
    whole = {one.name: next(variants(group, one)).value for one in group.parameters if one.field.sent}
    least = base(group)
    for one in _on_request(group):
        yield from _of_object(operation, group, one, {}, (), whole, least)
    for shape in group.shapes.values():
        site = next(sites[id(member)] for member in shape.members.values())
        steps = site.steps[:-1]
        found = {word: sites[id(member)].value for word, member in shape.members.items()}
        needed = {word: found[word] for word in required(shape)}
        if not shape.others.extensible:
            yield from _of_name(operation, group, shape.others, (*steps, OTHER), site.request)
        if shape.others.item and isinstance(steps[-1], int):
            yield from _of_item(operation, group, shape.others, steps, site.request)
        for one in _on_shape(shape):
            yield from _of_object(operation, group, one, site.request, steps, found, needed)


def required(shape: ShapeMembers) -> list[str]:
    """The members that an object must have."""
    return [word for word, member in shape.members.items() if member.constraint("required") is not None]


def _on_request(group: Group) -> Iterator[Constraint]:
    for parameter in group.parameters:
        yield from (one for one in parameter.constraints if one.looks_at == "object")
    yield from group.across
    if group.dialogue is not None:
        yield from group.dialogue.parts


def _on_shape(shape: ShapeMembers) -> Iterator[Constraint]:
    for member in shape.members.values():
        yield from (one for one in member.constraints if one.looks_at == "object")
    yield from shape.across


def _of_value(site: Site, one: Constraint) -> Iterator[Trial]:
    constraint, model = for_a_model(one, site.group)
    examples = constraint.examples()
    if one.kind == "items":
        examples = Examples(*([sized(site, count) for count in counts] for counts in attrs.astuple(examples)))
    if one.kind == "type":
        examples = attrs.evolve(examples, inside=(site.value,))
    for inside, values in ((True, examples.inside), (False, examples.outside)):
        for value in values:
            yield Trial(
                operation=site.operation,
                group=site.group,
                constraint=constraint,
                model=model,
                request=site.changed(value),
                place=site.steps,
                inside=inside,
            )


OTHER = "some_other_name"
"""A name that looks like none there is."""


def _of_name(
    operation: Operation, group: Group, one: Constraint, place: Steps, request: dict[str, Value]
) -> Iterator[Trial]:
    """Of a name that is not to be there: null is inside, any value outside."""
    for value in (None, "f"):
        made = copy.deepcopy(request)
        held_at(made, place[:-1])[place[-1]] = value
        yield Trial(
            operation=operation,
            group=group,
            constraint=one,
            model=None,
            request=made,
            place=place,
            inside=value is None,
        )


def _of_item(
    operation: Operation, group: Group, one: Constraint, steps: Steps, request: dict[str, Value]
) -> Iterator[Trial]:
    """Of what a list holds: it is an object."""
    yield Trial(
        operation=operation,
        group=group,
        constraint=one,
        model=None,
        request=placed(request, steps, 5),
        place=steps,
        inside=False,
    )


def _of_object(
    operation: Operation,
    group: Group,
    one: Constraint,
    request: dict[str, Value],
    steps: Steps,
    whole: Mapping[str, Value],
    least: Mapping[str, Value],
) -> Iterator[Trial]:
    """Of an object: `whole` has any right value of each member, `least` what every such object has."""
    constraint, model = for_a_model(one, group)
    examples = constraint.examples()
    every = (*examples.inside, *examples.outside)
    names = {name for example in every for name in example}
    for example in every:
        made = {name: value for name, value in least.items() if name not in names}
        made |= {name: whole[name] if value == GIVEN else filled(value) for name, value in example.items()}
        yield Trial(
            operation=operation,
            group=group,
            constraint=constraint,
            model=model,
            request=placed(request, steps, made) if steps else made,
            place=steps,
            inside=any(example is one for one in examples.inside),
        )


def filled(value: Value) -> Value:
    """An example with a text where it has any."""
    match value:
        case dict():
            return {name: filled(inner) for name, inner in value.items()}
        case list():
            return [filled(inner) for inner in value]
        case _:
            return "f" if value == GIVEN else value


def for_a_model(one: Constraint, group: Group) -> tuple[Constraint, Model | None]:
    """A constraint with the number of a model in the place of a limit that it names, and that model."""
    if isinstance(one, NumberRange | TextLength | TotalLength) and one.limit is not None:
        for model in group.models:
            if one.limit in model.limits:
                return attrs.evolve(one, shared=model.limits[one.limit]), model
    return one, None


def sized(site: Site, count: int) -> Value:
    """A list or a map of so many items."""
    kind = next(one for one in types.alternatives(site.kind) if isinstance(one, types.ListOf | types.MapOf))
    found = next(variants(site.group, site.member, kind)).value
    if isinstance(kind, types.MapOf):
        return {f"k{index}": found["a"] for index in range(count)}
    return [copy.deepcopy(found[0]) for _ in range(count)]
