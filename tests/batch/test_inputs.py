"""Inputs of a batch: each form, and the requests that it makes."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from qianfan_typed import Qianfan
from qianfan_typed.batch.inputs import InputFile
from qianfan_typed.batch.stages import most_texts
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import ConfigurationError, InvalidBatch
from tests.batch.conftest import MODEL, Write, question, rows_in

OUT = Path("out.jsonl")


def bodies(emulator: Emulator) -> list[Any]:
    return [one.json() for one in emulator.requests]


def ids() -> list[str]:
    return [row["custom_id"] for row in sorted(rows_in(OUT), key=lambda row: row["index"])]


def test_bodies_envelopes_and_lines_of_batch_files(emulator: Emulator, client: Qianfan, write: Write) -> None:
    body = question("三")
    write(
        "in.jsonl",
        {"messages": [{"role": "user", "content": "一"}]},
        question("二", custom_id="two"),
        {"custom_id": "three", "method": "POST", "url": "/v2/chat/completions", "body": body},
        {"api": "v2.embedding", "payload": {"model": "bge-large-zh", "input": ["四"]}},
        {"custom_id": 5, "method": "POST", "url": "/v1/chat/completions", "body": body},
    )
    report = client.batch("in.jsonl", "out.jsonl", model=MODEL, workers=1)
    assert report.summary.ok == 5, report
    assert ids() == ["1", "two", "three", "4", "5"]
    assert [row["api"] for row in rows_in(OUT)] == ["v2.chat"] * 3 + ["v2.embedding", "v2.chat"]
    assert all("custom_id" not in body for body in bodies(emulator))


def test_the_platforms_own_form_of_data_sets(emulator: Emulator, client: Qianfan, write: Write) -> None:
    write(
        "in.jsonl",
        [{"prompt": "你好", "response": [["您好"]]}, {"prompt": "再见", "response": [["回见"]]}],
        {"prompt": "早", "response": "早安"},
    )
    client.batch("in.jsonl", "out.jsonl", model=MODEL, workers=1, system="简短")
    assert [body["messages"] for body in bodies(emulator)] == [
        [
            {"role": "system", "content": "简短"},
            {"role": "user", "content": "你好"},
            {"role": "assistant", "content": "您好"},
            {"role": "user", "content": "再见"},
        ],
        [{"role": "system", "content": "简短"}, {"role": "user", "content": "早"}],
    ]


def test_columns_of_csv(emulator: Emulator, client: Qianfan, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text('\ufeffid,question\na,"天,气"\nb,"两\n行"\n', "utf-8")
    client.batch(
        "in.csv", "out.jsonl", model=MODEL, messages_from="question", id_from="id", parameters={"seed": 7}, workers=1
    )
    assert ids() == ["a", "b"]
    assert [body["messages"] for body in bodies(emulator)] == [
        [{"role": "user", "content": "天,气"}],
        [{"role": "user", "content": "两\n行"}],
    ]
    assert [body["seed"] for body in bodies(emulator)] == [7, 7]


def test_columns_of_parquet(emulator: Emulator, client: Qianfan, tmp_path: Path) -> None:
    table = arrow.table({"q": ["天气", "美食"], "docs": [["晴", "雨"], ["面", "饭"]]})
    parquet.write_table(table, tmp_path / "in.parquet")
    report = client.batch(
        "in.parquet", "out.jsonl", api="v2.rerank", model="bce-reranker-base",
        columns={"query": "q", "documents": "docs"}, workers=1,
    )  # fmt: skip
    assert report.summary.ok == 2
    assert [(body["query"], body["documents"]) for body in bodies(emulator)] == [
        ("天气", ["晴", "雨"]),
        ("美食", ["面", "饭"]),
    ]


def test_parquet_out_is_the_lines_in_the_order_of_the_input(client: Qianfan, write: Write) -> None:
    write("in.jsonl", *(question(str(index), custom_id=f"q{index}") for index in range(20)))
    client.batch("in.jsonl", "out.parquet")
    table = parquet.read_table("out.parquet").to_pylist()
    assert [row["custom_id"] for row in table] == [f"q{index}" for index in range(20)]
    assert json.loads(table[3]["reply"])["usage"]["prompt_tokens"] == table[3]["input_tokens"]
    assert Path("out.parquet.batch/results.jsonl").read_bytes().count(b"\n") == 20


def test_a_template(emulator: Emulator, client: Qianfan, write: Write, tmp_path: Path) -> None:
    write("in.jsonl", {"a": 1, "b": ["x", "y"]}, {"a": 2, "b": []})
    (tmp_path / "ask.jinja").write_text("{{ a }}{% for one in b %} {{ one }}{% endfor %}")
    client.batch("in.jsonl", "out.jsonl", model=MODEL, template="ask.jinja", workers=1)
    assert [body["messages"][0]["content"] for body in bodies(emulator)] == ["1 x y", "2"]


def test_a_column_that_is_not_there(client: Qianfan, write: Write, tmp_path: Path) -> None:
    write("in.jsonl", {"prompt": "x"})
    (tmp_path / "ask.jinja").write_text("{{ question }}")
    with pytest.raises(InvalidBatch) as caught:
        client.batch("in.jsonl", "out.jsonl", model=MODEL, messages_from="question")
    said = 'in.jsonl:1:1: error: there is no column "question"; there are prompt [batch.input]'
    assert caught.value.findings == [said]
    with pytest.raises(InvalidBatch) as caught:
        client.batch("in.jsonl", "out.jsonl", model=MODEL, template="ask.jinja")
    assert caught.value.findings == ["in.jsonl:1:1: error: the template: 'question' is undefined [batch.input]"]


def test_standard_input_is_kept_to_go_on_with(
    emulator: Emulator, client: Qianfan, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = json.dumps(question("一")) + "\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8"))
    client.batch("-", "out.jsonl")
    assert Path("out.jsonl.batch/input.jsonl").read_text("utf-8") == text


@pytest.mark.parametrize("other", ["", json.dumps(question("二")) + "\n"])
def test_standard_input_that_comes_later_does_not_replace_what_it_began_with(
    client: Qianfan, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    """What began it may exist nowhere else. An empty one, as schedulers give it, goes on with that."""
    text = json.dumps(question("一")) + "\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8"))
    client.batch("-", "out.jsonl")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(other.encode()), "utf-8"))
    if other:
        with pytest.raises(ConfigurationError) as caught:
            client.batch("-", "out.jsonl")
        assert str(caught.value).splitlines() == [
            "out.jsonl: belongs to another batch: standard input has other bytes than then",
            "name another output, or give what it began with",
        ]
    else:
        assert client.batch("-", "out.jsonl").summary.ok == 1
    assert Path("out.jsonl.batch/input.jsonl").read_text("utf-8") == text
    assert {path.name for path in Path("out.jsonl.batch").iterdir()} == {"input.jsonl", "job.json", "lock"}


def test_several_files_and_patterns(client: Qianfan, write: Write) -> None:
    write("a1.jsonl", question("一"))
    write("a2.jsonl", question("二"), question("三"))
    write("b.jsonl", question("四"))
    report = client.batch(["a*.jsonl", "b.jsonl"], "out.jsonl")
    assert (report.summary.ok, ids()) == (4, ["1", "2", "3", "4"])


def test_embeddings_go_in_groups_of_the_models_size(emulator: Emulator, client: Qianfan, write: Write) -> None:
    write("in.jsonl", *({"text": f"字{index}"} for index in range(40)))
    report = client.batch("in.jsonl", "out.jsonl", api="v2.embedding", model="bge-large-zh", columns={"input": "text"})
    assert report.summary.ok == 40
    assert sorted(len(body["input"]) for body in bodies(emulator)) == [8, 16, 16]
    rows = sorted(rows_in(OUT), key=lambda row: row["index"])
    alone = client.v2.embedding.bge_large_zh.create(["字17"]).data[0].embedding
    assert rows[17]["reply"]["data"][0]["embedding"] == alone
    assert [row["usage"] is not None for row in rows] == [index % 16 == 0 for index in range(40)]
    usages = [row["reply"].get("usage") for row in rows]
    assert report.summary.input_tokens == sum(one["prompt_tokens"] for one in usages if one is not None)


def test_a_group_that_is_refused_goes_one_by_one(emulator: Emulator, client: Qianfan, write: Write) -> None:
    write("in.jsonl", *({"text": f"字{index}"} for index in range(4)))
    emulator.fail_next(2, code="invalid_argument")
    report = client.batch("in.jsonl", "out.jsonl", api="v2.embedding", model="bge-large-zh", columns={"input": "text"})
    assert (report.summary.ok, report.summary.failed, len(emulator.requests)) == (3, 1, 5)


@pytest.mark.parametrize(("model", "most"), [("bge-large-zh", 16), ("tao-8k", 1), ("of one's own", 1)])
def test_the_size_of_a_group_is_what_the_rules_say(model: str, most: int) -> None:
    assert most_texts("v2.embedding", model) == most


def test_a_row_of_csv_with_too_many_cells(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("a,b\n1,2\n1,2,3\n1\n")
    found = [(one.line, one.value, one.problem) for one in InputFile(name="in.csv", path=path).records()]
    assert found == [
        (2, {"a": "1", "b": "2"}, None),
        (3, None, "not a row of 2 cells as the header is"),
        (4, None, "not a row of 2 cells as the header is"),
    ]


def test_v1(emulator: Emulator, write: Write, tmp_path: Path) -> None:
    write("in.jsonl", {"messages": [{"role": "user", "content": "一"}], "model": "ERNIE-Speed-8K"})
    with Qianfan(access_key=emulator.access_key, secret_key=emulator.secret_key, base_url=emulator.url) as client:
        report = client.batch(
            tmp_path / "in.jsonl", tmp_path / "out.jsonl", api="v1.chat", system="短", parameters={"temperature": 0.5}
        )
    assert report.summary.ok == 1, report
    assert bodies(emulator)[-1] == {
        "messages": [{"role": "user", "content": "一"}],
        "temperature": 0.5,
        "system": "短",
    }
