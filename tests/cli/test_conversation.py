"""A conversation in a terminal: drawn, stopped, remembered and saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qianfan_typed.emulator import Emulator

Open = Callable[..., Any]
THINKS = "ernie-x1.1-preview"
PROMPT = "\n>"


def questions(emulator: Emulator) -> list[str]:
    """The messages of the user in the last request."""
    body: Any = emulator.requests[-1].json()
    return [message["content"] for message in body["messages"] if message["role"] == "user"]


def test_a_conversation_goes_on(terminal: Open, emulator: Emulator) -> None:
    screen = terminal("chat")
    screen.wait_for(PROMPT)
    emulator.answer_with("# A title\n\n- one\n- two\n")
    screen.enter("first")
    seen = screen.wait_for(" yuan")
    assert "• one" in seen.replace("\N{BULLET}", "•")
    assert "# A title" not in seen
    screen.enter("second")
    screen.wait_for(" yuan", times=2)
    assert questions(emulator) == ["first", "second"]
    screen.enter("/exit")
    assert screen.ended() == 0


def test_what_stands_below_an_answer(terminal: Open, emulator: Emulator) -> None:
    screen = terminal("chat", "-m", "ernie-4.5-turbo-128k", "hi")
    seen = screen.wait_for(" yuan")
    line = seen.splitlines()[-1]
    assert line.startswith("tokens: 1 in, ")
    assert " s (first piece after " in line
    assert screen.ended() == 0


def test_thinking_is_folded_and_shown_when_it_is_asked_for(terminal: Open, emulator: Emulator) -> None:
    screen = terminal("chat", "-m", THINKS)
    screen.wait_for(PROMPT)
    screen.enter("why?")
    seen = screen.wait_for("tokens: ")
    assert "(thought for " in seen
    assert "模拟器不会思考" not in seen
    screen.enter("/thinking")
    screen.wait_for("模拟器不会思考")


def test_ctrl_c_stops_the_answer_and_keeps_the_conversation(terminal: Open, emulator: Emulator) -> None:
    screen = terminal("chat")
    screen.wait_for(PROMPT)
    emulator.answer_with("one two three four five six seven eight nine ten " * 40)
    emulator.slow(0.05)
    screen.enter("count")
    screen.wait_for("one two")
    screen.interrupt()
    screen.wait_for("stopped; what came is kept. /retry asks again")
    emulator.slow(0)
    screen.enter("and on?")
    screen.wait_for(" yuan")
    assert questions(emulator) == ["count", "and on?"]
    body: Any = emulator.requests[-1].json()
    assert body["messages"][1]["content"].startswith("one two")
    screen.interrupt()
    screen.wait_for("Ctrl-D or /exit ends")
    screen.type("\x04")
    assert screen.ended() == 0


def test_ctrl_c_in_one_shot_ends_with_130(terminal: Open, emulator: Emulator) -> None:
    emulator.answer_with("one two three four five six seven eight nine ten " * 40)
    emulator.slow(0.05)
    screen = terminal("chat", "count")
    screen.wait_for("one two")
    screen.interrupt()
    assert screen.ended() == 130
    assert "Traceback" not in screen.seen


def test_retry_asks_again_in_place_of_the_answer(terminal: Open, emulator: Emulator) -> None:
    screen = terminal("chat")
    screen.wait_for(PROMPT)
    emulator.fail_next(code="system_unsafe")
    screen.enter("first")
    screen.wait_for("qianfan-typed: system_unsafe")
    screen.enter("/retry")
    screen.wait_for(" yuan")
    screen.enter("/retry")
    screen.wait_for(" yuan", times=2)
    assert questions(emulator) == ["first"]


def test_commands_of_a_conversation(terminal: Open, emulator: Emulator, tmp_path: Path) -> None:
    screen = terminal("chat", "-m", "ernie-4.5-turbo-128k")
    screen.wait_for(PROMPT)
    screen.enter("/system a cat")
    screen.wait_for("\na cat")
    screen.enter("first")
    screen.wait_for(" yuan")
    screen.enter("/save talk.json")
    screen.wait_for("talk.json: 2 messages are written")
    kept = json.loads((tmp_path / "talk.json").read_text("utf-8"))
    assert (kept["model"], kept["system"], len(kept["messages"])) == ("ernie-4.5-turbo-128k", "a cat", 2)
    screen.enter("/reset")
    screen.wait_for("forgotten; the model and the system text stay")
    screen.enter("/load talk.json")
    screen.wait_for("talk.json: 2 messages\n")
    screen.enter("/model ERNIE-Lite-Pro-128K")
    screen.wait_for("ERNIE-Lite-Pro-128K (v1.chat)")
    screen.enter("second")
    screen.wait_for("tokens: ", times=2)
    body: Any = emulator.requests[-1].json()
    assert (body["system"], [one["role"] for one in body["messages"]]) == ("a cat", ["user", "assistant", "user"])
    screen.enter("/load none.json")
    screen.wait_for("none.json: No such file or directory")
    screen.enter("/modl")
    screen.wait_for("/modl: no such command; did you mean /model?")


def test_several_lines(terminal: Open, emulator: Emulator) -> None:
    screen = terminal("chat")
    screen.wait_for(PROMPT)
    screen.type('"""one\rtwo\r')
    screen.enter('"""')
    screen.wait_for(" yuan")
    assert questions(emulator) == ["one\ntwo"]


def test_questions_are_remembered_from_one_conversation_to_the_next(terminal: Open, emulator: Emulator) -> None:
    first = terminal("chat")
    first.wait_for(PROMPT)
    first.enter("a question of long ago")
    first.wait_for(" yuan")
    first.enter("/exit")
    assert first.ended() == 0
    second = terminal("chat")
    second.wait_for(PROMPT)
    second.type("\x1b[A\x1b[A")
    second.wait_for("a question of long ago")


def test_what_a_model_says_does_not_reach_the_terminal_raw(terminal: Open, emulator: Emulator) -> None:
    for options in ([], ["--raw"]):
        emulator.answer_with("\x1b]0;a title\x07\x1b[31mred\x1b[2J done")
        screen = terminal("chat", "hi", *options)
        screen.wait_for("red[2J done")
        assert screen.ended() == 0
        assert "\x1b]0;" not in screen.raw
        assert "\x1b[2J" not in screen.raw


def test_no_colour(terminal: Open) -> None:
    screen = terminal("chat", "hi", environment={"NO_COLOR": "1"})
    screen.wait_for(" yuan")
    assert screen.ended() == 0
    colours = [code for code in screen.raw.split("\x1b[")[1:] if code.partition("m")[0].startswith(("3", "9"))]
    assert colours == []


def test_a_narrow_window(terminal: Open) -> None:
    screen = terminal("models", "--api", "v2.rerank", columns=32)
    assert screen.ended() == 0
    seen = screen.seen
    assert "bce-reranker-base" in seen
    assert "too narrow for" in seen.replace("\n", " ")
    assert "Traceback" not in seen


def test_a_misspelt_option_and_no_keys_in_a_narrow_window(terminal: Open) -> None:
    screen = terminal("chat", "--temprature", "1", columns=40)
    assert screen.ended() == 2
    assert "--temperature" in screen.seen
    names = ("QIANFAN_ACCESS_KEY", "QIANFAN_SECRET_KEY")
    screen = terminal("chat", columns=40, environment=dict.fromkeys(names, ""))
    assert screen.ended() == 2
    assert "there are no credentials" in screen.seen.replace("\n", "")


@pytest.mark.parametrize(
    ("command", "model"),
    [
        *(("chat", "ernie-4.5-turbo-128k"), ("completion", "SQLCoder-7B"), ("embedding", "bge-large-zh")),
        ("txt2img", "Stable-Diffusion-XL"),
    ],
)
def test_the_lists_that_the_guide_tells_of(terminal: Open, command: str, model: str) -> None:
    screen = terminal(command, "--list-model", lines=400)
    assert screen.ended() == 0
    assert model in screen.seen


def test_a_pipe_in_and_a_pipe_out(terminal: Open, emulator: Emulator) -> None:
    screen = terminal("echo 你好 | $Q chat 'what is this?'", shell=True)
    screen.wait_for(" yuan")
    assert screen.ended() == 0
    assert questions(emulator) == ["what is this?\n\n你好"]
    emulator.answer_with("**a** `b`")
    screen = terminal("$Q chat hi < /dev/null | cat", shell=True)
    assert screen.ended() == 0
    assert screen.seen.strip() == "**a** `b`"


def test_one_shot_of_each_command_of_the_guide(terminal: Open, emulator: Emulator, tmp_path: Path) -> None:
    for arguments, expected in (
        (("completion", "def f(", "--model", "CodeLlama-7b-Instruct"), "千帆模拟器"),
        (("embedding", "北京"), "embedding"),
        (("txt2img", "a cat", "--output", "cat"), "cat.png"),
        (("plugin", "画一个柱状图"), "千帆模拟器"),
    ):
        screen = terminal(*arguments)
        assert (arguments, screen.ended()) == (arguments, 0)
        assert expected in screen.seen
