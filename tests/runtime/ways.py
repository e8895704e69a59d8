"""Ways to call: sync and async, V1 and V2, a whole reply and a stream; a test of a fault goes all of them."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import attrs
import pytest

from qianfan_typed import AsyncQianfan, Qianfan, user
from qianfan_typed.errors import QianfanError
from tests.runtime.conftest import Script

KEYS = {"access_key": "access-key-of-mine", "secret_key": "secret-key-of-mine"}
HELLO = [user("你好")]


@attrs.frozen
class Way:
    """A way to call."""

    version: Literal["v1", "v2"]
    waits: Literal["sync", "async"]
    how: Literal["whole", "stream"]

    def __str__(self) -> str:
        return f"{self.version}-{self.waits}-{self.how}"

    @property
    def keys(self) -> dict[str, str]:
        """Keys that need no token from elsewhere."""
        return KEYS if self.version == "v1" else {"api_key": "bce-v3/key-of-mine"}

    def call(self, script: Script, **settings: Any) -> list[Any]:
        """The reply, or the pieces of the stream."""
        settings = {"base_url": script.url, "max_attempts": 1, **self.keys, **settings}
        return asyncio.run(self._awaited(settings)) if self.waits == "async" else self._blocking(settings)

    def fail(self, script: Script, **settings: Any) -> QianfanError:
        """The error that a call comes to."""
        with pytest.raises(QianfanError) as caught:
            self.call(script, **settings)
        return caught.value

    def _blocking(self, settings: dict[str, Any]) -> list[Any]:
        with Qianfan(**settings) as client:
            handle: Any = client.v1.chat.ernie_lite_pro_128k if self.version == "v1" else self._of_v2(client)
            return [handle.create(HELLO)] if self.how == "whole" else list(handle.stream(HELLO))

    async def _awaited(self, settings: dict[str, Any]) -> list[Any]:
        async with AsyncQianfan(**settings) as client:
            handle: Any = client.v1.chat.ernie_lite_pro_128k if self.version == "v1" else self._of_v2(client)
            if self.how == "whole":
                return [await handle.create(HELLO)]
            return [piece async for piece in handle.stream(HELLO)]

    def _of_v2(self, client: Any) -> Any:
        return client.v2.chat.ernie_4_5_turbo_128k


WAYS = [
    Way(version, waits, how) for version in ("v1", "v2") for waits in ("sync", "async") for how in ("whole", "stream")
]
every_way = pytest.mark.parametrize("way", WAYS, ids=str)
whole_ways = pytest.mark.parametrize("way", [way for way in WAYS if way.how == "whole"], ids=str)
stream_ways = pytest.mark.parametrize("way", [way for way in WAYS if way.how == "stream"], ids=str)
