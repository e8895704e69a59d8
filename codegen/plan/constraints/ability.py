"""Abilities: what only some models can use, such as images for those that see. It warns."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import Beyond, Condition, ObjectConstraint, ObjectSite, Schema, Spot
from codegen.plan.python_source import literals, steps
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class NeededAbility(ObjectConstraint):
    """A member that asks for an ability of the model."""

    kind = "ability"
    code = "ability"

    member: str
    """Its dotted path: messages[].content[].image_url."""
    ability: str
    lacking: tuple[str, ...] = ()
    """The models of the group that the page lists without it. Empty: all that it names."""

    @classmethod
    def read(cls, site: ObjectSite) -> Iterator[Self]:
        for needed in site.rules.ability:
            first = needed.member.split("[")[0].split(".")[0]
            path = first if first == needed.member else f"{first}.{needed.needs}"
            lacking = tuple(name for name in needed.lacking if name in site.models)
            if first in site.known and (lacking or not needed.lacking):
                common = site.common(path, cls.code, needed.source, "warning", place=first)
                yield cls(**common, member=needed.member, ability=needed.needs, lacking=lacking)

    def phrase(self) -> str:
        return say("{member} is for models with {ability}", member=self.member, ability=self.ability)

    def python(self, at: Spot) -> Iterator[Condition]:
        path = steps(self.member)
        call = (
            f'check_ability({at.rule}, PARAMETERS.catalogue, {at.value}, {path}, "{self.ability}", found{self._names})'
        )
        yield Condition(None, call)

    @property
    def _names(self) -> str:
        return f", {literals(self.lacking)}" if self.lacking else ""

    def json_schema(self) -> Beyond:
        return Beyond(f"that {self.phrase()}")

    def data(self) -> Schema:
        named = {"lacking": [*self.lacking]} if self.lacking else {}
        return {"member": self.member, "ability": self.ability, **named}
