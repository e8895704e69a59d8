"""Every model of the catalogue answers, each by its own rules."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from qianfan_api import error_codes
from qianfan_api.catalogue import Model
from qianfan_api.models import V1_CHAT, V2_CHAT
from qianfan_typed.emulator import refusals
from qianfan_typed.emulator.dispatch import OFFICIAL_SDK_KEY
from tests.emulator.calling import HELLO, V1, Caller

NEEDED = {V1_CHAT["ChatLaw"].group: {"extra_parameters": {"use_keyword": True, "use_reference": True}}}
"""Group → what its models need."""


def path_of(model: Model) -> str:
    return model.path or f"chat/{model.property}"


def test_every_v1_model_answers_at_its_path(caller: Caller) -> None:
    got = {model.name: caller.v1(path_of(model), **NEEDED.get(model.group, {})).json for model in V1_CHAT.values()}
    assert {name: reply for name, reply in got.items() if not reply.get("result", "").startswith("你好！")} == {}


def test_every_v1_model_has_its_rules(caller: Caller) -> None:
    verified = [model for model in V1_CHAT.values() if not model.unverified]
    got = {model.name: caller.v1(path_of(model), top_p=3, **NEEDED.get(model.group, {})).json for model in verified}
    said = {name: (reply.get("error_code"), "/top_p 3" in reply.get("error_msg", "")) for name, reply in got.items()}
    assert said == dict.fromkeys(said, (336003, True))


def test_every_v2_model_answers(caller: Caller) -> None:
    got = {name: caller.v2(name).json for name in V2_CHAT}
    said = {name: (reply["model"], reply["choices"][0]["message"]["content"][:3]) for name, reply in got.items()}
    assert said == {name: (name, "你好！") for name in V2_CHAT}


def test_other_endpoints_answer_without_rules(caller: Caller) -> None:
    assert caller.v1("chat/ngxxxol8_test1", temperature=100, whatever=True).json["result"]
    assert caller.v2("svco-1234", temperature=100, whatever=True).json["model"] == "svco-1234"


def test_what_the_official_sdk_adds_is_let_pass(caller: Caller) -> None:
    extra = {OFFICIAL_SDK_KEY: "qianfan_py_sdk_v0.4.12.3"}
    assert caller.v1(extra_parameters=extra).json["result"]
    assert caller.v2(extra_parameters=extra).status == 200
    assert caller.v1("chat/chatlaw", extra_parameters=extra).json["error_code"] == 336003


@pytest.mark.parametrize(
    ("path", "code"), [("chat", 336005), ("chat/", 336005), ("chat/a/b", 336005), ("nothing/here", 3), ("", 3)]
)
def test_v1_paths_that_do_not_exist(caller: Caller, path: str, code: int) -> None:
    got = caller.v1(path)
    assert (got.status, got.json["error_code"]) == (200, code)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_wrong_method(caller: Caller, method: str) -> None:
    assert caller.send(method, f"{V1}/chat/ernie-lite-pro-128k").json["error_code"] == 336101
    got = caller.send(method, "/v2/chat/completions")
    assert (got.status, got.json["error"]["code"]) == (405, "method_not_supported")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"messages": NaN}', b"\xff\xfe"],
    ids=["empty", "open", "list", "null", "nan", "bytes"],
)
def test_a_body_that_is_no_json_object(caller: Caller, body: bytes) -> None:
    got = caller.send("POST", f"{V1}/chat/ernie-lite-pro-128k?access_token={caller.token()}", body)
    assert got.json["error_code"] == 336002
    got = caller.send("POST", "/v2/chat/completions", body, caller.bearer)
    assert (got.status, got.json["error"]["code"]) == (400, "malformed_json")


@pytest.mark.parametrize(
    ("change", "v1", "v2"),
    [
        ({"messages": [{"role": "user", "content": ""}]}, 336003, "invalid_messages"),
        ({"messages": []}, 336003, "invalid_messages"),
        ({"messages": "你好"}, 336003, "invalid_messages"),
        ({"messages": None}, 336003, "invalid_messages"),
        ({"temperature": 0}, 336003, "invalid_argument"),
        ({"temprature": 0.5}, 336003, "invalid_argument"),
        ({"stop": ["a"] * 5}, 336003, "invalid_argument"),
    ],
    ids=[
        *("blank", "no_messages", "text_for_messages", "null_for_messages"),
        *("temperature", "unknown", "stop"),
    ],
)
def test_broken_rules(caller: Caller, change: dict[str, Any], v1: int, v2: str) -> None:
    got = caller.v1(**change)
    assert (got.status, got.json["error_code"]) == (200, v1)
    assert set(got.json) == {"error_code", "error_msg", "id"}
    got = caller.v2(**change)
    assert (got.status, got.json["error"]["code"]) == (400, v2)
    assert got.json["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    "messages", [HELLO * 2, [*HELLO, {"role": "assistant", "content": "好"}]], ids=["two_of_user", "last_of_assistant"]
)
def test_order_of_roles_is_a_rule_of_v1_and_of_v2_no_longer(caller: Caller, messages: list[Any]) -> None:
    assert caller.v1(messages=messages).json["error_code"] == 336006
    assert caller.v2(messages=messages).status == 200


def test_too_many_characters(caller: Caller) -> None:
    model = V1_CHAT["Qianfan-Chinese-Llama-2-13B"]
    assert model.max_chars is not None
    content = "好" * (model.max_chars + 1)
    got = caller.v1(str(model.path), messages=[{"role": "user", "content": content}])
    assert got.json["error_code"] == 336007


@pytest.mark.parametrize("messages", [None, 3, [], [3], "x"])
def test_endpoints_without_rules_need_messages_too(caller: Caller, messages: object) -> None:
    assert caller.v1("chat/mine", messages=messages).json["error_code"] == 336003
    assert caller.v2("mine", messages=messages).json["error"]["code"] == "invalid_messages"


@pytest.mark.parametrize("model", [None, "", 3])
def test_a_v2_body_without_a_model(caller: Caller, model: object) -> None:
    got = caller.send("POST", "/v2/chat/completions", {"model": model, "messages": HELLO}, caller.bearer)
    assert got.json["error"]["code"] == "invalid_model"


def test_warnings_pass(caller: Caller) -> None:
    assert caller.v2(max_tokens=100, max_completion_tokens=100).status == 200


def test_every_code_that_the_emulator_chooses_exists() -> None:
    for dialect, table in refusals.TABLES.items():
        for fault, code in error_codes.EMULATOR_CODES[dialect].items():
            assert code in table, (dialect, fault)
            assert fault in get_args(refusals.Reason)


@pytest.mark.parametrize("path", ["/nothing", "/v2/chat/completion", "/v2/other/chat/completions"])
def test_unknown_paths(caller: Caller, path: str) -> None:
    got = caller.send("POST", path, {"model": "ernie-3.5-8k", "messages": HELLO}, caller.bearer)
    assert (got.status, got.body.decode()) == (404, f"POST {path}: no such path\n")
    assert got.headers["X-Bce-Request-Id"]
    assert "X-Bce-Error-Code" not in got.headers


@pytest.mark.parametrize("plan", ["/v2/coding", "/v2/tokenplan/personal"])
def test_plans_have_addresses_of_their_own(caller: Caller, plan: str) -> None:
    body = {"model": "ernie-3.5-8k", "messages": HELLO}
    got = caller.send("POST", f"{plan}/chat/completions", body, caller.bearer)
    assert got.json["choices"] == caller.v2().json["choices"]
