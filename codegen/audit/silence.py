"""Silences: what the spec has from a page, or from an edition before it, and the page does not say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from codegen.audit.findings import NOTHING, Finding, missing
from codegen.audit.members import Member, Said, words
from codegen.audit.scope import Scope
from codegen.spec import language

_FACTS = {
    "range": ("range", "low", "high"),
    "default": ("default",),
    "enum": ("enum", "one_value"),
    "min_items": ("filled",),
    "max_items": ("max_items",),
    "max_length": ("max_length",),
}
"""A key of the spec → the facts of a page that speak of it."""
_ORDERS = {"turns": ("turns",), "last": ("last_role", "odd"), "odd": ("odd",)}
"""A key of a dialogue → the facts that speak of it: with an odd number of turns, the first role is the last too."""


def of_parameter(scope: Scope, member: Member, said: Said) -> Iterator[Finding]:
    """Findings on what the spec states of a parameter, by its own account from this page or one before it."""
    spoken = {kind: _models(scope, said, kind) for kind in _kinds(said)}
    stating: dict[tuple[str, str, str], set[str]] = {}
    for model in scope.models:
        kinds = {kind for kind, models in spoken.items() if model in models}
        for found in (*_of_field(scope, model, member, kinds), *_of_order(scope, model, member, kinds)):
            stating.setdefault(found, set()).add(model)
    for (fact, silence, value), models in stating.items():
        yield Finding(
            kind="missing",
            subject=member.subject,
            fact=fact,
            page=silence,
            spec=value,
            models=tuple(sorted(models)),
            line=said.line,
        )


def _models(scope: Scope, said: Said, kind: str) -> set[str]:
    """The models of which the page states a kind of fact, or refers to another page for it."""
    facts = [fact for fact in said.reading.facts if fact.kind == kind]
    named = set[str]().union(*(scope.of(fact, set())[0] for fact in facts if fact.models))
    return scope.models if kind in said.elsewhere else named.union(*(scope.of(fact, named)[0] for fact in facts))


def _of_field(scope: Scope, model: str, member: Member, kinds: set[str]) -> Iterator[tuple[str, str, str]]:
    """Fact, what the page says of it and what the spec says."""
    parameter = scope.parameter(model, member.name)
    silence = None if parameter is None else _silence(scope, parameter.page)
    if parameter is not None and silence is not None:
        yield from ((fact, silence, value) for fact, value in _stated(parameter.field, kinds).items())


def _of_order(scope: Scope, model: str, member: Member, kinds: set[str]) -> Iterator[tuple[str, str, str]]:
    """The same of the order of roles."""
    order = scope.group(model).dialogue if member.name in scope.operation.operation.subject else None
    silence = None if order is None else _silence(scope, order.page)
    if order is not None and silence is not None:
        for key, speaking in _ORDERS.items():
            value = getattr(order.dialogue, key)
            if value and kinds.isdisjoint(speaking):
                yield speaking[0], silence, words(value)


def of_member(scope: Scope, shape: str, member: Member, said: Said) -> Iterator[Finding]:
    """The same of a member of an object."""
    silence = _silence(scope, member.field.source or scope.operation.shape_pages[shape])
    if silence is not None:
        for key, value in _stated(member.field, _kinds(said)).items():
            yield missing(member.subject, key, silence, value, said.line)


def _silence(scope: Scope, source: str) -> str | None:
    """What to call it that the page does not say what the spec has from a source. None: the page need not."""
    if source == scope.page:
        return NOTHING
    return f"no longer says it; {source} did" if source in scope.before else None


def _kinds(said: Said) -> set[str]:
    """The kinds of facts that the page states, or for which it refers to another."""
    return {fact.kind for fact in said.reading.facts} | said.elsewhere


def _stated(field: language.Field, kinds: set[str]) -> dict[str, str]:
    """What the spec states of a field, without the facts that the page speaks of."""
    values = {key: getattr(field, key) for key, speaking in _FACTS.items() if kinds.isdisjoint(speaking)}
    return {
        key: value.text if isinstance(value, language.Range) else words(value)
        for key, value in values.items()
        if value is not None
    }


def of_page(scope: Scope, seen: Mapping[str, list[Said]]) -> Iterator[Finding]:
    """Findings on names and rules that are not on the page. `seen`: subject → what the page says of it."""
    operation = scope.operation.operation
    if seen.keys() & operation.parameters.keys():
        yield from _names(scope, operation.parameters, operation.source, seen, "")
        yield from _rules(scope, operation.rules, operation.source, seen, "")
    shapes = {subject.split(".")[0] for subject in seen if "." in subject}
    for name in sorted(shapes):
        shape, page = scope.operation.shapes[name], scope.operation.shape_pages[name]
        yield from _names(scope, shape.fields, page, seen, f"{name}.")
        yield from _rules(scope, shape.rules, page, seen, f"{name}.")


def _names(
    scope: Scope, fields: Mapping[str, language.Field], page: str, seen: Mapping[str, list[Said]], prefix: str
) -> Iterator[Finding]:
    for name, field in fields.items():
        silence = _silence(scope, field.source or page)
        if silence is not None and f"{prefix}{name}" not in seen:
            yield missing(f"{prefix}{name}", "listed", silence, "has it", 0)


class _Rule(Protocol):
    @property
    def source(self) -> str | None: ...


def _rules(
    scope: Scope, rules: language.Rules, page: str, seen: Mapping[str, list[Said]], prefix: str
) -> Iterator[Finding]:
    """Rules of which no statement speaks that could."""
    stated: list[tuple[_Rule, str, Iterable[str]]] = [
        *((rule, "needed", (rule.member, rule.when.member)) for rule in rules.need if rule.when is not None),
        *((rule, "filled", (rule.member,)) for rule in rules.filled),
        *((rule, "effect", (rule.member,)) for rule in rules.effect),
        *((rule, "refers", (rule.member.split(".")[0],)) for rule in rules.refers),
        *((rule, "prefer", rule.one_of) for rule in rules.prefer),
    ]
    for rule, kind, names in stated:
        speaking = [said for name in names for said in seen.get(f"{prefix}{name}", [])]
        kinds = set[str]().union(*(_kinds(said) for said in speaking))
        silence = _silence(scope, rule.source or page)
        if silence is not None and speaking and kinds.isdisjoint((kind, "empty_beside" if kind == "filled" else kind)):
            yield missing(f"{prefix}{next(iter(names))}", kind, silence, "has the rule", speaking[0].line)
