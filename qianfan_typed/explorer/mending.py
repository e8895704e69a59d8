"""Mending: a payload's text with what is meant beyond doubt set right, by the same fixes as `validate --fix`."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping

import attrs

from qianfan_typed.payloads.fix_texts import json_edited
from qianfan_typed.payloads.fixes import Fix, Lift, Rename, fixed
from qianfan_typed.payloads.json_text import NOT_JSON, decode
from qianfan_typed.payloads.judge import Judge
from qianfan_typed.reports.findings import ViolationFilter

_LONGEST = 200_000
"""Bytes of a text that is mended as one types: each fix is tried before it is offered."""
_MOST_ROUNDS = 5
"""How often a text is gone through: one fix may make way for another."""


@attrs.frozen(kw_only=True)
class Mended:
    """A payload's text after fixes."""

    text: str
    fixes: int
    """How many were made."""


def offers(judge: Judge, data: bytes, document: object | None) -> Mapping[str, str]:
    """Pointer of a violation → what a fix would write there. None: nothing is wrong with the document."""
    if document is None or len(data) > _LONGEST:
        return {}
    return {fix.pointer: _words(fix) for fix in fixed(judge, document)[0]}


def mend(text: str, api: str, model: str | None, pointer: str | None) -> Mended:
    """A payload's text with a fix made, or with every one.

    Args:
        text: As it was typed.
        api: The operation.
        model: The model, where the payload does not name one.
        pointer: Of the violation to fix. None: all that can be.
    """
    judge, data, made = Judge(api, model, ViolationFilter()), text.encode(), 0
    for _ in range(_MOST_ROUNDS if pointer is None else 1):
        new, count = _round(judge, data, pointer)
        if not count:
            break
        data, made = new, made + count
    return Mended(text=data.decode(), fixes=made)


def _round(judge: Judge, data: bytes, pointer: str | None) -> tuple[bytes, int]:
    with contextlib.suppress(*NOT_JSON):
        fixes, meant = fixed(judge, decode(data))
        wanted = [one for one in fixes if pointer is None or one.pointer in (pointer, pointer.rpartition("/")[0])]
        if wanted:
            new = json_edited(data, 0, len(data), wanted)
            # What the text says now is what was meant: otherwise it is left as it is.
            if pointer is not None or decode(new) == meant:
                return new, len(wanted)
    return data, 0


def _words(fix: Fix) -> str:
    if isinstance(fix, Rename | Lift):
        return fix.name
    return json.dumps(fix.value, ensure_ascii=False)
