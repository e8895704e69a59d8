"""`qianfan-typed explain` and `qianfan-typed schema`, as a user runs them."""

from __future__ import annotations

import ast
import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from qianfan_api import validation
from qianfan_api.models import CATALOGUES
from qianfan_api.registry import VALIDATORS
from qianfan_api.validation import validate
from qianfan_api.violations import Violation
from qianfan_typed.cli import app
from qianfan_typed.core import encoding
from qianfan_typed.facts.explanations import Explanation, OperationExplanation, explain
from qianfan_typed.facts.facts_file import facts
from qianfan_typed.facts.schemas import UnknownName, for_editors, schema
from qianfan_typed.reports.codes import OWN_RULES, REQUEST_RULES
from tests.offenders import no_offenders
from tests.settled import settled


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "100", "NO_COLOR": "1"})


def lines(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [line.rstrip() for line in result.stdout.splitlines()]


@functools.cache
def known(name: str) -> Explanation:
    found = explain(name)
    assert isinstance(found, Explanation)
    return found


# --- a parameter ---


def test_one_model() -> None:
    assert lines(run("explain", "v1.chat.temperature", "--model", "ChatLaw")) == [
        "v1.chat.temperature  ChatLaw",
        "Higher is more random, lower is more focused.",
        "type     number",
        "default  1.0",
        "rules    at least 0 and at most 2.0  (error, v1.chat.temperature.range)",
        "source   对话Chat, read 2025-01-13",
    ]


def test_rules_of_items_and_a_limit_of_the_model_with_the_page_that_states_it() -> None:
    assert lines(run("explain", "v1.embedding.input", "--model", "bge-large-zh")) == [
        "v1.embedding.input  bge-large-zh",
        "The texts. The reply has a vector for each, in the same order.",
        "type    list of string",
        "rules   required  (error, v1.embedding.input.missing)",
        "        at least 1 and at most 16 items  (error, v1.embedding.input.empty)",
        "        each not empty  (error, v1.embedding.input[].empty)",
        "        each at most 2000 characters  (error, v1.embedding.input[].length)",
        "          bge-large-zh, read 2024-12-31; https://cloud.baidu.com/doc/WENXINWORKSHOP/s/dllz04sro",
        "source  Embedding-V1, read 2025-09-05",
        "        https://cloud.baidu.com/doc/WENXINWORKSHOP/s/alj562vvu",
    ]


def test_a_conversation_with_its_members_and_what_its_order_is() -> None:
    page = "Qianfan-Chinese-Llama-2-13B-v1, read 2024-06-22;"
    url = "https://cloud.baidu.com/doc/WENXINWORKSHOP/s/8lo479b4b"
    of_its_own = [f"           {page}", f"           {url}"]
    assert lines(run("explain", "v1.chat.messages", "--model", "Qianfan-Chinese-Llama-2-13B")) == [
        "v1.chat.messages  Qianfan-Chinese-Llama-2-13B-v1",
        "The conversation so far, oldest first; the last message is the one to answer.",
        "type     list of object (V1Message)",
        'members  role: string; required; one of "user", "assistant"',
        "         content: string; required unless function_call is given; not empty unless function_call is",
        "         given",
        "         name: string; required when role is function",
        "         function_call: object (FunctionCall)",
        "rules    required  (error, v1.chat.messages.missing)",
        "         not empty  (error, v1.chat.messages.empty)",
        "         messages[].content together at most 8000 characters  (error, v1.chat.messages.total.length)",
        *of_its_own,
        "         user and assistant take turns  (error, v1.chat.messages.order)",
        *of_its_own,
        "         an odd number of messages  (error, v1.chat.messages.count)",
        *of_its_own,
        "         the last message is from user  (error, v1.chat.messages.last)",
        *of_its_own,
        "source   对话Chat, read 2025-01-13",
    ]


@pytest.mark.parametrize(
    ("parameter", "model", "said"),
    [
        ("v1.chat.messages.role", "Qianfan-Chinese-Llama-2-13B", 'one of "user", "assistant" (error,'),
        ("v1.chat.messages.name", "ERNIE-3.5-8K", "required when role is function (error,"),
        ("v1.chat.messages[].content", "ERNIE-3.5-8K", "required unless function_call is given (error,"),
        ("v1.chat.system", "ERNIE-3.5-8K", "messages[].content and system together at most 20000 characters (warning,"),
        ("v1.chat.top_k", "ChatGLM2-6B-32K", "set top_k or top_p, not both (warning, v1.chat.top_p.prefer)"),
        (
            "v1.chat.max_output_tokens",
            "ERNIE-3.5-8K",
            "rules at least 1 (error, v1.chat.max_output_tokens.range) at most 2048 (warning,",
        ),
        ("v1.chat.max_output_tokens", "ERNIE-3.5-8K", "no page of the documentation states the limit;"),
        ("v1.chat.max_output_tokens", "ERNIE-Speed-8K", "rules at least 1 (error, v1.chat.max_output_tokens.range)"),
        ("v1.chat.stop", "ERNIE-Speed-8K", "each at most 20 characters (error, v1.chat.stop[].length)"),
        ("v1.chat.tool_choice", "ERNIE-3.5-8K", "type object (ToolChoice) members type: string"),
        ("v1.image2text.image", None, "each side at least 15 and at most 4096 pixels"),
        ("v1.rerank.query", None, "at most 1600 characters (error, v1.rerank.query.length)"),
        ("v2.chat.backoff_factor", None, "an argument of the official SDK: it never reaches the platform (warning,"),
        ("v2.chat.messages", "ernie-3.5-8k", "the last message has more than white space (error,"),
        ("v2.chat.messages.content", "ernie-3.5-8k", "type string or list of object (ContentPart)"),
        ("v2.chat.reasoning_effort", "deepseek-v3.2", 'one of "low", "medium", "high", "xhigh", "max" (error,'),
        ("v2.chat.stream_options", None, "has an effect only when stream is true (warning,"),
        ("v2.chat.stream_options", None, "members include_usage: true or false; default false"),
        ("v2.chat.stream_options.include_usage", None, "default false rules none but its type"),
        ("v2.images.size", "irag-1.0", "each side at least 512 and at most 2048 pixels (warning,"),
        ("v2.images.size", "irag-1.0", "the page does not name the model"),
    ],
)
def test_what_is_known_of_a_parameter(parameter: str, model: str | None, said: str) -> None:
    shown = lines(run("explain", parameter, *(() if model is None else ("--model", model))))
    assert said in " ".join(" ".join(shown).split())


def test_what_differs_between_models() -> None:
    said = lines(run("explain", "v1.chat.temperature"))
    assert said[:3] == ["v1.chat.temperature", "Higher is more random, lower is more focused.", "type      number"]
    start = said.index("rules     above 0 and at most 1.0  (v1.chat.temperature.range)")
    assert said[start + 1].startswith("            error for ")
    assert "ERNIE-4.0-8K, ERNIE-4.0-8K-Preview, " in said[start + 1]
    other = said.index("          at least 0 and at most 2.0  (v1.chat.temperature.range)")
    assert re.match(r"            error for .*\bChatLaw\b", said[other + 1])
    assert f"taken by  all {len(CATALOGUES['v1.chat'])} models" in said
    assert said[-1].endswith(": no page of the documentation lists the model")


def test_table_of_all_models_has_every_model_once() -> None:
    result = run("explain", "v1.chat.temperature", "--all-models")
    said = lines(result)
    assert said[2] == "type  number"
    text = " ".join(result.stdout.split())
    for name in CATALOGUES["v1.chat"]:
        assert name in text
    assert re.search(r" ChatLaw\b[^()]* takes it [^()]*1\.0 +at least 0 and at most 2\.0 +\(error\)", result.stdout)


def test_parameter_that_the_model_does_not_take() -> None:
    assert lines(run("explain", "v1.chat.top_logprobs", "--model", "ChatLaw"))[1].startswith(
        "Not a parameter of ChatLaw. Sending it is refused. ERNIE-Tiny-128K-0929,"
    )


def test_parameter_that_the_model_does_not_take_and_that_passes() -> None:
    said = " ".join(lines(run("explain", "v1.chat.max_output_tokens", "--model", "Yi-34B-Chat")))
    assert "Not a parameter of Yi-34B-Chat. Sending it warns. ERNIE-4.0-8K," in said


def test_parameter_that_sources_disagree_on() -> None:
    assert lines(run("explain", "v1.chat.functions", "--model", "ernie-4.0-8k")) == [
        "v1.chat.functions  ERNIE-4.0-8K",
        "Sources disagree whether ERNIE-4.0-8K takes it: The V1 page keeps functions to ERNIE 3.5; the",
        "official SDK lists them for some ERNIE 4.0 models. Sending it warns.",
    ]


# --- a rule ---


def test_a_rule_that_a_later_edition_of_its_page_dropped() -> None:
    assert lines(run("explain", "v2.chat.messages.last", "--model", "ernie-3.5-8k")) == [
        "v2.chat.messages.last  ernie-3.5-8k",
        "about   messages",
        "rules   the last message is from user, tool or function  (warning, v2.chat.messages.last)",
        "source  对话Chat V2: 2024-12-13 said so; 2025-12-23 no longer does",
    ]


def test_a_rule_says_for_which_models_it_is_what() -> None:
    said = lines(run("explain", "v1.chat.message.role.enum"))
    assert said[:2] == ["v1.chat.message.role.enum", "about      messages[].role"]
    start = said.index('           one of "user", "assistant"  (v1.chat.message.role.enum)')
    assert said[start + 1].startswith("             error for Qianfan-Chinese-Llama-2-13B-v1; ")


def test_retired_models_and_what_to_use() -> None:
    said = lines(run("explain", "v1.chat.model.retired", "--model", "ERNIE-Lite-8K-0922"))
    assert said == [
        "v1.chat.model.retired  ERNIE-Lite-8K-0922",
        "about   model",
        "rules   retired on 2024-07-04; use ERNIE-Lite-Pro-128K  (warning, v1.chat.model.retired)",
        "source  模型列表, retired models, read 2026-03-07",
    ]


def test_a_rule_of_the_projects_own() -> None:
    assert lines(run("explain", "client.stream")) == [
        "client.stream",
        "create() gives a reply in one piece. For one in pieces call stream().",
        "level   error: breaking it is refused",
        "source  none: no page of the platform is about it",
    ]
    assert json.loads(run("explain", "file.undecided", "--format", "json").stdout) == {
        "name": "file.undecided",
        "phrase": "Each request says which operation it is for, by its url or its api, or --api says it for all.",
        "level": "error",
        "source": None,
    }


# --- an operation ---


def test_an_operation_with_what_it_takes_and_its_pages() -> None:
    said = lines(run("explain", "v1.image2text"))
    assert said[:3] == [
        "v1.image2text  POST {models}/{path}",
        "Answers a question about an image.",
        "models  1: Fuyu-8B",
    ]
    assert said[3:5] == [
        "pages   模型列表, retired models, read 2026-03-07",
        "        Fuyu-8B, read 2024-12-30  https://cloud.baidu.com/doc/WENXINWORKSHOP/s/Qlq4l7uw6",
    ]
    text = [" ".join(line.split()) for line in said]
    assert "temperature number; above 0 and at most 1.0 Fuyu-8B" in text
    assert text[-1] == "More of one: qianfan-typed explain v1.image2text.user_id"


def test_an_operation_says_of_a_parameter_how_many_models_have_what() -> None:
    text = " ".join(" ".join(lines(run("explain", "chat"))).split())
    assert re.search(r"at least 0 and at most 2\.0 \(\d+ models?\)", text)


def test_a_model_with_its_limits_its_rates_its_dated_price_and_what_it_takes() -> None:
    found = [" ".join(one.split()) for one in lines(run("explain", "v2.chat", "--model", "ernie-4.5-turbo-128k"))]
    assert found[:6] == [
        "ernie-4.5-turbo-128k v2.chat",
        "call client.v2.chat.ernie_4_5_turbo_128k",
        "limits 131,072 tokens of context",
        "125,952 tokens of input at most",
        "12,288 tokens of output at most",
        "rates 5,000 requests and 400,000 tokens a minute",
    ]
    assert found[6].startswith("price 0.8 yuan a million tokens in, 0.2 cached, 3.2 out (2026-06-30) (Prices of models")
    assert "abilities functions, search" in found
    assert found[-1] == "source 模型列表, read 2026-03-07"


def test_a_model_by_its_name_alone_in_each_operation_that_has_it() -> None:
    found = json.loads(run("explain", "--model", "embedding-v1", "--format", "json").stdout)
    assert {one["api"] for one in found} == {"v1.embedding", "v2.embedding"}


def test_the_end_of_a_model_reads_by_the_day_of_its_page() -> None:
    announced, over = (
        [" ".join(one.split()) for one in lines(run("explain", "--model", model))] for model in ("glm-4.7", "irag-1.0")
    )
    assert announced[1].startswith("retirement announced to end on 2026-04-02; use glm-5")
    assert over[1].startswith("retirement retired on 2025-12-23; use qwen-image (模型列表, retired models, read")


@pytest.mark.parametrize("api", VALIDATORS)
def test_every_operation_is_explained_with_each_of_its_parameters(api: str) -> None:
    found = explain(api)
    assert isinstance(found, OperationExplanation)
    assert found.description
    assert found.models == tuple(CATALOGUES[api])
    named = {one.name for one in found.parameters}
    assert named >= {f"{api}.{name}" for name in schema(api)["properties"] if f"{api}.{name}" in named}
    for group in facts().operations[api].groups.values():
        assert named >= {f"{api}.{name}" for name in group.takes}
    for one in found.parameters:
        for row in one.taken:
            assert row.standing.description, one.name
    assert run("explain", api, "--format", "json").exit_code == 0


# --- every id there is ---


def ids() -> Iterator[str]:
    """Every id that what checks can print."""
    for api, operation in facts().operations.items():
        for one in operation.constraints:
            yield from one.ids
        yield from (f"{api}.{name}" for name in REQUEST_RULES)
        if len(CATALOGUES[api]) and not CATALOGUES[api].model_is_parameter:
            yield f"{api}.model.unknown_model"
        if any(model.retired for model in CATALOGUES[api].values()):
            yield f"{api}.model.retired"
    yield from OWN_RULES


def test_every_id_is_explained() -> None:
    mute: list[str] = []
    for name in dict.fromkeys(ids()):
        found = explain(name)
        if isinstance(found, Explanation) and not any(row.standing.rules for row in found.rows):
            mute.append(name)
    no_offenders(mute)


def test_every_member_is_explained_by_the_name_that_its_rules_have() -> None:
    for api, operation in facts().operations.items():
        # The id of a rule goes before: what stands in a list of parts is an object, content_part.type says.
        rules = {name for one in operation.constraints for name in one.ids}
        for place, member in operation.members.items():
            if f"{api}.{member.rule}" not in rules:
                assert known(f"{api}.{member.rule}").name == f"{api}.{place.replace('[]', '')}"


def test_what_the_client_refuses_by_itself_is_in_the_table() -> None:
    folder = Path(str(encoding.__file__)).parent
    calls = [
        node
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "refused"
    ]
    codes = {str(code.value) for call in calls for code in call.args[2:3] if isinstance(code, ast.Constant)}
    api = Path(str(validation.__file__)).parent
    told = {rule for path in api.glob("*.py") for rule in re.findall(r'rule="(client\.\w+)"', path.read_text("utf-8"))}
    assert {f"client.{code}" for code in codes} | told == {name for name in OWN_RULES if name.startswith("client.")}


WRONG: list[object] = [
    "",
    " ",
    "x" * 3000,
    0,
    -1,
    1.5,
    10**9,
    True,
    [],
    ["x"] * 99,
    {},
    [{"role": "usr"}, 5],
    {"type": "x"},
]


def violations(api: str) -> Iterator[tuple[str, Violation]]:
    """What is found in wrong requests, one wrong parameter each, with the model."""
    operation = facts().operations[api]
    names = {name for group in operation.groups.values() for name in group.takes} | {"temprature", "messages"}
    # Of models of which the same is known, one.
    bare = {name: msgspec.structs.replace(model, page="", retired=None) for name, model in operation.models.items()}
    alike = {repr(model): name for name, model in bare.items()}
    for model in alike.values():
        for name in sorted(names):
            for value in WRONG:
                yield from ((model, found) for found in validate({name: value}, api=api, model=model))


@pytest.mark.parametrize("api", CATALOGUES)
def test_what_a_model_takes_is_explained_as_taken_and_nothing_else(api: str) -> None:
    operation = facts().operations[api]
    names = {name for group in operation.groups.values() for name in group.takes}
    explained = {name: known(f"{api}.{name}") for name in names}
    no_offenders(
        f"{model}: {name}"
        for model, of in operation.models.items()
        for name, one in explained.items()
        if one.of(model).taken is not (name in operation.groups[of.group].takes)
    )


@functools.cache
def rules_of(rule: str, model: str) -> set[tuple[str, str | None]]:
    return {(one.level, one.source) for one in known(rule).of(model).rules}


@pytest.mark.parametrize("api", ["v1.chat", "v1.embedding", "v1.completion", "v1.text2image", "v2.chat", "v2.images"])
def test_explain_has_the_level_and_the_source_of_what_validate_finds(api: str) -> None:
    wrong = dict[str, None]()
    for model, found in violations(api):
        if (found.level, found.source) not in rules_of(found.rule, model):
            wrong[f"{model}: {found.rule}: {found.level}, {found.source}: {rules_of(found.rule, model)}"] = None
    no_offenders(list(wrong))


@pytest.mark.parametrize(
    "name", ["chat.temperature.range", "v1.chat.temperature.range", "v1.chat.message.role.enum", "v1.chat.message"]
)
def test_a_rule_goes_by_its_short_name_and_an_object_by_its_parameter(name: str) -> None:
    assert known(name).name in ("v1.chat.temperature.range", "v1.chat.message.role.enum", "v1.chat.messages")


# --- JSON ---


def test_explanation_as_json() -> None:
    said = json.loads(run("explain", "v1.chat.temperature", "--model", "ChatLaw", "--format", "json").stdout)
    assert said == {
        "api": "v1.chat",
        "name": "v1.chat.temperature",
        "model": "ChatLaw",
        "taken": True,
        "description": "Higher is more random, lower is more focused.",
        "type": "number",
        "default": 1.0,
        "members": [],
        "source": "对话Chat, read 2025-01-13",
        "url": None,
        "rules": [
            {
                "id": "v1.chat.temperature.range",
                "phrase": "at least 0 and at most 2.0",
                "level": "error",
                "because": None,
                "source": "对话Chat, read 2025-01-13",
                "url": None,
            }
        ],
    }


def test_explanation_of_all_models_as_json() -> None:
    said = json.loads(run("explain", "v1.chat.top_logprobs", "--all-models", "--format", "json").stdout)
    assert said["name"] == "v1.chat.top_logprobs"
    names = [name for one in said["models"] for name in one["names"]]
    assert sorted(names) == sorted(CATALOGUES["v1.chat"])
    assert {one["taken"] for one in said["models"]} == {True, False}


def test_json_of_a_model_that_does_not_take_it_says_which_do() -> None:
    said = json.loads(run("explain", "v1.chat.top_k", "--model", "ChatLaw", "--format", "json").stdout)
    assert said["taken"] is False
    assert "Baichuan2-13B-Chat" in said["taken_by"]


def test_json_of_a_rule_has_its_rules_alone() -> None:
    said = json.loads(run("explain", "v2.chat.messages.last", "--model", "ernie-3.5-8k", "--format", "json").stdout)
    assert list(said) == ["api", "name", "model", "rules"]


# --- names that are none ---


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["v1.chat.tempratur"],
            "'tempratur': not known in v1.chat; nearest: temperature, temperature.type, temperature.range",
        ),
        (
            ["v1.chat.temperature.low"],
            "'temperature.low': not known in v1.chat; nearest: temperature, temperature.type, temperature.range",
        ),
        (["v1.services.x"], "'x': not known in v1.services; known: apiTypefilter"),
        (["v1.cht.temperature"], "'v1.cht': not an operation; did you mean v1.chat?"),
        (
            ["client.strem"],
            "'client.strem': not known in what files and clients can say; "
            "nearest: client.stream, client.path, client.type",
        ),
        (
            ["v1.chat.stop", "--model", "ERNIE-Sped"],
            "'ERNIE-Sped': not a known model of v1.chat; nearest: ERNIE-Speed, ERNIE Speed, ERNIE-Speed-8K",
        ),
        (["v1.chat.stop", "--model", "ChatLaw", "--all-models"], "--model and --all-models: say one of them"),
        ([], "say what: an operation, a parameter, the id of a rule, or --model"),
        (["--model", "ERNIE-Speed-8k0"], "'ERNIE-Speed-8k0': no model is called so; nearest: ernie-speed-8k, x"),
        (["v1.chat", "--all-models"], "v1.chat: an operation: leave out --all-models"),
        (["file.syntax", "--model", "ChatLaw"], "file.syntax: the same for every model: leave out --model"),
        (["file.syntax", "--all-models"], "file.syntax: the same for every model: leave out --all-models"),
    ],
)
def test_wrong_use_of_explain(words: list[str], message: str) -> None:
    result = run("explain", *words)
    assert result.exit_code == 2
    assert settled(result.stderr) == settled(f"qianfan-typed: {message}\n")
    assert result.stdout == ""


def test_an_unknown_name_is_an_error_of_its_own() -> None:
    with pytest.raises(UnknownName, match=r"not known in v1\.chat"):
        explain("v1.chat.nosuch")


# --- schema ---


def test_schema_is_printed_as_json_in_utf_8() -> None:
    result = run("schema", "v1.chat", "--model", "ERNIE-Speed-8K")
    assert json.loads(result.stdout_bytes.decode("utf-8")) == for_editors(schema("v1.chat", "ERNIE-Speed-8K"))
    assert "对话Chat" in result.stdout_bytes.decode("utf-8")


def test_schema_of_any_model() -> None:
    assert json.loads(run("schema", "v2.embedding").stdout) == for_editors(schema("v2.embedding"))


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
