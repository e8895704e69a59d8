"""The rules that look at more than one member of an object, as the Python that finds them broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from codegen.plan import words
from codegen.plan.faults import Fault, Rule
from codegen.spec import language

MakeRule = Callable[[str, str, str, language.Level], Rule]
"""Makes a rule constant: name, path, page, level."""


@attrs.frozen(kw_only=True)
class Across:
    """The rules across the members of one object."""

    make_rule: MakeRule
    levels: dict[str, language.Level]
    """Page → whether its rules reject or warn."""
    name: str
    """What the constants' names begin with. Empty: the request itself."""
    path: str
    """What the rules' ids begin with. Empty: the request itself."""
    page: str
    of: str
    """The object in the generated function."""
    place: str
    """What stands before a member's name in its place."""
    known: set[str]
    """The members there are: a rule that speaks of others does not apply."""

    def faults(self, rules: language.Rules) -> Iterator[Fault]:
        """The conditions under which a rule is broken."""
        for need in rules.need:
            yield from self._need(need)
        for filled in rules.filled:
            yield from self._filled(filled)
        for effect in rules.effect:
            yield from self._effect(effect)
        for prefer in rules.prefer:
            yield from self._prefer(prefer)

    def _rule(self, suffix: str, member: str, source: str | None, level: language.Level | None = None) -> Rule:
        page = source or self.page
        name = f"{self.name}_{suffix}" if self.name else suffix
        path = f"{self.path}.{member}" if self.path else member
        return self.make_rule(name, path, page, level or self.levels[page])

    def _at(self, member: str) -> str:
        return f'({self.place}"{member}",)' if not self.place else f'({self.place}"{member}")'

    def _need(self, need: language.Need) -> Iterator[Fault]:
        members = {need.member, *(when.member for when in (need.when, need.unless) if when is not None)}
        if not members <= self.known:
            return
        rule = self._rule(f"{need.member}_needed", need.member, need.source, need.level)
        tests = [holds_not(self.of, need.unless)] if need.unless else []
        tests += [holds(self.of, need.when)] if need.when else []
        tests += [f'{self.of}.get("{need.member}") is None']
        why = f"when {said(need.when)}" if need.when else f"unless {said(need.unless)}" if need.unless else ""
        finding = f"found.missing({rule.constant}, {self._at(need.member)}, {words.literal(why)})"
        yield Fault(" and ".join(tests), finding)

    def _filled(self, filled: language.Filled) -> Iterator[Fault]:
        if filled.member not in self.known:
            return
        rule = self._rule(f"{filled.member}_filled", filled.member, filled.source)
        tests = [f'{self.of}.get("{filled.member}") in EMPTY']
        tests += [holds_not(self.of, filled.unless)] if filled.unless else []
        why = f"unless {said(filled.unless)}" if filled.unless else ""
        finding = f"found.empty({rule.constant}, {self._at(filled.member)}, {words.literal(why)})"
        yield Fault(" and ".join(tests), finding)

    def _effect(self, effect: language.Effect) -> Iterator[Fault]:
        if not {effect.member, effect.only_when.member} <= self.known:
            return
        rule = self._rule(f"{effect.member}_effect", effect.member, effect.source, "warning")
        advice = words.literal(f"has an effect only when {said(effect.only_when)}")
        finding = f'found.advise({rule.constant}, "effect", {self._at(effect.member)}, {advice})'
        yield Fault(f'{self.of}.get("{effect.member}") is not None and {holds_not(self.of, effect.only_when)}', finding)

    def _prefer(self, prefer: language.Prefer) -> Iterator[Fault]:
        members = [member for member in prefer.one_of if member in self.known]
        if len(members) < 2 or (prefer.taking is not None and prefer.taking not in self.known):
            return
        rule = self._rule("_or_".join(members), members[-1], prefer.source, "warning")
        advice = words.literal(f"set {' or '.join(members)}, not both")
        finding = f'found.advise({rule.constant}, "prefer", {self._at(members[-1])}, {advice})'
        yield Fault(" and ".join(f'{self.of}.get("{member}") is not None' for member in members), finding)


def holds(of: str, when: language.When) -> str:
    """The test that a condition holds."""
    if when.equals is None:
        return f'{of}.get("{when.member}") is not None'
    return f'{of}.get("{when.member}") {"is" if isinstance(when.equals, bool) else "=="} {words.literal(when.equals)}'


def holds_not(of: str, when: language.When) -> str:
    """The test that a condition does not hold."""
    if when.equals is None:
        return f'{of}.get("{when.member}") is None'
    return (
        f'{of}.get("{when.member}") {"is not" if isinstance(when.equals, bool) else "!="} {words.literal(when.equals)}'
    )


def said(when: language.When) -> str:
    """A condition in words."""
    if when.equals is None:
        return f"{when.member} is given"
    value = str(when.equals).lower() if isinstance(when.equals, bool) else when.equals
    return f"{when.member} is {value}"
