"""`chat`, one question: what is asked, what is refused before it is sent, and what stands where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qianfan_typed import Qianfan, user
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import InvalidRequest
from tests.cli.conftest import Run

MODEL = "ernie-4.5-turbo-128k"
NAMED = "ernie-4.0-turbo-8k"
"""A model that the page with the ranges names: breaking one is an error."""


def sent(emulator: Emulator) -> dict[str, object]:
    """The body of the last request."""
    body = emulator.requests[-1].json()
    assert isinstance(body, dict)
    return body


def test_piped_out_there_is_the_text_alone(run: Run, emulator: Emulator) -> None:
    emulator.answer_with("**yes**")
    done = run("chat", "hi", "-m", MODEL)
    assert (done.code, done.out, done.err) == (0, "**yes**\n", "")


def test_what_is_piped_in_is_added_to_the_question(run: Run, emulator: Emulator) -> None:
    run("chat", "review this", stdin="a diff\n")
    assert sent(emulator)["messages"] == [{"role": "user", "content": "review this\n\na diff"}]
    run("chat", stdin="a diff\n")
    assert sent(emulator)["messages"] == [{"role": "user", "content": "a diff"}]


def test_a_parameter_is_an_option(run: Run, emulator: Emulator) -> None:
    options = ["--temperature", "0.5", "--stop", "a", "--stop", "b", "--no-parallel-tool-calls", "--max-tokens", "20"]
    run("chat", "hi", "-m", MODEL, *options, "--web-search", '{"enable": true}', "--system", "a cat")
    body = sent(emulator)
    assert body["messages"] == [{"role": "system", "content": "a cat"}, {"role": "user", "content": "hi"}]
    assert (body["temperature"], body["stop"], body["max_tokens"]) == (0.5, ["a", "b"], 20)
    assert (body["parallel_tool_calls"], body["web_search"]) == (False, {"enable": True})


def test_v1_takes_its_own_parameters(run: Run, emulator: Emulator) -> None:
    run("chat", "hi", "--api", "v1", "--system", "a cat", "--max-output-tokens", "20")
    body = sent(emulator)
    assert body["messages"] == [{"role": "user", "content": "hi"}]
    assert (body["system"], body["max_output_tokens"]) == ("a cat", 20)


def test_a_value_may_stand_in_a_file(run: Run, emulator: Emulator, tmp_path: Path) -> None:
    tools = [{"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}]
    (tmp_path / "tools.json").write_text(json.dumps(tools))
    done = run("chat", "now", "-m", MODEL, "--tools", "@tools.json")
    assert sent(emulator)["tools"] == tools
    (call,) = [json.loads(line) for line in done.out.splitlines()]
    assert (call["name"], call["arguments"]) == ("now", "{}")


def test_what_the_model_does_not_take_is_refused_as_a_call_refuses_it(run: Run, emulator: Emulator) -> None:
    with Qianfan(bearer_token="any") as client, pytest.raises(InvalidRequest) as refused:
        client.chat.completions.create(model=NAMED, messages=[user("hi")], temperature=1.5, enable_thinking=True)
    before = len(emulator.requests)
    done = run("chat", "hi", "-m", NAMED, "--temperature", "1.5", "--enable-thinking")
    assert (done.code, done.out) == (1, "")
    assert len(emulator.requests) == before
    errors = [line for line in done.err.splitlines() if "warning" not in line]
    assert "\n".join(errors) == f"qianfan-typed: {refused.value}"


def test_a_value_that_is_no_number_is_met_by_the_rule(run: Run) -> None:
    done = run("chat", "hi", "-m", NAMED, "--temperature", "warm")
    assert done.code == 1
    assert '  /temperature  "warm": must be a number, not a string\n' in done.err


def test_a_misspelt_model_goes_out_with_a_word_of_the_nearest(run: Run, emulator: Emulator) -> None:
    done = run("chat", "hi", "-m", "ernie-4.5-turbo-128")
    assert sent(emulator)["model"] == "ernie-4.5-turbo-128"
    assert done.err.startswith(
        "qianfan-typed: warning: ernie-4.5-turbo-128: not a known model of v2.chat, so only what holds for all is "
        "checked; nearest: ernie-4.5-turbo-128k, "
    )
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "path"),
    [
        (["-m", "ERNIE-Lite-Pro-128K"], "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie-lite-pro-128k"),
        (["-m", MODEL], "/v2/chat/completions"),
        (["--api", "v1", "--endpoint", "mine"], "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/mine"),
    ],
    ids=["V1 alone", "V2 alone", "endpoint"],
)
def test_the_dialect_follows_from_the_model(run: Run, emulator: Emulator, options: list[str], path: str) -> None:
    run("chat", "hi", *options)
    assert emulator.requests[-1].path == path


def test_the_dialect_follows_from_the_keys(
    run: Run, without_keys: None, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run("chat", "hi", "--ak", emulator.ak, "--sk", emulator.sk)
    assert done.code == 0
    assert emulator.requests[-1].path.startswith("/rpc/2.0/")


def test_a_model_and_an_endpoint(run: Run) -> None:
    done = run("chat", "hi", "-m", MODEL, "--endpoint", "mine")
    assert (done.code, done.err) == (2, "qianfan-typed: --model and --endpoint: say one of them\n")


def test_json_is_the_platforms_reply(run: Run) -> None:
    done = run("chat", "hi", "--json")
    assert json.loads(done.out)["choices"][0]["message"]["role"] == "assistant"
    assert done.out.count("\n") == 1


def test_a_picture(run: Run, emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(b"\x89PNG\r\n")
    run("chat", "what is it?", "-m", "ernie-4.5-turbo-vl", "--image", "cat.png")
    assert sent(emulator)["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0K"}},
                {"type": "text", "text": "what is it?"},
            ],
        }
    ]


def test_a_picture_on_v1_and_one_that_is_not_there(run: Run, tmp_path: Path) -> None:
    done = run("chat", "hi", "--image", "none.png")
    assert (done.code, done.err) == (2, "qianfan-typed: none.png: No such file or directory\n")
    done = run("chat", "hi", "--image", "none.png", "--api", "v1")
    assert (done.code, done.err) == (
        2,
        "qianfan-typed: --image: chat of V1 takes no images; say a model of V2 (models --sees), or use img2txt\n",
    )


def test_a_stream_that_is_cut_is_no_answer(run: Run, emulator: Emulator) -> None:
    emulator.cut_stream_after(3)
    done = run("chat", "hi")
    assert done.code == 3
    assert done.out != ""
    assert done.err.startswith("qianfan-typed: ")
