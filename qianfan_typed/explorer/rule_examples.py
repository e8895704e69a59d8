"""Examples of rules: values that the validators refuse and take, tried on samples. No example is written down."""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Iterator, Mapping, MutableMapping
from typing import cast

import attrs

from qianfan_api.models import CATALOGUES
from qianfan_api.validation import validate
from qianfan_api.violations import Level, Violation, shown
from qianfan_typed.explorer.samples import samples
from qianfan_typed.facts.explanations import Row
from qianfan_typed.facts.facts_file import ConstraintFacts

_GONE = object()
"""Stands for a member that is left out."""
_COMMON: tuple[object, ...] = (0, -1, 1, 0.5, 1.7, 3, 100_000_000, "", " ", "x", "0.7", True, [], {}, {"x": 1}, ["x"])
_TURNS = (("user", "你好"), ("assistant", "你好"), ("user", " "))
_LONGEST, _MOST_ITEMS = 30_000, 200
"""Of a text and of a list that is made to be too long."""
_STEP = re.compile(r"([^.\[]+)((?:\[\])*)")


@attrs.frozen(kw_only=True)
class RuleExample:
    """A payload that breaks a rule, or the like of it that does not."""

    model: str | None
    at: str
    """The member, as `messages[0].role`."""
    value: str | None
    """As it stands in JSON. None: the member is left out."""
    level: Level | None
    """None: it is taken."""
    message: str
    payload: Mapping[str, object]


def examples(
    api: str, rule: str, rules: list[ConstraintFacts], rows: tuple[Row, ...], most: int = 2
) -> tuple[RuleExample, ...]:
    """Values that break a rule, and one that the validators take, as far as trying finds them."""
    if not rules:
        return ()
    bad: list[RuleExample] = []
    good: RuleExample | None = None
    for model, payload in itertools.islice(_beginnings(api, rows), 12):
        before = [one.rule for one in _violations(api, payload, model)]
        for at, value, tried in itertools.islice(_variants(payload, rules), 400):
            found = _violations(api, tried, model)
            broken = next((one for one in found if one.rule == rule), None)
            if broken is not None and rule not in before and len(bad) < most and _is_new(broken, bad):
                bad.append(_example(model, at, value, tried, broken))
            elif not found and not before and good is None and value is not _GONE and bad:
                good = _example(model, at, value, tried, None)
            if len(bad) >= most and good is not None:
                break
        if bad:
            break
    return (*bad, *(() if good is None else (good,)))


def _is_new(broken: Violation, bad: list[RuleExample]) -> bool:
    return broken.message not in {one.message for one in bad}


def _example(
    model: str | None, at: str, value: object, payload: Mapping[str, object], broken: Violation | None
) -> RuleExample:
    return RuleExample(
        model=model,
        at=at,
        value=None if value is _GONE else shown(value),
        level=None if broken is None else broken.level,
        message="" if broken is None else broken.message,
        payload=payload,
    )


def _violations(api: str, payload: Mapping[str, object], model: str | None) -> list[Violation]:
    return validate(payload, api=api, model=None if "model" in payload or "endpoint" in payload else model)


def _beginnings(api: str, rows: tuple[Row, ...]) -> Iterator[tuple[str | None, MutableMapping[str, object]]]:
    """Samples for models that the rule holds for, those in service for which it is an error first."""
    catalogue = CATALOGUES[api]
    named = [(row.standing.rules[0].level != "error", name) for row in rows for name in row.models if name in catalogue]
    of_rule: list[str | None] = [
        name for _, name in sorted(named, key=lambda one: (one[0], catalogue[one[1]].retired is not None))
    ]
    for sample, name in itertools.product(samples(api), of_rule[:2] or [None]):
        payload = cast("MutableMapping[str, object]", copy.deepcopy(dict(sample.payload)))
        if name is not None and "model" in payload:
            payload["model"] = name
        yield name or sample.model, payload


def _variants(
    payload: MutableMapping[str, object], rules: list[ConstraintFacts]
) -> Iterator[tuple[str, object, MutableMapping[str, object]]]:
    for rule in rules:
        for place in rule.places:
            for value in _values(rule):
                tried = copy.deepcopy(payload)
                at = _set(tried, place, value)
                if at is not None:
                    yield at, value, tried


def _values(rule: ConstraintFacts) -> Iterator[object]:
    """What may lie on both sides of a rule."""
    bounds = [float(text) for text in re.findall(r"-?\d+(?:\.\d+)?", f"{rule.interval or ''} {rule.phrase}")]
    if rule.kind in ("required", "need"):
        yield _GONE
    for bound in bounds:
        near = (bound + 1, bound - 1, bound, bound / 2, bound + 0.5)
        yield from (int(one) if one.is_integer() else one for one in near)
        if rule.kind == "length" and 0 < bound <= _LONGEST:
            yield "字" * (int(bound) + 1)
        if rule.kind == "items" and 0 < bound <= _MOST_ITEMS:
            yield ["x"] * (int(bound) + 1)
            yield {f"k{index}": "x" for index in range(int(bound) + 1)}
    if rule.kind in ("order", "first", "last", "count", "blank"):
        yield from (
            [{"role": role, "content": content} for role, content in turns]
            for turns in itertools.chain.from_iterable(itertools.product(_TURNS, repeat=length) for length in (2, 1, 3))
        )
    yield from rule.values
    yield from _COMMON
    if rule.kind == "unknown":
        yield {"role": "user", "content": "你好", "x": 1}
    yield _GONE


def _set(payload: MutableMapping[str, object], place: str, value: object) -> str | None:
    """Sets a member, with the objects and lists on the way to it; says where it is. None: it cannot be there."""
    holder: MutableMapping[str, object] = payload
    at = ""
    steps = [(name, len(lists) // 2) for name, lists in _STEP.findall(place)] or [("x", 0)]
    for name, lists in steps[:-1]:
        at = f"{at}.{name}" if at else name
        empty: object = [dict[str, object]()] if lists else dict[str, object]()
        inner = holder.setdefault(name, empty)
        for _ in range(lists):
            if not isinstance(inner, list) or not inner:
                return None
            inner, at = cast("list[object]", inner)[0], f"{at}[0]"
        if not isinstance(inner, dict):
            return None
        holder = cast("MutableMapping[str, object]", inner)
    name, lists = steps[-1]
    at = f"{at}.{name}" if at else name
    if value is _GONE:
        holder.pop(name, None)
        return None if lists else at
    for _ in range(lists):
        value, at = [value], f"{at}[0]"
    holder[name] = value
    return at
