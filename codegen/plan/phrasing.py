"""Phrasing: the words that rules are put in, in messages, docstrings, schemas and facts alike."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

from codegen.spec import language
from codegen.support.words import phrase, say


def prose(text: str) -> str:
    """A sentence of the spec as rules have it: in a line, without its full stop."""
    return phrase(one_line(text).rstrip("."))


def one_line(text: str) -> str:
    """Text without line breaks."""
    return " ".join(text.split())


def row(values: list[language.Scalar], last: Literal["or", "and"] = "or") -> str:
    """`text, json_object or json_schema`."""
    *before, end = [str(value) for value in values]
    if not before:
        return end
    names = ", ".join(before)
    return (
        say("{names} or {last}", names=names, last=end)
        if last == "or"
        else say("{names} and {last}", names=names, last=end)
    )


def value(of: object) -> str:
    """A value as it stands in JSON."""
    return json.dumps(of, ensure_ascii=False)


def between(low: str | None, high: str | None, *, above: bool = False, below: bool = False) -> str:
    """`at least 1 and at most 5`; `above` and `below` where an end does not belong to it."""
    if low is not None and low == high:
        return say("{only}", only=low)
    parts: list[str] = []
    if low is not None:
        parts.append(say("above {low}", low=low) if above else say("at least {low}", low=low))
    if high is not None:
        parts.append(say("below {high}", high=high) if below else say("at most {high}", high=high))
    return parts[0] if len(parts) == 1 else say("{least} and {most}", least=parts[0], most=parts[1])


def interval(span: language.Range, high: str | None = None) -> str:
    """`(0, 1.0]` → `above 0 and at most 1.0`. `high` stands for an upper end that names a model's limit."""
    low = None if span.low.value is None else repr(span.low.value)
    top = high if isinstance(span.high.value, str) else None if span.high.value is None else repr(span.high.value)
    return between(low, top, above=span.low.open, below=span.high.open)


def together(paths: Sequence[str]) -> str:
    """`messages[].content and system`."""
    first, *rest = paths
    for path in rest:
        first = say("{name} and {other}", name=first, other=path)
    return first


def condition(when: language.When) -> str:
    """A condition on a member: `stream is true`, `tool_calls is given`."""
    if when.equals is None:
        return say("{member} is given", member=when.member)
    return say("{member} is {value}", member=when.member, value=plain(when.equals))


def plain(of: object) -> str:
    """A value without quotes, as prose has it."""
    return str(of).lower() if isinstance(of, bool) else str(of)


def limit(name: str, shared: int | None) -> str:
    """A limit of a model: its number where all models of the group share it, else as the catalogue calls it."""
    return str(shared) if shared is not None else say("the model's {limit}", limit=name)


def rates(stated: language.Rates) -> str:
    """Requests and tokens a minute in words: `5,000 requests and 400,000 tokens a minute`."""
    said = ((stated.rpm, "requests"), (stated.tpm, "tokens"))
    return f"{' and '.join(f'{number:,} {word}' for number, word in said if number is not None)} a minute"


def price(stated: language.Price) -> str:
    """A price in words: `0.8 yuan a million tokens in, 0.2 cached, 3.2 out`."""
    cached = "" if stated.cached is None else f", {stated.cached:g} cached"
    above = stated.above
    more = "" if above is None else f"; above {above.tokens:,} tokens {above.input:g} in, {above.output:g} out"
    return f"{stated.input:g} yuan a million tokens in{cached}, {stated.output:g} out{more}"
