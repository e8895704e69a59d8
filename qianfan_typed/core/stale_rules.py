"""Stale rules: the platform refuses a request that ours passed, and the error names the rule and its age."""

from __future__ import annotations

import datetime
import re
from typing import Any, TypeVar, cast

import attrs
import msgspec

from qianfan_api.error_codes import EMULATOR_CODES
from qianfan_api.validation import source_of
from qianfan_typed._version import __version__
from qianfan_typed.errors import BadRequest

E = TypeVar("E", bound=BadRequest)


_OF_THE_FORM = {codes[role] for codes in EMULATOR_CODES.values() for role in ("json", "method") if role in codes}
"""Codes of requests whose JSON or HTTP method is wrong: no rule of ours speaks of those."""


def speaks_of_parameters(error: BadRequest) -> bool:
    """Whether a refusal is of parameters, in the platform's words: not of a gateway, an address or a size."""
    return error.code is not None and error.status in (200, 400, 422) and error.code not in _OF_THE_FORM


def with_doubt(error: E, api: str, body: bytes | None) -> E:
    """The error with its `doubt`: the rules that it speaks of, and how old their sources are.

    Args:
        error: The platform's refusal.
        api: The operation.
        body: The request that our rules passed.
    """
    sent = cast("dict[str, Any]", msgspec.json.decode(body)) if body else {}
    named = [word for word in dict.fromkeys(re.findall(r"\w+", error.message)) if word in sent]
    rules = [met for name in named if (met := _rule(api, name)) is not None]
    which = f" It met {' and '.join(rules)}." if rules else ""
    doubt = (
        f"they passed this request, so the spec of qianfan-typed {__version__} may be out of date.{which}"
        f" Please report it with the request id; until then, extra={{…}} and validate= get around a rule."
    )
    return attrs.evolve(error, doubt=doubt)


def _rule(api: str, name: str) -> str | None:
    """A rule with its source's age in days."""
    source = source_of(api, name)
    if source is None:
        return None
    age = (datetime.date.today() - datetime.date.fromisoformat(source.read)).days
    return f"{api}.{name} ({source}, {age} days ago)"
