"""Facts: every constraint, model and page as data, for whatever is outside the path of a call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import attrs

from codegen.plan.constraints import Constraint
from codegen.plan.constraints.support import Unsupported
from codegen.plan.members import Member, ShapeMembers
from codegen.plan.phrasing import one_line
from codegen.plan.plain_types import called
from codegen.plan.resolved import Group, Model, Operation
from codegen.plan.schemas import DESIGNATORS
from codegen.spec import Spec, types

Facts = dict[str, Any]


def as_text(spec: Spec, operations: list[Operation]) -> str:
    """The facts as JSON, a line for each constraint and model, so that a change of one shows as one."""
    whole = {
        "pages": {name: _page(spec, name) for name in spec.pages},
        "operations": {operation.api: _operation(operation) for operation in operations},
    }
    return _lines(whole, 0) + "\n"


def _lines(value: object, depth: int) -> str:
    """JSON, laid out down to the facts themselves."""
    pad = " " * (depth + 1)
    if isinstance(value, list) and depth < 4 and value:
        items = ",\n".join(f"{pad}{json.dumps(one, ensure_ascii=False)}" for one in cast("list[object]", value))
        return f"[\n{items}\n{' ' * depth}]"
    if isinstance(value, dict) and depth < 4 and value:
        entries = cast("dict[str, object]", value).items()
        members = ",\n".join(f"{pad}{json.dumps(name)}: {_lines(one, depth + 1)}" for name, one in entries)
        return f"{{\n{members}\n{' ' * depth}}}"
    return json.dumps(value, ensure_ascii=False)


def _page(spec: Spec, name: str) -> Facts:
    page = spec.pages[name]
    stated: Facts = {
        "title": page.title,
        "read": str(page.read),
        "url": page.url,
        "standing": page.standing,
        "edition_of": page.edition_of,
        "succeeds": page.succeeds,
        "drops": page.drops,
        "defers": page.defers,
    }
    return {name: value for name, value in stated.items() if value not in (None, [])}


def _operation(operation: Operation) -> Facts:
    groups = [*operation.groups, operation.any_model]
    members = _members(groups)
    return {
        "doc": one_line(operation.operation.doc),
        "http": operation.operation.http,
        "source": operation.operation.source,
        "subject": operation.operation.subject,
        "models": {model.name: _model(model) for model in operation.models},
        "groups": {group.name: _group(group, members) for group in groups},
        "members": {**_designators(operation, members), **members},
        "constraints": _constraints(groups),
    }


def _model(model: Model) -> Facts:
    stated: Facts = {
        "group": model.group,
        "page": model.page if model.listed else None,
        "aliases": model.model.aliases,
        "family": model.model.family,
        "path": model.model.path,
        "prebuilt": model.model.prebuilt,
        "deployable": model.model.deployable,
        "limits": model.limits,
        "limit_pages": model.limit_pages,
        "soft_limits": model.soft_limits,
        "rates": model.rates and attrs.asdict(model.rates),
        "price": model.model.price and attrs.asdict(model.model.price),
        "abilities": model.model.abilities,
        "retired": model.retirement and {**model.retirement.data(), "page": model.retirement.basis.edition.page},
        "unverified": model.model.unverified,
        "named_by": [edition.page for edition in model.named_by],
    }
    return {name: value for name, value in stated.items() if value not in (None, [], {}, False)}


def _group(group: Group, members: Mapping[str, Facts]) -> Facts:
    meanings = {one.name: one_line(one.field.doc) for one in group.parameters}
    return {
        "doc": one_line(group.doc),
        "takes": [one.name for one in group.parameters],
        "defaults": {one.name: one.field.default for one in group.parameters if one.field.default is not None},
        "meanings": {name: doc for name, doc in meanings.items() if doc != members[name]["doc"]},
    }


def _members(groups: list[Group]) -> dict[str, Facts]:
    """Path in a request → type, meaning and default; of a parameter, the meaning most groups give it."""
    found: dict[str, Facts] = {}
    for group in groups:
        for one in group.parameters:
            found.setdefault(one.name, _member(one, one.name))
        for shape in group.shapes.values():
            for name, member in shape.members.items():
                found.setdefault(f"{place_of(shape)}.{name}", _member(member, f"{shape.path}.{name}"))
    return found


def _designators(operation: Operation, members: Mapping[str, Facts]) -> dict[str, Facts]:
    """What says whom a request is for."""
    named = {"body": ["model"], "path": ["model", "endpoint"], "none": []}[operation.operation.model_in]
    return {name: {"rule": name, "type": "string", "doc": DESIGNATORS[name]} for name in named if name not in members}


def _member(one: Member, rule: str) -> Facts:
    stated: Facts = {
        "rule": rule,
        "type": called(one.type),
        "doc": one_line(one.field.doc),
        "default": one.field.default,
        "sent": None if one.field.sent else False,
        "shapes": [name.partition(".")[0] for name in types.shapes_in(one.type)],
    }
    return {name: value for name, value in stated.items() if value not in (None, [])}


def place_of(shape: ShapeMembers) -> str:
    """Where an object stands in a request: `messages[]`."""
    first = next(iter(shape.members.values()))
    kind = first.constraints[0]
    return kind.place.rpartition(".")[0]


def _constraints(groups: list[Group]) -> list[Facts]:
    """Each constraint once, with the groups that have it."""
    found: dict[tuple[Any, ...], Facts] = {}
    for group in groups:
        for one in group.constraints:
            key = (one, one.place, one.phrase())
            fact = found.setdefault(key, _constraint(one))
            fact["groups"].append(group.name)
            if one.models is not None:
                fact.setdefault("error_for", {})[group.name] = [*one.models]
    return list(found.values())


def _constraint(one: Constraint) -> Facts:
    fact: Facts = {
        "id": one.id,
        "kind": one.kind,
        "at": one.place,
        "level": one.level,
        "page": one.basis.edition.page,
        "read": str(one.basis.edition.read),
    }
    if one.basis.dropped is not None:
        fact["dropped"] = str(one.basis.dropped)
    if len(one.ids) > 1:
        fact["also"] = [other for other in one.ids if other != one.id]
    if isinstance(one, Unsupported):
        fact["takers"] = [*one.takers]
    return {**fact, "phrase": one.phrase(), **one.data(), "groups": []}
