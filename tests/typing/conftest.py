"""What the tests of the types share."""

from __future__ import annotations

import pytest

from tests.typing.checking import CHECKERS, Messages


@pytest.fixture(scope="session", params=CHECKERS)
def checker(request: pytest.FixtureRequest) -> str:
    """The name of a type checker."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def said(checker: str) -> Messages:
    """What the checker says about all files: it runs once."""
    return CHECKERS[checker]()
