"""The works of this package."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

from qianfan_typed import AsyncQianfan, Qianfan, validate
from qianfan_typed.core.signing import Credentials, sign, utc
from tests.bench import latencies
from tests.bench.worker import Work

MESSAGES = [{"role": "user", "content": "你好"}]
KEY = "bce-v3/ALTAK-ours/0123456789"


def works(address: str) -> Mapping[str, Callable[[], Work]]:
    """The works by name."""
    return {
        "V2 call": lambda: _call(address),
        "V2 call, OpenAI-like entry": lambda: _entry_call(address),
        "V1 call, signed": lambda: _v1_call(address),
        "V2 stream of 100": lambda: _stream(address, 100),
        "V2 stream of 1000": lambda: _stream(address, 1000),
        "V1 stream of 100": lambda: _v1_stream(address, 100),
        "V1 stream of 1000": lambda: _v1_stream(address, 1000),
        "1,000 calls at once": lambda: _at_once(address, 1000),
        "5,000 calls at once": lambda: _at_once(address, 5000),
        "200 paced streams": lambda: _paced(address),
        "IAM signature": _signature,
        "validate a payload": _validate,
        **{f"prompt of {size:,} characters": _prompt(address, size) for size in SIZES},
        **{f"{count:,} messages": _messages(address, count) for count in COUNTS},
        **{f"stream of {count:,} pieces": _pieces(address, count) for count in PIECES},
        **{f"{count:,} at once": _concurrency(address, count) for count in CONCURRENCY},
    }


SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
COUNTS = (1, 11, 101, 1001)
PIECES = (100, 1_000, 10_000, 100_000)
CONCURRENCY = (1, 10, 100, 1_000, 5_000)


def _client(address: str, prefix: str = "") -> Qianfan:
    return Qianfan(bearer_token=KEY, console_api_base_url=address + prefix)


def _repeated(call: Callable[[], object]) -> Work:
    def work(times: int) -> None:
        for _ in range(times):
            call()

    return work


def _call(address: str) -> Work:
    handle = _client(address).v2.chat.ernie_4_5_turbo_128k
    return _repeated(lambda: handle.create(MESSAGES))  # type: ignore[arg-type]


def _entry_call(address: str) -> Work:
    entry = _client(address).chat.completions
    return _repeated(lambda: entry.create(model="ernie-4.5-turbo-128k", messages=MESSAGES))  # type: ignore[arg-type]


def _v1_call(address: str) -> Work:
    handle = Qianfan(access_key="ak" * 16, secret_key="sk" * 16, base_url=address).v1.chat.ernie_lite_pro_128k
    return _repeated(lambda: handle.create(MESSAGES))  # type: ignore[arg-type]


def _stream(address: str, pieces: int) -> Work:
    handle = _client(address, f"/n{pieces}").v2.chat.ernie_4_5_turbo_128k

    def read() -> None:
        assert sum(1 for _ in handle.stream(MESSAGES)) == pieces  # type: ignore[arg-type]

    return _repeated(read)


def _v1_stream(address: str, pieces: int) -> Work:
    client = Qianfan(access_token="24." + "a" * 60, base_url=f"{address}/n{pieces}")
    handle = client.v1.chat.ernie_lite_pro_128k

    def read() -> None:
        assert sum(1 for _ in handle.stream(MESSAGES)) == pieces + 1  # type: ignore[arg-type]

    return _repeated(read)


def _at_once(address: str, calls: int) -> Work:
    loop = asyncio.new_event_loop()
    handle = AsyncQianfan(bearer_token=KEY, console_api_base_url=address).v2.chat.ernie_4_5_turbo_128k

    async def all_calls() -> None:
        await asyncio.gather(*[handle.create(MESSAGES) for _ in range(calls)])  # type: ignore[arg-type]

    return _repeated(lambda: loop.run_until_complete(all_calls()))


def _paced(address: str) -> Work:
    async def stream(taken: list[float]) -> None:
        async for piece in client.v2.chat.ernie_4_5_turbo_128k.stream(MESSAGES):  # type: ignore[arg-type]
            latencies.note(taken, piece.text)

    client = AsyncQianfan(bearer_token=KEY, console_api_base_url=f"{address}/p50")
    return lambda times: latencies.of(stream)


def _signature() -> Work:
    keys = Credentials("ak" * 16, "sk" * 16)
    path = "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/completions"

    def made() -> str:
        now = time.time()
        return sign("POST", path, (), {"host": "aip.baidubce.com", "x-bce-date": utc(int(now))}, keys, now)

    return _repeated(made)


def _validate() -> Work:
    payload = {"model": "ernie-4.5-turbo-128k", "messages": MESSAGES, "temperature": 0.5}
    return _repeated(lambda: validate(payload, api="v2.chat"))


def _prompt(address: str, size: int) -> Callable[[], Work]:
    def made() -> Work:
        handle = _client(address).v2.chat.ernie_4_5_turbo_128k
        messages = [{"role": "user", "content": "好" * size}]
        return _repeated(lambda: handle.create(messages, validate="off"))  # type: ignore[arg-type]

    return made


def _messages(address: str, count: int) -> Callable[[], Work]:
    def made() -> Work:
        handle = _client(address).v2.chat.ernie_4_5_turbo_128k
        messages = [{"role": ("user", "assistant")[place % 2], "content": "你好"} for place in range(count)]
        return _repeated(lambda: handle.create(messages))  # type: ignore[arg-type]

    return made


def _pieces(address: str, count: int) -> Callable[[], Work]:
    return lambda: _stream(address, count)


def _concurrency(address: str, count: int) -> Callable[[], Work]:
    return lambda: _at_once(address, count)
