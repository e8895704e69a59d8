"""Dialogues: the order in which the roles of a message list take turns. Each part of it is a rule of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import Beyond, Condition, Constraint, Examples, Projection, Schema, Spot, Turn
from codegen.plan.editions import Editions
from codegen.plan.phrasing import one_line, row
from codegen.spec import language


@attrs.frozen(kw_only=True)
class DialogueSite:
    """A message list with its dialogue."""

    api: str
    subject: str
    """The parameter that has the messages."""
    dialogue: language.Dialogue
    page: str
    editions: Editions


@attrs.frozen(kw_only=True)
class DialoguePart(Constraint):
    """One part of a dialogue."""

    looks_at: ClassVar[Projection] = "request"
    part: ClassVar[language.DialoguePart]

    dialogue: language.Dialogue = attrs.field(eq=False)

    @classmethod
    def read(cls, site: DialogueSite) -> Iterator[Self]:
        """The constraint, where the dialogue has this part."""
        page = site.dialogue.sources.get(cls.part) or site.dialogue.source or site.page
        basis = site.editions.basis(page, f"{site.subject}.{cls.part}")
        level = site.dialogue.level
        made = cls(
            api=site.api,
            path=site.subject,
            place=site.subject,
            basis=basis,
            level=basis.level if level is None or basis.dropped else level,
            dialogue=site.dialogue,
        )
        if made.data():
            yield made

    def python(self, at: Spot) -> Iterator[Condition]:
        # One function looks at all parts: the rule tells it which of them there are.
        return iter(())

    def json_schema(self) -> Beyond:
        return Beyond(self.phrase())


@attrs.frozen(kw_only=True)
class Order(DialoguePart):
    """Whose turn it is."""

    kind = "order"
    code = "order"
    part = "order"

    def phrase(self) -> str:
        return one_line(self.dialogue.doc).rstrip(".")

    def data(self) -> Schema:
        one = self.dialogue
        return {"turns": one.turns, "lead": one.lead, "runs": one.runs} if one.turns else {}

    def changed(self, old: Constraint) -> Iterator[Turn]:
        assert isinstance(old, Order)
        yield from _roles("before the first turn", old.dialogue.lead, self.dialogue.lead)
        yield from _roles("several in a row", old.dialogue.runs, self.dialogue.runs)
        if _turns(old.dialogue.turns) != _turns(self.dialogue.turns):
            yield Turn(f"turns {_turns(old.dialogue.turns)} → {_turns(self.dialogue.turns)}", "changed")

    def examples(self) -> Examples:
        """Roles in order."""
        turns = self.dialogue.turns or []
        first = self.dialogue.first or turns[0]
        right = [first[0], *(turns[index % len(turns)][0] for index in range(1, 3))]
        return Examples((tuple(right),), ((right[0], right[0], right[0]),))


@attrs.frozen(kw_only=True)
class Opening(DialoguePart):
    """Who may speak first."""

    kind = "first"
    code = "order"
    part = "first"

    def phrase(self) -> str:
        return f"the first message is from {row([*(self.dialogue.first or ())])}"

    def data(self) -> Schema:
        return {"roles": self.dialogue.first} if self.dialogue.first else {}

    def changed(self, old: Constraint) -> Iterator[Turn]:
        assert isinstance(old, Opening)
        yield from _roles("the first message", old.dialogue.first or [], self.dialogue.first or [])


@attrs.frozen(kw_only=True)
class Count(DialoguePart):
    """How many messages there are."""

    kind = "count"
    code = "count"
    part = "count"

    def phrase(self) -> str:
        return "an odd number of messages"

    def data(self) -> Schema:
        return {"odd": True} if self.dialogue.odd else {}

    def examples(self) -> Examples:
        """Numbers of messages."""
        return Examples((1, 3), (2,))


@attrs.frozen(kw_only=True)
class Last(DialoguePart):
    """Whose message is answered."""

    kind = "last"
    code = "last"
    part = "last"

    def phrase(self) -> str:
        return f"the last message is from {row([*(self.dialogue.last or ())])}"

    def data(self) -> Schema:
        return {"roles": self.dialogue.last} if self.dialogue.last else {}

    def changed(self, old: Constraint) -> Iterator[Turn]:
        assert isinstance(old, Last)
        yield from _roles("the last message", old.dialogue.last or [], self.dialogue.last or [])


@attrs.frozen(kw_only=True)
class Blank(DialoguePart):
    """What the last message says."""

    kind = "blank"
    code = "blank"
    part = "blank"

    def phrase(self) -> str:
        return "the last message has more than white space"

    def data(self) -> Schema:
        return {"last_not_blank": True} if self.dialogue.last_not_blank else {}


PARTS: tuple[type[DialoguePart], ...] = (Order, Opening, Count, Last, Blank)


def _turns(turns: list[list[str]] | None) -> str:
    return "in any order" if turns is None else ", then ".join(row([*sorted(roles)]) for roles in turns)


def _roles(word: str, old: list[str], new: list[str]) -> Iterator[Turn]:
    gone, come = sorted({*old} - {*new}), sorted({*new} - {*old})
    if gone:
        yield Turn(f"{word}: no longer from {row([*gone])}", "narrowed")
    if come:
        yield Turn(f"{word}: also from {row([*come])}", "widened")
