"""Files and batches: a batch really runs its requests, a step for each time that somebody asks for it."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from qianfan_typed import AsyncQianfan, Qianfan
from qianfan_typed.emulator import Emulator
from qianfan_typed.emulator.batch_run import STEP
from qianfan_typed.errors import BadRequest, InvalidRequest, NotFound, TaskFailed, TaskUnfinished

CHAT = "/v2/chat/completions"
pytestmark = pytest.mark.anyio


@pytest.fixture
def client(environment: Emulator) -> Iterator[Qianfan]:
    with Qianfan() as made:
        yield made


def line(name: str, **members: object) -> dict[str, object]:
    body = {"model": "ernie-4.5-turbo-128k", "messages": [{"role": "user", "content": name}]}
    return {"custom_id": name, "method": "POST", "url": CHAT, "body": {**body, **members}}


def text(*lines: object) -> bytes:
    return "\n".join(json.dumps(one) for one in lines).encode()


def started(client: Qianfan, data: bytes, **options: Any) -> str:
    """The id of a batch of these lines."""
    file = client.v2.files.upload(("lines.jsonl", data), purpose="batch")
    options = {"endpoint": CHAT, "completion_window": "24h", **options}
    return client.v2.batches.create(input_file_id=file.id, **options).id


def rows(client: Qianfan, file: str | None) -> list[Any]:
    """The lines of a file that a batch wrote."""
    assert file is not None
    return [json.loads(one) for one in client.v2.files.content(file).content.splitlines()]


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_sent_from_wherever_it_is(client: Qianfan, tmp_path: Path) -> None:
    data = bytes(range(256))
    path = tmp_path / "图.jsonl"
    path.write_bytes(data)
    with path.open("rb") as opened:
        sent = [path, str(path), data, ("a.jsonl", data), opened, io.BytesIO(data)]
        files = [client.v2.files.upload(one, purpose="batch") for one in sent]
    assert [one.filename for one in files] == ["图.jsonl", "图.jsonl", "file", "a.jsonl", "图.jsonl", "file"]
    assert [client.v2.files.content(one.id).content == data for one in files] == [True] * 6
    with path.open(encoding="latin-1") as opened, pytest.raises(InvalidRequest, match="must be a file: a path, bytes,"):
        client.v2.files.upload(cast("Any", opened), purpose="batch")


def test_files_are_listed_shown_and_deleted(client: Qianfan, tmp_path: Path) -> None:
    first = client.v2.files.upload(b"1", purpose="batch")
    second = client.v2.files.upload(b"22", purpose="evals")
    third = client.v2.files.upload(b"333", purpose="batch")
    assert [one.id for one in client.v2.files.list().data] == [third.id, second.id, first.id]
    assert [one.id for one in client.v2.files.list(purpose="batch", order="asc", limit=1).data] == [first.id]
    assert [one.id for one in client.v2.files.list(after=third.id, limit=1).data] == [second.id]
    assert client.v2.files.get(third.id) == third
    assert (third.bytes, third.purpose) == (3, "batch")
    assert client.v2.files.content(second.id).save(tmp_path / "saved").read_bytes() == b"22"
    assert client.v2.files.delete(first.id).deleted
    with pytest.raises(NotFound, match=f"invalid_retrieve_file: No such file. file {first.id} not found"):
        client.v2.files.content(first.id)


def test_a_file_that_is_json_is_a_file(client: Qianfan) -> None:
    file = client.v2.files.upload(b'{"error": {"code": "invalid_argument", "message": "No."}}', purpose="batch")
    assert client.v2.files.content(file.id).content.startswith(b'{"error"')


# --- batches ---------------------------------------------------------------------------------------------------------


def test_a_batch_answers_its_lines_each_by_itself(client: Qianfan) -> None:
    name = started(client, text(line("甲"), line("乙", messages=[]), line("丙")), metadata={"a": 8, "b": "x"})
    batch = client.v2.batches.wait(name, interval=0)
    assert (batch.status, batch.model, batch.metadata) == ("Done", "ernie-4.5-turbo-128k", {"a": 8, "b": "x"})
    assert batch.request_counts is not None
    assert (batch.request_counts.total, batch.request_counts.completed, batch.request_counts.failed) == (3, 2, 1)
    answered = rows(client, batch.output_file_id)
    assert [one["custom_id"] for one in answered] == ["甲", "丙"]
    assert "“甲”" in answered[0]["response"]["body"]["choices"][0]["message"]["content"]
    assert batch.usage is not None
    assert batch.usage.total_tokens == sum(one["response"]["body"]["usage"]["total_tokens"] for one in answered)
    [refused] = rows(client, batch.error_file_id)
    assert (refused["custom_id"], refused["response"]["status_code"]) == ("乙", 400)
    assert refused["error"]["code"] == "invalid_messages"


def test_a_batch_takes_its_time_and_can_be_stopped(client: Qianfan) -> None:
    name = started(client, text(*(line(str(number)) for number in range(STEP + 1))))
    with pytest.raises(TaskUnfinished) as unfinished:
        client.v2.batches.wait(name, deadline=0)
    assert (unfinished.value.task, unfinished.value.status) == (name, "Running")
    assert client.v2.batches.cancel(name).status == "Stopping"
    with pytest.raises(TaskFailed) as stopped:
        client.v2.batches.wait(name)
    batch = client.v2.batches.get(name)
    assert (stopped.value.status, batch.status) == ("Stopped", "Stopped")
    assert stopped.value.reply["output_file_id"] == batch.output_file_id
    assert [one["custom_id"] for one in rows(client, batch.output_file_id)] == [str(one) for one in range(STEP)]
    assert client.v2.batches.cancel(name).status == "Stopped"


def test_a_batch_goes_on_a_step_for_each_question(client: Qianfan) -> None:
    name = started(client, text(*(line(str(number)) for number in range(2 * STEP + 1))))
    said = [client.v2.batches.get(name) for _ in range(4)]
    assert [one.status for one in said] == ["Running", "Running", "Done", "Done"]
    assert [one.request_counts and one.request_counts.completed for one in said] == [STEP, 2 * STEP, 201, 201]
    assert (said[0].output_file_id, said[2].output_file_id == said[3].output_file_id) == (None, True)


def test_a_batch_expires(client: Qianfan, environment: Emulator) -> None:
    name = started(client, text(line("甲")), completion_window="1h")
    environment.clock = lambda: time.time() + 3601
    try:
        assert client.v2.batches.get(name).status == "Expired"
    finally:
        environment.clock = time.time


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "the file has no requests"),
        ([line("a"), line("a")], "request 2: custom_id a: request 1 has it too"),
        (
            [{**line("a"), "url": "/v2/images/generations"}],
            f"request 1: url /v2/images/generations: must be the endpoint of the batch, {CHAT}",
        ),
        ([{**line("a"), "method": "GET"}], "request 1: method must be POST"),
        ([{"custom_id": "a", "method": "POST", "url": CHAT}], "request 1: body is missing"),
        (["x"], "request 1: must be an object"),
        (["5001"] * 5001, "5001 requests: at most 5000 in a file"),
    ],
)
def test_a_batch_with_a_wrong_file_fails(client: Qianfan, lines: list[object], why: str) -> None:
    with pytest.raises(TaskFailed) as caught:
        client.v2.batches.wait(started(client, text(*lines)))
    assert (caught.value.status, caught.value.reply["errors"]["message"]) == ("Failed", why)


def test_the_model_of_all_lines_can_be_replaced(client: Qianfan) -> None:
    name = started(client, text(line("甲")), replace={"model": "ernie-4.5-turbo-32k"})
    batch = client.v2.batches.wait(name)
    assert batch.model == "ernie-4.5-turbo-32k"
    assert rows(client, batch.output_file_id)[0]["response"]["body"]["model"] == "ernie-4.5-turbo-32k"


def test_a_batch_draws(client: Qianfan) -> None:
    draw = "/v2/images/generations"
    drawing = {"custom_id": "a", "method": "POST", "url": draw, "body": {"model": "qwen-image", "prompt": "猫"}}
    batch = client.v2.batches.wait(started(client, text(drawing), endpoint=draw))
    assert rows(client, batch.output_file_id)[0]["response"]["body"]["data"][0]["url"].startswith("http")


def test_batches_are_listed_the_new_first(client: Qianfan) -> None:
    names = [started(client, text(line("甲"))) for _ in range(3)]
    listed = client.v2.batches.list(limit=2)
    assert ([one.id for one in listed.data], listed.has_more) == ([names[2], names[1]], True)
    rest = client.v2.batches.list(after=listed.last_id)
    assert ([one.id for one in rest.data], rest.has_more) == ([names[0]], False)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"completion_window": "673h"}, BadRequest, "/completion_window 673h: must be hours from 1h to 672h"),
        ({"completion_window": "1d"}, BadRequest, "/completion_window 1d: must be hours from 1h to 672h"),
        ({"endpoint": "/v2/embeddings"}, InvalidRequest, '"/v2/embeddings": must be one of "/v2/chat/completions"'),
        ({"metadata": dict.fromkeys("abcdefghijklmnopq", 1)}, InvalidRequest, "17 members: must be at most 16"),
    ],
)
def test_a_batch_that_cannot_be(client: Qianfan, options: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words.replace("[", r"\[")):
        started(client, text(line("甲")), **options)


def test_a_batch_needs_a_file_that_is_for_it(client: Qianfan) -> None:
    file = client.v2.files.upload(b"{}", purpose="evals")
    with pytest.raises(BadRequest, match=f"{file.id}: was uploaded with purpose evals, not batch"):
        client.v2.batches.create(input_file_id=file.id, endpoint=CHAT, completion_window="24h")
    with pytest.raises(NotFound, match="file file-nowhere not found"):
        client.v2.batches.create(input_file_id="file-nowhere", endpoint=CHAT, completion_window="24h")


async def test_all_of_it_awaited(environment: Emulator) -> None:
    async with AsyncQianfan() as client:
        file = await client.v2.files.upload(io.BytesIO(text(line("甲"))), purpose="batch")
        batch = await client.v2.batches.create(input_file_id=file.id, endpoint=CHAT, completion_window="24h")
        done = await client.v2.batches.wait(batch.id, deadline=60, interval=0)
        assert done.output_file_id is not None
        content = await client.v2.files.content(done.output_file_id)
        assert json.loads(content.content)["custom_id"] == "甲"
        assert [one.id for one in (await client.v2.batches.list()).data] == [batch.id]


def test_a_reset_forgets_them(client: Qianfan, environment: Emulator) -> None:
    client.v2.files.upload(b"{}", purpose="batch")
    environment.reset()
    assert client.v2.files.list().data == []
