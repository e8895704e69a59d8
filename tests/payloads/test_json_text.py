"""Why a text is not JSON."""

from __future__ import annotations

import msgspec
import pytest

from qianfan_typed.payloads.json_text import NOT_JSON, decode, why_not_json


class DecodeError(msgspec.MsgspecError):
    """As it was before msgspec 0.21: no ValueError."""


@pytest.mark.parametrize("error", [DecodeError, ValueError, RecursionError])
def test_the_errors_of_every_release_of_msgspec_are_known(error: type[Exception]) -> None:
    assert issubclass(error, NOT_JSON)


@pytest.mark.parametrize(
    ("text", "why", "offset"),
    [
        (b"", "not JSON: it ends too early", 0),
        (b'{"a": ', "not JSON: it ends too early", 5),
        (b'{"a" 1}', "not JSON: expected ':'", 5),
        (b'["\xff"]', "not UTF-8", 2),
        (b"[" * 1_000_000, "not JSON that can be read: it is nested too deeply", 0),
    ],
)
def test_why_and_from_which_byte_on(text: bytes, why: str, offset: int) -> None:
    with pytest.raises(NOT_JSON) as caught:
        decode(text)
    assert why_not_json(caught.value, text) == (why, offset)
