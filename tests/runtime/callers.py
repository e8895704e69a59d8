"""Callers: the sync and the async client on V1 and V2, called the same way, for what must hold for all four."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import attrs

from qianfan_typed import AsyncQianfan, Qianfan, user
from tests.runtime.conftest import Script, reply, stream

HELLO = [user("你好")]
KEYS = {"v1": {"access_key": "test_ak", "secret_key": "test_sk"}, "v2": {"bearer_token": "bce-v3/ALTAK-x/y"}}
OPERATION = {"v1": "v1.chat", "v2": "v2.chat"}
PATH = {
    "v1": "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie-lite-pro-128k",
    "v2": "/v2/chat/completions",
}


@attrs.define
class Caller:
    """One client."""

    dialect: str
    awaits: bool
    script: Script
    made: list[Any] = attrs.field(factory=list[Any])

    @cached_property
    def loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.new_event_loop()

    @property
    def url(self) -> str:
        """Where a chat goes."""
        return self.script.url + PATH[self.dialect]

    def client(self, **settings: Any) -> Any:
        """A client of the script's server. Without keys of its own it has those of the dialect."""
        hosts = dict.fromkeys(("base_url", "console_api_base_url", "iam_base_url"), self.script.url)
        keys = {} if settings.keys() & {"ak", "access_key", "access_token", "bearer_token"} else KEYS[self.dialect]
        client = (AsyncQianfan if self.awaits else Qianfan)(**{**hosts, **keys, **settings})
        self.made.append(client)
        return client

    def _chat(self, client: Any) -> Any:
        return client.v1.chat.ernie_lite_pro_128k if self.dialect == "v1" else client.v2.chat.ernie_4_5_turbo_128k

    def create(self, client: Any, **options: Any) -> Any:
        """A whole reply."""
        call = self._chat(client).create(HELLO, **options)
        return self.loop.run_until_complete(call) if self.awaits else call

    def stream(self, client: Any, **options: Any) -> Iterator[Any]:
        """The pieces of one."""
        pieces = self._chat(client).stream(HELLO, **options)
        if not self.awaits:
            yield from pieces
            return
        while True:
            try:
                yield self.loop.run_until_complete(anext(pieces))
            except StopAsyncIteration:
                return

    def close(self) -> None:
        for client in self.made:
            if self.awaits:
                self.loop.run_until_complete(client.aclose())
            else:
                client.close()
        if self.awaits:
            self.loop.close()

    # --- what the server says, in the dialect ---

    def ok(self, *headers: str) -> bytes:
        """A whole reply."""
        if self.dialect == "v1":
            usage = {"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 5}
            return reply(json.dumps({"id": "as-1", "result": "hello", "usage": usage}), *headers)
        choices = [{"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}]
        usage = {"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 5}
        said = {"id": "as-1", "model": "ernie-4.5-turbo-128k-preview", "choices": choices, "usage": usage}
        return reply(json.dumps(said), *headers)

    def busy(self, *headers: str) -> bytes:
        """An error that may pass."""
        if self.dialect == "v1":
            return reply(
                '{"error_code": 18, "error_msg": "Open api qps request limit reached", "id": "as-0"}', *headers
            )
        error = {"code": "rpm_rate_limit_exceeded", "message": "slow down", "type": "rate_limit_exceeded"}
        return reply(json.dumps({"error": error, "id": "as-0"}), *headers, status=429)

    @property
    def busy_code(self) -> int | str:
        return 18 if self.dialect == "v1" else "rpm_rate_limit_exceeded"

    def pieces(self, *, end: bool = True) -> bytes:
        """A stream of three pieces; without its end it is cut after two."""
        if self.dialect == "v1":
            said = [f'data: {{"id": "as-1", "result": "{n}", "is_end": {str(n == 2).lower()}}}\n\n' for n in range(3)]
        else:
            said = [
                f'data: {{"id": "as-1", "choices": [{{"index": 0, "delta": {{"content": "{n}"}}}}]}}\n\n'
                for n in range(3)
            ]
            said.append("data: [DONE]\n\n")
        return stream(*(one.encode() for one in (said if end else said[:2])), end=end)
