"""Silences: what the spec has from a page, or from an edition before it, and the page does not say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from codegen.audit.findings import Finding, missing
from codegen.audit.members import Member, Said, words
from codegen.audit.scope import Scope
from codegen.spec import language

_FACTS = {
    "range": ("range", "low", "high"),
    "default": ("default",),
    "enum": ("enum", "one_value"),
    "max_items": ("max_items",),
    "max_length": ("max_length",),
}
"""A key of the spec → the facts of a page that speak of it."""
_NOTHING = "says nothing of it"


def of_parameter(scope: Scope, member: Member, said: Said) -> Iterator[Finding]:
    """Findings on what the spec states of a parameter, by its own account from this page."""
    for key in _unsaid(said):
        models: dict[str, set[str]] = {}
        for model in scope.models:
            parameter = scope.parameter(model, member.name)
            value = None if parameter is None or parameter.page != scope.page else _stated(parameter.field, key)
            if value is not None:
                models.setdefault(value, set()).add(model)
        for value, stating in models.items():
            yield Finding(
                kind="missing",
                subject=member.subject,
                fact=key,
                page=_NOTHING,
                spec=value,
                models=tuple(sorted(stating)),
                line=said.line,
            )


def of_member(scope: Scope, shape: str, member: Member, said: Said) -> Iterator[Finding]:
    """The same of a member of an object."""
    if (member.field.source or scope.operation.shape_pages[shape]) != scope.page:
        return
    for key in _unsaid(said):
        value = _stated(member.field, key)
        if value is not None:
            yield missing(member.subject, key, _NOTHING, value, said.line)


def _unsaid(said: Said) -> list[str]:
    kinds = {fact.kind for fact in said.reading.facts} | said.elsewhere
    return [key for key, speaking in _FACTS.items() if kinds.isdisjoint(speaking)]


def _stated(field: language.Field, key: str) -> str | None:
    value: object = getattr(field, key)
    if isinstance(value, language.Range):
        return value.text
    return None if value is None else words(value)


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
        source = field.source or page
        if f"{prefix}{name}" in seen:
            continue
        if source == scope.page:
            yield missing(f"{prefix}{name}", "listed", "does not have it", "has it from this page", 0)
        elif source in scope.before:
            yield missing(f"{prefix}{name}", "listed", "no longer has it", f"has it from {source}", 0)


class _Rule(Protocol):
    @property
    def source(self) -> str | None: ...


def _rules(
    scope: Scope, rules: language.Rules, page: str, seen: Mapping[str, list[Said]], prefix: str
) -> Iterator[Finding]:
    """Rules of which no statement speaks that could."""
    stated: list[tuple[_Rule, str, Iterable[str]]] = [
        *((rule, "needed", (rule.member, rule.when.member)) for rule in rules.need if rule.when is not None),
        *((rule, "effect", (rule.member,)) for rule in rules.effect),
        *((rule, "refers", (rule.member.split(".")[0],)) for rule in rules.refers),
        *((rule, "prefer", rule.one_of) for rule in rules.prefer),
    ]
    for rule, kind, names in stated:
        speaking = [said for name in names for said in seen.get(f"{prefix}{name}", [])]
        if (rule.source or page) == scope.page and speaking and not any(said.values(kind) for said in speaking):
            subject = f"{prefix}{next(iter(names))}"
            yield missing(subject, kind, _NOTHING, "has the rule from this page", speaking[0].line)
