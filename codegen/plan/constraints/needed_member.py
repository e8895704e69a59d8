"""Members that are needed under a condition."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints import conditions
from codegen.plan.constraints.base import GIVEN, Condition, Examples, ObjectConstraint, ObjectSite, Schema, Spot
from codegen.plan.phrasing import condition
from codegen.plan.python_source import literal
from codegen.spec import language
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class NeededMember(ObjectConstraint):
    """A member that must be there under a condition."""

    kind = "need"
    code = "missing"

    member: str
    when: language.When | None
    unless: language.When | None

    @classmethod
    def read(cls, site: ObjectSite) -> Iterator[Self]:
        for need in site.rules.need:
            members = {need.member, *(when.member for when in (need.when, need.unless) if when is not None)}
            if members <= site.known:
                common = site.common(need.member, cls.code, need.source, need.level)
                yield cls(**common, member=need.member, when=need.when, unless=need.unless)

    def _why(self) -> str:
        when = say("when {condition}", condition=condition(self.when)) if self.when else ""
        unless = say("unless {condition}", condition=condition(self.unless)) if self.unless else ""
        return say("{when} {unless}", when=when, unless=unless) if when and unless else when or unless

    def phrase(self) -> str:
        why = self._why()
        return say("required {why}", why=why) if why else say("required")

    def sentences(self) -> Iterator[str]:
        yield from (self.phrase(), self._why())

    def python(self, at: Spot) -> Iterator[Condition]:
        tests = [conditions.holds_not(at.value, self.unless)] if self.unless else []
        tests += [conditions.holds(at.value, self.when)] if self.when else []
        tests += [f'{at.value}.get("{self.member}") is None']
        finding = f"found.missing({at.rule}, {at.member(self.member)}, {literal(self._why())})"
        yield Condition(" and ".join(tests), finding)

    def json_schema(self) -> Schema:
        demand = {"required": [self.member], "properties": {self.member: conditions.NOT_NULL}}
        return conditions.implies(self.when, self.unless, demand)

    def data(self) -> Schema:
        return {"when": conditions.data(self.when), "unless": conditions.data(self.unless)}

    def subject(self) -> str:
        return f"{self.member} is {self.phrase()}".replace("is required", "is needed")

    def examples(self) -> Examples:
        base = conditions.example(self.when) if self.when else {}
        return Examples(inside=({**base, self.member: GIVEN},), outside=(base,))
