"""The language of the command line: the option, the variable, and what stays as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from qianfan_api.words import speak
from tests.cli.test_command_line import run
from tests.payloads.saying import chat, lines, run_command

HOT = lines(chat(temperature=1.7, top_p="x"))
TEMPERATURE = "1.7: must be above 0 and at most 1.0"
温度 = "1.7：必须大于 0 且不大于 1.0"


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    """A command speaks for its process, which here goes on with other tests."""
    yield
    speak(None)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of a request that breaks two rules, in a project of its own."""
    (tmp_path / "pyproject.toml").write_text("", "utf-8")
    (tmp_path / "a.jsonl").write_text(HOT, "utf-8")
    monkeypatch.chdir(tmp_path)
    return "a.jsonl"


def validate(file: str, *arguments: str, lang: str = "zh") -> tuple[int, str, str]:
    said = run_command("--lang", lang, "validate", "--api", "v1.chat", "--ignore", "retired", file, *arguments)
    return said.code, said.out, said.err


def test_violations_and_what_they_come_to_are_in_chinese(file: str) -> None:
    assert validate(file) == (
        1,
        f"a.jsonl:1:93: error: ERNIE-Speed-8K /temperature {温度}"
        " [v1.chat.temperature.range] (对话Chat，2025-01-13 查阅)\n"
        'a.jsonl:1:107: error: ERNIE-Speed-8K /top_p "x"：必须是数字，不能是字符串'
        " [v1.chat.top_p.type] (对话Chat，2025-01-13 查阅)\n",
        "qianfan-typed: 1 个文件中有 1 个请求：1 个无效（2 个错误）\n",
    )


def test_the_next_command_without_the_option_speaks_english_again(file: str) -> None:
    validate(file)
    said = run_command("validate", "--api", "v1.chat", file)
    assert TEMPERATURE in said.out
    assert said.err == "qianfan-typed: 1 request in 1 file: 1 invalid (2 errors)\n"


def test_json_differs_in_the_message_alone(file: str) -> None:
    english, chinese = (json.loads(validate(file, "--format", "json", lang=lang)[1]) for lang in ("en", "zh"))
    said = [[one.pop("message") for one in report["violations"]] for report in (english, chinese)]
    assert said == [[TEMPERATURE, '"x": must be a number, not a string'], [温度, '"x"：必须是数字，不能是字符串']]
    assert chinese == english


def test_what_is_known_in_one_language_is_known_in_the_other(file: str) -> None:
    assert validate(file, "--baseline", "known.json", "--write-baseline", lang="en")[0] == 0
    assert validate(file, "--baseline", "known.json")[0] == 0
    english, chinese = (json.loads(validate(file, "--format", "gitlab", lang=lang)[1]) for lang in ("en", "zh"))
    assert [one["fingerprint"] for one in chinese] == [one["fingerprint"] for one in english]
    assert [one["description"] for one in chinese] != [one["description"] for one in english]


def test_sarif_and_githubs_annotations_say_their_message_in_chinese(file: str) -> None:
    (result, _) = json.loads(validate(file, "--format", "sarif")[1])["runs"][0]["results"]
    assert result["message"] == {"text": f"ERNIE-Speed-8K /temperature {温度}"}
    assert (result["ruleId"], result["level"]) == ("v1.chat.temperature.range", "error")
    assert (
        f"title=v1.chat.temperature.range::ERNIE-Speed-8K /temperature {温度} ["
        in validate(file, "--format", "github")[1]
    )


def test_explain_says_a_rule_in_chinese() -> None:
    said = run_command("--lang", "zh", "explain", "v1.chat.disable_search", "--model", "ERNIE-Speed-8K").out
    assert said.startswith("v1.chat.disable_search  ERNIE-Speed-8K\n不是 ERNIE-Speed-8K 的参数。发送它会被拒绝。")
    said = run_command("--lang", "zh", "explain", "v2.chat.temperature", "--model", "ernie-4.0-8k").out
    assert "大于 0 且不大于 1.0  (error, v2.chat.temperature.range)" in said


@pytest.mark.parametrize("command", [["validate"], ["batch", "run"]])
def test_help_is_in_chinese(command: list[str]) -> None:
    # In a process of its own: the titles of Typer's panels stay translated.
    said = run("-m", "qianfan_typed", "--lang", "zh", *command, "--help").stdout
    assert "选项" in said
    assert "显示这些说明后结束。" in said
    assert "Options" not in said


@pytest.mark.parametrize("name", ["zh", "zh_CN.UTF-8", "zh-Hans"])
def test_the_variable_may_be_a_locale(name: str) -> None:
    done = run("-m", "qianfan_typed", "explain", "client.stream", QIANFAN_TYPED_LANG=name, PYTHONUTF8="1")
    assert done.stdout.splitlines()[1] == "create() 一次给出完整的回复。需要分段时请调用 stream()。"


def test_the_option_counts_before_the_variable_and_the_systems_locale_not_at_all() -> None:
    english = run("-m", "qianfan_typed", "--lang", "en", "explain", "client.stream", QIANFAN_TYPED_LANG="zh").stdout
    assert english.splitlines()[1] == "create() gives a reply in one piece. For one in pieces call stream()."
    assert run("-m", "qianfan_typed", "explain", "client.stream", LANG="zh_CN.UTF-8").stdout == english


def test_a_language_that_nothing_is_written_in_is_refused() -> None:
    done = run("-m", "qianfan_typed", "explain", "client.stream", QIANFAN_TYPED_LANG="fr_FR")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "qianfan-typed: QIANFAN_TYPED_LANG: 'fr_FR': nothing here is written in it; must be one of en, zh, "
        "or a locale of one: zh_CN.UTF-8\n"
    )
    done = run("-m", "qianfan_typed", "--lang", "fr", "explain", "client.stream", COLUMNS="120")
    assert done.returncode == 2
    assert "'fr': must be one of en, zh, or a locale of one: zh_CN.UTF-8" in done.stderr
