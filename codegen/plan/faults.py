"""What a check finds in one value, as the Python that finds it."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codegen.plan import words
from codegen.spec import language


@attrs.frozen
class Rule:
    """A rule constant: `TEMPERATURE = Rule("v1.chat.temperature", CHAT_V1)`."""

    constant: str
    id: str
    page: str
    level: language.Level


@attrs.frozen
class Fault:
    """Under a condition, a finding."""

    condition: str
    finding: str


def plain_faults(field: language.Field, at: str, ranged: str, kind: str) -> Iterator[Fault]:
    if field.non_empty and kind == "string":
        yield Fault("not value", f"found.empty({at.removesuffix(', value')})")
    if field.enum is not None and kind in ("string", "int"):
        allowed = source_tuple([words.literal(value) for value in field.enum])
        for value, hint in field.hints.items():
            confused = f"{at}, {allowed}, {words.literal(hint)}"
            yield Fault(f"value == {words.literal(value)}", f"found.not_one_of({confused})")
        yield Fault(f"value not in {allowed}", f"found.not_one_of({at}, {allowed})")
    if field.max_length is not None and kind == "string":
        most = field.max_length
        if isinstance(most, str):
            at_limit = f'{at}, len(value), "{most}"'.replace(", value,", ",")
            yield Fault(f'found.exceeds(len(value), "{most}")', f"found.too_long_for({at_limit})")
            return
        yield Fault(f"len(value) > {most}", f"found.too_long({at.removesuffix(', value')}, len(value), {most})")
    if field.range is not None and kind in ("int", "float"):
        yield from _range_faults(field.range, ranged)


def _range_faults(span: language.Range, at: str) -> Iterator[Fault]:
    low, high = span.low, span.high
    below = f"value {'<=' if low.open else '<'} {low.value}"
    above = f"value {'>=' if high.open else '>'} {high.value}"
    if not isinstance(high.value, str):
        test = f"not {low.value} {'<' if low.open else '<='} value {'<' if high.open else '<='} {high.value}"
        if high.value is None or low.value is None:
            test = below if high.value is None else above
        yield Fault(test, f"found.out_of_range({at}, {words.literal(words.interval(span))})")
        return
    # A bound that is a limit of the model: one finding with the number that holds for this model.
    least = words.interval(attrs.evolve(span, high=language.Bound(None, open=True)))
    yield Fault(
        f'{below} or found.exceeds(value, "{high.value}")',
        f'found.out_of_limit({at}, {words.literal(least)}, "{high.value}")',
    )


def size_faults(field: language.Field, rule: Rule) -> Iterator[Fault]:
    at = f"{rule.constant}, place, len(value)"
    if field.min_items is not None:
        if field.min_items == 1:
            yield Fault("not value", f"found.empty({rule.constant}, place)")
        else:
            yield Fault(f"len(value) < {field.min_items}", f"found.too_few({at}, {field.min_items})")
    if field.max_items is not None:
        yield Fault(f"len(value) > {field.max_items}", f"found.too_many({at}, {field.max_items})")


def steps(path: str) -> str:
    """`messages[].content` → `("messages", "[]", "content")`."""
    steps = path.replace("[]", ".[]").split(".")
    return source_tuple([words.literal(step) for step in steps])


def source_tuple(items: list[str]) -> str:
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
