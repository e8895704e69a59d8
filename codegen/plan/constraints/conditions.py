"""Conditions on a member, under which a rule holds: as a Python test and as JSON Schema."""

from __future__ import annotations

from codegen.plan.constraints.base import GIVEN, Schema
from codegen.plan.python_source import literal
from codegen.spec import language

NOT_NULL: Schema = {"not": {"type": "null"}}


def holds(of: str, when: language.When) -> str:
    """The test that a condition holds."""
    if when.equals is None:
        return f'{of}.get("{when.member}") is not None'
    return f'{of}.get("{when.member}") {"is" if isinstance(when.equals, bool) else "=="} {literal(when.equals)}'


def holds_not(of: str, when: language.When) -> str:
    """The test that a condition does not hold."""
    if when.equals is None:
        return f'{of}.get("{when.member}") is None'
    return f'{of}.get("{when.member}") {"is not" if isinstance(when.equals, bool) else "!="} {literal(when.equals)}'


def schema(when: language.When) -> Schema:
    """The schema of an object for which a condition holds."""
    value = NOT_NULL if when.equals is None else {"const": when.equals}
    return {"required": [when.member], "properties": {when.member: value}}


def implies(when: language.When | None, unless: language.When | None, demand: Schema) -> Schema:
    """A demand under conditions."""
    if when is None and unless is None:
        return demand
    found = ([schema(when)] if when else []) + ([{"not": schema(unless)}] if unless else [])
    return {"if": found[0] if len(found) == 1 else {"allOf": found}, "then": demand}


def example(when: language.When) -> dict[str, object]:
    """A member for which a condition holds."""
    return {when.member: GIVEN if when.equals is None else when.equals}


def data(when: language.When | None) -> Schema | None:
    """A condition as plain data."""
    return None if when is None else {"member": when.member, "equals": when.equals}
