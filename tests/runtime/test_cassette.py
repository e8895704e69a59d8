"""Cassettes: what is recorded, what is not, and what is played."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from qianfan_typed import AsyncQianfan, Qianfan
from qianfan_typed.errors import TransportError
from qianfan_typed.transports import AiohttpTransport, Cassette, Urllib3Transport
from tests.runtime.conftest import HELLO, IAM, OK, Script, hosts_of, reply, stream

APP = {"ak": "app-key-key", "sk": "app-secret"}
TOKEN = reply('{"access_token": "24.token-token", "expires_in": 2592000, "session_key": "9mz-session"}')
PIECES = ['data: {"result": "你好", "is_end": false}\n\n'.encode(), b'data: {"result": "!", "is_end": true}\n\n']


def recorded(script: Script, path: Path) -> None:
    """Records a token, a whole reply and a stream whose network cuts a character in two."""
    whole = b"".join(PIECES)
    cut = whole.index("好".encode()) + 1
    script.answers = [
        TOKEN,
        reply('{"result": "your token is 24.token-token"}', "Set-Cookie: a=secret-cookie"),
        stream(whole[:cut], whole[cut:]),
    ]
    with Qianfan(**APP, **hosts_of(script), transport=Cassette(path, record=Urllib3Transport())) as client:
        chat = client.v1.chat.ernie_lite_pro_128k
        chat.create(HELLO)
        assert [piece.result for piece in chat.stream(HELLO)] == ["你好", "!"]


def test_what_is_recorded_is_played_to_both_clients(script: Script, tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    recorded(script, path)
    with Qianfan(ak="other", sk="keys", transport=Cassette(path)) as client:
        chat = client.v1.chat.ernie_lite_pro_128k
        answer = chat.create(HELLO)
        assert answer.result == "your token is not-recorded"
        assert 0 <= answer.meta.request_latency < 60
        assert [piece.result for piece in chat.stream(HELLO)] == ["你好", "!"]

    async def main() -> list[str]:
        async with AsyncQianfan(ak="other", sk="keys", transport=Cassette(path)) as client:
            chat = client.v1.chat.ernie_lite_pro_128k
            await chat.create(HELLO)
            return [piece.result async for piece in chat.stream(HELLO)]

    assert asyncio.run(main()) == ["你好", "!"]
    assert len(script.seen) == 3, "nothing more was sent"


def test_no_secret_is_written(script: Script, tmp_path: Path) -> None:
    recorded(script, tmp_path / "talk.jsonl")
    text = (tmp_path / "talk.jsonl").read_text("utf-8")
    for secret in ("app-key", "app-secret", "24.token", "9mz-session", "secret-cookie", "authorization"):
        assert secret not in text.lower()
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines[1]["request"] == {
        "method": "POST",
        "path": "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie-lite-pro-128k",
        "query": {},
        "body": {"messages": [{"role": "user", "content": "你好"}]},
    }
    assert "".join(lines[2]["reply"]["body"]) == b"".join(PIECES).decode()


def test_an_async_client_records_too(script: Script, tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"

    async def main() -> None:
        transport = AiohttpTransport()
        async with AsyncQianfan(**IAM, **hosts_of(script), transport=Cassette(path, record=transport)) as client:
            chat = client.v1.chat.ernie_lite_pro_128k
            await chat.create(HELLO)
            assert len([piece async for piece in chat.stream(HELLO)]) == 2
        await transport.aclose()

    script.answers = [OK, stream(*PIECES)]
    asyncio.run(main())
    with Qianfan(**IAM, transport=Cassette(path)) as client:
        assert client.v1.chat.ernie_lite_pro_128k.create(HELLO).result == "hello"


def test_what_was_not_recorded_is_named_with_the_nearest(script: Script, tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    recorded(script, path)
    place = "POST /rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie-lite-pro-128k"
    address = "(https://aip.baidubce.com/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie-lite-pro-128k)"
    with Qianfan(**IAM, transport=Cassette(path)) as client:
        chat = client.v1.chat.ernie_lite_pro_128k
        with pytest.raises(TransportError) as caught:
            chat.create(HELLO, temperature=0.5)
        assert str(caught.value) == (
            f"talk.jsonl has no reply to {place} like this; the nearest recorded request differs in "
            f"/body/temperature: 0.5 is asked, nothing is recorded {address}"
        )
        chat.create(HELLO)
        with pytest.raises(TransportError) as caught:
            chat.create(HELLO)
        assert str(caught.value) == f"talk.jsonl has no reply to {place} any more: it was recorded 1 time {address}"
        with pytest.raises(
            TransportError, match=r"/token; recorded are POST /oauth/2\.0/token, POST /rpc/2\.0/ai_custom"
        ):
            client.v2.chat.ernie_4_5_turbo_128k.create(HELLO)
