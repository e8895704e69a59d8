"""How much of a report is said, where to, and what of it is known already: over the real commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.payloads.saying import chat, lines, run_command

HOT, WIDE = chat(temperature=1.7), chat(top_p=7)
TEMPERATURE, TOP_P = "v1.chat.temperature.range", "v1.chat.top_p.range"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own."""
    (tmp_path / "pyproject.toml").write_text("", "utf-8")
    (tmp_path / "a.jsonl").write_text(lines(HOT, chat(), WIDE, HOT), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def validate(*arguments: str) -> tuple[int, str, str]:
    said = run_command("validate", "--api", "v1.chat", *arguments)
    return said.code, said.out, said.err


def test_known_violations_do_not_count_wherever_they_move(folder: Path) -> None:
    assert validate("--baseline", "known.json", "--write-baseline", "a.jsonl") == (
        0,
        "",
        "qianfan-typed: known.json: 3 known violations\n",
    )
    hot = {
        "rule": TEMPERATURE,
        "pointer": "/temperature",
        "message": "1.7: must be above 0 and at most 1.0",
        "count": 2,
    }
    wide = {"rule": TOP_P, "pointer": "/top_p", "message": "7: must be at least 0 and at most 1.0", "count": 1}
    known = json.loads((folder / "known.json").read_text("utf-8"))
    assert known == {"version": 1, "violations": [{"file": "a.jsonl", **hot}, {"file": "a.jsonl", **wide}]}
    (folder / "a.jsonl").write_text(lines(chat(), chat(), WIDE, HOT, HOT), "utf-8")
    assert validate("--baseline", "known.json", "a.jsonl") == (
        0,
        "",
        "qianfan-typed: 5 requests in 1 file: all valid, 3 known\n",
    )


def test_what_is_new_counts_and_what_is_gone_is_said(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.qianfan-typed]\nbaseline = "known.json"\n', "utf-8")
    validate("--write-baseline", "a.jsonl")
    (folder / "a.jsonl").write_text(lines(HOT, chat(temperature=2)), "utf-8")
    code, out, err = validate("a.jsonl")
    assert code == 1
    assert [line.partition(" [")[0] for line in out.splitlines()] == [
        "a.jsonl:2:93: error: ERNIE-Speed-8K /temperature 2: must be above 0 and at most 1.0"
    ]
    assert err == (
        "qianfan-typed: 2 requests in 1 file: 1 invalid (1 error), 1 known\n"
        "qianfan-typed: 2 of the baseline are gone: --write-baseline shrinks it\n"
    )
    (folder / "b.jsonl").write_text(lines(chat()), "utf-8")
    assert validate("b.jsonl")[2] == "qianfan-typed: 1 request in 1 file: all valid\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "known.json: No such file or directory; --write-baseline makes it"),
        ("{}", "known.json: not a baseline; --write-baseline makes one"),
        ('{"violations": [5]}', "known.json: not a baseline; --write-baseline makes one"),
    ],
)
def test_why_a_baseline_cannot_be_used(folder: Path, text: str | None, why: str) -> None:
    if text is not None:
        (folder / "known.json").write_text(text, "utf-8")
    assert validate("--baseline", "known.json", "a.jsonl") == (2, "", f"qianfan-typed: {why}\n")


def test_what_cannot_be_read_is_never_known(folder: Path) -> None:
    (folder / "a.jsonl").write_text("{\n", "utf-8")
    assert validate("--baseline", "known.json", "--write-baseline", "a.jsonl")[0] == 2
    assert validate("--baseline", "known.json", "a.jsonl")[0] == 2


def test_a_report_goes_to_a_file(folder: Path) -> None:
    code, out, _ = validate("--format", "json", "--output-file", "report.json", "a.jsonl")
    assert (code, out) == (1, "")
    assert len(json.loads((folder / "report.json").read_text("utf-8"))["violations"]) == 3
    assert validate("-o", "none/report.json", "a.jsonl") == (
        2,
        "",
        "qianfan-typed: none/report.json: No such file or directory\n",
    )


def test_statistics_count_each_rule(folder: Path) -> None:
    assert validate("--statistics", "a.jsonl")[1] == f"2  error    {TEMPERATURE}\n1  error    {TOP_P}\n"
    said = json.loads(validate("--statistics", "--format", "json", "a.jsonl")[1])
    assert said["statistics"][0] == {"rule": TEMPERATURE, "level": "error", "count": 2}


def test_exit_zero_is_for_violations_and_quiet_for_the_summary(folder: Path) -> None:
    assert validate("--exit-zero", "-q", "a.jsonl")[::2] == (0, "")
    assert validate("--exit-zero", "-q", "none.json")[::2] == (2, "")


def test_gitlab_gets_a_fingerprint_for_each_violation(folder: Path) -> None:
    before = json.loads(validate("--format", "gitlab", "a.jsonl")[1])
    assert {key: before[0][key] for key in before[0] if key != "fingerprint"} == {
        "description": "ERNIE-Speed-8K /temperature 1.7: must be above 0 and at most 1.0",
        "check_name": TEMPERATURE,
        "severity": "major",
        "location": {"path": "a.jsonl", "lines": {"begin": 1}},
    }
    assert len({row["fingerprint"] for row in before}) == 3
    (folder / "a.jsonl").write_text("\n" + (folder / "a.jsonl").read_text("utf-8"), "utf-8")
    after = json.loads(validate("--format", "gitlab", "a.jsonl")[1])
    assert [row["fingerprint"] for row in after] == [row["fingerprint"] for row in before]
    assert json.loads(validate("--format", "gitlab", "--level", "error", "--ignore", "range", "a.jsonl")[1]) == []


def test_sarif_says_what_rules_are_and_where_they_stand(folder: Path) -> None:
    (folder / "e.json").write_text('{"model": "embedding-v1", "input": 3}', "utf-8")
    said = run_command("validate", "--api", "v2.embedding", "--format", "sarif", "e.json", "none.json")
    rules = {rule["id"]: rule for rule in json.loads(said.out)["runs"][0]["tool"]["driver"]["rules"]}
    assert rules["v2.embedding.input.type"] == {
        "id": "v2.embedding.input.type",
        "shortDescription": {"text": "input: a string or a list"},
        "fullDescription": {"text": "input: a string or a list. 向量, read 2025-12-31"},
        "helpUri": "https://cloud.baidu.com/doc/qianfan-api/s/Fm7u3ropn",
    }
    assert rules["file.unreadable"]["shortDescription"] == {"text": "The file is there and can be read."}
