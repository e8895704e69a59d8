"""OpenAI's names: embeddings of any number, images, models, options for many calls, and paths that nothing knows."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from inspect import signature

import pytest

from qianfan_typed import AsyncQianfan, Qianfan, Retry, user
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import BadRequest, ConfigurationError, InvalidRequest, NotFound, RequestWarning
from qianfan_typed.hooks.events import ReplyCame

HELLO = [user("你好")]
TEXTS = [f"text {number}" for number in range(40)]
TURBO = "ernie-4.5-turbo-128k"


def parts() -> list[list[str]]:
    return [TEXTS[:16], TEXTS[16:32], TEXTS[32:]]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as started:
        yield started


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Qianfan]:
    with Qianfan(
        access_key=emulator.access_key,
        secret_key=emulator.secret_key,
        bearer_token=emulator.bearer_token,
        base_url=emulator.url,
    ) as made:
        yield made


def test_texts_of_any_number_have_their_vectors_in_order(emulator: Emulator, client: Qianfan) -> None:
    reply = client.embeddings.create(model="embedding-v1", input=TEXTS)
    assert len(emulator.requests) == 3
    assert [one.index for one in reply.data] == list(range(40))
    assert [one["index"] for one in reply["data"]] == list(range(40))
    alone = [client.embeddings.create(model="embedding-v1", input=part).usage.prompt_tokens for part in parts()]
    assert reply.usage.prompt_tokens == reply["usage"]["prompt_tokens"] == sum(alone)
    for place in (0, 17, 39):
        (vector,) = client.v2.embedding.embedding_v1.create(TEXTS[place]).data
        assert reply.data[place].embedding == vector.embedding


@pytest.mark.parametrize("count", [1, 15, 16, 17, 32, 33])
def test_handles_split_too_and_send_no_more_than_they_must(emulator: Emulator, client: Qianfan, count: int) -> None:
    assert len(client.v1.embedding.embedding_v1.create(TEXTS[:count]).data) == count
    assert len(emulator.requests) == -(-count // 16)


def test_nothing_is_sent_where_one_of_many_texts_is_wrong(emulator: Emulator, client: Qianfan) -> None:
    with pytest.raises(InvalidRequest) as caught:
        client.embeddings.create(model="embedding-v1", input=[*TEXTS[:20], "", *TEXTS[:3], "字" * 3000])
    assert str(caught.value) == (
        "embedding-v1 does not take this request (2 problems)\n"
        "  /input/20  must not be empty\n"
        "             向量, read 2025-12-31\n"
        "  /input/24  3000 characters: must be at most 1000 for embedding-v1"
    )
    assert list(emulator.requests) == []


def test_a_warning_of_one_of_many_texts_has_its_place(client: Qianfan) -> None:
    with pytest.warns(RequestWarning) as warned, pytest.raises(BadRequest):
        client.embeddings.create(model="embedding-v1", input=[*TEXTS[:20], ""], validate="warn")
    assert [one.message.violation.pointer for one in warned if isinstance(one.message, RequestWarning)] == ["/input/20"]


def test_what_is_wrong_with_every_part_is_told_once(client: Qianfan) -> None:
    with pytest.raises(InvalidRequest) as caught:
        client.embeddings.create(model="embedding-v1", input=TEXTS, extra={"user": float("nan")})
    assert [one.pointer for one in caught.value.violations] == ["/user"]


def test_the_parts_of_a_call_take_no_longer_than_the_call(emulator: Emulator) -> None:
    ended: list[float] = []

    def hear(event: ReplyCame) -> None:
        ended.append(event.seconds)

    other = Qianfan(api_key=emulator.bearer_token, base_url=emulator.url, on_reply=hear)
    other.embeddings.create(model="embedding-v1", input=TEXTS)
    ended.clear()
    began = time.perf_counter()
    reply = other.embeddings.create(model="embedding-v1", input=TEXTS)
    whole = time.perf_counter() - began
    assert len(ended) == 3
    assert sum(ended) <= whole
    assert reply.meta.total_latency <= whole


def test_models_are_listed_and_found(client: Qianfan) -> None:
    first = client.models.list().data[0]
    assert client.models.retrieve(first.id) == first
    with pytest.raises(LookupError) as caught:
        client.models.retrieve("ernie-4.5-turbo-12k")
    assert str(caught.value).startswith("ernie-4.5-turbo-12k: the platform lists no such model; nearest: ernie-4.5-")


def test_images_are_drawn_and_changed(client: Qianfan) -> None:
    assert client.images.generate(model="qwen-image", prompt="一只猫").data[0].url
    assert client.images.edit(model="qwen-image-edit", image="https://example.com/cat.png", prompt="蓝色").data[0].url


def test_responses_files_and_batches_have_openais_names(client: Qianfan) -> None:
    response = client.responses.create("你好", model="qwen3-14b")
    assert client.responses.retrieve(response.id).id == response.id
    file = client.files.create(("lines.jsonl", b"{}"), purpose="batch")
    assert client.files.retrieve(file.id) == client.files.get(file.id)
    assert list(signature(client.batches.retrieve).parameters) == list(signature(client.batches.get).parameters)


def test_a_path_that_nothing_knows_is_signed_and_its_reply_read(emulator: Emulator, client: Qianfan) -> None:
    body = {"model": TURBO, "messages": HELLO}
    assert client.post("/v2/chat/completions", body)["choices"][0]["message"]["role"] == "assistant"
    assert client.request("GET", "/v2/models").to_dict()["object"] == "list"
    with pytest.raises(NotFound):
        client.post("/v2/nowhere", {"a": 1})
    with pytest.raises(ValueError, match=r"^path: 'v2/models\?a=1': begins with / and has no query, as in /v2/"):
        client.request("GET", "v2/models?a=1")


def test_an_unknown_path_goes_to_the_host_of_those_like_it(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    with Emulator() as first:
        monkeypatch.setenv("QIANFAN_BASE_URL", first.url)  # As a variable, it is V1's host.
        client = Qianfan(
            access_key=emulator.access_key,
            secret_key=emulator.secret_key,
            bearer_token=emulator.bearer_token,
            console_api_base_url=emulator.url,
        )
        for path in ("/rpc/2.0/nowhere", "/v2/nowhere", "/wenxinworkshop/nowhere", "/nowhere"):
            with contextlib.suppress(NotFound):
                client.post(path, {})
        client.post("/wenxinworkshop/service/list")
        assert [one.path for one in first.requests] == ["/rpc/2.0/nowhere"]
    sent = [(one.path, one.headers["authorization"].split("/")[0]) for one in emulator.requests]
    assert sent == [
        ("/v2/nowhere", "Bearer bce-v3"),
        ("/wenxinworkshop/nowhere", "bce-auth-v1"),
        ("/nowhere", "Bearer bce-v3"),
        ("/wenxinworkshop/service/list", "bce-auth-v1"),
    ]


def test_options_hold_for_all_calls_of_the_other_client(emulator: Emulator) -> None:
    client = Qianfan(access_key=emulator.access_key, secret_key=emulator.secret_key, base_url=emulator.url)
    client.v2.chat.ernie_4_5_turbo_128k.create(HELLO)
    tokens = len(emulator.requests)
    other = client.with_options(timeout=5, headers={"X-Team": "a"}, validate="warn")
    with pytest.warns(RequestWarning, match="5 items: must be at most 4"), pytest.raises(BadRequest):
        other.v2.chat.ernie_4_5_turbo_128k.create(HELLO, stop=["。"] * 5)
    other.chat.completions.create(model=TURBO, messages=HELLO, headers={"X-Other": "b"})
    sent = {name.lower(): value for name, value in emulator.requests[-1].headers.items()}
    assert (sent["x-team"], sent["x-other"]) == ("a", "b")
    assert len(emulator.requests) == tokens + 2, "the token is the first client's"
    assert (other.settings.timeout, other.settings.validate, client.settings.timeout) == (5, "warn", 300)


def test_the_other_client_closes_nothing(client: Qianfan) -> None:
    with client.with_options(retry=Retry(attempts=1)) as other:
        assert other.v2.chat.ernie_4_5_turbo_128k.create(HELLO).text
    assert client.v2.chat.ernie_4_5_turbo_128k.create(HELLO).text


def test_options_add_up_and_the_calls_own_come_first(emulator: Emulator, client: Qianfan) -> None:
    other = client.with_options(retry=Retry(attempts=1)).with_options(retry=Retry(max_wait=0))
    emulator.fail_next(status=503)
    with pytest.raises(Exception, match="503"):
        other.v2.chat.ernie_4_5_turbo_128k.create(HELLO)
    emulator.fail_next(status=503)
    reply = other.v2.chat.ernie_4_5_turbo_128k.create(HELLO, retry=Retry(attempts=2, jitter=0, backoff=0))
    assert reply.meta.attempts == 2


def test_an_option_that_cannot_be_is_refused_at_once(client: Qianfan) -> None:
    with pytest.raises(ConfigurationError, match=r"^timeout: -1 must be a number of seconds above 0"):
        client.with_options(timeout=-1)


def test_what_the_documents_samples_print_is_there(client: Qianfan) -> None:
    reply = client.chat.completions.create(model="ernie-3.5-8k", messages=HELLO)
    statistic, meta = reply.statistic, reply.meta
    assert (statistic.request_latency, statistic.total_latency) == (meta.request_latency, meta.total_latency)
    assert statistic.start_timestamp == meta.started * 1000
    assert statistic.avg_output_tokens_per_second == reply.usage.completion_tokens / meta.total_latency
    (choice,) = reply.choices
    assert (choice.function_call, choice.search_info, choice.tools_info) == (None, None, None)
    assert (choice.message.content_type, choice.message.function_call) == (None, None)
    pieces = [*client.chat.completions.create(model="ernie-3.5-8k", messages=HELLO, stream=True)]
    assert {one.statistic.first_token_latency for one in pieces} == {pieces[0].meta.first_token_latency}


def test_all_of_it_is_awaited_too(emulator: Emulator) -> None:
    async def calls() -> tuple[int, str, str, str]:
        async with AsyncQianfan(api_key=emulator.bearer_token, base_url=emulator.url) as client:
            vectors = await client.embeddings.create(model="embedding-v1", input=TEXTS[:33])
            listed = await client.models.list()
            found = await client.models.retrieve(listed.data[0].id)
            other = client.with_options(timeout=5)
            reply = await other.chat.completions.create(model=TURBO, messages=HELLO)
            return (
                len(vectors.data),
                found.object,
                reply.text[:2],
                (await client.request("GET", "/v2/models"))["object"],
            )

    assert asyncio.run(calls()) == (33, "model", "你好", "list")
