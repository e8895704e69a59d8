"""The web search, edits of images, and the list of models with its prices, by both clients."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from qianfan_typed import AsyncQianfan, Qianfan, user
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import BadRequest, RateLimited

pytestmark = pytest.mark.anyio


@pytest.fixture
def client(environment: Emulator) -> Iterator[Qianfan]:
    with Qianfan(api_key=environment.bearer_token, max_attempts=1) as made:
        yield made


def test_as_many_results_of_each_kind_as_are_asked_for(client: Qianfan) -> None:
    found = client.v2.ai_search.web_search(
        [user("北京天气")],
        resource_type_filter=[{"type": "web", "top_k": 2}, {"type": "image", "top_k": 1}],
        search_recency_filter="week",
    )
    assert [(one.id, one.type, one.title) for one in found.references] == [
        (1, "web", "北京天气 1"),
        (2, "web", "北京天气 2"),
        (3, "image", "北京天气 3"),
    ]


async def test_a_search_awaited(environment: Emulator) -> None:
    async with AsyncQianfan() as client:
        assert len((await client.v2.ai_search.web_search([user("北京天气")])).references) == 3


@pytest.mark.parametrize("code", ["RATE_LIMIT_TOTAL_QPS", "RATE_LIMIT_SEARCH_QPS", "RATE_LIMIT_SEARCH_TOTAL_QPS"])
def test_the_searchs_own_codes_are_rate_limits(client: Qianfan, environment: Emulator, code: str) -> None:
    environment.fail_next(code=code, on="any")
    with pytest.raises(RateLimited) as caught:
        client.v2.ai_search.web_search([user("你好")])
    error = caught.value
    assert (error.code, error.status, error.retryable) == (code, 429, True)
    assert error.body.startswith(b'{"requestId":"')
    assert error.request_id is not None


def test_the_search_says_no_in_its_own_shape(client: Qianfan) -> None:
    with pytest.raises(BadRequest) as caught:
        client.v2.ai_search.web_search([], validate="off")
    assert caught.value.code == "invalid_messages"
    assert b'"error"' not in caught.value.body


def test_an_edited_image_can_be_read(client: Qianfan) -> None:
    reply = client.v2.images.edits.qwen_image_edit.create("https://example.com/a.png", prompt="蓝色", size="768x512")
    assert struct.unpack(">II", urllib3.request("GET", reply.data[0].url).data[16:24]) == (768, 512)


async def test_an_edit_without_a_prompt_awaited(environment: Emulator) -> None:
    async with AsyncQianfan() as client:
        handle = client.v2.images.edits.ernie_irag_edit
        reply = await handle.create("https://example.com/a.png", feature="erase", mask="https://example.com/b.png")
    assert len(reply.data) == 1


def test_whoever_asks_for_edits_among_images_is_told_where_they_are(client: Qianfan) -> None:
    images: Any = client.v2.images
    with pytest.raises(AttributeError, match=r"client\.v2\.images\.edits\.ernie_irag_edit is there"):
        _ = images.ernie_irag_edit
    with pytest.warns(UserWarning, match=r"so only what holds for all is checked; v2\.images\.edits has it"):
        images.model("ernie-irag-edit").create("把猫换成狗")


def test_models_have_limits_modalities_and_prices_in_tiers(client: Qianfan) -> None:
    found = {model.id: model for model in client.v2.models.list().data}
    flat, tiers = found["ernie-4.5-turbo-128k"], found["ernie-5.1"]
    assert (flat.context_length, flat.prompt_tokens, flat.max_tokens) == (131072, 125952, 12288)
    assert flat.pricing is not None
    assert (flat.pricing.prompt, flat.pricing.completion) == (0.0008, 0.0032)
    assert tiers.pricing is not None
    assert isinstance(tiers.pricing.prompt, list)
    assert [tier["price"] for tier in tiers.pricing.prompt] == [0.004, 0.006]
    assert tiers.architecture is not None
    assert tiers.architecture.input_modalities == ["text", "image"]
    assert found["bge-large-zh"].pricing is None
