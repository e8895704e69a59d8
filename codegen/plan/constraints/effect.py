"""Members that have an effect only under a condition. Advice: they warn."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints import conditions
from codegen.plan.constraints.base import GIVEN, Beyond, Condition, Examples, ObjectConstraint, ObjectSite, Schema, Spot
from codegen.plan.phrasing import condition
from codegen.plan.python_source import literal
from codegen.spec import language
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class Effect(ObjectConstraint):
    """A member that has an effect only under a condition."""

    kind = "effect"
    code = "effect"

    member: str
    when: language.When

    @classmethod
    def read(cls, site: ObjectSite) -> Iterator[Self]:
        for effect in site.rules.effect:
            if {effect.member, effect.only_when.member} <= site.known:
                common = site.common(effect.member, cls.code, effect.source, "warning")
                yield cls(**common, member=effect.member, when=effect.only_when)

    def phrase(self) -> str:
        return say("has an effect only when {condition}", condition=condition(self.when))

    def python(self, at: Spot) -> Iterator[Condition]:
        test = f'{at.value}.get("{self.member}") is not None and {conditions.holds_not(at.value, self.when)}'
        finding = f'found.advise({at.rule}, "{self.code}", {at.member(self.member)}, {literal(self.phrase())})'
        yield Condition(test, finding)

    def json_schema(self) -> Beyond:
        return Beyond(f"advice: {self.member} {self.phrase()}")

    def data(self) -> Schema:
        return {"when": conditions.data(self.when)}

    def subject(self) -> str:
        return f"{self.member} {self.phrase()}"

    def examples(self) -> Examples:
        given: dict[str, object] = {self.member: GIVEN}
        return Examples(inside=({**given, **conditions.example(self.when)},), outside=(given,))
