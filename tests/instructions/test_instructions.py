"""The hottest paths take no more instructions than the file says, and a tenth."""

from __future__ import annotations

from functools import cache

import pytest

from tests.instructions.__main__ import PYTHON, counted, kept
from tests.instructions.counting import CALL, PIECE, VALIDATE

MORE = 1.1
counted_once = cache(counted)


@pytest.mark.parametrize("path", [CALL, PIECE, VALIDATE])
def test_a_path_takes_no_more_instructions_than_it_did(path: str) -> None:
    if PYTHON not in kept():
        pytest.skip(f"counts.json has nothing of Python {PYTHON}: `make instructions` writes it")
    was, now = kept()[PYTHON][path], counted_once()[path]
    grown = [f"{kind}: {was[kind]:,} → {now[kind]:,}" for kind in was if now[kind] > MORE * was[kind]]
    assert not grown, f"{path} takes more: {grown}. If that is worth it, `make instructions` writes it down"
