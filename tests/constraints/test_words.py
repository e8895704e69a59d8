"""Every constraint beside the words of generated code: what an editor shows of an argument and of a member says it."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from codegen.plan import shapes as typed
from codegen.plan.constraints import Constraint
from codegen.plan.constraints.allowed_values import AllowedValues
from codegen.plan.members import Member, base_name
from codegen.plan.phrasing import plain
from codegen.plan.resolve import Group, Operation
from qianfan_api import shapes
from qianfan_api.handles import Options
from tests.offenders import no_offenders
from tests.schemas.from_spec import GROUPS, OPERATIONS, ids

CALLED = [one for one in GROUPS if one[0].models and not one[1].is_any]
OF_THE_CALL = {field.name for field in attrs.fields(Options)}
"""What a call takes beside the parameters."""
by_group = pytest.mark.parametrize(("operation", "group"), CALLED, ids=ids)


def arguments(operation: Operation, group: Group) -> dict[str, str]:
    """Argument → what the docstring of `create` says of it."""
    handles = importlib.import_module(f"qianfan_api.{operation.api}.handles")
    doc = inspect.getdoc(getattr(handles, group.name).create) or ""
    return dict(re.findall(r"^    (\w+): (.*)$", doc.partition("\nRaises:")[0], re.MULTILINE))


@by_group
def test_each_argument_says_its_constraints(operation: Operation, group: Group) -> None:
    said = arguments(operation, group)
    assert said.keys() - OF_THE_CALL == {one.name for one in group.arguments}
    no_offenders(line for one in group.arguments for line in unsaid(one, said[one.name]))


def unsaid(member: Member, said: str) -> Iterator[str]:
    """What a text lacks of what holds for a member and for what it holds."""
    for one in member.walk():
        for rule in one.constraints:
            if rule.kind != "required" and rule.shown() not in said:
                yield f"{rule.id}: {rule.shown()!r} is not in {said!r}"
    if member.field.default is not None and f"default {plain(member.field.default)}" not in said:
        yield f"{member.path}: its default is not in {said!r}"


@by_group
def test_each_argument_says_what_looks_at_more_than_its_value(operation: Operation, group: Group) -> None:
    said = arguments(operation, group)
    rules: list[Constraint] = [*group.across, *(group.dialogue.parts if group.dialogue else ())]
    no_offenders(
        f"{one.id}: {one.phrase()!r} is not in {said[argument]!r}"
        for one in rules
        for argument in [one.path.split(".")[0]]
        if argument in said and not is_in(said[argument], one)
    )


def is_in(said: str, one: Constraint) -> bool:
    """Whether a text has the words of a constraint, as a sentence or in one, and whether they no longer hold."""
    words = re.escape(one.phrase()[1:])
    dropped = rf" \(not since {one.basis.dropped}\)" if one.basis.dropped else r"(?! \(not since)"
    return re.search(words + dropped, said) is not None


@by_group
def test_each_argument_says_what_the_group_narrows_inside(operation: Operation, group: Group) -> None:
    said = arguments(operation, group)
    for name, shape in group.shapes.items():
        base = operation.any_model.shapes[base_name(name)]
        for word, member in shape.members.items() if "." in name else ():
            argument = member.constraints[0].place.partition(".")[0].partition("[")[0]
            plainly = {one.phrase() for one in base.members[word].constraints}
            for rule in member.constraints:
                if rule.shown() and rule.phrase() not in plainly:
                    assert f"{rule.place} is {rule.phrase()}" in said[argument], rule.id


def members() -> dict[tuple[str, str], str]:
    """TypedDict and member → its docstring in the generated file."""
    found: dict[tuple[str, str], str] = {}
    tree = ast.parse(Path(inspect.getfile(shapes)).read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            # What a TypedDict requires stands in a base of it, _MessageRequired.
            name = node.name.removeprefix("_").removesuffix("Required") if node.name[0] == "_" else node.name
            for field, doc in zip(node.body, node.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                    assert isinstance(doc, ast.Expr)
                    assert isinstance(doc.value, ast.Constant)
                    found[name, field.target.id] = str(doc.value.value)
    return found


def test_each_member_of_a_typed_dict_says_its_constraints() -> None:
    docs = members()
    names = typed.typed_dict_names(OPERATIONS)
    # Where both dialects share one, it lists what either allows.
    for _, group in GROUPS:
        for name, shape in group.shapes.items() if group.is_any else ():
            for word, member in shape.members.items() if shape.shape.typed_as else ():
                values = member.constraint("enum")
                if isinstance(values, AllowedValues):
                    assert all(f'"{value}"' in docs[names[name], word] for value in values.values)
    no_offenders(
        f"{names[name]}.{word}: {line}"
        for operation, group in GROUPS
        if group.is_any
        for name, shape in group.shapes.items()
        for word, member in shape.members.items()
        for line in unsaid(member, docs[names[name], word])
        if not (shape.shape.typed_as and line.startswith(f"{operation.api}.{member.path}.enum"))
    )
