"""Stages of Ray Data: rows come back with all that they had, and what they came to."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from qianfan_typed.emulator import Emulator
from qianfan_typed.emulator.platform import Limits as PlatformLimits
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.limits import Limits
from qianfan_typed.ray import chat_stage, embedding_stage, rerank_stage, validate_stage
from tests.cluster.conftest import environment

MODEL, VECTORS, RANKS = "ernie-4.5-turbo-128k", "bge-large-zh", "bce-reranker-base"
MANY = int(os.environ.get("RAY_ROWS", "100000"))
A_SECOND = 40
"""Requests that the emulator takes in any second, where a limit is tested."""
HALF = 0.5
"""Of a CPU, for an actor: it waits most of the time."""
FORMS = ["pyarrow", "pandas", "numpy"]


def row(index: int, text: str = "问题") -> dict[str, Any]:
    return {"id": index, "messages": [{"role": "user", "content": f"{text}{index}"}]}


def in_form(table: pa.Table, form: str) -> Any:
    if form == "pandas":
        return table.to_pandas()
    return {name: table[name].to_numpy() for name in table.column_names} if form == "numpy" else table


def carried_out(stage: type, batch: Any) -> Any:
    """What a stage makes of a batch, called as Ray's actors call it."""

    async def go() -> Any:
        (came,) = [one async for one in stage()(batch)]
        return came

    return asyncio.run(go())


def listed(batch: Any, name: str) -> list[Any]:
    return batch[name].to_pylist() if isinstance(batch, pa.Table) else list(batch[name])


@pytest.fixture
def environ(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(emulator).items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.usefixtures("environ")
def test_a_batch_keeps_its_columns_and_its_form(form: str) -> None:
    batch = in_form(pa.Table.from_pylist([row(0), row(1), {"id": 2, "messages": []}]), form)
    came = carried_out(chat_stage(model=MODEL), batch)
    assert type(came) is type(batch)
    assert listed(came, "id") == [0, 1, 2]
    assert listed(came, "result_status") == ["ok", "ok", "invalid"]
    assert "问题1" in listed(came, "result_text")[1]
    assert listed(came, "result_error_message")[2] == (
        "ernie-4.5-turbo-128k does not take this request (1 problem)\n"
        "  /messages  must not be empty\n             文本生成, read 2025-12-23"
    )


@pytest.mark.usefixtures("environ")
def test_columns_are_typed_even_where_all_is_well() -> None:
    came = carried_out(chat_stage(model=MODEL, with_reply=False), pa.Table.from_pylist([row(0)]))
    assert {name: str(came.schema.field(name).type) for name in came.column_names[2:]} == {
        "result_text": "string",
        "result_status": "string",
        "result_api": "string",
        "result_model": "string",
        "result_error_type": "string",
        "result_error_code": "string",
        "result_error_message": "string",
        "result_input_tokens": "int64",
        "result_output_tokens": "int64",
        "result_latency": "double",
        "result_attempts": "int64",
        "result_error_status": "int64",
        "result_request_id": "string",
    }


@pytest.mark.usefixtures("environ")
def test_a_row_has_parameters_of_its_own(emulator: Emulator) -> None:
    rows = [{**row(0), "sampling_params": {"temperature": 0.1}}, {**row(1), "sampling_params": {"max_tokens": 5}}]
    carried_out(chat_stage(model=MODEL, parameters={"temperature": 0.9}), pa.Table.from_pylist(rows))
    bodies: list[Any] = sorted((one.json() for one in emulator.requests), key=lambda one: one["temperature"])
    assert [(one["temperature"], one.get("max_tokens")) for one in bodies] == [(0.1, None), (0.9, 5)]


@pytest.mark.usefixtures("environ")
def test_errors_are_rows(emulator: Emulator) -> None:
    emulator.fail_next(1, code="invalid_argument")
    came = carried_out(chat_stage(model=MODEL, workers=1), pa.Table.from_pylist([row(0), row(1)]))
    assert listed(came, "result_status") == ["failed", "ok"]
    assert listed(came, "result_error_type") == ["BadRequest", None]
    assert listed(came, "result_error_status") == [400, None]


@pytest.mark.usefixtures("environ")
def test_refused_keys_are_rows_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANFAN_BEARER_TOKEN", "bce-v3/wrong")
    came = carried_out(chat_stage(model=MODEL), pa.Table.from_pylist([row(0)]))
    assert (listed(came, "result_status"), listed(came, "result_error_type")) == (["failed"], ["AuthenticationError"])


@pytest.mark.usefixtures("environ")
def test_documents_are_ranked() -> None:
    rows = [{"query": "北京", "documents": ["上海", "北京"]}]
    came = carried_out(rerank_stage(model=RANKS), pa.Table.from_pylist(rows))
    (ranking,) = listed(came, "result_ranking")
    assert sorted(one["index"] for one in ranking) == [0, 1]
    assert ranking[0]["relevance_score"] >= ranking[1]["relevance_score"]


@pytest.mark.parametrize("form", FORMS)
def test_rows_are_judged_without_a_call(form: str) -> None:
    batch = in_form(pa.Table.from_pylist([row(0), {"id": 1, "messages": []}]), form)
    came = validate_stage(model=MODEL)()(batch)
    assert listed(came, "result_valid") == [True, False]
    assert [one["rule"] for one in listed(came, "result_violations")[1]] == ["v2.chat.messages.empty"]


@pytest.mark.usefixtures("environ")
def test_a_column_is_not_overwritten() -> None:
    with pytest.raises(ConfigurationError) as caught:
        validate_stage(model=MODEL, prefix="")()(pa.Table.from_pylist([{**row(0), "valid": 1}]))
    assert str(caught.value) == (
        "prefix: the batch has a column 'valid' already: give the stage another prefix for its own"
    )


def test_a_stage_takes_no_keys() -> None:
    with pytest.raises(ConfigurationError) as caught:
        chat_stage(model=MODEL, bearer_token="bce-v3/secret")
    assert str(caught.value) == (
        "bearer_token: a stage takes no keys, which Ray would keep: set QIANFAN_BEARER_TOKEN where its workers run"
    )


# --- on Ray ----------------------------------------------------------------------------------------------------------


def test_many_rows_are_embedded(ray: Any, emulator: Emulator) -> None:
    strategy = ray.data.ActorPoolStrategy(size=2)
    texts = ray.data.range(MANY, override_num_blocks=20).map_batches(
        lambda batch: {"id": batch["id"], "text": [f"文{index}" for index in batch["id"]]}
    )
    texts = texts.materialize()  # Two CPUs are too few for what reads and what calls at once.
    stage = embedding_stage(model=VECTORS, workers=16)
    began = time.monotonic()
    done = texts.map_batches(
        stage, compute=strategy, num_cpus=HALF, batch_size=512, batch_format="pyarrow"
    ).materialize()
    print(f"{MANY:,} rows in {time.monotonic() - began:.0f} s")
    assert done.count() == MANY
    assert done.unique("result_status") == ["ok"]
    assert done.sum("id") == MANY * (MANY - 1) // 2
    (first,) = done.take(1)
    assert len(first["result_embedding"]) > 1
    # Sixteen texts a call, but for the last of each batch, of which Ray makes one or more of a block.
    assert MANY / 16 <= len(emulator.requests) <= MANY / 16 + 20 + MANY / 512 + 1


def test_a_limit_holds_over_all_actors(ray: Any) -> None:
    with Emulator(limits=PlatformLimits(requests=A_SECOND, seconds=1.0, enforced=True)) as emulator:
        limited(ray, emulator)


def limited(ray: Any, emulator: Emulator) -> None:
    rows = ray.data.from_items([row(index) for index in range(5 * A_SECOND)], override_num_blocks=10)
    stage = chat_stage(model=MODEL, workers=16, limits=Limits(rps=A_SECOND), with_reply=False, base_url=emulator.url)
    done = rows.map_batches(
        stage, compute=ray.data.ActorPoolStrategy(size=2), num_cpus=HALF, batch_size=20, batch_format="pyarrow"
    ).take_all()
    # The emulator refuses what is too much in a second: nothing was refused, so nothing was sent twice.
    assert {(one["result_status"], one["result_attempts"]) for one in done} == {("ok", 1)}
    assert len(emulator.requests) == 5 * A_SECOND
    assert ray.get(ray.get_actor("qianfan-typed-budget").asked.remote()) > 0


@pytest.mark.usefixtures("ray", "emulator")
def test_what_the_page_shows_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "batches.md").read_text("utf-8")
    section = page.partition("## On a cluster: Ray")[2].partition("\n## ")[0]
    (code,) = re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    exec(compile(code, "docs/batches.md", "exec"), {"__name__": "__main__"})
    said = sorted(capsys.readouterr().out.splitlines())
    assert [line[:5] for line in said if line[:1] in "12"] == ["1 ok ", "2 ok "]


def test_a_killed_actor_is_done_again(ray: Any, emulator: Emulator) -> None:
    emulator.slow(0.05)
    rows = ray.data.from_items([row(index) for index in range(400)], override_num_blocks=20)
    stage = chat_stage(model=MODEL, workers=4, with_reply=False)
    mapped = rows.map_batches(
        stage, compute=ray.data.ActorPoolStrategy(size=1), num_cpus=HALF, batch_size=20, batch_format="pyarrow"
    )
    found: list[int] = []
    killed = False
    for one in mapped.iter_rows():
        found.append(one["id"])
        if not killed:
            killed = True
            (actor,) = processes("ray::MapWorker")
            os.kill(actor, signal.SIGKILL)
    assert sorted(found) == list(range(400))
    assert len(emulator.requests) >= 400


def processes(name: str) -> list[int]:
    """The processes of a name that this process's Ray has begun."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            title, parent = (folder / "cmdline").read_bytes(), parent_of(folder)
            if title.startswith(name.encode()) and parent_of(Path("/proc", str(parent))) == os.getpid():
                found.append(int(folder.name))
        except OSError:  # It ended meanwhile.
            continue
    return found


def parent_of(folder: Path) -> int:
    return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
