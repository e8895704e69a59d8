"""Judging: whether a model takes a request, by its own rules, in OpenAI's words."""

from __future__ import annotations

from typing import Any

import attrs

from qianfan_api.handles import Target
from qianfan_api.validation import check, validate
from qianfan_api.violations import Violation
from qianfan_typed.openai_server.drafts import Draft
from qianfan_typed.openai_server.refusals import broken

_SUBJECT = frozenset({"model", "messages", "prompt", "input", "image"})
"""What a request is about: it is never left out."""
_MOST_ROUNDS = 8


@attrs.frozen
class Judgement:
    """What became of a request that is sent."""

    dropped: tuple[str, ...] = ()
    """Fields that were left out, since the model does not take them."""
    warnings: tuple[str, ...] = ()
    """Fields that are sent against advice, each with what it is: `temperature (range)`."""


FINE = Judgement()


def judge(target: Target[Any, Any], draft: Draft, *, lenient: bool) -> Judgement:
    """Judges a draft by the rules of its model. Where `lenient`, what the model does not take is left out of it.

    Raises:
        Refused: The model does not take it.
    """
    found = _violations(target, draft)
    if not found and not draft.dropped:
        return FINE
    dropped = list(draft.dropped)
    for _ in range(_MOST_ROUNDS):
        faults = [one for one in found if one.level == "error" or _is_foreign(one)]
        if not faults:
            break
        roots = {one.pointer.split("/")[1] for one in faults if one.pointer} - _SUBJECT
        if not lenient or not roots & draft.wire.keys():
            errors = [one for one in faults if one.level == "error"] or faults
            raise broken([(draft.param(one.pointer), one) for one in errors])
        for name in sorted(roots & draft.wire.keys()):
            del draft.wire[name]
            dropped.append(draft.names.get(name, name).partition("[]")[0])
        found = _violations(target, draft)
    warnings = [f"{draft.param(one.pointer) or 'request'} ({one.code})" for one in found]
    return Judgement(tuple(dict.fromkeys(dropped)), tuple(dict.fromkeys(warnings)))


def _violations(target: Target[Any, Any], draft: Draft) -> list[Violation]:
    api = target.operation.name
    if target.operation.model_in == "none":
        return validate(draft.wire, api=api)
    if target.operation.model_in == "body":
        return check(api, {"model": target.name, **draft.wire}, target.model)
    return check(api, draft.wire, target.model)


def _is_foreign(violation: Violation) -> bool:
    """Whether it is a parameter of OpenAI's that no page of the platform has: nobody knows what becomes of it."""
    return violation.code == "unknown" and violation.pointer.count("/") == 1
