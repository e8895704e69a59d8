"""Batch files: what the platform's page says of a file as a whole, found across ranges and processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qianfan_api.batch_file import BATCH_FILE
from qianfan_typed.payloads import units as readers
from qianfan_typed.payloads.batch_lines import BatchFileCheck, BatchPart
from qianfan_typed.payloads.units import PayloadFile, Unit
from tests.payloads.saying import Run, lines, run_command

CHAT, DRAW = "/v2/chat/completions", "/v2/images/generations"
V1 = "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/completions"
GUIDE = "(Files + Batch 接口使用指南, read 2026-02-02)"
READERS = "(Files + Batch 接口使用指南 as third parties read it, read 2026-10-31)"
CREATE = "(创建批量预测任务, read 2026-02-02)"


def line(name: object, model: str = "ernie-4.5-turbo-128k", url: str = CHAT) -> dict[str, object]:
    body = {"model": model, "messages": [{"role": "user", "content": "你好"}]}
    return {"custom_id": name, "method": "POST", "url": url, "body": body}


def drawing(name: object) -> dict[str, object]:
    return {"custom_id": name, "method": "POST", "url": DRAW, "body": {"model": "qwen-image", "prompt": "猫"}}


def test_a_right_file_is_right(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl").write_text(lines(*map(line, "abc")), "utf-8")
    assert (validate("a.jsonl").code, validate("a.jsonl").lines) == (0, [])


def test_an_id_stands_on_one_line_alone(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl").write_text("\ufeff" + lines(line("a"), "", line("b"), line("a"), line("你")), "utf-8")
    (folder / "b.jsonl").write_text(lines(line("a"), line("你"), line("你")), "utf-8")
    said = validate("a.jsonl", "b.jsonl")
    assert said.lines == [
        f'a.jsonl:4:15: error: /custom_id "a": must be of one line alone; line 1 has it too '
        f"[batch.custom_id.unique] {GUIDE}",
        f'b.jsonl:3:15: error: /custom_id "你": must be of one line alone; line 2 has it too '
        f"[batch.custom_id.unique] {GUIDE}",
    ]
    assert said.err == "qianfan-typed: 7 requests in 2 files: 2 invalid (2 errors)\n"


def test_a_file_has_one_url_and_one_model(folder: Path, validate: Run) -> None:
    texts = [line("a"), line("b", "ernie-5.0"), drawing("c"), line("d", "ernie-5.0"), line("e", "ernie-3.5-8k", V1)]
    (folder / "a.jsonl").write_text(lines(*texts), "utf-8")
    chats = f'a file has one url; line 1 has "{CHAT}" [batch.url.same] {GUIDE}'
    one = f'a file has one model; line 1 has "ernie-4.5-turbo-128k" [batch.model.same] {READERS}'
    found = validate("--ignore", "retired", "--ignore", "v1.chat", "a.jsonl").lines
    assert found == [
        f'a.jsonl:2:87: warning: /body/model "ernie-5.0": {one}',
        f'a.jsonl:3:45: error: /url "{DRAW}": {chats}',
        f'a.jsonl:3:89: warning: /body/model "qwen-image": {one}',
        f'a.jsonl:5:45: error: /url "{V1}": {chats}',
        f'a.jsonl:5:120: warning: /body/model "ernie-3.5-8k": {one}',
    ]


def test_lines_of_v1_are_of_no_file_that_a_page_describes(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl").write_text(lines(line("a", "ERNIE-3.5-8K", V1), line("a", "ERNIE-3.5-8K", V1)), "utf-8")
    assert validate("a.jsonl").lines == []


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ranges_and_processes_know_of_each_other(
    folder: Path, validate: Run, monkeypatch: pytest.MonkeyPatch, jobs: str
) -> None:
    monkeypatch.setattr(readers, "_RANGE", 500)
    texts = [line(str(number)) for number in range(40)]
    texts[30] = line("2", "ernie-5.0")
    text = lines(*texts)
    (folder / "a.jsonl").write_text(text, "utf-8")
    expected = [
        f'31:15: error: /custom_id "2": must be of one line alone; line 3 has it too [batch.custom_id.unique] {GUIDE}',
        f'31:87: warning: /body/model "ernie-5.0": a file has one model; line 1 has "ernie-4.5-turbo-128k" '
        f"[batch.model.same] {READERS}",
    ]
    assert sorted(validate("--jobs", jobs, "a.jsonl").lines) == sorted(f"a.jsonl:{one}" for one in expected)
    assert sorted(validate("--jobs", jobs, "-", given=text).lines) == sorted(f"-:{one}" for one in expected)


def test_a_file_has_no_more_lines_than_the_page_says(folder: Path, validate: Run) -> None:
    texts = [line(str(number)) for number in range(BATCH_FILE.max_lines)]
    (folder / "a.jsonl").write_text(lines(*texts), "utf-8")
    assert validate("a.jsonl").lines == []
    # What comes behind them is not remembered: the last id is said twice, and only the first is found.
    (folder / "a.jsonl").write_text(lines(*texts, line("0"), line("0")), "utf-8")
    assert validate("a.jsonl").lines == [
        f"a.jsonl:5001:1: error: a file has at most 5,000 requests: this is one more [batch.file.lines] {CREATE}"
    ]


def test_a_file_is_no_larger_than_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(line("a")), "utf-8")
    source = PayloadFile(file=str(tmp_path / "a.jsonl"))
    part = BatchPart()
    part.add(line("a"), 1, 1, 0)
    check = BatchFileCheck()
    assert check.findings(Unit(source=source, form="lines", end=BATCH_FILE.max_bytes), part, 0) == []
    more = BatchPart()
    more.add(line("b"), 1, 1, 0)
    [found] = check.findings(Unit(source=source, form="lines", start=0, end=1), more, 1)
    assert found.sentence == (
        f"more than 1,073,741,824 bytes: that is the most a file may have [batch.file.size] {CREATE}"
    )


def test_little_is_remembered_of_a_file_that_is_no_batch() -> None:
    part, check = BatchPart(), BatchFileCheck()
    for number in range(3 * BATCH_FILE.max_lines):
        part.add(line("x" * 500 + str(number), f"m{number}"), number + 1, number + 1, 0)
    assert (len(part.spots), len(part.models)) == (BATCH_FILE.max_lines + 1, 20)
    assert max(len(name or "") for name, _ in part.spots) == 132
    assert check.total == 0


def test_what_a_line_must_have(folder: Path, validate: Run) -> None:
    whole = line("a")
    (folder / "a.jsonl").write_text(lines({name: whole[name] for name in ("custom_id", "url", "body")}), "utf-8")
    assert validate("a.jsonl").lines == [
        f"a.jsonl:1:1: error: ernie-4.5-turbo-128k /method missing: required [batch.method.missing] {GUIDE}"
    ]
    (folder / "a.jsonl").write_text(lines({**whole, "url": "/v2/embeddings"}), "utf-8")
    assert validate("--ignore", "v2.embedding", "a.jsonl").lines == [
        f'a.jsonl:1:45: error: ernie-4.5-turbo-128k /url "/v2/embeddings": must be one of "{CHAT}", "{DRAW}", '
        f'"/v2/images/edits" [batch.url.enum] {GUIDE}'
    ]


def test_its_rules_can_be_left_out_and_explained(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl").write_text(lines(line("a"), line("a")), "utf-8")
    assert validate("--ignore", "batch.custom_id", "a.jsonl").lines == []
    assert validate("--ignore", "batch.custom_id.unique", "a.jsonl").code == 0
    said = run_command("explain", "batch.file.lines")
    assert [" ".join(row.split()) for row in said.lines] == [
        "batch.file.lines",
        "A batch file has at most 5,000 requests.",
        "level error: breaking it is refused",
        "source 创建批量预测任务, read 2026-02-02",
    ]
