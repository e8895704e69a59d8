"""`qianfan-typed explain` and `qianfan-typed schema`, as a user runs them."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner, Result

from qianfan_api.models import CATALOGUES
from qianfan_api.validation import ANY_MODEL
from qianfan_typed.cli import app
from qianfan_typed.facts.explanations import explain
from qianfan_typed.facts.schemas import group_schema, schema
from tests.settled import settled


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "100", "NO_COLOR": "1"})


def lines(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [line.rstrip() for line in result.stdout.splitlines()]


# --- explain ---


def test_one_model() -> None:
    assert lines(run("explain", "v1.chat.temperature", "--model", "ChatLaw")) == [
        "v1.chat.temperature  ChatLaw",
        "Higher is more random, lower is more focused.",
        "type      number",
        "required  no",
        "range     [0, 2.0]",
        "default   1.0",
        "level     error: breaking it is refused",
        "source    对话Chat, read 2025-01-13",
    ]


def test_sizes_and_a_limit_of_the_model_with_the_page_that_states_it() -> None:
    assert lines(run("explain", "v1.embedding.input", "--model", "bge-large-zh")) == [
        "v1.embedding.input  bge-large-zh",
        "The texts. The reply has a vector for each, in the same order.",
        "type        list of string",
        "required    yes",
        "size        at least 1 and at most 16 items; at least 1 and at most 2000 characters each",
        "level       error: breaking it is refused",
        "source      Embedding-V1, read 2025-09-05",
        "limit from  bge-large-zh, read 2024-12-31",
        "            https://cloud.baidu.com/doc/WENXINWORKSHOP/s/alj562vvu",
    ]


def test_values() -> None:
    said = lines(run("explain", "v2.chat.reasoning_effort", "--model", "deepseek-v3.2"))
    assert said[0] == "v2.chat.reasoning_effort  deepseek-v3.2"
    assert 'values    "low", "medium", "high", "xhigh", "max"' in said


def test_what_differs_between_models() -> None:
    said = lines(run("explain", "v1.chat.temperature"))
    assert said[:2] == ["v1.chat.temperature", "Higher is more random, lower is more focused."]
    start = next(index for index, line in enumerate(said) if line.startswith("range"))
    count = len(CATALOGUES["v1.chat"])
    law = sum(model.group == CATALOGUES["v1.chat"]["ChatLaw"].group for model in CATALOGUES["v1.chat"].values())
    assert said[start].startswith(f"range     (0, 1.0]  {count - law} models: ERNIE-4.0-8K, ")
    assert re.search(r"^ {10}\[0, 2\.0\]  (\d+ models: )?ChatLaw", "\n".join(said), re.MULTILINE)
    assert said[-1] == f"taken by  all {count} models"


def test_table_of_all_models_has_every_model_once() -> None:
    result = run("explain", "v1.chat.temperature", "--all-models")
    said = lines(result)
    assert said[2] == "type      number"
    text = " ".join(result.stdout.split())
    for name in CATALOGUES["v1.chat"]:
        assert name in text
    (row,) = [line.split() for line in said if line.startswith(" ChatLaw")]
    assert row[-6:] == ["takes", "it", "[0,", "2.0]", "1.0", "error"]


def test_parameter_that_the_model_does_not_take() -> None:
    said = lines(run("explain", "v1.chat.top_logprobs", "--model", "ChatLaw"))
    assert said[0] == "v1.chat.top_logprobs  ChatLaw"
    words = r"Not a parameter of ChatLaw\. Sending it is refused\. ERNIE-Tiny-128K-0929, .+ and \d+ more take it\."
    assert re.fullmatch(words, " ".join(said[1:]))


def test_parameter_that_the_model_does_not_take_and_that_passes() -> None:
    said = " ".join(lines(run("explain", "v1.chat.max_output_tokens", "--model", "Yi-34B-Chat")))
    assert "Not a parameter of Yi-34B-Chat. Sending it warns. ERNIE-4.0-8K," in said


def test_parameter_that_sources_disagree_on() -> None:
    assert lines(run("explain", "v1.chat.functions", "--model", "ernie-4.0-8k")) == [
        "v1.chat.functions  ERNIE-4.0-8K",
        "Sources disagree whether ERNIE-4.0-8K takes it: The V1 page keeps functions to ERNIE 3.5; the",
        "official SDK lists them for some ERNIE 4.0 models. Sending it warns.",
    ]


def test_member_of_an_object_and_a_condition() -> None:
    said = lines(run("explain", "v1.chat.messages.name", "--model", "ERNIE-3.5-8K"))
    assert "required  when role is function" in said
    assert "required  unless function_call is given" in lines(
        run("explain", "v1.chat.messages[].content", "--model", "ERNIE-3.5-8K")
    )


@pytest.mark.parametrize(
    ("parameter", "model", "said"),
    [
        (
            "v1.image2text.image",
            None,
            ["type image in base64", "size at most 4,194,304 bytes as base64; each side [15, 4096] pixels"],
        ),
        ("v2.images.size", "irag-1.0", ["type string", "size each side [512, 2048] pixels", 'default "1024x1024"']),
        ("v1.chat.max_output_tokens", "ERNIE-3.5-8K", ["type whole number", "range [1, 2048] (warning)"]),
        ("v1.chat.max_output_tokens", "ERNIE-Speed-8K", ["type whole number", "range [1, the model's limit]"]),
        (
            "v1.chat.stop",
            "ERNIE-Speed-8K",
            ["type list of string", "required no", "size at most 4 items; at most 20 characters each"],
        ),
        ("v1.rerank.query", None, ["required yes", "size at least 1 and at most 1600 characters", "level error"]),
        (
            "v2.chat.messages.content",
            "ernie-3.5-8k",
            ["type string or list of object (ContentPart)", "required unless tool_calls is given"],
        ),
        ("v1.chat.tool_choice", "ERNIE-3.5-8K", ["type object (ToolChoice)", "level error: breaking it is refused"]),
        ("v2.chat.backoff_factor", None, ["required no", "level warning"]),
    ],
)
def test_facts_of_a_parameter(parameter: str, model: str | None, said: list[str]) -> None:
    shown = lines(run("explain", parameter, *(() if model is None else ("--model", model))))
    facts = [" ".join(line.split()) for line in shown]
    assert [fact for fact in said if fact not in facts] == []


@pytest.mark.parametrize("rule", ["v1.chat.temperature.range", "chat.temperature.type", "v1.chat.temperature"])
def test_rule_of_a_violation_leads_to_its_parameter(rule: str) -> None:
    assert explain(rule).name == "v1.chat.temperature"


def test_explanation_as_json() -> None:
    said = json.loads(run("explain", "v1.chat.temperature", "--model", "ChatLaw", "--format", "json").stdout)
    assert said == {
        "api": "v1.chat",
        "parameter": "temperature",
        "model": "ChatLaw",
        "taken": True,
        "description": "Higher is more random, lower is more focused.",
        "type": "number",
        "required": None,
        "range": "[0, 2.0]",
        "values": [],
        "sizes": [],
        "default": 1.0,
        "level": "error",
        "range_level": "error",
        "source": "对话Chat, read 2025-01-13",
        "limit_source": None,
        "url": None,
    }


def test_explanation_of_all_models_as_json() -> None:
    said = json.loads(run("explain", "v1.chat.top_logprobs", "--all-models", "--format", "json").stdout)
    assert said["parameter"] == "top_logprobs"
    names = [name for one in said["models"] for name in one["names"]]
    assert sorted(names) == sorted(CATALOGUES["v1.chat"])
    assert {one["taken"] for one in said["models"]} == {True, False}


def test_json_of_a_model_that_does_not_take_it_says_which_do() -> None:
    said = json.loads(run("explain", "v1.chat.top_k", "--model", "ChatLaw", "--format", "json").stdout)
    assert said["taken"] is False
    assert "Yi-34B-Chat" in said["taken_by"]


@pytest.mark.parametrize("api", CATALOGUES)
def test_every_parameter_of_every_operation_is_explained(api: str) -> None:
    for name, one in group_schema(api, ANY_MODEL)["properties"].items():
        found = explain(f"{api}.{name}")
        assert found.taken or one.get("x-taken") is False
        for row in found.taken:
            assert row.facts.description
            assert row.facts.source
            assert row.facts.type or one.get("x-sent") is False


def test_explanation_has_the_bounds_of_the_schema() -> None:
    rows = explain("v2.chat.temperature").rows
    for model in CATALOGUES["v2.chat"].values():
        [row] = [row for row in rows if model.name in row.models]
        properties = schema("v2.chat", model.name)["properties"]
        assert row.facts.range == properties["temperature"].get("x-range")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["v1.chat.tempratur"], "'tempratur': not known in v1.chat; nearest: temperature"),
        (["v1.chat.temperature.low"], "'low': v1.chat.temperature has no members"),
        (["v1.services.x"], "'x': not known in v1.services; known: apiTypefilter"),
        (["v1.cht.temperature"], "'v1.cht': not an operation; did you mean v1.chat?"),
        (["v1.rerank"], "v1.rerank: say a parameter of it as well: model, endpoint, query, documents, top_n, user_id"),
        (
            ["v1.chat.stop", "--model", "ERNIE-Sped"],
            "'ERNIE-Sped': not a known model of v1.chat; nearest: ERNIE-Speed, ERNIE Speed, ERNIE-Speed-8K",
        ),
        (["v1.chat.stop", "--model", "ChatLaw", "--all-models"], "--model and --all-models: say one of them"),
    ],
)
def test_wrong_use_of_explain(words: list[str], message: str) -> None:
    result = run("explain", *words)
    assert result.exit_code == 2
    assert settled(result.stderr) == settled(f"qianfan-typed: {message}\n")
    assert result.stdout == ""


# --- schema ---


def test_schema_is_printed_as_json_in_utf_8() -> None:
    result = run("schema", "v1.chat", "--model", "ERNIE-Speed-8K")
    assert json.loads(result.stdout_bytes.decode("utf-8")) == schema("v1.chat", "ERNIE-Speed-8K")
    assert "对话Chat" in result.stdout_bytes.decode("utf-8")


def test_schema_of_any_model() -> None:
    assert json.loads(run("schema", "v2.embedding").stdout) == schema("v2.embedding")


def test_openapi_document_is_printed() -> None:
    assert json.loads(run("schema", "--openapi").stdout)["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "say an operation, for example v1.chat, or --openapi"),
        (["v1.chatt"], "'v1.chatt': not an operation; did you mean v1.chat?"),
        (["v1.chat", "--model", "gpt"], "'gpt': not a known model of v1.chat; nothing looks like it"),
        (["v1.chat", "--openapi"], "--openapi is of every operation: leave out the operation and --model"),
    ],
)
def test_wrong_use_of_schema(words: list[str], message: str) -> None:
    result = run("schema", *words)
    assert result.exit_code == 2
    assert settled(result.stderr) == settled(f"qianfan-typed: {message}\n")
