"""Answers in types of one's own: what is asked for, what comes of it, and what does not fit."""

from __future__ import annotations

import dataclasses
import itertools
import json
from typing import Any, Literal, NamedTuple, TypedDict

import attrs
import msgspec
import pydantic
import pytest

from qianfan_typed import AsyncQianfan, Qianfan, errors, models, user
from qianfan_typed.answers.forms import Misfit, form_of
from qianfan_typed.emulator import Emulator
from tests.answers.conftest import Talker

ASK = [user("上海的天气")]


@attrs.frozen
class Weather:
    """The weather of a city."""

    city: str
    degrees: float
    sky: Literal["clear", "clouded"] = "clear"


@dataclasses.dataclass
class Place:
    name: str
    weather: Weather


class Typed(TypedDict):
    city: str
    degrees: float


class Named(NamedTuple):
    city: str
    degrees: float
    sky: str = "clear"


class Struct(msgspec.Struct):
    city: str
    degrees: float


class Model(pydantic.BaseModel):
    city: str
    degrees: float = pydantic.Field(ge=-100)


SAID = '{"city": "上海", "degrees": 21.5}'
VALUES: list[tuple[Any, str, Any]] = [
    (Weather, SAID, Weather("上海", 21.5)),
    (Place, f'{{"name": "外滩", "weather": {SAID}}}', Place("外滩", Weather("上海", 21.5))),
    (Typed, SAID, {"city": "上海", "degrees": 21.5}),
    (Named, SAID, Named("上海", 21.5)),
    (Struct, SAID, Struct("上海", 21.5)),
    (Model, SAID, Model(city="上海", degrees=21.5)),
    (list[Weather], f'{{"value": [{SAID}]}}', [Weather("上海", 21.5)]),
    (int, '{"value": 3}', 3),
]
IDS = ["attrs", "dataclass", "typed dict", "named tuple", "struct", "pydantic", "list", "int"]


@pytest.mark.parametrize(("into", "said", "value"), VALUES, ids=IDS)
def test_an_answer_is_read_as_the_type(talk: Talker, emulator: Emulator, into: Any, said: str, value: Any) -> None:
    emulator.answer_with(said)
    found = talk(talk.handle.parse(ASK, into=into))
    assert (found.parsed, found.text, found.failed) == (value, said, ())
    assert type(found.parsed) is type(value)
    assert found.reply.text == said


@pytest.mark.parametrize("into", [one for one, _, _ in VALUES], ids=IDS)
def test_the_model_is_held_to_the_schema(talk: Talker, into: Any) -> None:
    assert talk(talk.handle.parse(ASK, into=into)).parsed is not None


def sent(emulator: Emulator, at: int = -1) -> Any:
    chats = [one for one in emulator.requests if "chat" in one.path]
    return chats[at].json()


SCHEMA = {
    "title": "Weather",
    "description": "The weather of a city.",
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "degrees": {"type": "number"},
        "sky": {"enum": ["clear", "clouded"], "default": "clear"},
    },
    "required": ["city", "degrees"],
}


def test_v2_is_asked_by_the_schema(emulator: Emulator) -> None:
    with Qianfan() as client:
        client.v2.chat.ernie_4_5_turbo_128k.parse(ASK, into=Weather, temperature=0.5)
    assert sent(emulator) == {
        "messages": ASK,
        "temperature": 0.5,
        "response_format": {"type": "json_schema", "json_schema": {"name": "Weather", "schema": SCHEMA}},
        "model": "ernie-4.5-turbo-128k",
    }


def test_a_model_without_response_format_is_asked_by_a_function(emulator: Emulator) -> None:
    with Qianfan() as client:
        found = client.v2.chat.ernie_x1_turbo_32k.parse(ASK, into=Weather)
    function = {"name": "Weather", "description": "The weather of a city.", "parameters": SCHEMA}
    assert sent(emulator)["tools"] == [{"type": "function", "function": function}]
    assert sent(emulator)["tool_choice"] == {"type": "function", "function": {"name": "Weather"}}
    assert isinstance(found.parsed, Weather)


def test_v1_is_asked_by_a_function_where_it_takes_them(emulator: Emulator) -> None:
    with Qianfan() as client:
        client.v1.chat.ernie_3_5_8k.parse(ASK, into=Weather)
    function = {"name": "Weather", "description": "The weather of a city.", "parameters": SCHEMA}
    assert sent(emulator)["functions"] == [function]
    assert sent(emulator)["tool_choice"] == {"type": "function", "function": {"name": "Weather"}}


def test_v1_is_asked_in_words_where_it_only_promises_json(emulator: Emulator) -> None:
    emulator.answer_with(SAID)
    with Qianfan() as client:
        client.v1.chat.ernie_4_0_8k.parse(ASK, into=Weather, system="你是气象台")
    schema = json.dumps(SCHEMA, ensure_ascii=False)
    assert sent(emulator)["response_format"] == "json_object"
    assert sent(emulator)["system"] == f"你是气象台\n只用符合这个 JSON Schema 的 JSON 回答：{schema}"


def test_a_handle_whose_models_cannot_says_which_can(emulator: Emulator) -> None:
    with Qianfan() as client, pytest.raises(AttributeError) as caught:
        getattr(client.v1.chat.ernie_speed_pro_128k, "parse")  # noqa: B009  (a type checker knows that it is not there)
    response_format, functions = str(caught.value).split("; functions: ")
    assert response_format == (
        "ErnieSpeed128kChat has no parse: response_format: not a parameter of ERNIE-Speed-Pro-128K; "
        "ERNIE-4.0-8K, ERNIE-4.0-8K-Preview and 13 more take it"
    )
    assert functions.startswith("not a parameter of ERNIE-Speed-Pro-128K; ERNIE-3.5-8K, ERNIE-3.5-8K-Preview and ")


def test_a_model_that_cannot_is_refused_with_those_that_can(emulator: Emulator) -> None:
    with Qianfan() as client:
        handle = client.v1.chat.endpoint("mine")
        handle.target = attrs.evolve(handle.target, model=models.V1_CHAT["ERNIE-Speed-Pro-128K"])
        with pytest.raises(errors.InvalidRequest) as caught:
            handle.parse(ASK, into=Weather)
    said = str(caught.value).splitlines()
    assert said[0] == "mine does not take this request (3 problems)"
    assert said[1].startswith("  /functions        not a parameter of ERNIE-Speed-Pro-128K; ERNIE-3.5-8K, ERNIE-3.5-8K")
    assert emulator.requests == []


def test_the_openai_like_entry_parses_too(emulator: Emulator) -> None:
    emulator.answer_with(SAID, times=2)
    with Qianfan() as client:
        found = client.chat.completions.parse(model="ernie-4.5-turbo-128k", messages=ASK, into=Weather, timeout=9)
        assert found.parsed == Weather("上海", 21.5)
        with client.chat.completions.parse_stream(model="deepseek-v3", messages=ASK, into=Weather, timeout=9) as values:
            assert [*values][-1] == {"city": "上海", "degrees": 21.5}
    assert [sent(emulator, at)["model"] for at in (-2, -1)] == ["ernie-4.5-turbo-128k", "deepseek-v3"]
    assert "timeout" not in sent(emulator)


def test_what_does_not_fit_says_where(talk: Talker, emulator: Emulator) -> None:
    emulator.answer_with('{"name": "外滩", "weather": {"city": "上海", "degrees": "warm"}}')
    with pytest.raises(errors.ParseFailed) as caught:
        talk(talk.handle.parse(ASK, into=Place))
    assert str(caught.value) == "the answer does not fit Place: /weather/degrees: Expected `float`, got `str`"
    assert (caught.value.pointer, caught.value.into) == ("/weather/degrees", "Place")
    assert caught.value.text == caught.value.reply["result"] if talk.dialect == "v1" else True
    assert isinstance(caught.value, errors.QianfanError)


def test_pydantic_says_where_too(talk: Talker, emulator: Emulator) -> None:
    emulator.answer_with('{"city": "上海", "degrees": -300}')
    with pytest.raises(errors.ParseFailed) as caught:
        talk(talk.handle.parse(ASK, into=Model))
    said = "the answer does not fit Model: /degrees: Input should be greater than or equal to -100"
    assert str(caught.value) == said


def test_an_answer_that_does_not_fit_is_asked_for_again(talk: Talker, emulator: Emulator) -> None:
    emulator.answer_with('{"city": "上海"}')
    emulator.answer_with(SAID)
    found = talk(talk.handle.parse(ASK, into=Weather, retries=1))
    assert found.failed == ("Object missing required field `degrees`",)
    assert found.parsed == Weather("上海", 21.5)
    assert sent(emulator)["messages"] == [
        *ASK,
        {"role": "assistant", "content": '{"city": "上海"}'},
        user("上面的回答不符合要求的格式：Object missing required field `degrees`。请只用符合要求的 JSON 重新回答。"),
    ]


def test_when_all_retries_fail_the_error_says_how_often(talk: Talker, emulator: Emulator) -> None:
    emulator.answer_with("不知道", times=3)
    with pytest.raises(errors.ParseFailed) as caught:
        talk(talk.handle.parse(ASK, into=Weather, retries=2))
    assert str(caught.value).endswith("; asked 3 times")
    assert (len(caught.value.failed), caught.value.text) == (2, "不知道")


def test_a_stream_gives_the_value_so_far(talk: Talker, emulator: Emulator) -> None:
    said = '{"city": "上海的外滩边上，黄浦江的西岸", "degrees": 21.5, "sky": "clouded"}'
    emulator.answer_with(said)
    stream = talk.handle.parse_stream(ASK, into=Weather)
    values = talk.all(stream)
    assert values[-1] == json.loads(said)
    assert len(values) > 1
    for earlier, later in itertools.pairwise(values):
        assert later["city"].startswith(earlier.get("city", ""))
    found = talk(stream.parsed())
    assert found.parsed == Weather("上海的外滩边上，黄浦江的西岸", 21.5, "clouded")


def test_a_stream_of_function_arguments_gives_values_too(talk: Talker) -> None:
    handle = talk.handle if talk.dialect == "v1" else talk.client.v2.chat.ernie_x1_turbo_32k
    stream = handle.parse_stream(ASK, into=list[Weather])
    values = talk.all(stream)
    assert values == [] or isinstance(values[-1], list)
    assert talk(stream.parsed()).parsed == talk(handle.parse(ASK, into=list[Weather])).parsed


def test_a_parsed_stream_can_be_awaited_and_entered(emulator: Emulator) -> None:
    import asyncio

    async def main() -> None:
        async with AsyncQianfan(max_attempts=1) as client:
            handle = client.v2.chat.ernie_4_5_turbo_128k
            emulator.fail_next(status=429)
            with pytest.raises(errors.RateLimited):
                await handle.parse_stream(ASK, into=Weather)
            emulator.answer_with(SAID)
            async with handle.parse_stream(ASK, into=Weather) as values:
                assert (await values.parsed()).parsed == Weather("上海", 21.5)

    asyncio.run(main())


class Socket:
    pass


def test_a_type_that_cannot_come_from_json_is_refused(talk: Talker, emulator: Emulator) -> None:
    said = r"^Socket: cannot be read from JSON: type <class '.*Socket'> is not supported$"
    with pytest.raises(TypeError, match=said):
        talk(talk.handle.parse(ASK, into=Socket))
    assert emulator.requests == []


def test_what_parse_says_itself_is_refused(talk: Talker) -> None:
    said = r"^response_format: parse\(\) says itself how to answer; leave it out, or use create\(\)$"
    with pytest.raises(TypeError, match=said):
        talk(talk.handle.parse(ASK, into=Weather, response_format={"type": "text"}))


def test_a_misspelt_parameter_is_refused(talk: Talker) -> None:
    with pytest.raises(TypeError, match="temprature"):
        talk(talk.handle.parse(ASK, into=Weather, temprature=0.5))


def test_a_fence_of_markdown_is_taken_off() -> None:
    assert form_of(Weather).read(f"```json\n{SAID}\n```") == Weather("上海", 21.5)


def test_a_place_in_a_list_is_a_pointer() -> None:
    with pytest.raises(Misfit) as caught:
        form_of(list[Weather]).read('{"value": [{"city": 1, "degrees": 2}]}')
    assert caught.value.pointer == "/value/0/city"


class Tree(msgspec.Struct):
    children: list[Tree]


def test_a_type_that_holds_itself_keeps_its_definition() -> None:
    schema = form_of(Tree).schema
    assert schema["properties"]["children"]["items"] == {"$ref": "#/$defs/Tree"}
    assert set(schema["$defs"]) == {"Tree"}
