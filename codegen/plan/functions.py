"""The functions of an operation's validators, as the template places them.

A function gets the value, its place and the findings; it never stops at the first fault.
"""

from __future__ import annotations

import re
from pathlib import Path

import attrs

from codegen.plan.faults import Fault, Rule
from codegen.plan.resolve import Dialogue, Group, Operation

_SUPPORT = "".join(file.read_text("utf-8") for file in (Path(__file__).parent.parent / "support").glob("*.py"))
_TAKEN = frozenset(re.findall(r"^def (check_\w+)", _SUPPORT, re.MULTILINE))
"""Functions that the validators import: a parameter `total` must not take the place of `check_total`."""


def named(value: str) -> str:
    """The name of the function that checks a value."""
    return f"check_{value}_value" if f"check_{value}" in _TAKEN else f"check_{value}"


@attrs.frozen
class Branch:
    """What holds for values of one JSON type."""

    test: str
    faults: list[Fault]
    each: str | None = None
    """The check of a list's items."""
    values: str | None = None
    """The check of a map's values."""
    delegate: str | None = None
    """The check that does the rest."""

    @property
    def is_plain(self) -> bool:
        """Whether the type is all that is checked."""
        return not (self.faults or self.each or self.values or self.delegate)


@attrs.frozen
class Check:
    """A function that checks one value."""

    name: str
    doc: str
    rule: Rule
    expected: str
    branches: list[Branch]


@attrs.frozen
class DisputeCheck:
    """A function that says that sources disagree on a parameter."""

    name: str
    parameter: str
    rule: Rule
    because: str
    models: list[str]
    """Only these. Empty: all of the group."""


@attrs.frozen
class ShapeCheck:
    """A function that checks an object."""

    name: str
    table: str
    doc: str
    rule: Rule | None
    """The rule that it is an object with these members alone. None: neither has to be asked."""
    members: dict[str, str]
    faults: list[Fault]
    extensible: bool
    of_items: bool
    """Whether lists or maps hold it: their items may be anything. Who else calls it has seen that it is an object."""


@attrs.frozen
class GroupCheck:
    """A function that checks a whole request."""

    group: Group
    name: str
    table: str
    members: dict[str, str]
    faults: list[Fault]
    calls: list[str]


@attrs.define
class Checks:
    """All checks of an operation."""

    operation: Operation
    rules: list[Rule] = attrs.field(factory=list[Rule])
    checks: list[Check] = attrs.field(factory=list[Check])
    disputes: list[DisputeCheck] = attrs.field(factory=list[DisputeCheck])
    shapes: list[ShapeCheck] = attrs.field(factory=list[ShapeCheck])
    groups: list[GroupCheck] = attrs.field(factory=list[GroupCheck])
    dialogues: dict[str, Dialogue] = attrs.field(factory=dict[str, Dialogue])
    support: dict[str, Rule] = attrs.field(factory=dict[str, Rule])

    @property
    def takers(self) -> dict[str, list[str]]:
        """Parameter that not every group takes → the groups that do."""
        groups = self.operation.groups
        takers = {name: [group.name for group in groups if group.parameter(name)] for name in self.support}
        return {name: names for name, names in takers.items() if len(names) < len(groups)}
