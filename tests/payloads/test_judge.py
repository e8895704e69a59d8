"""What is right passes without a verdict, whatever form it has, and nothing else does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qianfan_api.models import CATALOGUES
from qianfan_api.operations import OPERATIONS
from qianfan_api.routing import Route, named, route
from qianfan_typed.payloads.envelopes import Undecided
from qianfan_typed.payloads.judge import Judge
from qianfan_typed.reports.findings import ViolationFilter
from tests.payloads.saying import Run, chat, lines

PLATFORM = "/rpc/2.0/ai_custom/v1/wenxinworkshop/"
MODELS = st.sampled_from(
    ["ERNIE-Speed-8K", "ernie-speed-8k", "ChatLaw", "ERNIE-Lite-8K-0922", "no such model", 5, None]
)
BODIES: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"messages": st.sampled_from([chat()["messages"], [], [{"role": "user"}], 5])},
    optional={
        "model": MODELS,
        "endpoint": st.sampled_from(["eb-instant", "completions", "my_own", 5]),
        "temperature": st.sampled_from([0.5, 0, 7]),
        "body": st.just({}),
        "url": st.just("x"),
    },
) | st.sampled_from([5, None, [], {}])
DOCUMENTS: st.SearchStrategy[Any] = (
    BODIES
    | st.fixed_dictionaries(
        {"payload": BODIES}, optional={"api": st.sampled_from(["v1.chat", "v2.chat", "x", 5]), "model": MODELS}
    )
    | st.fixed_dictionaries(
        {"body": BODIES},
        optional={
            "custom_id": st.sampled_from(["1", 5]),
            "method": st.sampled_from(["POST", "GET"]),
            "url": st.sampled_from(
                ["/v2/chat/completions", f"{PLATFORM}chat/completions", f"{PLATFORM}chat/my_own", "/nowhere", 5]
            ),
        },
    )
)


@settings(deadline=None, max_examples=1500)
@given(DOCUMENTS, st.sampled_from([None, "v1.chat", "v2.chat"]), st.sampled_from([None, "ERNIE-Speed-8K", "x"]))
def test_what_passes_has_no_verdict(document: Any, api: str | None, model: str | None) -> None:
    judge = Judge(api, model, ViolationFilter())
    if judge.passer()(document):
        assert judge.verdict(document) is None


@settings(deadline=None, max_examples=500)
@given(DOCUMENTS, st.sampled_from([None, "v1.chat"]), st.sampled_from([None, "ERNIE-Speed-8K"]))
def test_a_judge_says_the_same_again(document: Any, api: str | None, model: str | None) -> None:
    used, fresh = Judge(api, model, ViolationFilter()), Judge(api, model, ViolationFilter())
    used.passer()(document)
    assert said(used, document) == said(fresh, document)


def said(judge: Judge, document: Any) -> Any:
    try:
        return judge.verdict(document)
    except Undecided as error:
        return str(error)


@pytest.mark.parametrize(
    "document",
    [
        chat(model="ERNIE-3.5-8K"),
        {"body": chat(model="ERNIE-3.5-8K")},
        {"custom_id": "1", "method": "POST", "url": f"{PLATFORM}chat/completions", "body": chat(model="ERNIE-3.5-8K")},
        {
            "custom_id": "1",
            "url": f"{PLATFORM}chat/completions",
            "body": {"messages": chat(model="ERNIE-3.5-8K")["messages"]},
        },
        {"payload": chat(model="ERNIE-3.5-8K")},
        {"api": "chat", "payload": chat(model="ERNIE-3.5-8K")},
        {"api": "v1.chat", "model": "ERNIE-3.5-8K", "payload": {"messages": chat(model="ERNIE-3.5-8K")["messages"]}},
    ],
)
def test_what_is_right_passes_at_once_in_every_form(document: object) -> None:
    passes = Judge("v1.chat", None, ViolationFilter()).passer()
    assert [passes(document), passes(document)] == [True, True]


@pytest.mark.parametrize("document", [chat(model="ERNIE-Bot-8k"), {"payload": chat(model="ERNIE-Bot-8k")}])
def test_a_right_request_to_a_retired_model_has_its_warning(document: object) -> None:
    judge = Judge("v1.chat", None, ViolationFilter())
    passes = judge.passer()
    assert [passes(document), passes(document)] == [False, False]
    verdict = judge.verdict(document)
    assert verdict is not None
    [found] = verdict.violations
    assert (found.rule, found.level, found.message) == (
        "v1.chat.model.retired",
        "warning",
        "ERNIE-Bot-8k: retired; use ERNIE-3.5-8K",
    )


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"api": "v1.chat", "model": "ChatLaw", "payload": chat()}, ["ChatLaw /payload/extra_parameters"]),
        ({"payload": {"messages": []}}, ["ERNIE-Speed-8K /payload/messages"]),
        ({"payload": 5}, ["/payload"]),
        ({"endpoint": "completions", "messages": []}, ["ERNIE-3.5-8K /messages"]),
        ({"endpoint": "my_own", "messages": [], "temperature": 99, "any": 1}, ["my_own /messages"]),
        ({"model": "ERNIE-Sped-8K", "messages": []}, ["ERNIE-Sped-8K /model", "ERNIE-Sped-8K /messages"]),
        (
            {"body": {"model": "ERNIE-Sped-8K", "messages": []}},
            ["ERNIE-Sped-8K /body/model", "ERNIE-Sped-8K /body/messages"],
        ),
        ({"custom_id": "1", "url": f"{PLATFORM}chat/completions"}, ["ERNIE-3.5-8K /body"]),
        ({"method": "POST", "url": f"{PLATFORM}chat/completions"}, ["ERNIE-3.5-8K /body"]),
        # A request with members too many, neither a line nor a payload.
        ({**chat(), "url": "x"}, ["ERNIE-Speed-8K /url"]),
        ({**chat(), "payload": {}}, ["ERNIE-Speed-8K /payload"]),
        ({**chat(), "custom_id": "x"}, ["ERNIE-Speed-8K /custom_id"]),
    ],
)
def test_where_the_request_is_in_a_document(folder: Path, validate: Run, document: object, found: list[str]) -> None:
    (folder / "a.json").write_text(json.dumps(document), "utf-8")
    report = json.loads(validate("--api", "v1.chat", "--model", "ERNIE-Speed-8K", "--format", "json", "a.json").out)
    subjects = [f"{one['model'] or ''} {one['pointer']}".strip() for one in report["violations"]]
    assert subjects == found


def test_what_is_around_a_body_only_warns(folder: Path, validate: Run) -> None:
    line = {"custom_id": 1, "method": "GET", "url": "/v1/nowhere", "body": chat()}
    (folder / "a.jsonl").write_text(lines(line), "utf-8")
    assert len(validate("--api", "v1.chat", "a.jsonl").lines) == 3
    assert validate("--api", "v1.chat", "--level", "error", "a.jsonl").code == 0


@pytest.mark.parametrize("api", [name for name, operation in OPERATIONS.items() if "{path}" in operation.path])
def test_the_path_of_each_model_leads_to_it(api: str) -> None:
    for model in CATALOGUES[api].values():
        if model.path is not None and model.prebuilt:
            leads = route(f"https://example.com{OPERATIONS[api].path.format(path=model.path)}?access_token=x")
            assert leads is not None
            known = CATALOGUES[leads.api].at_path(model.path)
            assert known is not None
            assert leads == Route(api=leads.api, recipient=named(leads.api, known.name))


@pytest.mark.parametrize("url", ["", "/", "/v2/chat", "/x/v2/chat/completions", f"{PLATFORM}", "http://[bad"])
def test_no_operation_is_at_another_path(url: str) -> None:
    assert route(url) is None


def test_a_request_that_is_nested_too_deeply_is_said_and_the_rest_checked(folder: Path, validate: Run) -> None:
    deep = '{"a": ' + "[" * 200_000 + "]" * 200_000 + "}"
    (folder / "a.jsonl").write_text(deep + "\n" + lines(chat(top_p=7)), "utf-8")
    said = validate("--api", "v1.chat", "a.jsonl")
    assert said.code == 2
    assert said.lines[0] == "a.jsonl:1:1: error: not JSON that can be read: it is nested too deeply [file.syntax]"
    assert len(said.lines) == 2


def test_what_junit_does_not_show_is_a_failure_all_the_same(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl").write_text(lines(chat(top_p=7), chat(top_p=7)), "utf-8")
    out = validate("--api", "v1.chat", "--format", "junit", "--max-violations", "0", "a.jsonl").out
    assert '<testsuites tests="1" failures="1" errors="0">' in out
    assert 'name="2 violations that are not shown"' in out
