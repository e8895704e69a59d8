"""What generated validators share: the types of JSON, and the rules that look at more than one member."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeGuard

import attrs

from qianfan_api.catalogue import Catalogue
from qianfan_api.violations import NO_FOREIGN_NAMES, Findings, ForeignNames, Place, Rule, either, listed, shown
from qianfan_api.words import phrase, say

Check = Callable[[object, Place, Findings], None]
"""Looks at one value and notes what is wrong with it."""

EMPTY: tuple[object, ...] = ("", [], ())
"""What counts as an empty text."""


_NUMBERS = (int, float)
_TEXTS = (str, bytes, bytearray, memoryview)


def is_number(value: object) -> TypeGuard[float]:
    """Whether it is a JSON number. A bool is none."""
    # The exact types first: most values have them, and a test of `type` costs a third of `isinstance`.
    return type(value) is float or type(value) is int or (isinstance(value, _NUMBERS) and not isinstance(value, bool))


def is_integer(value: object) -> TypeGuard[int]:
    """Whether it is a whole JSON number. A bool is none."""
    return type(value) is int or (isinstance(value, int) and not isinstance(value, bool))


def is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether it is a JSON object."""
    # dict first: Mapping is an ABC, and slow.
    return type(value) is dict or isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """Whether it is a JSON list, or a sequence that becomes one."""
    # list, tuple and texts first: Sequence is an ABC, and slow.
    kind = type(value)
    return kind is list or kind is tuple or (not isinstance(value, _TEXTS) and isinstance(value, Sequence))


@attrs.frozen
class Parameters:
    """What the groups of an operation take."""

    catalogue: Catalogue
    rules: Mapping[str, Rule]
    """Parameter → the rule that says which models take it."""
    unknown: Rule
    groups: Mapping[str, Mapping[str, Check]]
    """Group → parameter → its check."""
    takers: Mapping[str, frozenset[str]]
    """Parameter that not every group takes → the groups that do."""
    foreign: ForeignNames = NO_FOREIGN_NAMES
    neutral: Mapping[str, object] = attrs.field(factory=dict[str, object])
    """Parameter → a value that asks for nothing: to a model that does not take it, it only warns."""
    of_other_pages: Mapping[str, Rule] = attrs.field(factory=dict[str, Rule])
    """Parameter that only a page of other models has → the rule that the operation's own page has no such parameter."""

    def check(self, group: str, payload: Mapping[str, object], found: Findings) -> None:
        """Checks each parameter that is there. `null` counts as left out."""
        checks = self.groups[group]
        for name, value in payload.items():
            check = checks.get(name)
            if check is None:
                self._unexpected(name, value, checks, found)
            elif value is not None:
                check(value, (name,), found)

    def _unexpected(self, name: str, value: object, checks: Mapping[str, Check], found: Findings) -> None:
        if value is None:
            return
        if name in self.rules:
            self.unsupported(name, found, value)
        else:
            found.unknown(self.unknown, (name,), checks, self.foreign)

    def unsupported(self, name: str, found: Findings, value: object = None) -> None:
        """Notes that the model does not take a parameter, and which do."""
        rule = self.rules[name]
        own = self.of_other_pages.get(name)
        if own is not None and found.speaks(own) and not found.speaks(rule):
            rule = own
        takers = self.catalogue.of_groups(self.takers.get(name, frozenset()))
        asks_nothing = name in self.neutral and not isinstance(value, bool) and value == self.neutral[name]
        found.unsupported(rule, name, takers, "warning" if asks_nothing else None)


def check_members(
    value: Mapping[str, object],
    members: Mapping[str, Check],
    rule: Rule,
    place: Place,
    found: Findings,
    foreign: ForeignNames = NO_FOREIGN_NAMES,
) -> None:
    """Checks each member that is there. A member of another name is a finding; one that is null counts as left out."""
    for name, item in value.items():
        if item is None:
            continue
        check = members.get(name)
        if check is None:
            found.unknown(rule, (*place, name), members, foreign)
        else:
            check(item, (*place, name), found)


def check_known_members(
    value: Mapping[str, object], members: Mapping[str, Check], place: Place, found: Findings
) -> None:
    """Checks each member that is known. Others pass."""
    for name, check in members.items():
        item = value.get(name)
        if item is not None:
            check(item, (*place, name), found)


def texts_at(value: object, steps: Sequence[str]) -> Iterator[str]:
    """The texts at a path; `[]` stands for each item, and a list of content parts for their texts."""
    if not steps:
        if isinstance(value, str):
            yield value
        elif is_list(value):
            for part in value:
                yield from texts_at(part, ("text",))
    elif steps[0] == "[]":
        if is_list(value):
            for item in value:
                yield from texts_at(item, steps[1:])
    elif is_object(value):
        yield from texts_at(value.get(steps[0]), steps[1:])


def check_total(
    rule: Rule,
    payload: Mapping[str, object],
    paths: Sequence[Sequence[str]],
    limit: str,
    found: Findings,
    each: int = 1,
) -> None:
    """The characters at some paths together stay within a limit of the model: of tokens, `each` a token."""
    most = found.limit(limit)
    if most is None:
        return
    total = 0
    for path in paths:
        value = payload.get(path[0])
        if value is not None:
            total += _characters(value, path)
    if total > most * each:
        names = [path[0] for path in paths if payload.get(path[0])]
        together = names[0]
        for name in names[1:]:
            together = say("{name} and {other}", name=together, other=name)
        found.too_long_together(rule, (paths[0][0],), total, limit, together, each)


def _characters(value: object, path: Sequence[str]) -> int:
    """The characters of the texts below a member, as `texts_at` finds them: without it where they are plain."""
    if type(value) is str and len(path) == 1:
        return len(value)
    if not (is_list(value) and len(path) == 3 and path[1] == "[]"):
        return sum(map(len, texts_at(value, path[1:])))
    total, member = 0, path[2]
    for item in value:
        text = item.get(member) if is_object(item) else None
        total += len(text) if type(text) is str else sum(map(len, texts_at(item, path[2:])))
    return total


def check_reference(
    rule: Rule, payload: Mapping[str, object], name: Sequence[str], names: Sequence[str], found: Findings
) -> None:
    """A name at one place exists at another."""
    if payload.get(name[0]) is None:
        return
    known = list(texts_at(payload, names))
    for text in texts_at(payload, name):
        if text not in known:
            value, where = shown(text), names[0]
            message = say("{value}: names nothing there is; {where} names none", value=value, where=where)
            if known:
                message = say(
                    "{value}: names nothing there is; {where} has only {names}",
                    value=value,
                    where=where,
                    names=listed(known),
                )
            found.add(rule, "reference", tuple(name), message)


@attrs.frozen(kw_only=True)
class Dialogue:
    """The order in which the roles of a message list take turns. Each part is a rule of its own. None: no such rule."""

    words: str
    order: Rule | None = None
    opening: Rule | None = None
    count: Rule | None = None
    closing: Rule | None = None
    blank: Rule | None = None
    lead: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()
    turns: tuple[frozenset[str], ...] = ()
    runs: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()
    roles: frozenset[str]
    """Every role a message may have. Another one is a finding of its own, and the order is not looked at."""
    sound: set[tuple[object, ...]] = attrs.field(factory=set[tuple[object, ...]], init=False, eq=False, repr=False)
    """Orders of roles that were found right before."""


def check_dialogue(dialogue: Dialogue, messages: object, place: Place, found: Findings) -> None:
    """The first message out of order, else the count, else the last message's role; and whether that one is blank."""
    if not is_list(messages) or not messages:
        return
    roles = tuple([_role(message) for message in messages])
    if roles not in dialogue.sound and dialogue.roles.issuperset(roles):
        sound = _check_order(dialogue, roles, place, found)
        if sound and len(dialogue.sound) < _REMEMBERED:
            dialogue.sound.add(roles)
    if dialogue.blank is not None:
        _check_last(dialogue.blank, messages, place, found)


def _role(message: object) -> str | None:
    role = message.get("role") if is_object(message) else None
    return role if isinstance(role, str) else None


_REMEMBERED = 256
"""How many orders of roles are remembered as sound: most conversations are short, and repeat."""


def _check_order(dialogue: Dialogue, roles: Sequence[object], place: Place, found: Findings) -> bool:
    """Whether the order is right; if not, notes the opening where it is wrong, and the first fault of the rest."""
    led = roles[0] in dialogue.lead
    opens = led or dialogue.opening is None or roles[0] in dialogue.first
    openers = dialogue.first | dialogue.lead
    if dialogue.opening is not None and not opens and (not dialogue.turns or roles[0] in dialogue.turns[0]):
        message = say(
            "{value}: must be {allowed} here; it is the first message",
            value=shown(roles[0]),
            allowed=either(sorted(openers)),
        )
        found.add(dialogue.opening, "order", (*place, 0, "role"), message)
    wrong = _out_of_turn(dialogue, roles, 1 if led else 0)
    if dialogue.order is not None and wrong is not None:
        index, expected = wrong
        expected = openers if index == 0 and dialogue.opening is not None else expected
        message = say(
            "{value}: must be {allowed} here; {rule}",
            value=shown(roles[index]),
            allowed=either(sorted(expected)),
            rule=phrase(dialogue.words),
        )
        found.add(dialogue.order, "order", (*place, index, "role"), message)
    elif dialogue.count is not None and len(roles) % 2 == 0:
        message = say("{count} messages: must be an odd number; {rule}", count=len(roles), rule=phrase(dialogue.words))
        found.add(dialogue.count, "count", (*place, len(roles) - 1), message)
    elif dialogue.closing is not None and roles[-1] not in dialogue.last:
        message = say(
            "{value}: must be {allowed}: the last message is the request",
            value=shown(roles[-1]),
            allowed=either(sorted(dialogue.last)),
        )
        found.add(dialogue.closing, "last", (*place, len(roles) - 1, "role"), message)
    else:
        return opens
    return False


def _check_last(rule: Rule, messages: Sequence[object], place: Place, found: Findings) -> None:
    last = messages[-1]
    content = last.get("content") if is_object(last) else None
    if isinstance(content, str) and content and not content.strip():
        found.blank(rule, (*place, len(messages) - 1, "content"), content)


def _out_of_turn(dialogue: Dialogue, roles: Sequence[object], start: int) -> tuple[int, frozenset[str]] | None:
    """The first message that may not stand where it is, with the roles that may."""
    if not dialogue.turns:
        return None
    turn = 0
    for index in range(start, len(roles)):
        role = roles[index]
        if index > start and role == roles[index - 1] and role in dialogue.runs:
            continue
        expected = dialogue.turns[turn % len(dialogue.turns)]
        if role not in expected:
            return index, expected
        turn += 1
    return None
