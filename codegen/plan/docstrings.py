"""Docstrings: what editors show of a parameter, on one line: range and default, then its meaning, then caveats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.plan.constraints import Constraint, ObjectConstraint
from codegen.plan.constraints.dispute import Disputed
from codegen.plan.members import Member, ShapeMembers, base_name
from codegen.plan.phrasing import one_line, plain
from codegen.plan.resolved import Group
from codegen.spec import types


def hint(one: Member) -> str:
    """What holds for a member, with its default."""
    return ", ".join(_facts(one, required=True))


def described(one: Member, *, required: bool = False) -> str:
    """A member's entry: what holds for it, and what it means. `required`: whether to say that it is needed."""
    before = ", ".join(_facts(one, required=required))
    doc = one_line(one.field.doc)
    return f"{before}. {doc}" if before else doc


def _facts(one: Member, *, required: bool) -> Iterator[str]:
    if required and one.constraint("required") is not None:
        yield "required"
    for rule in one.constraints:
        if rule.kind != "required" and rule.shown():
            yield rule.shown()
    for rule in one.items.constraints if one.items is not None else ():
        if rule.shown():
            yield f"each {rule.shown()}"
    if one.field.default is not None:
        yield f"default {plain(one.field.default)}"


def argument(one: Member, group: Group, plain: Mapping[str, ShapeMembers]) -> str:
    """A parameter's entry in a group, with the rules that look at more than its value.

    Args:
        one: The parameter.
        group: The group.
        plain: Objects as groups have them that narrow nothing in them.
    """
    doubts = [_doubt(group, dispute) for dispute in group.disputes if dispute.path == one.name]
    return " ".join([described(one), *map(_sentence, (*doubts, *_caveats(one, group), *_narrowed(one, group, plain)))])


def _doubt(group: Group, dispute: Disputed) -> str:
    """A dispute in words, with the models that it is about where they are not all of the group's."""
    of = f"{', '.join(dispute.only)}: " if dispute.only else ""
    return f"{of}{dispute.phrase()}"


def _sentence(text: str) -> str:
    """Words as a sentence; one that begins with a name keeps it as it is."""
    first = text.partition(" ")[0]
    text = text if any(sign in first for sign in "._[") else f"{text[0].upper()}{text[1:]}"
    return text if text.endswith((".", "!", "?", "…", "。")) else f"{text}."


def _caveats(one: Member, group: Group) -> Iterator[str]:
    for rule in group.across:
        if _concerns(rule, one.name):
            yield _dated(rule)
    if group.dialogue is not None and group.dialogue.parts and group.dialogue.parts[0].path == one.name:
        yield from dict.fromkeys(map(_dated, group.dialogue.parts))


def _narrowed(one: Member, group: Group, plain: Mapping[str, ShapeMembers]) -> Iterator[str]:
    """What a group narrows inside a parameter."""
    for name, shape in group.shapes.items():
        if "." in name and one.name == _root(group, name):
            for word, member in shape.members.items():
                known = [rule.phrase() for rule in plain[base_name(name)].members[word].constraints]
                yield from (
                    f"{rule.place} is {rule.phrase()}" for rule in member.constraints if rule.phrase() not in known
                )


def _dated(rule: Constraint) -> str:
    """A rule in words, and whether a later edition of its page dropped it."""
    return rule.phrase() if rule.basis.dropped is None else f"{rule.phrase()} (not since {rule.basis.dropped})"


def _concerns(rule: ObjectConstraint, name: str) -> bool:
    return rule.path.split(".")[0] == name


def _root(group: Group, shape: str) -> str:
    """The parameter that holds a shape of the group's own."""
    return next((one.name for one in group.parameters if shape in types.shapes_in(one.type)), "")
