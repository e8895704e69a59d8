"""What the page shows of models, parameters and rules is what the facts and the validators say."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import urllib3

from qianfan_api.models import CATALOGUES
from qianfan_api.operations import OPERATIONS
from qianfan_api.validation import validate
from qianfan_typed.explorer.families import families
from qianfan_typed.explorer.matrix import matrix
from qianfan_typed.explorer.model_views import model_sheet, model_views, operation_views
from qianfan_typed.explorer.rule_views import rule_lines, rule_page
from qianfan_typed.explorer.samples import samples
from qianfan_typed.facts.explanations import explain, explain_for
from qianfan_typed.facts.facts_file import facts

MODELS = [model for catalogue in CATALOGUES.values() for model in catalogue.values()]


def test_every_model_is_there_once() -> None:
    assert [(one.api, one.name) for one in model_views()] == [(one.api, one.name) for one in MODELS]


def test_a_model_as_the_catalogue_has_it() -> None:
    (one,) = [one for one in model_views() if (one.api, one.name) == ("v2.chat", "ernie-novel-8k")]
    assert one.retired is not None
    assert (one.retired.on, one.retired.announced, one.retired.use) == ("2025-12-11", False, ("ernie-4.5-turbo-32k",))
    (one,) = [one for one in model_views() if one.name == "ernie-4.5-turbo-128k"]
    model = CATALOGUES["v2.chat"][one.name]
    assert one.limits == {"context": 131072, "max_input_tokens": 125952, "max_output_tokens": 12288}
    assert one.price is not None
    assert model.price is not None
    assert (one.price.input, one.price.output) == (model.price.input, model.price.output)
    assert "temperature" in one.takes


def test_families_put_both_dialects_together() -> None:
    found = families(MODELS)
    assert found["ERNIE-3.5-8K"] == found["ernie-3.5-8k"] == "ERNIE 3.5"
    assert found["ernie-4.5-turbo-128k"] == "ERNIE 4.5"
    assert found["qwen3-8b"] == found["qwen2.5-7b-instruct"] == "qwen"
    assert set(found) == {model.name for model in MODELS}


@pytest.mark.parametrize("api", OPERATIONS)
def test_the_matrix_agrees_with_the_validators_on_what_is_taken(api: str) -> None:
    table = matrix(api)
    for row, (column, cell) in itertools.product(table.rows, enumerate(table.columns)):
        taken = table.cells[row.cells[column]].taken
        group = facts().operations[api].groups[row.group]
        assert (taken != "no") or cell.name not in group.takes


@pytest.mark.parametrize("api", ["v1.chat", "v2.chat", "v2.images", "v1.text2image"])
def test_what_lies_outside_a_range_of_the_matrix_breaks_a_rule(api: str) -> None:
    table = matrix(api)
    beginning = dict(samples(api)[0].payload)
    tried = 0
    for row in table.rows:
        for index, column in enumerate(table.columns):
            cell = table.cells[row.cells[index]]
            bounds = re.fullmatch(r"([\[(])(-?[\d.]+), (-?[\d.]+)([\])])", cell.range or "")
            if bounds is None or cell.taken != "yes":
                continue
            high = float(bounds[3]) + 1
            payload = {**beginning, column.name: int(high) if high.is_integer() else high}
            named = {"model": row.model} if "model" in payload else {}
            found = validate({**payload, **named}, api=api, model=None if named else row.model)
            of_it = [one for one in found if one.pointer == f"/{column.name}" and one.code == "range"]
            assert of_it, (row.model, column.name, cell.range)
            assert (of_it[0].level == "warning") >= cell.only_warns
            tried += 1
    assert tried > (50 if api.endswith("chat") else 3)


def test_a_sheet_says_what_explain_says() -> None:
    sheet = model_sheet("v1.chat", "ERNIE-Lite-Pro-128K")
    whole: Any = explain("v1.chat.temperature")
    (own,) = [one.standing for one in sheet.parameters if one.name == "temperature"]
    assert own == whole.of("ERNIE-Lite-Pro-128K") == explain_for("v1.chat", "ERNIE-Lite-Pro-128K")["temperature"]


def test_an_operation_says_what_is_called_where_nobody_names_a_model() -> None:
    views = {one.api: one for one in operation_views()}
    assert views["v2.chat"].default_model == "ernie-4.5-turbo-128k"
    assert (views["v2.chat"].streams, views["v2.files.upload"].sendable) == (True, False)
    assert views.keys() == OPERATIONS.keys()


def test_each_rule_is_listed_once_and_has_a_page() -> None:
    lines = rule_lines()
    assert len({one.id for one in lines}) == len(lines)
    stated = {id_ for of in facts().operations.values() for one in of.constraints for id_ in one.ids}
    assert stated <= {one.id for one in lines}
    for line in lines[::25]:
        assert rule_page(line.id).id == line.id


def test_editions_say_what_became_of_a_rule() -> None:
    said = {(one.read, one.says) for one in rule_page("v2.chat.messages.order").editions}
    assert ("2025-12-23", "drops") in said
    assert {one.says for one in rule_page("v2.chat.temperature.range").editions} == {"says", "defers"}


def test_examples_are_what_the_validators_say() -> None:
    for rule in (
        "v2.chat.temperature.range",
        "v1.chat.messages.count",
        "v2.chat.message.role.enum",
        "v2.images.n.range",
    ):
        page = rule_page(rule)
        assert page.examples, rule
        for one in page.examples:
            model = None if "model" in one.payload else one.model
            found = validate(one.payload, api=page.api, model=model)
            broken = {(each.rule, each.message) for each in found}
            assert ((rule, one.message) in broken) if one.level else found == []


@pytest.mark.slow
def test_nine_of_ten_rules_have_an_example() -> None:
    lines = [one for one in rule_lines() if one.api]
    without = [one.id for one in lines if not any(each.level for each in rule_page(one.id).examples)]
    assert len(without) < len(lines) / 10


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("model", {"api": "v2.chat", "name": "ernie-none"}, "'ernie-none': not a known model of v2.chat"),
        ("rule", {"id": "v2.chat.none"}, "'none': not known in v2.chat"),
        ("matrix", {"api": "v3"}, "v3: not an operation"),
        ("rule", {}, "id: missing"),
        ("requests/9", {}, "this request is not remembered any more"),
    ],
    ids=["model", "rule", "operation", "nothing", "request"],
)
def test_what_is_not_there_is_said(get: Callable[..., Any], path: str, query: dict[str, str], status: str) -> None:
    assert get(path, **query)["error"].startswith(status)


def test_the_session_shows_no_key_of_ones_own() -> None:
    import urllib3

    from qianfan_typed.emulator import Emulator, Keys

    with Emulator(keys=Keys(secret_key="mine-and-secret", bearer_token="bce-v3/mine")) as emulator:
        said = urllib3.request("GET", f"{emulator.url}/explorer/api/session").data.decode()
    assert "mine" not in said
    shown = dict(json.loads(said)["variables"])
    assert shown["iam"]["QIANFAN_SECRET_KEY"] == "…"


def test_the_page_is_answered_in_its_own_language(
    get: Callable[..., Any], post: Callable[..., urllib3.BaseHTTPResponse]
) -> None:
    payload = {"model": "ernie-4.0-8k", "messages": [{"role": "user", "content": "你好"}], "temperature": 7}
    said = [post("validate", payload, lang=lang).json()["problems"][0]["message"] for lang in ("en", "zh")]
    assert said == ["7: must be above 0 and at most 1.0", "7：必须大于 0 且不大于 1.0"]
    rule = get("rule", id="v2.chat.temperature.range", lang="zh")
    assert rule["rows"][0]["standing"]["rules"][0]["phrase"] == "大于 0 且不大于 1.0"
    assert rule["examples"][0]["message"].endswith("：必须大于 0 且不大于 1.0")
