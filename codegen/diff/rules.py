"""What changed about rules across members, and about the order of roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from codegen.diff.change import Part
from codegen.plan.phrasing import row
from codegen.plan.resolve import Dialogue
from codegen.spec import language

_ADVICE = {"effect", "prefer"}
"""Kinds that never reject."""

Levels = dict[str, language.Level]
"""A rule in words → its level."""


def stated(rules: language.Rules, page: str, levels: Levels) -> Levels:
    """Each rule in words with its level, where rules that name no source have `page`."""
    found: Levels = {}
    for kind in attrs.fields_dict(language.Rules):
        for rule in getattr(rules, kind):
            own: language.Level | None = getattr(rule, "level", None)
            found[say(rule)] = "warning" if kind in _ADVICE else own or levels[rule.source or page]
    return found


def rule_parts(old: Levels, new: Levels) -> Iterator[tuple[str, Part]]:
    """Rule in words → what became of it."""
    for words in sorted({*old, *new}):
        if words not in new:
            yield words, Part("no longer a rule", "notable")
        elif words not in old:
            yield words, Part("a rule now", "breaking").softened(new[words] == "warning")
        elif old[words] != new[words]:
            yield words, level_part(new[words])


def level_part(new: language.Level, what: str = "") -> Part:
    """A rule that changed its level."""
    if new == "error":
        return Part(f"{what}rejects now, it warned", "breaking")
    return Part(f"{what}only warns now, it rejected", "notable")


def say(rule: Any) -> str:
    """A rule in a few words, the same however it is laid out."""
    match rule:
        case language.Need():
            return f"{rule.member} is needed{_when(' when ', rule.when)}{_when(' unless ', rule.unless)}"
        case language.Filled():
            return f"{rule.member} is not empty{_when(' unless ', rule.unless)}"
        case language.Effect():
            return f"{rule.member} has an effect only with {_condition(rule.only_when)}"
        case language.Prefer():
            where = f" for models that take {rule.taking}" if rule.taking else ""
            return f"one of {row(sorted(rule.one_of), 'and')}{where}"
        case language.Refers():
            return f"{rule.member} names one of {rule.to}"
        case language.Total():
            return f"{row(sorted(rule.of), 'and')} together stay within {rule.limit}"
        case _:
            raise TypeError(f"{rule!r} is no rule")


def _when(word: str, condition: language.When | None) -> str:
    return "" if condition is None else word + _condition(condition)


def _condition(condition: language.When) -> str:
    if condition.equals is None:
        return condition.member
    value = condition.equals
    return f"{condition.member} = {str(value).lower() if isinstance(value, bool) else value}"


def dialogue_parts(old: Dialogue | None, new: Dialogue | None) -> Iterator[Part]:
    """What changed about the order in which roles take turns."""
    if old is None or new is None:
        if new is not None:
            yield Part("has rules now", "breaking").softened(new.level == "warning")
        elif old is not None:
            yield Part("has no rules now", "notable")
        return
    before, after, soft = old.dialogue, new.dialogue, new.level == "warning"
    for word in ("lead", "runs"):
        yield from (part.softened(soft) for part in _roles(word, getattr(before, word), getattr(after, word)))
    for word in ("first", "last"):
        yield from (part.softened(soft) for part in _bounded(word, getattr(before, word), getattr(after, word)))
    if _turns(before.turns) != _turns(after.turns):
        part = Part(f"turns {_turns(before.turns)} → {_turns(after.turns)}", "breaking").softened(soft)
        yield part if after.turns is not None else Part(part.words, "notable")
    for word, text in (("odd", "an odd number of messages"), ("last_not_blank", "a last message that is not blank")):
        if getattr(before, word) != getattr(after, word):
            needs = bool(getattr(after, word))
            yield (
                Part(f"needs {text}", "breaking").softened(soft) if needs else Part(f"needs {text} no more", "notable")
            )
    if old.level != new.level:
        yield level_part(new.level)


def _turns(turns: list[list[str]] | None) -> str:
    return "in any order" if turns is None else ", then ".join(row(sorted(roles)) for roles in turns)


def _bounded(word: str, old: list[str] | None, new: list[str] | None) -> Iterator[Part]:
    if old is None or new is None:
        if new is not None:
            yield Part(f"{word}: only {row(sorted(new))}", "breaking")
        elif old is not None:
            yield Part(f"{word}: no longer only {row(sorted(old))}", "notable")
        return
    yield from _roles(word, old, new)


def _roles(word: str, old: list[str], new: list[str]) -> Iterator[Part]:
    gone, come = sorted({*old} - {*new}), sorted({*new} - {*old})
    if gone:
        yield Part(f"{word}: no longer {row([*gone])}", "breaking")
    if come:
        yield Part(f"{word}: also {row([*come])}", "notable")
