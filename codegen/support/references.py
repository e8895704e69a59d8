"""References within a request: ids that answer one another, names that stand once, what asks for an ability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qianfan_api.catalogue import Catalogue
from qianfan_api.checks import is_list, is_object
from qianfan_api.violations import Findings, Place, Rule, listed, shown, with_hint
from qianfan_api.words import say


def found_at(value: object, steps: Sequence[str], place: Place = ()) -> Sequence[tuple[Place, object]]:
    """What stands at a path, with its place; `[]` stands for each item. What is null is not there."""
    level = [] if value is None else [(place, value)]
    for step in steps:
        if not level:
            break
        below: list[tuple[Place, object]] = []
        for at, one in level:
            if step == "[]":
                if is_list(one):
                    below += [((*at, index), item) for index, item in enumerate(one) if item is not None]
            elif is_object(one) and (item := one.get(step)) is not None:
                below.append(((*at, step), item))
        level = below
    return level


def _stands_at(value: object, steps: Sequence[str]) -> bool:
    """Whether anything stands at a path: without places, which most requests are not asked for."""
    level = [value]
    for step in steps:
        if step == "[]":
            level = [item for one in level if type(one) is not str and is_list(one) for item in one if item is not None]
        else:
            level = [item for one in level if is_object(one) and (item := one.get(step)) is not None]
        if not level:
            return False
    return True


def check_answers(
    rule: Rule, payload: Mapping[str, object], answer: Sequence[str], given: Sequence[str], found: Findings
) -> None:
    """Ids of a conversation: each answer has been asked for, each call is answered before the user's next turn.

    Calls behind the last user's turn may still be waited for.
    """
    turns = payload.get(given[0])
    if not is_list(turns) or not _has_any(turns, answer[2], given[2]):
        return
    calls: set[str] = set()
    waiting: dict[str, Place] = {}
    for index, turn in enumerate(turns):
        place = (given[0], index)
        for at, one in found_at(turn, answer[2:], place):
            if isinstance(one, str):
                if one not in calls:
                    message = say("{value}: answers no call; none was made", value=shown(one))
                    if calls:
                        before = listed(map(shown, sorted(calls)))
                        message = say(
                            "{value}: answers no call; the calls before it are {calls}", value=shown(one), calls=before
                        )
                    found.add(rule, "reference", at, message)
                waiting.pop(one, None)
        if is_object(turn) and turn.get("role") == "user":
            _unanswered(rule, waiting, answer[-1], found)
            waiting = {}
        made = found_at(turn, given[2:], place)
        if not all(isinstance(one, str) for _, one in made) or len(made) != _count(turn, given[2]):
            return  # A call without an id is a finding of its own, and then nobody knows who answers whom.
        for at, one in made:
            assert isinstance(one, str)
            if one in calls:
                found.add(
                    rule,
                    "duplicate",
                    at,
                    say("{value}: another call has this {member}", value=shown(one), member=given[-1]),
                )
            calls.add(one)
            waiting.setdefault(one, at)


def _has_any(turns: Sequence[object], answer: str, given: str) -> bool:
    """Whether a turn answers or makes a call: most conversations have none."""
    for turn in turns:  # noqa: SIM110  (a generator costs as much again)
        if is_object(turn) and (turn.get(answer) is not None or turn.get(given) is not None):
            return True
    return False


def _count(turn: object, member: str) -> int:
    """How many calls a turn makes. -1: what should be a list of them is none."""
    calls = turn.get(member) if is_object(turn) else None
    return 0 if calls is None else len(calls) if is_list(calls) else -1


def _unanswered(rule: Rule, waiting: Mapping[str, Place], answer: str, found: Findings) -> None:
    for one, at in waiting.items():
        message = say(
            "{value}: nobody answers this call before the user's next turn; "
            "add a message of role tool with this {member}",
            value=shown(one),
            member=answer,
        )
        found.add(rule, "unanswered", at, message)


def check_unique(rule: Rule, payload: Mapping[str, object], path: Sequence[str], found: Findings) -> None:
    """A name stands once."""
    seen: dict[str, Place] = {}
    for at, one in found_at(payload, path):
        if isinstance(one, str) and seen.setdefault(one, at) != at:
            found.add(
                rule,
                "duplicate",
                at,
                say("{value}: stands in {where} twice; give each a name of its own", value=shown(one), where=path[0]),
            )


def check_ability(
    rule: Rule,
    catalogue: Catalogue,
    payload: Mapping[str, object],
    path: Sequence[str],
    ability: str,
    found: Findings,
    lacking: Sequence[str] = (),
) -> None:
    """What asks for an ability: the model has it, as far as the rule's page speaks of the model.

    `lacking`: the models that the page lists without it, where it does not tell of all that it names.
    """
    model = found.model
    if model is None or model.unverified or ability in model.abilities:
        return
    if model.name not in lacking if lacking else not found.speaks(rule):
        return
    if not _stands_at(payload, path):
        return
    for at, _ in found_at(payload, path):
        kin = catalogue.kin(model, ability)
        message = say("{model} has no {ability}, as far as pages say", model=found.name, ability=ability)
        if len(kin) == 1:
            message = with_hint(message, say("{other} has it", other=kin[0]))
        elif kin:
            message = with_hint(message, say("{others} have it", others=listed(kin, 3)))
        found.advise(rule, "ability", at, message)
        return
