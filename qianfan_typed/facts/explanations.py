"""Explanations: what is known of an operation, a parameter or the id of a rule, and for which models."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache

import attrs

from qianfan_api.models import CATALOGUES
from qianfan_api.routing import naming_members
from qianfan_api.violations import Level, shown
from qianfan_api.words import phrase, say
from qianfan_typed.facts.facts_file import ConstraintFacts, MemberFacts, OperationFacts, Page, Scalar, facts
from qianfan_typed.facts.rules import (
    StatedRule,
    Subject,
    about_the_model,
    any_model,
    refused_elsewhere,
    stated,
    subjects,
)
from qianfan_typed.facts.schemas import UnknownName, operation
from qianfan_typed.reports.codes import OWN_RULES

_OF_SUPPORT = ("support", "dispute")
_OF_PRESENCE = ("required", "need")
_OF_TYPE = ("type", "client", "idle")
"""Kinds of rules of which each parameter that a model takes has one."""


@attrs.frozen
class MemberSummary:
    """A member of an object, in short."""

    name: str
    words: tuple[str, ...]
    """Its type, its default and what must hold."""


@attrs.frozen(kw_only=True)
class Standing:
    """What is known of a parameter, for one model."""

    taken: bool = True
    """Whether the model takes it."""
    disputed: str | None = None
    """Who says that the model takes it, where sources disagree."""
    level: Level = "error"
    """What it is to send it to a model that does not take it."""
    description: str = ""
    type: str | None = None
    default: Scalar = None
    """What the platform takes where it is left out."""
    rules: tuple[StatedRule, ...] = ()
    members: tuple[MemberSummary, ...] = ()
    """The members of an object, or of a list's objects."""
    source: str | None = None
    """The page that describes it, and the day it was read."""
    url: str | None = None


@attrs.frozen(kw_only=True)
class Row:
    """Models of which the same is known."""

    models: tuple[str, ...]
    standing: Standing


@attrs.frozen(kw_only=True)
class Explanation:
    """A parameter or a rule, across the models of its operation."""

    api: str
    name: str
    """The operation and the parameter, or the id of the rule."""
    about: str | None = None
    """Of a rule: where in a request it looks. None: it is a parameter that is explained."""
    rows: tuple[Row, ...]

    @property
    def taken(self) -> list[Row]:
        """The rows of the models that take the parameter, or that the rule holds for."""
        if self.about is not None:
            return [row for row in self.rows if row.standing.rules]
        return [row for row in self.rows if row.standing.taken]

    def of(self, model: str) -> Standing:
        """What is known for one model."""
        return next(row.standing for row in self.rows if model in row.models)

    def takers(self) -> list[str]:
        """The models that take it, those in service that the documentation lists."""
        catalogue = CATALOGUES[self.api]
        names = [name for row in self.taken for name in row.models]
        return [
            name for name in names if name in catalogue and not (catalogue[name].retired or catalogue[name].unverified)
        ]


@attrs.frozen(kw_only=True)
class OperationExplanation:
    """An operation: what it does, what its models take, and the pages."""

    api: str
    description: str
    http: str
    models: tuple[str, ...]
    parameters: tuple[Explanation, ...]
    pages: tuple[Page, ...]


@attrs.frozen(kw_only=True)
class OwnExplanation:
    """A rule of the project's own, which is no operation's."""

    name: str
    phrase: str
    level: Level
    source: str | None = None
    """The page that says it. None: none does."""


def explain(name: str) -> Explanation | OperationExplanation | OwnExplanation:
    """What is known of something.

    Args:
        name: An operation (`v2.chat`), a parameter of it (`v1.chat.temperature`), a member of an object or of a list's
            items after a dot (`v1.chat.functions.name`), or the id of any violation (`v2.chat.messages.order`).

    Raises:
        UnknownName: There is no such thing; the message has the nearest names.
    """
    if name in OWN_RULES:
        own = OWN_RULES[name]
        return OwnExplanation(name=name, phrase=own.words, level=own.level, source=own.source or None)
    if name.partition(".")[0] in {one.partition(".")[0] for one in OWN_RULES}:
        raise UnknownName(_not_known(name, "what files and clients can say", [*OWN_RULES]))
    api, rest = _parted(name)
    found = _operation(api)
    return found.parameter_or_rule(rest) if rest else found.whole()


def explain_member(api: str, place: str) -> Explanation:
    """What is known of a parameter or a member of an object, by its place in a request, across models.

    Args:
        api: The operation's full name.
        place: As the facts have it: `messages[].role`. A name may be a rule's as well: `v1.chat.tool_choice.type`.
    """
    return _operation(api).member(place)


def explain_for(api: str, model: str) -> dict[str, Standing]:
    """What is known of each parameter of an operation, for one model: the name → its standing.

    Args:
        api: The operation's full name.
        model: The model's name, or `ANY` for what holds for all.
    """
    found = _operation(api)
    subject = next((one for one in found.subjects if one.name == model), any_model())
    return {name: found.standing(name, subject) for name in found.of.members if re.fullmatch(r"\w+", name)}


def _parted(name: str) -> tuple[str, str]:
    """The operation's full name, and what stands behind it. Raises UnknownName."""
    steps = name.split(".")
    for length in range(len(steps), 0, -1):
        try:
            return operation(".".join(steps[:length])), ".".join(steps[length:])
        except UnknownName:
            continue
    return operation(".".join(steps[:2])), ""


def _not_known(word: str, owner: str, names: list[str]) -> str:
    near = difflib.get_close_matches(word, names, 3, 0.5)
    if near:
        return f"{word!r}: not known in {owner}; nearest: {', '.join(near)}"
    return f"{word!r}: not known in {owner}; known: {', '.join(names) or 'nothing'}"


@cache
def _operation(api: str) -> _Operation:
    return _Operation(api)


class _Operation:
    """An operation, and the names by which things in it are found."""

    def __init__(self, api: str) -> None:
        self.api: str = api
        self.of: OperationFacts = facts().operations[api]
        self.rules: list[ConstraintFacts] = [
            *self.of.constraints,
            *refused_elsewhere(self.of),
            *about_the_model(api),
        ]
        self.subjects: list[Subject] = subjects(self.of)
        self.places: dict[str, str] = dict(_places(self.of))
        self.designators: tuple[str, ...] = naming_members(api)
        self.of_id: dict[str, list[ConstraintFacts]] = defaultdict(list)
        self.about: dict[str, list[ConstraintFacts]] = defaultdict(list)
        for rule in self.rules:
            for one in dict.fromkeys(rule.ids):
                self.of_id[one].append(rule)
            for place in dict.fromkeys([*rule.places, *map(_without_items, rule.places)]):
                self.about[place].append(rule)
        self.inner: dict[str, list[str]] = _inner(self.of)
        self.known: dict[str, Callable[[Subject], Standing]] = {}

    def whole(self) -> OperationExplanation:
        parameters = [self.member(name) for name in self.of.members if re.fullmatch(r"\w+", name)]
        named = {rule.page for rule in self.rules if rule.page} | {self.of.source}
        pages = sorted((facts().pages[name] for name in named), key=lambda page: (page.read, page.title))
        return OperationExplanation(
            api=self.api,
            description=self.of.doc,
            http=self.of.http,
            models=tuple(self.of.models),
            parameters=tuple(parameters),
            pages=tuple(pages),
        )

    def parameter_or_rule(self, rest: str) -> Explanation:
        name = f"{self.api}.{rest}"
        if name in self.of_id:
            return self._rule(name, self.of_id[name])
        place = self.places.get(rest) or self.places.get(rest.replace("[]", ""))
        if place is not None:
            return self.member(place)
        rules = [rule for rule in self.rules if rule.id.startswith(f"{name}.")]
        if rules:
            return self._rule(name, rules)
        codes = [one.removeprefix(f"{self.api}.") for rule in self.rules for one in rule.ids]
        parameters = [name for name in self.of.members if re.fullmatch(r"\w+", name)]
        near = difflib.get_close_matches(rest, dict.fromkeys([*parameters, *self.places, *codes]), 3, 0.5)
        raise UnknownName(_not_known(rest, self.api, near or parameters))

    def standing(self, place: str, subject: Subject) -> Standing:
        return self._known_of(place)(subject)

    def _rule(self, name: str, rules: list[ConstraintFacts]) -> Explanation:
        def standing(subject: Subject) -> Standing:
            whole = name if any(name in rule.ids for rule in rules) else None
            held = (one for rule in rules for one in stated(rule, subject, whole))
            return Standing(rules=tuple(dict.fromkeys(held)))

        rows = _rows(self.subjects, standing)
        if not any(row.standing.rules for row in rows):
            rows = (*rows, *_rows([any_model()], standing))
        return Explanation(api=self.api, name=name, about=rules[0].at, rows=rows)

    def member(self, place: str) -> Explanation:
        standing = self._known_of(place)
        rows = _rows(self.subjects, standing)
        if not any(row.standing.taken for row in rows):
            rows = (*rows, *_rows([any_model()], standing))
        return Explanation(api=self.api, name=f"{self.api}.{place.replace('[]', '')}", rows=rows)

    def _known_of(self, place: str) -> Callable[[Subject], Standing]:
        """What is known of a parameter for each model."""
        if place not in self.known:
            self.known[place] = self._worked_out(place)
        return self.known[place]

    def _worked_out(self, place: str) -> Callable[[Subject], Standing]:
        about = sorted(self.about.get(place, []), key=lambda rule: rule.kind not in _OF_PRESENCE)
        root = self.about.get(_root(place), [])
        support = [rule for rule in root if rule.kind in _OF_SUPPORT and rule.at == _root(place)]
        known: dict[str, Standing] = {}

        def standing(subject: Subject) -> Standing:
            if subject.name not in known:
                known[subject.name] = of(subject)
            return known[subject.name]

        def of(subject: Subject) -> Standing:
            held = [(rule, one) for rule in about for one in stated(rule, subject)]
            kind = next((one for rule, one in held if rule.kind in _OF_TYPE and rule.at == place), None)
            taken = _root(place) in self.of.groups[subject.group].takes or _root(place) in self.designators
            if not taken or kind is None:
                return _not_taken(support, subject)
            return self._standing(place, subject, held, kind)

        return standing

    def _standing(
        self, place: str, subject: Subject, held: list[tuple[ConstraintFacts, StatedRule]], kind: StatedRule
    ) -> Standing:
        member, group = self.of.members[place], self.of.groups[subject.group]
        rules = [
            attrs.evolve(one, phrase=_of_each(rule, place, one.phrase))
            for rule, one in held
            if rule.kind not in (*_OF_SUPPORT, "type", "unknown")
        ]
        return Standing(
            description=group.meanings.get(place, member.doc),
            type=member.type if member.sent else None,
            default=group.defaults.get(place) if place == _root(place) else member.default,
            rules=tuple(dict.fromkeys(rules)),
            members=tuple(self._members(place, subject)),
            source=kind.source,
            url=kind.url,
        )

    def _members(self, place: str, subject: Subject) -> Iterator[MemberSummary]:
        for inner in self.inner.get(place, []):
            standing = self._known_of(inner)(subject)
            if standing.taken:
                default = [] if standing.default is None else [say("default {value}", value=shown(standing.default))]
                # Not what it has to do with members elsewhere.
                own = f"{self.api}.{self.of.members[inner].rule}."
                rules = (rule.phrase for rule in standing.rules if rule.id.startswith(own))
                words = (standing.type or "", *default, *rules)
                yield MemberSummary(inner.rpartition(".")[2], words)


def _inner(of: OperationFacts) -> dict[str, list[str]]:
    """Place → the places of the members of its object, or of the objects that its list holds."""
    found: dict[str, list[str]] = defaultdict(list)
    for inner in of.members:
        owner = inner.rpartition(".")[0]
        while owner:
            found[owner].append(inner)
            if not owner.endswith("[]"):
                break
            owner = owner.removesuffix("[]")
    return found


def _rows(of: list[Subject], standing: Callable[[Subject], Standing]) -> tuple[Row, ...]:
    found: dict[Standing, list[str]] = {}
    for subject in of:
        found.setdefault(standing(subject), []).append(subject.name)
    return tuple(Row(models=tuple(models), standing=one) for one, models in found.items())


def _not_taken(support: list[ConstraintFacts], subject: Subject) -> Standing:
    said = [(rule.kind, one) for rule in support for one in stated(rule, subject)]
    disputed = next((one.phrase.partition(": ")[2] for kind, one in said if kind == "dispute"), None)
    if disputed is not None:
        return Standing(taken=False, disputed=disputed, level="warning")
    return Standing(taken=False, level=said[0][1].level if said else "error")


def _root(place: str) -> str:
    """The parameter that a place is in."""
    return re.split(r"[.\[]", place)[0]


def _of_each(rule: ConstraintFacts, place: str, words: str) -> str:
    if rule.at != place and _without_items(rule.at) == place:
        return say("each {rule}", rule=phrase(words))
    return words


def _without_items(place: str) -> str:
    """The member whose items stand at a place."""
    while place.endswith("[]"):
        place = place.removesuffix("[]")
    return place


def _places(of: OperationFacts) -> Iterator[tuple[str, str]]:
    """Each name of a member or of an object that holds members → its place."""
    for place, member in of.members.items():
        holder = member.rule.rpartition(".")[0]
        if holder:
            yield holder, _without_items(place.rpartition(".")[0])
    for place, member in of.members.items():
        yield from ((name, place) for name in _spelt(place, member))


def _spelt(place: str, member: MemberFacts) -> tuple[str, ...]:
    return member.rule, member.rule.replace("[]", ""), place, place.replace("[]", "")
