"""The other operations of V2 through the official package `openai`, unmodified.

`embeddings.create` asks for base64 unless told otherwise: the platform answers floats, and the package takes them. What
does not go, by the platform's own rules: `images.generate(response_format="b64_json")` (there are addresses only).
"""

from __future__ import annotations

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
