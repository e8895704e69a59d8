"""Embeddings, images, responses and models by OpenAI's own client."""

from __future__ import annotations

import base64
import struct
from typing import Any

import openai
import pytest

from qianfan_typed.emulator import Emulator
from tests.openai_server.conftest import Serve

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50


@pytest.mark.parametrize(
    ("model", "texts", "calls"),
    [("bge-large-zh", 40, 3), ("Embedding-V1", 33, 3), ("tao-8k", 3, 3), ("v1/bge-large-en", 16, 1)],
)
def test_any_number_of_texts(client: openai.OpenAI, emulator: Emulator, model: str, texts: int, calls: int) -> None:
    wanted = [f"text {number}" for number in range(texts)]
    reply = client.embeddings.create(model=model, input=wanted)
    assert [one.index for one in reply.data] == list(range(texts))
    sent = [request for request in emulator.requests if "embeddings" in request.path]
    assert sum(len(request.json()["input"]) for request in sent) == texts
    assert len(sent) == calls
    alone = client.embeddings.create(model=model, input=wanted[-1])
    assert alone.data[0].embedding == pytest.approx(reply.data[-1].embedding)
    assert reply.usage.total_tokens > alone.usage.total_tokens


def test_vectors_in_base64_are_those_of_numbers(client: openai.OpenAI) -> None:
    numbers = client.embeddings.create(model="bge-large-zh", input="北京", encoding_format="float")
    coded = client.embeddings.create(model="bge-large-zh", input="北京", encoding_format="base64")
    text: Any = coded.data[0].embedding
    data = base64.b64decode(text) if isinstance(text, str) else b""
    found = list(struct.unpack(f"<{len(data) // 4}f", data)) if data else text
    assert found == pytest.approx(numbers.data[0].embedding, abs=1e-6)


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"input": [1, 2, 3]}, "input[0]"),
        ({"input": [[1, 2], [3]]}, "input[0]"),
        ({"input": []}, "input"),
        ({"input": "x", "dimensions": 256}, "dimensions"),
        ({"input": ["x", ""]}, "input[1]"),
    ],
)
def test_what_there_are_no_vectors_of(client: openai.OpenAI, given: dict[str, Any], param: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.embeddings.create(model="bge-large-zh", **given)
    assert caught.value.param == param


def test_images_of_v2_by_address_and_in_base64(client: openai.OpenAI) -> None:
    drawn = client.images.generate(model="flux.1-schnell", prompt="a cat", n=2, size="1024x1024", quality="auto")
    assert [one.url is not None for one in drawn.data or []] == [True, True]
    coded = client.images.generate(model="flux.1-schnell", prompt="a cat", response_format="b64_json")
    data = coded.data or []
    assert base64.b64decode(data[0].b64_json or "").startswith(b"\x89PNG")


def test_images_of_v1(client: openai.OpenAI) -> None:
    coded = client.images.generate(model="Stable-Diffusion-XL", prompt="a cat").data or []
    addressed = client.images.generate(model="Stable-Diffusion-XL", prompt="a cat", response_format="url").data or []
    assert addressed[0].url == f"data:image/png;base64,{coded[0].b64_json}"


def test_an_image_is_changed(client: openai.OpenAI, emulator: Emulator) -> None:
    image: Any = ("cat.png", PNG, "image/png")
    changed = client.images.edit(model="qwen-image-edit", image=image, prompt="a hat", n=1)
    sent: Any = emulator.requests[-1].json()
    assert sent == {
        "model": "qwen-image-edit",
        "prompt": "a hat",
        "n": 1,
        "image": f"data:image/png;base64,{base64.b64encode(PNG).decode()}",
    }
    assert (changed.data or [])[0].url
    with pytest.raises(openai.BadRequestError) as caught:
        client.images.edit(model="qwen-image-edit", image=[image, image], prompt="a hat")
    assert caught.value.param == "image"


def test_responses_are_given_kept_and_forgotten(client: openai.OpenAI, emulator: Emulator) -> None:
    emulator.answer_with("北京今天晴。")
    first = client.responses.create(model="qwen3-14b", input="天气？", store=True)
    assert first.output_text == "北京今天晴。"
    assert client.responses.retrieve(first.id).output_text == first.output_text
    assert [one.type for one in client.responses.input_items.list(first.id).data] == ["message"]
    emulator.answer_with("没有雨。")
    second = client.responses.create(model="qwen3-14b", input="雨？", previous_response_id=first.id)
    assert second.previous_response_id == first.id
    client.responses.delete(first.id)
    with pytest.raises(openai.BadRequestError, match=f"response {first.id} not found"):
        client.responses.retrieve(first.id)


def test_a_response_in_events(client: openai.OpenAI) -> None:
    with client.responses.stream(model="qwen3-14b", input="你好") as stream:
        said = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        assert stream.get_final_response().output_text == said != ""


def test_what_the_platforms_responses_do_not_take(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(model="qwen3-14b", input="x", background=True)
    assert refused.value.param == "background"


def test_the_list_of_models(serve: Serve, client: openai.OpenAI, emulator: Emulator) -> None:
    names = {one.id for one in client.models.list()}
    assert {"gpt-4o", "ernie-4.5-turbo-128k", "ERNIE-3.5-8K", "bge-large-zh", "qwen-image"} <= names
    assert "ernie-speed-8k" not in names  # retired
    one: Any = client.models.retrieve("ernie-4.5-turbo-128k")
    assert (one.object, one.context_length) == ("model", 128 * 1024) or one.context_length > 100_000
    v2 = {"QIANFAN_ACCESS_KEY": "", "QIANFAN_SECRET_KEY": "", "QIANFAN_BEARER_TOKEN": emulator.bearer_token}
    _, alone = serve(settings=v2)
    assert "ERNIE-3.5-8K" not in {one.id for one in alone.models.list()}


def test_a_map_with_a_name_for_all_others(serve: Serve, emulator: Emulator) -> None:
    _, client = serve(aliases={"*": "ernie-4.5-turbo-128k"})
    hello: list[Any] = [{"role": "user", "content": "x"}]
    assert client.chat.completions.create(model="gpt-9", messages=hello).model == "ernie-4.5-turbo-128k"
    assert client.chat.completions.create(model="ERNIE-3.5-8K", messages=hello).model == "ERNIE-3.5-8K"
    client.chat.completions.create(model="v1/my_own", messages=hello)
    assert emulator.requests[-1].path.endswith("/chat/my_own")
