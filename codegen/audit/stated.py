"""Facts that the spec's catalogue states of a model, whichever keys of the language hold them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import cast

import attrs

from codegen.plan import resolve


@attrs.frozen
class Retirement:
    """That a model ended or will end."""

    on: datetime.date | None
    use: frozenset[str]
    """What to use in place of it, in lower case."""
    source: str | None


def limits(model: resolve.Model) -> Mapping[str, int]:
    """Numbers of tokens and characters: context, max_input_tokens, max_output_tokens, …"""
    return cast("Mapping[str, int]", model.limits)


def rates(model: resolve.Model) -> Mapping[str, int]:
    """Requests (rpm) and tokens (tpm) a minute."""
    stated = {} if model.rates is None else {"rpm": model.rates.rpm, "tpm": model.rates.tpm}
    return {rate: number for rate, number in stated.items() if number is not None}


def retirement(model: resolve.Model) -> Retirement | None:
    """When it ends, and what to use. None: it does not."""
    retired = model.retirement
    if retired is None:
        return None
    return Retirement(retired.on, frozenset(name.lower() for name in retired.use), retired.basis.edition.page)
