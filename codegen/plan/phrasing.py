"""Phrasing: the words that rules are put in, in messages, docstrings, schemas and facts alike."""

from __future__ import annotations

import json

from codegen.spec import language


def one_line(text: str) -> str:
    """Text without line breaks."""
    return " ".join(text.split())


def row(values: list[language.Scalar], last: str = "or") -> str:
    """`text, json_object or json_schema`."""
    words = [str(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def value(of: object) -> str:
    """A value as it stands in JSON."""
    return json.dumps(of, ensure_ascii=False)


def between(low: str | None, high: str | None, *, above: bool = False, below: bool = False) -> str:
    """`at least 1 and at most 5`; `above` and `below` where an end does not belong to it."""
    if low is not None and low == high:
        return low
    parts: list[str] = []
    if low is not None:
        parts.append(f"{'above' if above else 'at least'} {low}")
    if high is not None:
        parts.append(f"{'below' if below else 'at most'} {high}")
    return " and ".join(parts)


def interval(span: language.Range, high: str | None = None) -> str:
    """`(0, 1.0]` → `above 0 and at most 1.0`. `high` stands for an upper end that names a model's limit."""
    low = None if span.low.value is None else repr(span.low.value)
    top = high if isinstance(span.high.value, str) else None if span.high.value is None else repr(span.high.value)
    return between(low, top, above=span.low.open, below=span.high.open)


def condition(when: language.When) -> str:
    """A condition on a member: `stream is true`, `tool_calls is given`."""
    if when.equals is None:
        return f"{when.member} is given"
    return f"{when.member} is {plain(when.equals)}"


def plain(of: object) -> str:
    """A value without quotes, as prose has it."""
    return str(of).lower() if isinstance(of, bool) else str(of)


def limit(name: str, shared: int | None) -> str:
    """A limit of a model: its number where all models of the group share it, else as the catalogue calls it."""
    return str(shared) if shared is not None else f"the model's {name}"


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
