"""Dialogues: the order in which the roles of a message list take turns. Each part of it is a rule of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import (
    GIVEN,
    Beyond,
    Condition,
    Constraint,
    Examples,
    Projection,
    Schema,
    Spot,
    Turn,
)
from codegen.plan.editions import Editions
from codegen.plan.phrasing import prose, row
from codegen.spec import language
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class DialogueSite:
    """A message list with its dialogue."""

    api: str
    subject: str
    """The parameter that has the messages."""
    dialogue: language.Dialogue
    roles: tuple[str, ...]
    """Every role that a message may have at all."""
    page: str
    editions: Editions


@attrs.frozen(kw_only=True)
class DialoguePart(Constraint):
    """One part of a dialogue."""

    looks_at: ClassVar[Projection] = "request"
    part: ClassVar[language.DialoguePart]

    dialogue: language.Dialogue = attrs.field(eq=False)
    roles: tuple[str, ...] = attrs.field(eq=False)

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
            roles=site.roles,
        )
        if made.data():
            yield made

    def python(self, at: Spot) -> Iterator[Condition]:
        # One function looks at all parts: the rule tells it which of them there are.
        return iter(())

    def sentences(self) -> Iterator[str]:
        yield from (self.phrase(), prose(self.dialogue.doc))

    def json_schema(self) -> Beyond:
        return Beyond(self.phrase())

    def _request(self, roles: Sequence[str], content: str = GIVEN) -> dict[str, object]:
        """A conversation: what the examples are."""
        return {self.path: [{"role": role, "content": content} for role in roles]}

    def _turn(self, index: int) -> list[str]:
        """The roles that may take a turn."""
        one = self.dialogue
        turn = one.turns[index % len(one.turns)] if one.turns else [*self.roles]
        return [role for role in turn if index > 0 or one.first is None or role in one.first]

    def _turns(self, count: int) -> list[str]:
        """The first turns of a conversation that is right so far."""
        return [self._turn(index)[0] for index in range(count)]


@attrs.frozen(kw_only=True)
class Order(DialoguePart):
    """Whose turn it is."""

    kind = "order"
    code = "order"
    part = "order"

    def phrase(self) -> str:
        return prose(self.dialogue.doc)

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
        right = [[*lead, *self._turns(count)] for count in (1, 2, 3) for lead in ([], self.dialogue.lead[:1])]
        wrong: list[list[str]] = []
        for count in (1, 2):
            before = self._turns(count)
            runs = before[-1:] if before[-1] in self.dialogue.runs else []
            wrong += [[*before, role] for role in self.roles if role not in (*self._turn(count), *runs)]
        return Examples(tuple(map(self._request, right)), tuple(map(self._request, wrong)))


@attrs.frozen(kw_only=True)
class Opening(DialoguePart):
    """Who may speak first."""

    kind = "first"
    code = "order"
    part = "first"

    def phrase(self) -> str:
        return say("the first message is from {roles}", roles=row([*(self.dialogue.first or ())]))

    def data(self) -> Schema:
        return {"roles": self.dialogue.first} if self.dialogue.first else {}

    def changed(self, old: Constraint) -> Iterator[Turn]:
        assert isinstance(old, Opening)
        yield from _roles("the first message", old.dialogue.first or [], self.dialogue.first or [])

    def examples(self) -> Examples:
        first = self.dialogue.first or []
        # A role that has no turn there at all is out of order.
        turn = self.dialogue.turns[0] if self.dialogue.turns else self.roles
        others = [role for role in turn if role not in (*first, *self.dialogue.lead)]
        inside, outside = ([self._request([role]) for role in roles] for roles in (first, others))
        return Examples(tuple(inside), tuple(outside))


@attrs.frozen(kw_only=True)
class Count(DialoguePart):
    """How many messages there are."""

    kind = "count"
    code = "count"
    part = "count"

    def phrase(self) -> str:
        return say("an odd number of messages")

    def data(self) -> Schema:
        return {"odd": True} if self.dialogue.odd else {}

    def examples(self) -> Examples:
        inside, outside = ([self._request(self._turns(count)) for count in counts] for counts in ((1, 3), (2, 4)))
        return Examples(tuple(inside), tuple(outside))


@attrs.frozen(kw_only=True)
class Last(DialoguePart):
    """Whose message is answered."""

    kind = "last"
    code = "last"
    part = "last"

    def phrase(self) -> str:
        return say("the last message is from {roles}", roles=row([*(self.dialogue.last or ())]))

    def data(self) -> Schema:
        return {"roles": self.dialogue.last} if self.dialogue.last else {}

    def changed(self, old: Constraint) -> Iterator[Turn]:
        assert isinstance(old, Last)
        yield from _roles("the last message", old.dialogue.last or [], self.dialogue.last or [])

    def examples(self) -> Examples:
        """Where turns and an odd number leave no other role for the last, none is outside."""
        found: dict[bool, list[dict[str, object]]] = {True: [], False: []}
        for count in (1, 3) if self.dialogue.odd else (1, 2, 3):
            for role in self._turn(count - 1):
                found[role in (self.dialogue.last or ())].append(self._request([*self._turns(count - 1), role]))
        return Examples(tuple(found[True]), tuple(found[False]))


@attrs.frozen(kw_only=True)
class Blank(DialoguePart):
    """What the last message says."""

    kind = "blank"
    code = "blank"
    part = "blank"

    def phrase(self) -> str:
        return say("the last message has more than white space")

    def data(self) -> Schema:
        return {"last_not_blank": True} if self.dialogue.last_not_blank else {}

    def examples(self) -> Examples:
        one = self._turns(1)
        return Examples((self._request(one, " a"),), (self._request(one, " "), self._request(one, "\n\u3000")))


PARTS: tuple[type[DialoguePart], ...] = (Order, Opening, Count, Last, Blank)


def _turns(turns: list[list[str]] | None) -> str:
    return "in any order" if turns is None else ", then ".join(row([*sorted(roles)]) for roles in turns)


def _roles(word: str, old: list[str], new: list[str]) -> Iterator[Turn]:
    gone, come = sorted({*old} - {*new}), sorted({*new} - {*old})
    if gone:
        yield Turn(f"{word}: no longer from {row([*gone])}", "narrowed")
    if come:
        yield Turn(f"{word}: also from {row([*come])}", "widened")
