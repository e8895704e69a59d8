"""A change of the spec in words, and the rules by which it is marked.

breaking   a request that passed may now be refused, or code that type-checked may not: something was removed, narrowed,
           is required now, warns no more but rejects, or is called otherwise. Of a reply: a member was removed or is of
           another type.
notable    nothing breaks, but there is something new to know: something was added or widened, is no longer required,
           rejects no more but warns; a default, a path or an address moved; a model retired; a rule that only warns
           was narrowed.
harmless   no request is treated differently: a page was read anew, a text reads differently.

A change that does two things has the worse mark. What a rule says about a model that no page lists only ever warns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, get_args

import attrs

from codegen.plan.phrasing import plain, row

Mark = Literal["breaking", "notable", "harmless"]
MARKS: tuple[Mark, ...] = get_args(Mark)
"""The worst first."""


@attrs.frozen(order=True)
class Change:
    """One difference between two specs."""

    api: str
    """The operation, as v1.chat; or sources, platform or errors."""
    subject: str
    """What changed: `parameter heat`."""
    words: str
    """How: `range (0, 1.0] → (0, 2.0], widened`."""
    mark: Mark


@attrs.frozen
class Part:
    """What changed about one thing, which the caller names."""

    words: str
    mark: Mark

    def softened(self, soft: bool) -> Part:
        """As it is where the rule only warns: nothing breaks."""
        return attrs.evolve(self, mark="notable") if soft and self.mark == "breaking" else self


def shown(value: object) -> str:
    """A value in prose, `none` where there is none."""
    kind = type(value)
    if attrs.has(kind):
        return ", ".join(shown(getattr(value, field.name)) for field in attrs.fields(kind))
    return "none" if value in (None, "") else plain(value)


def listed(values: Iterable[object]) -> str:
    """Values in a row whatever their order in the file, `none` where there is none."""
    return shown(", ".join(sorted(map(plain, values))))


def some(names: Iterable[str], most: int = 6) -> str:
    """`A, B and C`, or `A, B, C and 4 more` where there are many."""
    words = sorted(names, key=str.casefold)
    if len(words) <= most:
        return row([*words], "and")
    return f"{', '.join(words[: most - 1])} and {len(words) - most + 1} more"


def together(found: Iterable[tuple[Part, str]]) -> Iterator[tuple[Part, list[str]]]:
    """The same part found in many places, once, with its places."""
    places: dict[Part, list[str]] = {}
    for part, place in found:
        places.setdefault(part, []).append(place)
    yield from places.items()
