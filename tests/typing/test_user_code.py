"""User code, right and wrong, with the type checkers' own words beside each wrong line."""

from __future__ import annotations

import pytest

from tests.typing.checking import FILES, Messages, expected


@pytest.mark.parametrize("file", FILES)
def test_the_checker_says_what_stands_beside_each_line(file: str, checker: str, said: Messages) -> None:
    found, pinned = said.get(file, []), expected(file, checker)
    assert [str(message) for message in found] == [str(message) for message in pinned]
    for message, pin in zip(found, pinned, strict=True):
        assert set(pin.details) <= set(message.details), str(message)


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("right/")])
def test_right_code_has_no_message_beside_it(file: str, checker: str) -> None:
    assert all(message.text.startswith("R: ") for message in expected(file, checker))


def test_every_file_is_looked_at(said: Messages) -> None:
    silent = {"right/params.py"}
    assert set(said) == set(FILES) - silent
