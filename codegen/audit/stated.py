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
    return cast("Mapping[str, int]", getattr(model.model, "rates", None) or {})


def retirement(model: resolve.Model) -> Retirement | None:
    """When it ends, and what to use. None: it does not."""
    retired = cast("object", model.model.retired)
    if retired is None:
        return None
    if isinstance(retired, str):
        instead = model.model.replaced_by
        return Retirement(None, frozenset({instead.lower()} if instead else ()), None)
    use = cast("list[str]", getattr(retired, "use", []))
    on = cast("datetime.date | None", getattr(retired, "on", None))
    return Retirement(on, frozenset(name.lower() for name in use), cast("str | None", getattr(retired, "source", None)))
