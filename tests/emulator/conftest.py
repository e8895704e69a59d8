"""What the tests of the emulator share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qianfan_typed.emulator import Emulator
from tests.emulator.calling import Caller


@pytest.fixture
def emulator(qianfan_emulator: Emulator) -> Emulator:
    """The emulator, by its short name."""
    return qianfan_emulator


@pytest.fixture
def caller(emulator: Emulator) -> Iterator[Caller]:
    """Calls the emulator the plain way."""
    made = Caller(emulator)
    yield made
    made.pool.close()


@pytest.fixture
def anyio_backend() -> str:
    """Coroutine tests run in asyncio."""
    return "asyncio"
