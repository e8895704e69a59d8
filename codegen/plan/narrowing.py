"""Narrowing and widening: what a group changes inside objects, and what all groups allow at the most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import attrs

from codegen.plan.constraints import Constraint, ValueConstraint
from codegen.plan.members import Parameter, ShapeMembers, base_name
from codegen.plan.resolved import Dialogue, Group
from codegen.spec import language, types

__all__ = ["Narrowed", "base_name", "items", "loosest", "mapped", "narrowed", "places", "reach", "widest"]


def reach(shapes: Mapping[str, language.Shape], roots: list[str]) -> list[str]:
    """The shapes that some shapes lead to, those inside first."""
    found: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in found or name in path:
            return
        for field in shapes[name].fields.values():
            for inner in types.shapes_in(types.parse(field.type)):
                visit(inner, (*path, name))
        found.append(name)

    for root in roots:
        visit(root, ())
    return found


def places(parameters: Mapping[str, types.Type], shapes: Mapping[str, language.Shape]) -> dict[str, str]:
    """Shape → where it first stands in a request, those inside first."""
    found: dict[str, str] = {}

    def visit(kind: types.Type, place: str, path: tuple[str, ...]) -> None:
        for name, at in _shapes_at(kind, place):
            if name in found or name in path:
                continue
            for member, field in shapes[name].fields.items():
                visit(types.parse(field.type), f"{at}.{member}", (*path, name))
            found[name] = at

    for name, kind in parameters.items():
        visit(kind, name, ())
    return found


def _shapes_at(kind: types.Type, place: str) -> Iterator[tuple[str, str]]:
    match kind:
        case types.ShapeRef(name):
            yield name, place
        case types.ListOf(item):
            yield from _shapes_at(item, f"{place}[]")
        case types.MapOf(value):
            yield from _shapes_at(value, f"{place}[]")
        case types.OneOf(options):
            for option in options:
                yield from _shapes_at(option, place)
        case types.Plain():
            pass


def items(kinds: Iterable[types.Type]) -> Iterator[str]:
    """The shapes that are all that a list or a map may hold."""
    for option in chain.from_iterable(map(types.alternatives, kinds)):
        match option:
            case types.ListOf(types.ShapeRef(name)) | types.MapOf(types.ShapeRef(name)):
                yield name
            case _:
                continue


# --- inside objects ---


@attrs.frozen
class Narrowed:
    """What a group changes inside objects."""

    types: dict[str, types.Type]
    """Parameter → its type, with the group's own shapes."""
    shapes: dict[str, language.Shape]
    """Every shape, the group's own too."""


def narrowed(
    group: str,
    page: str,
    operation: language.OperationFile,
    shapes: dict[str, language.Shape],
    narrow: Mapping[str, language.Narrow],
) -> Narrowed:
    """Objects with members that a group narrows: `messages.role`. Each such object becomes a shape of the group's.

    Args:
        group: The group.
        page: Its page, which says so where the change names none.
        operation: The operation.
        shapes: Every shape that it may name.
        narrow: What the group changes, by parameter or by path.
    """
    found = dict(shapes)
    kinds: dict[str, types.Type] = {}
    for path, change in narrow.items():
        name, *steps = path.split(".")
        if steps:
            kind = kinds.get(name) or types.parse(operation.parameters[name].type)
            names = {shape: _variant(found, shape, group, page, steps, change) for shape in types.shapes_in(kind)}
            kinds[name] = types.renamed(kind, names)
    return Narrowed(kinds, found)


def _variant(
    shapes: dict[str, language.Shape], name: str, group: str, page: str, steps: list[str], change: language.Narrow
) -> str:
    """The name of a shape with one member narrowed."""
    shape = shapes[name]
    if steps[0] not in shape.fields or len(steps) > 1:
        return name
    stated = {
        word: value
        for word in (
            "range",
            "enum",
            "default",
            "required",
            "max_items",
            "max_length",
            "idle",
            "doc",
            "level",
            "source",
        )
        if (value := getattr(change, word)) is not None
    }
    stated.setdefault("source", page)
    variant = f"{base_name(name)}.{group}"
    fields = {**shape.fields, steps[0]: attrs.evolve(shape.fields[steps[0]], **stated)}
    shapes[variant] = attrs.evolve(shape, fields=fields)
    return variant


# --- every constraint of a group ---

Change = Callable[[Constraint], Constraint]


def mapped(group: Group, change: Change) -> Group:
    """A group with every constraint changed."""

    def of(constraints: Any) -> Any:
        return type(constraints)(change(one) for one in constraints)

    def member(one: Any) -> Any:
        items = None if one.items is None else member(one.items)
        return attrs.evolve(one, constraints=of(one.constraints), items=items)

    def shape(one: ShapeMembers) -> ShapeMembers:
        members = {name: member(inner) for name, inner in one.members.items()}
        return attrs.evolve(one, members=members, across=of(one.across), others=of((one.others,))[0])

    dialogue = group.dialogue and attrs.evolve(group.dialogue, parts=of(group.dialogue.parts))
    return attrs.evolve(
        group,
        parameters=[member(one) for one in group.parameters],
        unsupported=of(group.unsupported),
        disputes=of(group.disputes),
        dialogue=dialogue,
        across=of(group.across),
        shapes={name: shape(one) for name, one in group.shapes.items()},
        others=of((group.others,))[0],
    )


# --- all groups ---


def loosest(dialogues: list[Dialogue]) -> tuple[str, language.Dialogue] | None:
    """An order that none of them forbids: the operation's own, or where one has no turns, only what may stand last."""
    if not dialogues:
        return None
    first = dialogues[0]
    if all(one.dialogue.turns is not None for one in dialogues):
        return first.name, first.dialogue
    lasts = [one.dialogue.last for one in dialogues]
    last = None if None in lasts else list(dict.fromkeys(role for roles in lasts for role in roles or ()))
    free = next(one for one in dialogues if one.dialogue.turns is None)
    loose = language.Dialogue(doc=free.dialogue.doc, last=last, source=free.dialogue.source, level=free.dialogue.level)
    return f"{free.name}_any_model", loose


def widest(takes: list[Parameter], groups: int) -> Parameter:
    """A parameter as all groups that take it would have it at the most; a rule warns where it warns for one of them."""
    takes = [one for one in takes if not one.field.idle] or takes
    first = takes[0]
    constraints = [found for one in first.constraints if (found := _widest(one, takes, groups)) is not None]
    items = first.items and attrs.evolve(
        first.items,
        constraints=tuple(one for one in first.items.constraints if all(_inside(taker, one) for taker in takes)),
    )
    kinds = {one.kind for one in constraints}
    changes: dict[str, Any] = dict.fromkeys(("range", "enum", "min_items", "max_items", "max_length"))
    for one in constraints:
        changes |= one.written() if isinstance(one, ValueConstraint) else {}
    field = attrs.evolve(first.field, default=None, required="required" in kinds, **changes)
    kind = types.parse(field.type)
    return attrs.evolve(first, field=field, type=kind, constraints=tuple(constraints), items=items)


def _inside(taker: Parameter, one: Constraint) -> bool:
    found = None if taker.items is None else taker.items.constraint(one.kind)
    return found is not None and found.data() == one.data()


def _widest(one: Constraint, takes: list[Parameter], groups: int) -> Constraint | None:
    others = [other for taker in takes if (other := taker.constraint(one.kind)) is not None]
    everywhere = groups if one.kind == "required" else len(takes)
    if len(others) < everywhere or not isinstance(one, ValueConstraint):
        return one if one.kind in ("client", "idle") else None
    found = one.widest([other for other in others if isinstance(other, type(one))])
    level: language.Level = "error" if all(other.level == "error" for other in others) else "warning"
    return None if found is None else attrs.evolve(found, level=level)
