"""`chat` with code of the user's own: functions that the model has called, and the form of an answer."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console

from qianfan_api.answers import CalledFunction
from qianfan_typed.cli.call_views import SeenCalls
from qianfan_typed.emulator import Emulator
from tests.cli.conftest import Run

V1, V2 = ("-m", "ERNIE-3.5-8K", "--api", "v1"), ("-m", "ernie-4.5-turbo-128k")
CODE = '''
import dataclasses

NUMBER = 1

def get_weather(city: str, days: int = 1) -> dict[str, object]:
    """The weather of a city."""
    return {"city": city, "degrees": 21}

def breaks(city: str) -> str:
    """Always fails."""
    raise LookupError("no such city")

def unhinted(city):
    pass

@dataclasses.dataclass
class Weather:
    city: str
    degrees: float
'''
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "degrees": {"type": "number"}},
    "required": ["city", "degrees"],
}


@pytest.fixture(autouse=True)
def code(run: Run, tmp_path: Path) -> Iterator[None]:
    """A module and a schema in the working directory."""
    (tmp_path / "weather_here.py").write_text(CODE, "utf-8")
    (tmp_path / "w.json").write_text(json.dumps(SCHEMA))
    yield
    sys.modules.pop("weather_here", None)


def sent(emulator: Emulator) -> list[Any]:
    return [one.json() for one in emulator.requests if "chat" in one.path]


@pytest.mark.parametrize("options", [V1, V2], ids=["v1", "v2"])
def test_a_function_is_called_and_the_answer_stands_alone(run: Run, emulator: Emulator, options: tuple[str]) -> None:
    done = run("chat", "上海天气", *options, "--tool", "weather_here:get_weather", "--temperature", "0.5")
    asked, told = sent(emulator)
    assert (asked["temperature"], told["temperature"]) == (0.5, 0.5)
    roles = [message["role"] for message in told["messages"]]
    assert roles == ["user", "assistant", "function" if options == V1 else "tool"]
    assert done.code == 0
    assert '返回的结果：{"city":"示例","degrees":21}。' in done.out
    assert done.err == (
        'qianfan-typed: calls get_weather(city="示例")\nqianfan-typed: get_weather gave {"city":"示例","degrees":21}\n'
    )


def test_a_result_that_shows_nothing_is_an_empty_line() -> None:
    console = Console(file=io.StringIO())
    SeenCalls(console).made(CalledFunction(turn=1, name="ring", arguments="{}", told="\a"))
    assert cast("io.StringIO", console.file).getvalue() == "<- ring: \n"


def test_json_has_replies_and_calls_a_line_each(run: Run) -> None:
    done = run("chat", "上海天气", "--json", "-t", "weather_here:breaks")
    asked, called, answered = [json.loads(line) for line in done.out.splitlines()]
    assert asked["choices"][0]["finish_reason"] == "tool_calls"
    assert called == {
        "called": {
            "turn": 1,
            "name": "breaks",
            "arguments": '{"city": "示例"}',
            "told": '{"error": "LookupError: no such city"}',
            "error": "LookupError: no such city",
        }
    }
    assert answered["choices"][0]["finish_reason"] == "stop"
    assert done.err == ""


@pytest.mark.parametrize("form", ["w.json", "weather_here:Weather"])
@pytest.mark.parametrize("options", [V1, V2], ids=["v1", "v2"])
def test_the_answer_has_the_form(run: Run, form: str, options: tuple[str]) -> None:
    done = run("chat", "上海天气", *options, "--schema", form)
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == {"city": "示例", "degrees": 1}


def test_an_answer_of_another_form_is_said_whole(run: Run, emulator: Emulator) -> None:
    emulator.answer_with('{"city": "上海", "degrees": "warm"}')
    done = run("chat", "上海天气", *V2, "--schema", "w.json")
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "qianfan-typed: the answer does not fit w: /degrees: 'warm' is not of type 'number'\n"
        '  it said: {"city": "上海", "degrees": "warm"}\n'
    )


def test_a_model_that_never_answers_is_asked_so_often(run: Run, emulator: Emulator) -> None:
    done = run("chat", "上海天气", *V2, "--tool", "weather_here:get_weather", "--max-turns", "1")
    assert done.code == 3
    assert done.err.endswith(
        "qianfan-typed: no answer in 1 turn: the last one called get_weather; --max-turns allows more\n"
    )


TOOL = "write module:function, as in"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--tool", "weather_here.py"], f"--tool: weather_here.py: {TOOL} weather_here:function"),
        (["--tool", "app/weather.py:f"], f"--tool: app/weather.py:f: {TOOL} app.weather:f"),
        (["--tool", "no_such:f"], "--tool: no_such:f: there is no module no_such, neither here nor installed"),
        (
            ["--tool", "weather_here:get_wether"],
            "--tool: weather_here:get_wether: weather_here has no get_wether; did you mean get_weather?",
        ),
        (["--tool", "weather_here:NUMBER"], "--tool: weather_here:NUMBER: is of type int, not a function"),
        (["--tool", "weather_here:Weather"], "--tool: weather_here:Weather: is a class, not a function"),
        (
            ["--tool", "weather_here:unhinted"],
            "--tool: unhinted: parameter city: has no type hint; write one, as in city: str",
        ),
        (
            ["--tool", "broken:f"],
            "--tool: broken:f: broken cannot be imported: ZeroDivisionError: division by zero",
        ),
        (["--tool", "needs:f"], "--tool: needs:f: needs needs a module that is not there: no_such_module"),
        (["--tool", "need_less:f"], "--tool: need_less:f: need_less needs a module that is not there: need"),
        (
            ["-t", "weather_here:get_weather", "-t", "weather_here:get_weather"],
            "--tool: two functions are called get_weather",
        ),
        (["--tool", "weather_here:get_weather", "--tools", "[]"], "--tool and --tools: say one of them"),
        (["--schema", "w.json", "--tool-choice", "auto"], "--schema and --tool-choice: say one of them"),
        (
            ["--schema", "w.json", "--tool", "weather_here:get_weather"],
            "--tool and --schema: say one of them: a model either has functions called or answers in a form",
        ),
        (["--schema", "none.json"], "none.json: No such file or directory"),
        (
            ["--schema", "weather_here.py"],
            "--schema: weather_here.py: is no JSON: Expecting value: line 2 column 1 (char 1)",
        ),
        (["--schema", "list.json"], "--schema: list.json: is of type list, not a JSON Schema: an object"),
        (
            ["--schema", "wrong.json"],
            "--schema: wrong.json: is no JSON Schema: /type: 'text' is not valid under any of the given schemas",
        ),
        (
            ["--schema", "weather_here:NUMBER"],
            "--schema: weather_here:NUMBER: 1: cannot be read from JSON: Type '1' is not supported",
        ),
    ],
)
def test_mistakes_are_said_before_anything_is_sent(
    run: Run, emulator: Emulator, tmp_path: Path, options: list[str], words: str
) -> None:
    (tmp_path / "broken.py").write_text("1 / 0\n")
    (tmp_path / "needs.py").write_text("import no_such_module\n")
    (tmp_path / "need_less.py").write_text("import need\n")
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "wrong.json").write_text('{"type": "text"}')
    done = run("chat", "hi", *V2, *options)
    assert (done.code, done.out, done.err) == (2, "", f"qianfan-typed: {words}\n")
    assert sent(emulator) == []


def test_a_schema_leads_nowhere_outside_of_its_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "away.json").write_text('{"$ref": "http://127.0.0.1:9/away.json"}')
    done = run("chat", "hi", *V2, "--schema", "away.json")
    assert done.code == 2
    assert done.err == (
        "qianfan-typed: --schema: away.json: http://127.0.0.1:9/away.json: leads out of the file; write it in $defs\n"
    )


def test_a_model_that_takes_no_functions_is_refused_by_its_rules(run: Run, emulator: Emulator) -> None:
    done = run("chat", "hi", "-m", "ERNIE-Speed-128K", "--api", "v1", "--tool", "weather_here:get_weather")
    assert done.code == 1
    assert "/functions  not a parameter of ERNIE-Speed-128k; " in done.err
    assert sent(emulator) == []


@pytest.mark.parametrize("options", [V1, V2], ids=["v1", "v2"])
def test_a_conversation_with_a_function(terminal: Callable[..., Any], emulator: Emulator, options: tuple[str]) -> None:
    screen = terminal("chat", *options, "--tool", "weather_here:get_weather")
    screen.wait_for("\n>")
    screen.enter("first")
    seen = screen.wait_for("2 turns")
    assert "-> get_weather(city=" in seen
    assert "<- get_weather: {" in seen
    emulator.answer_with("fine")
    screen.enter("second")
    screen.wait_for("fine")
    roles = [message["role"] for message in sent(emulator)[-1]["messages"]]
    assert roles == ["user", "assistant", "function" if options == V1 else "tool", "assistant", "user"]
    emulator.answer_with("fine")
    screen.enter("/retry")
    screen.wait_for("fine", times=2)
    assert [message["role"] for message in sent(emulator)[-1]["messages"]] == roles
    screen.enter("/exit")
    assert screen.ended() == 0


def test_a_conversation_in_a_form(terminal: Callable[..., Any], emulator: Emulator) -> None:
    screen = terminal("chat", *V2, "--schema", "weather_here:Weather")
    screen.wait_for("\n>")
    screen.enter("first")
    assert '"degrees": 1' in screen.wait_for("tokens: ")
    emulator.answer_with("no JSON")
    screen.enter("second")
    screen.wait_for("the answer does not fit Weather: ")
    screen.enter("/exit")
    assert screen.ended() == 0
