"""Members of which the pages advise to set one alone. Advice: it warns."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import GIVEN, Beyond, Condition, Examples, ObjectConstraint, ObjectSite, Schema, Spot
from codegen.plan.phrasing import row
from codegen.plan.python_source import literal
from codegen.support.words import phrase, say


@attrs.frozen(kw_only=True)
class Preference(ObjectConstraint):
    """Members that do not go well together."""

    kind = "prefer"
    code = "prefer"

    members: tuple[str, ...]
    advice: str | None
    """What the page says, where that is not: set one or the other."""

    @classmethod
    def read(cls, site: ObjectSite) -> Iterator[Self]:
        for prefer in site.rules.prefer:
            members = tuple(member for member in prefer.one_of if member in site.known)
            if len(members) > 1 and site.described_by not in prefer.unsaid_on:
                common = site.common(members[-1], cls.code, prefer.source, "warning")
                yield cls(**common, members=members, advice=prefer.advice)

    def phrase(self) -> str:
        if self.advice:
            return phrase(self.advice)
        return say("set {members}, not both", members=row([*self.members]))

    def python(self, at: Spot) -> Iterator[Condition]:
        test = " and ".join(f'{at.value}.get("{member}") is not None' for member in self.members)
        finding = f'found.advise({at.rule}, "{self.code}", {at.member(self.members[-1])}, {literal(self.phrase())})'
        yield Condition(test, finding)

    def json_schema(self) -> Beyond:
        return Beyond(f"advice: {self.phrase()}")

    def data(self) -> Schema:
        return {"one_of": [*self.members]} | ({"advice": self.advice} if self.advice else {})

    def subject(self) -> str:
        return f"one of {' and '.join(sorted(self.members))}"

    def examples(self) -> Examples:
        return Examples(inside=({self.members[0]: GIVEN},), outside=(dict.fromkeys(self.members, GIVEN),))
