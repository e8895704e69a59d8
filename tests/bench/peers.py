"""The works of other clients, which have an environment of their own."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

from tests.bench import latencies
from tests.bench.worker import Work

MESSAGES: list[Any] = [{"role": "user", "content": "你好"}]
MODEL = "ernie-4.5-turbo-128k"
KEY = "bce-v3/ALTAK-peer/0123456789"


def works(address: str) -> Mapping[str, Callable[[], Work]]:
    """The works by name."""
    logging.disable(logging.CRITICAL)
    return {
        "openai: call": lambda: _openai_call(address),
        "openai: stream of 100": lambda: _openai_stream(address, 100),
        "openai: stream of 1000": lambda: _openai_stream(address, 1000),
        "openai: 1,000 calls at once": lambda: _openai_at_once(address, 1000),
        "openai: 200 paced streams": lambda: _openai_paced(address),
        "qianfan: V2 call": lambda: _qianfan_call(address, version="2"),
        "qianfan: V1 call": lambda: _qianfan_call(address, version="1"),
        "qianfan: stream of 100": lambda: _qianfan_stream(address, 100),
        "qianfan: stream of 1000": lambda: _qianfan_stream(address, 1000),
        "aiohttp: 1,000 calls at once": lambda: _aiohttp_at_once(address, 1000),
        "aiohttp: 5,000 calls at once": lambda: _aiohttp_at_once(address, 5000),
        "aiohttp: 200 paced streams": lambda: _aiohttp_paced(address),
    }


def _repeated(call: Callable[[], object]) -> Work:
    def work(times: int) -> None:
        for _ in range(times):
            call()

    return work


def _openai_call(address: str) -> Work:
    import openai

    client = openai.OpenAI(api_key=KEY, base_url=f"{address}/v2")
    return _repeated(lambda: client.chat.completions.create(model=MODEL, messages=MESSAGES))


def _openai_stream(address: str, pieces: int) -> Work:
    import openai

    client = openai.OpenAI(api_key=KEY, base_url=f"{address}/n{pieces}/v2")

    def read() -> None:
        stream = client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True)
        assert sum(1 for _ in stream) == pieces

    return _repeated(read)


def _openai_at_once(address: str, calls: int) -> Work:
    import openai

    loop = asyncio.new_event_loop()
    client = openai.AsyncOpenAI(api_key=KEY, base_url=f"{address}/v2", http_client=openai.DefaultAioHttpClient())

    async def all_calls() -> None:
        await asyncio.gather(*[client.chat.completions.create(model=MODEL, messages=MESSAGES) for _ in range(calls)])

    return _repeated(lambda: loop.run_until_complete(all_calls()))


def _openai_paced(address: str) -> Work:
    import openai

    async def stream(taken: list[float]) -> None:
        client = openai.AsyncOpenAI(api_key=KEY, base_url=f"{address}/p50/v2")
        async for piece in await client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True):
            latencies.note(taken, piece.choices[0].delta.content)

    return lambda times: latencies.of(stream)


def _official(address: str) -> Any:
    os.environ |= {
        "QIANFAN_BEARER_TOKEN": KEY,
        "QIANFAN_ACCESS_TOKEN": "24." + "a" * 60,
        "QIANFAN_BASE_URL": address,
        "QIANFAN_CONSOLE_API_BASE_URL": address,
    }
    import qianfan

    return qianfan


def _qianfan_call(address: str, version: str) -> Work:
    chat = _official(address).ChatCompletion(version=version)
    model = MODEL if version == "2" else "ERNIE-Speed-8K"
    return _repeated(lambda: chat.do(MESSAGES, model=model))


def _qianfan_stream(address: str, pieces: int) -> Work:
    qianfan = _official(address)
    chat = qianfan.ChatCompletion(version="2")

    def read() -> None:
        # Read when it sends, by all of its objects.
        qianfan.get_config().CONSOLE_API_BASE_URL = f"{address}/n{pieces}"
        assert sum(1 for _ in chat.do(MESSAGES, model=MODEL, stream=True)) >= pieces

    return _repeated(read)


def _aiohttp_at_once(address: str, calls: int) -> Work:
    import aiohttp

    loop = asyncio.new_event_loop()
    held: list[aiohttp.ClientSession] = []

    async def call(session: aiohttp.ClientSession) -> None:
        body = {"model": MODEL, "messages": MESSAGES}
        async with session.post(f"{address}/v2/chat/completions", json=body, headers={"Authorization": KEY}) as reply:
            await reply.json()

    async def all_calls() -> None:
        if not held:
            held.append(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        await asyncio.gather(*[call(held[0]) for _ in range(calls)])

    return _repeated(lambda: loop.run_until_complete(all_calls()))


def _aiohttp_paced(address: str) -> Work:
    import json

    import aiohttp

    async def stream(taken: list[float]) -> None:
        body = {"model": MODEL, "messages": MESSAGES, "stream": True}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{address}/p50/v2/chat/completions", data=json.dumps(body).replace(" ", "")) as reply,
        ):
            async for line in reply.content:
                if line.startswith(b"data: {"):
                    latencies.note(taken, json.loads(line[6:])["choices"][0]["delta"]["content"])

    return lambda times: latencies.of(stream)
