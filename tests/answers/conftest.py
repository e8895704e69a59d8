"""What the tests of answers share: the sync and the async client, on V1 and on V2, called the same way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from typing import Any, cast

import attrs
import pytest

from qianfan_typed import AsyncQianfan, Qianfan
from qianfan_typed.emulator import Emulator


@attrs.define
class Talker:
    """A client of the emulator, and the handle of one model that takes functions."""

    client: Any
    handle: Any
    dialect: str
    loop: asyncio.AbstractEventLoop | None

    def __call__(self, given: Any) -> Any:
        """What was given, awaited where it has to be."""
        if self.loop is None:
            return given
        return self.loop.run_until_complete(_awaited(given))

    def all(self, pieces: Any) -> list[Any]:
        """All that an iterator gives, awaited where it has to be."""
        if self.loop is None:
            return list(pieces)
        return cast("list[Any]", self.loop.run_until_complete(_all(pieces)))


async def _awaited(given: Awaitable[Any]) -> Any:
    return await given


async def _all(pieces: Any) -> list[Any]:
    return [piece async for piece in pieces]


@pytest.fixture
def emulator(qianfan_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulator, with the environment that points a client at it."""
    for name, value in qianfan_emulator.environment.items():
        monkeypatch.setenv(name, value)
    return qianfan_emulator


@pytest.fixture(params=["v1", "v2"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Both dialects."""
    return str(request.param)


@pytest.fixture(params=["sync", "async"])
def talk(request: pytest.FixtureRequest, emulator: Emulator, dialect: str) -> Iterator[Talker]:
    """Both clients on both dialects."""
    loop = asyncio.new_event_loop() if request.param == "async" else None
    client: Any = Qianfan() if loop is None else AsyncQianfan()
    handle = client.v1.chat.ernie_3_5_8k if dialect == "v1" else client.v2.chat.ernie_4_5_turbo_128k
    yield Talker(client, handle, dialect, loop)
    if loop is None:
        client.close()
    else:
        loop.run_until_complete(client.aclose())
        loop.close()
