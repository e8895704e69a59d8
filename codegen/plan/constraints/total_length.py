"""Totals: the characters of several texts together stay within a limit of the model."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import (
    Beyond,
    Condition,
    Examples,
    ObjectConstraint,
    ObjectSite,
    Schema,
    Spot,
    within,
)
from codegen.plan.phrasing import limit, together
from codegen.plan.python_source import steps, tuple_of
from codegen.spec import language
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class TotalLength(ObjectConstraint):
    """Texts that share a limit."""

    kind = "total"
    code = "length"

    of: tuple[str, ...]
    """Dotted paths of the texts, with [] for each item."""
    limit: str
    each: int | None = None
    """Of a limit in tokens: the most characters of one."""
    shared: int | None = attrs.field(default=None, eq=False)

    @classmethod
    def read(cls, site: ObjectSite) -> Iterator[Self]:
        for total in site.rules.total:
            if total.limit in site.limits:
                of = tuple(path for path in total.of if path.split(".")[0].removesuffix("[]") in site.known)
                first = total.of[0].split("[")[0].split(".")[0]
                level: language.Level | None = None if total.each is None else "warning"
                common = site.common(f"{first}.total", cls.code, total.source, level, place=first)
                shared = site.shared.get(total.limit)
                yield cls(**common, of=of, limit=total.limit, each=total.each, shared=shared)

    def phrase(self) -> str:
        texts, most = together(self.of), limit(self.limit, self.shared)
        if self.each is None:
            return say("{texts} together at most {most} characters", texts=texts, most=most)
        return say(
            "{texts} together at most {each} characters for each of {most} tokens of input",
            texts=texts,
            each=self.each,
            most=most,
        )

    def python(self, at: Spot) -> Iterator[Condition]:
        texts = tuple_of(steps(path) for path in self.of)
        each = "" if self.each is None else f", {self.each}"
        yield Condition(None, f'check_total({at.rule}, {at.value}, {texts}, "{self.limit}", found{each})')

    def json_schema(self) -> Beyond:
        return Beyond(self.phrase())

    def data(self) -> Schema:
        return {"of": [*self.of], "limit": self.limit} | ({"each": self.each} if self.each else {})

    def examples(self) -> Examples:
        if self.shared is None:
            return Examples()
        first, *rest = self.of
        others: dict[str, object] = {name: member for path in rest for name, member in within(path, "y").items()}
        texts = ["x" * (self.shared * (self.each or 1) - len(rest) + more) for more in (0, 1)]
        inside, outside = ({**within(first, text), **others} for text in texts)
        return Examples((inside,), (outside,))
