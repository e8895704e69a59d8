"""The commands of the other operations, as someone types them."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy
import pyarrow.parquet as parquet
import pytest
from PIL import Image

from qianfan_typed.emulator import Emulator
from tests.cli.conftest import Run

RERANKED = ["今天12度，北风", "北京美食很多"]


@pytest.mark.parametrize("command", ["chat", "completion", "embedding", "txt2img"])
@pytest.mark.parametrize("option", ["--list-model", "--list-models"])
def test_the_guides_commands_list_models(run: Run, without_keys: None, command: str, option: str) -> None:
    done = run(command, option)
    assert (done.code, done.err) == (0, "")
    head, *lines = done.out.splitlines()
    assert head.startswith("model\tapi\t")
    assert lines


@pytest.mark.parametrize("command", ["img2txt", "rerank", "plugin", "tokens", "video"])
def test_so_do_the_others(run: Run, command: str) -> None:
    assert len(run(command, "--list-model").out.splitlines()) > 1


def test_search_asks_no_model_and_says_so(run: Run, emulator: Emulator) -> None:
    done = run("search", "--list-model")
    assert (done.code, done.out) == (0, "")
    assert done.err == (
        "qianfan-typed: search asks no model; those of chat that search the web: "
        "qianfan-typed models --takes web_search\n"
    )
    assert "ernie-4.5-turbo-128k\t" in run("models", "--takes", "web_search").out
    assert emulator.requests == []


def test_completion(run: Run, emulator: Emulator) -> None:
    done = run("completion", "def f", "-m", "SQLCoder-7B", "--temperature", "0.1")
    assert done.code == 0
    assert done.out.endswith("\n")
    assert emulator.requests[-1].path.endswith("/completions/sqlcoder_7b")
    body: Any = emulator.requests[-1].json()
    assert (body["prompt"], body["temperature"]) == ("def f", 0.1)
    assert run("completion", stdin="def f\n").out
    assert emulator.requests[-1].path.endswith("/chat/ernie-lite-pro-128k")


def test_embedding_as_json_csv_and_numpy(run: Run, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in run("embedding", "一", "二").out.splitlines()]
    assert [line["text"] for line in lines] == ["一", "二"]
    vectors = [line["embedding"] for line in lines]
    rows = list(csv.reader(io.StringIO(run("embedding", "--format", "csv", stdin="一\n二\n").out)))
    assert [[float(cell) for cell in row] for row in rows] == vectors
    assert run("embedding", "一", "二", "-o", "v.npy").out == ""
    assert numpy.load(tmp_path / "v.npy").shape == (2, len(vectors[0]))
    assert run("embedding", "一", "二", "--api", "v1", "-o", "v.csv").code == 0
    assert len((tmp_path / "v.csv").read_text().splitlines()) == 2


def test_embedding_as_parquet(run: Run, tmp_path: Path) -> None:
    vectors = [json.loads(line)["embedding"] for line in run("embedding", "一", "二").out.splitlines()]
    assert run("embedding", "一", "二", "-o", "v.parquet").out == ""
    table = parquet.read_table(tmp_path / "v.parquet")
    assert table.to_pydict() == {"text": ["一", "二"], "embedding": vectors}


@pytest.mark.parametrize(
    ("name", "module", "message"),
    [
        ("v.npy", "numpy", "qianfan-typed: --format npy needs numpy: pip install numpy\n"),
        ("v.parquet", "pyarrow.parquet", 'qianfan-typed: Parquet needs pyarrow: pip install "qianfan-typed[batch]"\n'),
    ],
)
def test_embedding_without_what_writes_it_calls_nobody(
    run: Run, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, name: str, module: str, message: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    done = run("embedding", "一", "-o", name)
    assert (done.code, done.err, emulator.requests) == (2, message, [])


def test_embedding_of_the_lines_of_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "texts").write_text("一\n\n二\n", "utf-8")
    assert len(run("embedding", "--file", "texts").out.splitlines()) == 2
    done = run("embedding", "--file", "none")
    assert (done.code, done.err) == (2, "qianfan-typed: none: No such file or directory\n")


def test_pictures_go_into_files_and_overwrite_none(run: Run, tmp_path: Path) -> None:
    done = run("txt2img", "a cat", "--api", "v1", "--n", "2", "--size", "768x768", "-o", "cat")
    assert done.out.splitlines() == ["cat.png", "cat-2.png"]
    with Image.open(tmp_path / "cat.png") as picture:
        assert picture.size == (768, 768)
    assert run("txt2img", "a cat", "-o", "cat").out == "cat-3.png\n"


def test_a_picture_that_the_reply_has_the_address_of(run: Run, emulator: Emulator, tmp_path: Path) -> None:
    done = run("txt2img", "a cat", "-m", "qwen-image", "--json")
    assert json.loads(done.out)["data"][0]["url"].startswith(emulator.url)
    assert run("txt2img", "a cat", "-m", "qwen-image", "-o", "q").out == "q.png\n"
    with Image.open(tmp_path / "q.png") as picture:
        assert picture.size == (1024, 1024)


def test_words_about_a_picture(run: Run, tmp_path: Path) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / "small.png")
    done = run("img2txt", "small.png", "what is it?")
    assert done.code == 0
    assert "40×30" in done.out
    done = run("img2txt")
    assert (done.code, done.err) == (
        2,
        "qianfan-typed: say the file of a picture, then a question about it\n",
    )


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_rerank_is_in_order(run: Run, api: str) -> None:
    done = run("rerank", "北京的天气", *RERANKED, "--api", api)
    head, *lines = [line.split("\t") for line in done.out.splitlines()]
    assert head == ["rank", "score", "text"]
    assert [line[0] for line in lines] == ["1", "2"]
    assert {line[2] for line in lines} == set(RERANKED)
    assert [float(line[1]) for line in lines] == sorted((float(line[1]) for line in lines), reverse=True)
    assert len(run("rerank", "北京的天气", "--top-n", "1", stdin="\n".join(RERANKED)).out.splitlines()) == 2


def test_plugins(run: Run, emulator: Emulator) -> None:
    assert run("plugin", "draw", "--plugins", "eChart").out
    body: Any = emulator.requests[-1].json()
    assert body["plugins"] == ["eChart"]
    assert run("plugin", "draw", "--endpoint", "mine", "--plugins", "uuid-zhishiku").out
    assert emulator.requests[-1].path.endswith("/plugin/mine/")


def test_tokens(run: Run) -> None:
    count = run("tokens", "你好，世界").out
    assert int(count) > 0
    assert run("tokens", stdin="你好，世界\n").out == count


def test_what_the_rules_refuse_is_not_sent(run: Run, emulator: Emulator) -> None:
    done = run("embedding", *["一"] * 17, "", "--api", "v1")
    assert done.code == 1
    assert "/input/17" in done.err
    assert emulator.requests == []


def test_search(run: Run, emulator: Emulator) -> None:
    done = run("search", "北京的天气", "--search-recency-filter", "week")
    head, *lines = [line.split("\t") for line in done.out.splitlines()]
    assert head == ["n", "title", "address", "date"]
    assert [line[0] for line in lines] == [str(number) for number in range(1, len(lines) + 1)]
    body: Any = emulator.requests[-1].json()
    assert (body["search_recency_filter"], body["messages"][0]["content"]) == ("week", "北京的天气")
    assert "search_recency_filter" in run("search", "北京", "--search-recency-filter", "day").err


def test_a_video_is_waited_for_and_fetched(run: Run, emulator: Emulator, tmp_path: Path) -> None:
    Image.new("RGB", (400, 400)).save(tmp_path / "first.png")
    model = ["-m", "musesteamer-air-i2v", "-i", "first.png"]
    done = run("video", "a cat walks", *model, "--interval", "0.01", "-o", "cat.mp4")
    assert (done.code, done.out) == (0, "cat.mp4\n")
    assert done.err.startswith("qianfan-typed: the task is task-")
    assert (tmp_path / "cat.mp4").read_bytes()[4:8] == b"ftyp"
    task = run("video", "a cat walks", *model, "--no-wait").out.strip()
    assert run("video", "--task", task, "--interval", "0.01", "-o", "cat.mp4").out == "cat-2.mp4\n"


def test_a_video_that_comes_to_nothing(run: Run, emulator: Emulator, tmp_path: Path) -> None:
    emulator.finish_videos_after(0, fail=True)
    Image.new("RGB", (400, 400)).save(tmp_path / "first.png")
    done = run("video", "a cat", "-m", "musesteamer-air-i2v", "-i", "first.png", "--interval", "0.01")
    assert (done.code, done.out) == (1, "")
    done = run("video", "a cat")
    assert (done.code, done.err) == (2, "qianfan-typed: say a model with --model; --list-model shows them\n")
