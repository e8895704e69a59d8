"""Texts that may not be empty under a condition."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints import conditions
from codegen.plan.constraints.base import (
    GIVEN,
    Condition,
    Constraint,
    Examples,
    ObjectConstraint,
    ObjectSite,
    Schema,
    Spot,
    Turn,
)
from codegen.plan.phrasing import condition
from codegen.plan.python_source import literal
from codegen.spec import language
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class FilledMember(ObjectConstraint):
    """A text that may not be empty under a condition."""

    kind = "filled"
    code = "empty"

    member: str
    unless: language.When | None
    warns: language.When | None = None
    """When it only warns."""

    @classmethod
    def read(cls, site: ObjectSite) -> Iterator[Self]:
        for filled in site.rules.filled:
            if filled.member in site.known:
                common = site.common(filled.member, cls.code, filled.source)
                yield cls(**common, member=filled.member, unless=filled.unless, warns=filled.warns)

    def _why(self) -> str:
        return say("unless {condition}", condition=condition(self.unless)) if self.unless else ""

    def phrase(self) -> str:
        why = self._why()
        rule = say("not empty {why}", why=why) if why else say("not empty")
        if self.warns is None:
            return rule
        return say("{rule}; a warning where {condition}", rule=rule, condition=condition(self.warns))

    def sentences(self) -> Iterator[str]:
        yield from (self.phrase(), self._why())

    def python(self, at: Spot) -> Iterator[Condition]:
        tests = [f'{at.value}.get("{self.member}") in EMPTY']
        tests += [conditions.holds_not(at.value, self.unless)] if self.unless else []
        level = f', "warning" if {conditions.holds(at.value, self.warns)} else None' if self.warns else ""
        finding = f"found.empty({at.rule}, {at.member(self.member)}, {literal(self._why())}{level})"
        yield Condition(" and ".join(tests), finding)

    def json_schema(self) -> Schema:
        demand: Schema = {"properties": {self.member: {"not": {"enum": ["", []]}}}}
        demand = conditions.implies(None, self.unless, demand)
        return conditions.implies(None, self.warns, demand)

    def data(self) -> Schema:
        lenient = {"warns": conditions.data(self.warns)} if self.warns else {}
        return {"unless": conditions.data(self.unless), **lenient}

    def subject(self) -> str:
        return f"{self.member} is not empty {self._why()}".strip()

    def changed(self, old: Constraint) -> Iterator[Turn]:
        assert isinstance(old, FilledMember)
        for turn in super().changed(old):
            added = old.warns is None and self.warns is not None and old.unless == self.unless
            yield attrs.evolve(turn, way="widened") if added else turn

    def examples(self) -> Examples:
        return Examples(inside=({self.member: GIVEN},), outside=({self.member: ""},))
