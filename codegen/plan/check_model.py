"""Checks: the functions of an operation's validators, as the template places them.

A function gets the value, its place and the findings; it never stops at the first fault.
"""

from __future__ import annotations

import re
from pathlib import Path

import attrs

from codegen.plan.constraints import Condition
from codegen.plan.editions import Basis
from codegen.plan.resolved import Dialogue, Group, Operation
from codegen.spec import language

_SUPPORT = "".join(file.read_text("utf-8") for file in (Path(__file__).parent.parent / "support").glob("*.py"))
_TAKEN = frozenset(re.findall(r"^def (check_\w+)", _SUPPORT, re.MULTILINE))
"""Functions that the validators import: a parameter `total` must not take the place of `check_total`."""


def named(value: str) -> str:
    """The name of the function that checks a value."""
    return f"check_{value}_value" if f"check_{value}" in _TAKEN else f"check_{value}"


@attrs.frozen
class RuleConstant:
    """A rule as the validators have it: `TEMPERATURE = Rule("v1.chat.temperature", CHAT_V1)`."""

    constant: str
    id: str
    basis: Basis
    level: language.Level
    everyone: bool = False

    @property
    def expression(self) -> str:
        """The call that makes it."""
        parts = [f'"{self.id}"', f"sources.{self.basis.edition.constant}"]
        if self.level == "warning" or self.basis.dropped:
            parts.append('"warning"')
        if self.basis.dropped:
            parts.append(f'"{self.basis.dropped}"')
        if self.everyone:
            parts.append("everyone=True")
        return f"Rule({', '.join(parts)})"


@attrs.frozen
class Branch:
    """What holds for values of one JSON type."""

    test: str
    conditions: list[Condition]
    each: str | None = None
    """The check of a list's items."""
    values: str | None = None
    """The check of a map's values."""

    @property
    def findings(self) -> list[Condition]:
        """What is found under a test: at the most one of them."""
        return [one for one in self.conditions if one.test is not None]

    @property
    def calls(self) -> list[str]:
        """What is called in any case."""
        return [one.finding for one in self.conditions if one.test is None]

    @property
    def is_plain(self) -> bool:
        """Whether the type is all that is checked."""
        return not (self.conditions or self.each or self.values)


@attrs.frozen
class Check:
    """A function that checks one value."""

    name: str
    doc: str
    otherwise: str
    """What a value of another type calls. Empty: any value is the branch's."""
    branches: list[Branch]


@attrs.frozen
class DisputeCheck:
    """A function that says that sources disagree on a parameter."""

    name: str
    parameter: str
    rule: RuleConstant
    because: str
    models: tuple[str, ...]
    """Only these. Empty: all of the group."""


@attrs.frozen
class ShapeCheck:
    """A function that checks an object."""

    name: str
    table: str
    doc: str
    rule: RuleConstant | None
    """The rule that it is an object with these members alone. None: neither has to be asked."""
    members: dict[str, str]
    conditions: list[Condition]
    extensible: bool
    of_items: bool
    """Whether lists or maps hold it: their items may be anything. Who else calls it has seen that it is an object."""
    foreign: ForeignNames


@attrs.frozen
class ForeignNames:
    """Names that are none here: those that other APIs have, and those that something here has elsewhere."""

    instead: dict[str, tuple[str, language.Level]]
    """Name → what it is called here, and what it is to send it."""
    elsewhere: list[str]
    """Names that another API has and no page of the platform."""

    @property
    def is_empty(self) -> bool:
        """Whether there are none."""
        return not (self.instead or self.elsewhere)


@attrs.frozen
class GroupCheck:
    """A function that checks a whole request."""

    group: Group
    name: str
    table: str
    members: dict[str, str]
    conditions: list[Condition]
    calls: list[str]


@attrs.define
class Checks:
    """All checks of an operation."""

    operation: Operation
    rules: list[RuleConstant] = attrs.field(factory=list[RuleConstant])
    checks: list[Check] = attrs.field(factory=list[Check])
    disputes: list[DisputeCheck] = attrs.field(factory=list[DisputeCheck])
    shapes: list[ShapeCheck] = attrs.field(factory=list[ShapeCheck])
    groups: list[GroupCheck] = attrs.field(factory=list[GroupCheck])
    dialogues: dict[str, Dialogue] = attrs.field(factory=dict[str, Dialogue])
    support: dict[str, RuleConstant] = attrs.field(factory=dict[str, RuleConstant])
    of_other_pages: dict[str, RuleConstant] = attrs.field(factory=dict[str, RuleConstant])
    foreign: ForeignNames = attrs.field(factory=lambda: ForeignNames({}, []))

    @property
    def unknown(self) -> RuleConstant:
        """The rule that a request has no parameters of other names."""
        others = self.operation.any_model.others
        return RuleConstant("", self.operation.api, others.basis, others.level)

    @property
    def neutral(self) -> dict[str, language.Scalar]:
        """Parameter → a value that asks for nothing."""
        parameters = self.operation.operation.parameters.items()
        return {name: field.neutral for name, field in parameters if field.neutral is not None}

    @property
    def takers(self) -> dict[str, list[str]]:
        """Parameter that not every group takes → the groups that do."""
        groups = self.operation.groups
        takers = {name: [group.name for group in groups if group.parameter(name)] for name in self.support}
        return {name: names for name, names in takers.items() if len(names) < len(groups)}
