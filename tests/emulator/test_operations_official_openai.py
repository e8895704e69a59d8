"""The other operations of V2 through the official package `openai`, unmodified.

`embeddings.create` asks for base64 unless told otherwise: the platform answers floats, and the package takes them. What
does not go, by the platform's own rules: `images.generate(response_format="b64_json")` (there are addresses only).
Batches have statuses of the platform's own, `Done` where OpenAI has `completed`: who waits for that waits for ever.
Their `errors` are one object with code and message, and no list of them.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import urllib3

from qianfan_api.models import CATALOGUES
from qianfan_typed.emulator import Emulator

openai = pytest.importorskip("openai")

pytestmark = pytest.mark.anyio


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Any]:
    with openai.OpenAI(base_url=f"{emulator.url}/v2", api_key=emulator.bearer_token, max_retries=0) as made:
        yield made


@pytest.fixture
async def async_client(emulator: Emulator) -> AsyncIterator[Any]:
    made = openai.AsyncOpenAI(base_url=f"{emulator.url}/v2", api_key=emulator.bearer_token, max_retries=0)
    async with made:
        yield made


def test_embeddings(client: Any) -> None:
    reply = client.embeddings.create(model="bge-large-zh", input=["你好", "再见"], encoding_format="float")
    assert [len(one.embedding) for one in reply.data] == [1024, 1024]
    assert reply.usage.total_tokens == 4


async def test_embeddings_in_asyncio(client: Any, async_client: Any) -> None:
    one = await async_client.embeddings.create(model="tao-8k", input="你好", encoding_format="float")
    assert one.data == client.embeddings.create(model="tao-8k", input=["你好"], encoding_format="float").data


def test_embeddings_in_base64_are_floats(emulator: Emulator, client: Any) -> None:
    reply = client.embeddings.create(model="bge-large-zh", input="你好")
    assert emulator.requests[-1].json()["encoding_format"] == "base64"
    floats = client.embeddings.create(model="bge-large-zh", input="你好", encoding_format="float")
    assert reply.data == floats.data


def test_images(client: Any) -> None:
    reply = client.images.generate(model="irag-1.0", prompt="猫", n=2, size="1024x1024")
    first, second = (urllib3.request("GET", image.url).data for image in reply.data)
    assert struct.unpack(">II", first[16:24]) == (1024, 1024)
    assert first != second


async def test_images_in_asyncio(async_client: Any) -> None:
    reply = await async_client.images.generate(model="flux.1-schnell", prompt="cat", extra_body={"seed": 7})
    assert reply.data[0].url
    assert reply.data[0].b64_json is None


def test_images_refused(client: Any) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.images.generate(model="flux.1-schnell", prompt="cat", n=5)
    assert caught.value.code == "invalid_argument"


async def test_models(client: Any, async_client: Any) -> None:
    listed = [model.id for model in client.models.list()]
    assert listed == [name for api, models in CATALOGUES.items() if api.startswith("v2") for name in models]
    assert [model.id async for model in async_client.models.list()] == listed


# --- files and batches -----------------------------------------------------------------------------------------------

CHAT = "/v2/chat/completions"


def _line(name: str) -> bytes:
    body = {"model": "ernie-4.5-turbo-128k", "messages": [{"role": "user", "content": name}]}
    return json.dumps({"custom_id": name, "method": "POST", "url": CHAT, "body": body}).encode()


def test_a_batch(client: Any) -> None:
    file = client.files.create(file=("a.jsonl", b"\n".join(map(_line, "ab"))), purpose="batch")
    assert (file.filename, file.purpose, client.files.retrieve(file.id)) == ("a.jsonl", "batch", file)
    batch = client.batches.create(input_file_id=file.id, endpoint=CHAT, completion_window="24h", metadata={"a": "b"})
    assert (batch.status, batch.request_counts.total, batch.metadata) == ("Running", 2, {"a": "b"})
    done = client.batches.retrieve(batch.id)
    assert (done.status, done.request_counts.completed, done.error_file_id) == ("Done", 2, None)
    content = client.files.content(done.output_file_id)
    answered = [json.loads(line) for line in content.text.splitlines()]
    assert [one["custom_id"] for one in answered] == ["a", "b"]
    assert answered[0]["response"]["body"]["object"] == "chat.completion"
    assert [one.id for one in client.batches.list()] == [batch.id]
    assert {one.id for one in client.files.list(purpose="batch")} == {file.id}
    assert client.files.delete(file.id).deleted


async def test_a_batch_in_asyncio(async_client: Any) -> None:
    file = await async_client.files.create(file=io.BytesIO(_line("a")), purpose="batch")
    batch = await async_client.batches.create(input_file_id=file.id, endpoint=CHAT, completion_window="24h")
    assert (await async_client.batches.cancel(batch.id)).status == "Stopping"
    assert (await async_client.batches.retrieve(batch.id)).status == "Stopped"
    assert [one.id async for one in async_client.batches.list(limit=1)] == [batch.id]


# --- responses -------------------------------------------------------------------------------------------------------


def test_responses(client: Any) -> None:
    response = client.responses.create(model="qwen3-14b", input="你好")
    assert response.output_text.startswith("你好！我收到了你的消息：“你好”。")
    assert client.responses.retrieve(response.id).output_text == response.output_text
    more = client.responses.create(model="qwen3-14b", input="再见", previous_response_id=response.id)
    assert more.previous_response_id == response.id
    items = client.responses.input_items.list(more.id)
    assert [item.content[0].text for item in items] == ["再见"]
    assert client.responses.delete(response.id) is None
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(response.id)


def test_a_stream_of_a_response(client: Any) -> None:
    with client.responses.stream(model="qwen3-14b", input="你好") as stream:
        deltas = [event.delta for event in stream if event.type == "response.output_text.delta"]
        final = stream.get_final_response()
    assert "".join(deltas) == final.output_text
    events = list(client.responses.create(model="qwen3-14b", input="你好", stream=True))
    assert [events[0].type, events[-1].type] == ["response.created", "response.completed"]


def test_a_response_calls_a_function(client: Any) -> None:
    weather = {"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}}
    response = client.responses.create(model="qwen3-14b", input="天气？", tools=[weather])
    [call] = response.output
    output = {"type": "function_call_output", "call_id": call.call_id, "output": "晴"}
    items = [{"role": "user", "content": "天气？"}, call.model_dump(), output]
    assert "返回的结果：晴" in client.responses.create(model="qwen3-14b", input=items, tools=[weather]).output_text


async def test_responses_in_asyncio(async_client: Any) -> None:
    response = await async_client.responses.create(model="qwen3-14b", input=[{"role": "user", "content": "你好"}])
    stream = await async_client.responses.create(model="qwen3-14b", input="你好", stream=True)
    deltas = [event.delta async for event in stream if event.type == "response.output_text.delta"]
    assert "".join(deltas) == response.output_text
    assert [item.role async for item in async_client.responses.input_items.list(response.id)] == ["user"]
