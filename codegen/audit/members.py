"""Members of objects, as a page has them, held against the spec: requests strictly, replies by type and name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import cast

import attrs

from codegen.audit import page_types
from codegen.audit.findings import Finding, contradiction, missing, shown
from codegen.audit.phrases import Fact, Reading
from codegen.spec import language, types
from codegen.spec.structure import parse_range


@attrs.frozen(kw_only=True)
class Said:
    """A statement: what the page says of one name."""

    name: str
    type: str
    required: bool | None
    """None: the page does not say."""
    reading: Reading
    line: int
    text: str = ""

    def values(self, kind: str) -> list[object]:
        """What the facts of a kind say."""
        return [fact.value for fact in self.reading.facts if fact.kind == kind]

    @property
    def elsewhere(self) -> set[str]:
        """The kinds of facts for which it refers to another page."""
        return {str(kind) for value in self.values("elsewhere") for kind in cast("tuple[str, ...]", value)}

    @property
    def whole(self) -> str:
        """Everything that it says, for what the spec does not have at all."""
        required = "" if self.required is None else ", required" if self.required else ", optional"
        return f"{self.type}{required}: {self.text}"

    @property
    def plain(self) -> str:
        """The description without spaces."""
        return self.text.replace(" ", "")


@attrs.frozen(kw_only=True)
class Member:
    """A parameter or member of the spec, with the rules around it."""

    subject: str
    name: str
    field: language.Field
    rules: language.Rules


Compare = Callable[[Member, Fact], tuple[str, str] | None]
"""What the page says and what the spec says, where they differ."""


def words(value: object) -> str:
    """A value as `covers` has it after `=`."""
    if isinstance(value, tuple | list):
        return ", ".join(words(one) for one in cast("Sequence[object]", value))
    return str(value).lower() if isinstance(value, bool) else "none" if value is None else str(value)


def types_differ(member: Member, said: Said) -> Iterator[Finding]:
    """A finding where the page's type is not the spec's."""
    spec = page_types.spec_type(types.parse(member.field.type))
    also = [page_types.page_type(str(value)) for value in said.values("also_type")]
    for stated in dict.fromkeys([said.type, *map(str, said.values("type"))]):
        if not page_types.agree(page_types.page_type(stated).union(*also), spec):
            yield _finding(member, "type", stated, member.field.type, said.line)


def required_differs(member: Member, said: Said) -> Iterator[Finding]:
    """A finding where the page requires what the spec does not, or the other way round."""
    if said.required is None:
        return
    beside = {str(value) for value in said.values("empty_beside")}
    unless = {
        need.unless.member for need in member.rules.need if need.member == member.name and need.unless is not None
    }
    needed = any(need.member == member.name and need.when is None for need in member.rules.need)
    if said.required != (member.field.required or needed) or beside != unless:
        page = f"{words(said.required)}{''.join(f' unless {one}' for one in sorted(beside))}"
        spec = f"{words(member.field.required or needed)}{''.join(f' unless {one}' for one in sorted(unless))}"
        yield _finding(member, "required", page, spec, said.line)


def facts_differ(member: Member, said: Said) -> Iterator[Finding]:
    """Findings of the facts that need no model to be compared."""
    for fact in said.reading.facts:
        compare = _COMPARE.get(fact.kind)
        difference = compare(member, fact) if compare else None
        if difference is not None:
            yield _finding(member, fact.kind, *difference, said.line)


def values_differ(member: Member, said: Said) -> Iterator[Finding]:
    """Findings on values, default and interval."""
    for fact in said.reading.facts:
        compare = VALUES.get(fact.kind)
        difference = compare(member.field, {}, fact) if compare else None
        if difference is not None:
            yield _finding(member, fact.kind, *difference, said.line)


def models_differ(member: Member, said: Said) -> Iterator[Finding]:
    """Findings on what holds for some models: the spec's members are the same for all of them."""
    for fact in said.reading.facts:
        if fact.kind in ("takes", "refuses", "refuses_value") and fact.models:
            page = f"{fact.kind.replace('_', ' ')}{'' if fact.value is True else f' {fact.value}'}"
            names = ", ".join(fact.models)
            yield missing(member.subject, fact.kind, f"{page}: {names}", "the same for every model", said.line)


def unread(member: Member, said: Said) -> Iterator[Finding]:
    """The sentences for a person."""
    for text in said.reading.unread:
        yield shown(member.subject, text, member.field.doc.strip(), said.line)


def reply_differs(member: Member, said: Said) -> Iterator[Finding]:
    """Replies are read leniently, so a page contradicts the spec only by a type or a value nobody explains."""
    yield from types_differ(member, said)
    for value in (one for fact in said.reading.facts if fact.kind == "enum" for one in _texts(fact)):
        if value not in member.field.doc and value not in (member.field.enum or ()):
            yield shown(member.subject, f"value {value}", member.field.doc.strip(), said.line)
    yield from unread(member, said)


def _finding(member: Member, fact: str, page: str, spec: str, line: int) -> Finding:
    return contradiction(member.subject, fact, page, spec, line)


def _same(name: str) -> Compare:
    def compare(member: Member, fact: Fact) -> tuple[str, str] | None:
        spec = getattr(member.field, name)
        return None if spec == fact.value else (words(fact.value), words(spec))

    return compare


def default_of(field: language.Field, fact: Fact) -> tuple[str, str] | None:
    """Where the default is another one. true and 1 are not the same."""
    same = field.default == fact.value and isinstance(field.default, bool) == isinstance(fact.value, bool)
    return None if same else (words(fact.value), words(field.default))


def enum_of(enum: Sequence[language.Scalar] | None, fact: Fact) -> tuple[str, str] | None:
    """Where the values are others; their order does not matter."""
    page = _texts(fact)
    spec = [words(value) for value in enum or ()]
    return None if set(page) == set(spec) else (words(page), words(spec) or "none")


def range_of(range_: language.Range | None, limits: dict[str, int], text: str) -> tuple[str, str] | None:
    """Where the interval is another one, with a model's limits in place of their names."""
    try:
        page = parse_range(text)
    except ValueError:
        # An interval without a number in it is a slip of the page.
        return text, "none" if range_ is None else range_.text
    if range_ is None:
        return page.text, "none"
    low, high = (_bound(bound, limits) for bound in (range_.low, range_.high))
    same = (low, high) == (_bound(page.low, limits), _bound(page.high, limits))
    return None if same else (page.text, range_.text.replace(str(range_.high.value), words(high[0])))


def _bound(bound: language.Bound, limits: dict[str, int]) -> tuple[float | int | str | None, bool]:
    value = limits.get(bound.value, bound.value) if isinstance(bound.value, str) else bound.value
    return value, bound.open and value is not None


def low_of(range_: language.Range | None, fact: Fact) -> tuple[str, str] | None:
    """Where the lower end is another one."""
    spec = None if range_ is None or range_.low.open else range_.low.value
    return None if spec == fact.value else (f"at least {fact.value}", "none" if range_ is None else range_.text)


def high_of(range_: language.Range | None, fact: Fact) -> tuple[str, str] | None:
    """Where the upper end is not the limit of the model that the page means."""
    spec = None if range_ is None or range_.high.open else range_.high.value
    return None if spec == fact.value else (f"at most {fact.value}", "none" if range_ is None else range_.text)


VALUES: dict[str, Callable[[language.Field, dict[str, int], Fact], tuple[str, str] | None]] = {
    "range": lambda field, limits, fact: range_of(field.range, limits, str(fact.value)),
    "low": lambda field, limits, fact: low_of(field.range, fact),
    "high": lambda field, limits, fact: high_of(field.range, fact),
    "default": lambda field, limits, fact: default_of(field, fact),
    "enum": lambda field, limits, fact: enum_of(field.enum, fact),
}
"""Facts on a value, which may be others for each model."""


def _filled(member: Member, fact: Fact) -> tuple[str, str] | None:
    filled = member.field.non_empty or any(rule.member == member.name for rule in member.rules.filled)
    return None if filled or (member.field.min_items or 0) > 0 else ("not empty", "may be empty")


def _texts(fact: Fact) -> tuple[str, ...]:
    value = fact.value
    return cast("tuple[str, ...]", value) if isinstance(value, tuple) else (str(value),)


def _needed(member: Member, fact: Fact) -> tuple[str, str] | None:
    other, when, value = _texts(fact)
    name, condition = other or member.name, when or member.name
    known = any(
        need.member == name
        and need.when is not None
        and need.when.member == condition
        and words(need.when.equals) == value
        for need in member.rules.need
    )
    return None if known else (f"{name} needed when {condition} is {value}", "no such rule")


def _effect(member: Member, fact: Fact) -> tuple[str, str] | None:
    when, value = _texts(fact)
    known = any(
        rule.member == member.name and (rule.only_when.member, words(rule.only_when.equals)) == (when, value)
        for rule in member.rules.effect
    )
    return None if known else (f"only with {when} {value}", "no such rule")


def _refers(member: Member, fact: Fact) -> tuple[str, str] | None:
    known = any(
        rule.member.split(".")[0] == member.name and rule.to.startswith(f"{fact.value}[]")
        for rule in member.rules.refers
    )
    return None if known else (f"must be in {fact.value}", "no such rule")


def _prefer(member: Member, fact: Fact) -> tuple[str, str] | None:
    page = set(_texts(fact))
    known = any(page | {member.name} == set(rule.one_of) for rule in member.rules.prefer)
    return None if known else (f"one of {', '.join(sorted(page | {member.name}))}", "no such rule")


def _counted(member: Member, fact: Fact) -> tuple[str, str] | None:
    known = any(member.name in total.of for total in member.rules.total)
    return None if known else ("counts towards the input", "does not count")


_COMPARE: dict[str, Compare] = {
    "max_items": _same("max_items"),
    "max_length": _same("max_length"),
    "filled": _filled,
    "needed": _needed,
    "effect": _effect,
    "refers": _refers,
    "prefer": _prefer,
    "counted": _counted,
    "one_value": lambda member, fact: enum_of(member.field.enum, fact),
}
