"""Parameters, as a page has them, held against every model that the page speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import cast

from codegen.audit import members, silence
from codegen.audit.findings import Finding, missing, shown
from codegen.audit.members import Member, Said, words
from codegen.audit.names import is_prose
from codegen.audit.phrases import Fact
from codegen.audit.scope import Scope
from codegen.plan import resolve
from codegen.spec import language

Sides = tuple[str, str] | None
"""What the page and the spec say. None: the same."""


def parameter_differs(scope: Scope, member: Member, said: Said) -> Iterator[Finding]:
    """Findings of a statement on a parameter."""
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
        yield from members.values_differ(member, said)
    yield from silence.of_parameter(scope, member, said)


def _unknown_names(scope: Scope, member: Member, said: Said) -> Iterator[Finding]:
    for word in dict.fromkeys(word for fact in said.reading.facts for word in scope.of(fact, set())[1]):
        if is_prose(word):
            yield shown(member.subject, word, "no model has this name", said.line)
        else:
            yield missing(member.subject, "model", word, "no such model", said.line)


def _takes(scope: Scope, member: Member, said: Said) -> Iterator[Finding]:
    listed = [scope.of(fact, set())[0] for fact in said.reading.facts if fact.kind == "takes" and fact.models]
    refused = set[str]().union(
        *(scope.of(fact, set())[0] for fact in said.reading.facts if fact.kind == "refuses" and fact.models)
    )
    expected = (set[str]().union(*listed) if listed else scope.models) - refused
    settled = {model for model in scope.models | expected if not scope.disputed(model, member.name)}
    if "takes" in said.elsewhere:
        # Which models take it stands on another page; this one may still name some that do not.
        settled &= refused
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
    scope: Scope, member: Member, fact: Fact, models: Iterable[str], compare: ModelCompare, line: int
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


ModelCompare = Callable[[Scope, str, resolve.Parameter, Fact], Sides]


def _value(kind: str) -> ModelCompare:
    compare = members.VALUES[kind]
    return lambda scope, model, parameter, fact: compare(parameter.field, scope.model(model).limits, fact)


def _max_chars(scope: Scope, model: str, parameter: resolve.Parameter, fact: Fact) -> Sides:
    """Only where the spec has the limit from this page: other models have theirs from pages of their own."""
    found = scope.model(model)
    if fact.others and found.limit_pages.get("max_chars", found.page) != scope.page:
        return None
    stated = found.limits.get("max_chars")
    if stated is None and fact.others:
        return None
    return None if stated == fact.value else (words(fact.value), words(stated))


def _dialogue(read: Callable[[language.Dialogue, Fact], tuple[object, object]]) -> ModelCompare:
    def compare(scope: Scope, model: str, parameter: resolve.Parameter, fact: Fact) -> Sides:
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
    yield from _refused_roles(scope, member, said)


def _refused_roles(scope: Scope, member: Member, said: Said) -> Iterator[Finding]:
    for fact in (fact for fact in said.reading.facts if fact.kind == "refuses_value"):
        models, unknown = scope.of(fact, set())
        for word in unknown:
            yield missing(member.subject, "model", word, "no such model", said.line)
        orders = {model: scope.group(model).dialogue for model in models}
        taking = {model for model, order in orders.items() if order is None or fact.value in order.roles}
        if taking:
            yield _finding(member, "refuses_value", f"not {fact.value}", f"{fact.value} too", taking, said.line)


def blank_differs(scope: Scope, member: Member, said: Said) -> Iterator[Finding]:
    """A finding where the last message may be blank, but not on the page."""
    orders = {model: scope.group(model).dialogue for model in scope.models}
    models = {model for model, order in orders.items() if order is None or not order.dialogue.last_not_blank}
    if said.values("last_not_blank") and models:
        yield _finding(member, "last_not_blank", "not blank", "may be blank", models, said.line)


_COMPARE: dict[str, ModelCompare] = {
    **{kind: _value(kind) for kind in members.VALUES},
    "max_chars": _max_chars,
    "odd": _dialogue(lambda dialogue, fact: (fact.value, dialogue.odd)),
    "turns": _dialogue(_turns),
    "first_role": _dialogue(_first),
    "last_role": _dialogue(lambda dialogue, fact: (fact.value, tuple(sorted(dialogue.last or ())))),
}
