"""Holds what a row says of a parameter against every model that the page speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import cast

import attrs

from codegen.audit import members
from codegen.audit.findings import Finding, shown
from codegen.audit.members import Member, Said, words
from codegen.audit.names import Names, is_prose
from codegen.audit.phrases import Fact
from codegen.plan import resolve
from codegen.spec import language

Difference = tuple[str, str] | None


@attrs.define
class Scope:
    """An operation and the models of it that a page speaks of."""

    operation: resolve.Operation
    names: Names
    models: set[str]
    page: str

    def group(self, model: str) -> resolve.Group:
        """The group of a model."""
        return next(group for group in self.operation.groups if any(one.name == model for one in group.models))

    def model(self, name: str) -> resolve.Model:
        """A model."""
        return self.names.models[name.lower()]

    def parameter(self, model: str, name: str) -> resolve.Parameter | None:
        """A parameter as a model takes it."""
        return self.group(model).parameter(name)

    def disputed(self, model: str, name: str) -> bool:
        """Whether the spec records that sources disagree on whether a model takes a parameter."""
        dispute = self.group(model).disputed.get(name)
        return dispute is not None and (not dispute.models or model in dispute.models)

    def of(self, fact: Fact, named: set[str]) -> tuple[set[str], list[str]]:
        """The models that a fact is about, and words that name none. `named`: those of the row's other facts."""
        if fact.models is None:
            return (self.models - named if fact.others else self.models), []
        found, unknown = self.names.find(fact.models)
        explicit = {model for model in found if any(word.lower() in self._known(model) for word in fact.models)}
        return (found & self.models) | explicit, unknown

    def _known(self, model: str) -> set[str]:
        return {name.lower() for name in self.model(model).names}


def parameter_differs(scope: Scope, member: Member, said: Said) -> Iterator[Finding]:
    """Findings of a row on a parameter."""
    yield from members.types_differ(member, said)
    yield from members.facts_differ(member, said)
    yield from members.unread(member, said)
    yield from _unknown_names(scope, member, said)
    if scope.models:
        yield from _takes(scope, member, said)
        yield from _per_model(scope, member, said)
        yield from _required(scope, member, said)
    else:
        yield from members.required_differs(member, said)


def _unknown_names(scope: Scope, member: Member, said: Said) -> Iterator[Finding]:
    for word in dict.fromkeys(word for fact in said.reading.facts for word in scope.of(fact, set())[1]):
        if is_prose(word):
            yield shown(member.subject, word, "no model has this name", said.line)
        else:
            yield Finding(
                kind="missing", subject=member.subject, fact="model", page=word, spec="no such model", line=said.line
            )


def _takes(scope: Scope, member: Member, said: Said) -> Iterator[Finding]:
    listed = [scope.of(fact, set())[0] for fact in said.reading.facts if fact.kind == "takes" and fact.models]
    refused = set[str]().union(
        *(scope.of(fact, set())[0] for fact in said.reading.facts if fact.kind == "refuses" and fact.models)
    )
    expected = (set[str]().union(*listed) if listed else scope.models) - refused
    settled = {model for model in scope.models | expected if not scope.disputed(model, member.name)}
    takes = {model for model in settled if scope.parameter(model, member.name) is not None}
    for models, page, spec in (
        ((expected & settled) - takes, "takes it", "does not take it"),
        (takes - expected, "does not take it", "takes it"),
    ):
        if models:
            yield _finding(member, "takes", page, spec, models, said.line)


def _per_model(scope: Scope, member: Member, said: Said) -> Iterator[Finding]:
    for kind, compare in _COMPARE.items():
        facts = [fact for fact in said.reading.facts if fact.kind == kind]
        named = set[str]().union(*(scope.of(fact, set())[0] for fact in facts if fact.models))
        for fact in facts:
            models = scope.of(fact, named)[0]
            if fact.models is None:
                models = models - named
            yield from _each(scope, member, fact, sorted(models), compare, said.line)


def _each(
    scope: Scope, member: Member, fact: Fact, models: Iterable[str], compare: Compare, line: int
) -> Iterator[Finding]:
    differences: dict[tuple[str, str], set[str]] = {}
    for model in models:
        parameter = scope.parameter(model, member.name)
        difference = None if parameter is None else compare(scope, model, parameter, fact)
        if difference is not None:
            differences.setdefault(difference, set()).add(model)
    for (page, spec), differing in differences.items():
        yield _finding(member, fact.kind, page, spec, differing, line)


def _required(scope: Scope, member: Member, said: Said) -> Iterator[Finding]:
    if said.required is None:
        return
    facts = [fact for fact in said.reading.facts if fact.kind == "required" and fact.models]
    required = set[str]().union(*(scope.of(fact, set())[0] for fact in facts))
    differing = {
        model
        for model in scope.models
        if (parameter := scope.parameter(model, member.name)) is not None
        and parameter.field.required != (said.required or model in required)
    }
    for value in (True, False):
        models = {model for model in differing if (said.required or model in required) == value}
        if models:
            yield _finding(member, "required", words(value), words(not value), models, said.line)


def _finding(member: Member, fact: str, page: str, spec: str, models: set[str], line: int) -> Finding:
    return Finding(
        kind="contradiction",
        subject=member.subject,
        fact=fact,
        page=page,
        spec=spec,
        models=tuple(sorted(models)),
        line=line,
    )


Compare = Callable[[Scope, str, resolve.Parameter, Fact], Difference]


def _range(scope: Scope, model: str, parameter: resolve.Parameter, fact: Fact) -> Difference:
    limits = scope.model(model).limits
    return members.range_of(parameter.field.range, limits, str(fact.value))


def _max_chars(scope: Scope, model: str, parameter: resolve.Parameter, fact: Fact) -> Difference:
    """Only where the spec has the limit from this page: other models have theirs from pages of their own."""
    found = scope.model(model)
    if fact.others and found.limit_pages.get("max_chars", found.page) != scope.page:
        return None
    stated = found.limits.get("max_chars")
    if stated is None and fact.others:
        return None
    return None if stated == fact.value else (words(fact.value), words(stated))


def _dialogue(read: Callable[[language.Dialogue, Fact], tuple[object, object]]) -> Compare:
    def compare(scope: Scope, model: str, parameter: resolve.Parameter, fact: Fact) -> Difference:
        found = scope.group(model).dialogue
        if found is None:
            return words(fact.value), "no order of roles"
        page, spec = read(found.dialogue, fact)
        return None if page == spec else (words(page), words(spec))

    return compare


def _turns(dialogue: language.Dialogue, fact: Fact) -> tuple[object, object]:
    page = cast("tuple[tuple[str, ...], ...]", fact.value)
    if page and set(page[0]) <= set(dialogue.lead):
        page = page[1:]
    return page, tuple(tuple(sorted(turn)) for turn in dialogue.turns or ())


def _first(dialogue: language.Dialogue, fact: Fact) -> tuple[object, object]:
    first = dialogue.first if dialogue.first is not None else (dialogue.turns or [[]])[0]
    return fact.value, tuple(sorted({*dialogue.lead, *first}))


def roles_differ(scope: Scope, member: Member, said: Said) -> Iterator[Finding]:
    """Findings on the roles of messages: a model's order of roles may leave some out."""
    for fact in (fact for fact in said.reading.facts if fact.kind == "enum"):
        differences: dict[tuple[str, str], set[str]] = {}
        for model in scope.models:
            order = scope.group(model).dialogue
            allowed = member.field.enum
            if order is not None and order.dialogue.turns is not None:
                turning = {role for turn in [*order.dialogue.turns, order.dialogue.lead] for role in turn}
                allowed = [role for role in allowed or () if role in turning]
            difference = members.enum_of(allowed, fact)
            if difference is not None:
                differences.setdefault(difference, set()).add(model)
        for (page, spec), models in differences.items():
            yield _finding(member, "enum", page, spec, models, said.line)


def blank_differs(scope: Scope, member: Member, said: Said) -> Iterator[Finding]:
    """A finding where the last message may be blank, but not on the page."""
    orders = {model: scope.group(model).dialogue for model in scope.models}
    models = {model for model, order in orders.items() if order is None or not order.dialogue.last_not_blank}
    if said.values("last_not_blank") and models:
        yield _finding(member, "last_not_blank", "not blank", "may be blank", models, said.line)


_COMPARE: dict[str, Compare] = {
    "range": _range,
    "default": lambda scope, model, parameter, fact: members.default_of(parameter.field, fact),
    "enum": lambda scope, model, parameter, fact: members.enum_of(parameter.field.enum, fact),
    "max_chars": _max_chars,
    "odd": _dialogue(lambda dialogue, fact: (fact.value, dialogue.odd)),
    "turns": _dialogue(_turns),
    "first_role": _dialogue(_first),
    "last_role": _dialogue(lambda dialogue, fact: (fact.value, tuple(sorted(dialogue.last or ())))),
}
