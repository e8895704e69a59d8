"""Members of use only to models with an ability, by a page that says which have it. Advice: they warn."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import Beyond, Condition, ObjectConstraint, ObjectSite, Schema, Spot
from codegen.plan.python_source import literal


@attrs.frozen(kw_only=True)
class NeededAbility(ObjectConstraint):
    """A member that asks a model for what it may not be able to do. Of models that the page does not name: nothing."""

    kind = "ability"
    code = "ability"

    member: str
    ability: str

    @classmethod
    def read(cls, site: ObjectSite) -> Iterator[Self]:
        for needed in site.rules.ability:
            if needed.member in site.known:
                common = site.common(needed.member, cls.code, needed.source, "warning")
                yield cls(**common, member=needed.member, ability=needed.needs)

    def phrase(self) -> str:
        return f"of use only to models that can do {self.ability}, where the page names the model"

    def python(self, at: Spot) -> Iterator[Condition]:
        test = f'{at.value}.get("{self.member}") is not None and found.unable({at.rule}, {literal(self.ability)})'
        yield Condition(
            test, f'found.cannot({at.rule}, "{self.code}", {at.member(self.member)}, {literal(self.ability)})'
        )

    def json_schema(self) -> Beyond:
        return Beyond(f"advice: {self.member} is {self.phrase()}")

    def data(self) -> Schema:
        return {"ability": self.ability}

    def subject(self) -> str:
        return f"{self.member} {self.phrase()}"
