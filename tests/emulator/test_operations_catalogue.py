"""Every operation answers at every path it has, each of its models by its own rules."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from qianfan_api.catalogue import Model
from qianfan_api.models import CATALOGUES
from qianfan_api.operations import OPERATIONS
from qianfan_api.registry import RULES_READ
from qianfan_typed.emulator import Emulator
from qianfan_typed.emulator.handlers import HANDLERS
from qianfan_typed.emulator.handlers.images import png
from tests.emulator.calling import HELLO, V1, Caller

IMAGE = base64.b64encode(png(64, 48, "a")).decode()
REQUESTS: dict[str, dict[str, Any]] = {
    "v1.completion": {"prompt": "select"},
    "v1.embedding": {"input": ["你好"]},
    "v1.image2text": {"prompt": "图里有什么？", "image": IMAGE},
    "v1.plugin": {"messages": HELLO, "plugins": ["eChart"]},
    "v1.plugin_endpoint": {"query": "你好"},
    "v1.rerank": {"query": "你好", "documents": ["你好", "再见"]},
    "v1.text2image": {"prompt": "猫"},
    "v1.tokenizer": {"prompt": "你好"},
    "v2.embedding": {"input": ["你好"]},
    "v2.images": {"prompt": "cat"},
    "v2.images.edits": {
        "image": "https://example.com/a.png",
        "prompt": "cat",
        "mask": "https://example.com/b.png",
    },
    "v2.rerank": {"query": "你好", "documents": ["你好", "再见"]},
    "v2.video": {"content": [{"type": "text", "text": "猫"}]},
}
"""Operation → a request that its models take."""
EDITS = CATALOGUES["v2.images.edits"]["ernie-irag-edit"].group
ONLY = {("v2.images.edits", "mask"): EDITS}
"""Operation and parameter → the one group that takes it."""
CALLED = [model for name in REQUESTS for model in CATALOGUES[name].values()]


def label(model: Model) -> str:
    return f"{model.api} {model.name}"


def request(model: Model) -> dict[str, Any]:
    wire = {
        name: value
        for name, value in REQUESTS[model.api].items()
        if ONLY.get((model.api, name), model.group) == model.group
    }
    return wire if model.path else {"model": model.name, **wire}


def call(caller: Caller, model: Model, /, **changes: object) -> Any:
    return caller.call(model.api, model.path or "", **{**request(model), **changes})


def refused(got: Any) -> Any:
    """The code that a reply says no with. None: it says yes."""
    error = got.json.get("error", got.json)
    return error.get("error_code") or error.get("code")


def test_handlers_are_those_of_operations() -> None:
    assert set(HANDLERS) <= set(OPERATIONS)


def test_every_model_answers(caller: Caller) -> None:
    wrong: dict[str, object] = {}
    for model in CALLED:
        got = call(caller, model)
        counted = "Tokens" if model.api.startswith("v1") else "Input-Tokens"
        remaining = int(got.headers.get(f"X-Ratelimit-Remaining-{counted}", -1))
        said = (got.status, refused(got), got.json.get("id"), got.headers.get("X-Ratelimit-Limit-Requests"))
        if said != (200, None, got.headers["X-Bce-Request-Id"], "3000") or not 0 <= remaining <= 300000:
            wrong[label(model)] = (*said, remaining)
    assert wrong == {}


def test_every_model_has_its_rules(caller: Caller) -> None:
    no = {"v1": (200, 336003), "v2": (400, "invalid_argument")}
    # The page of the operation names it, so that its rules reject: those of a page that does not only warn.
    named = [model for model in CALLED if RULES_READ[model.api] in (model.named_by or ()) and not model.unverified]
    assert len(named) > 20
    got = {label(model): call(caller, model, whatever=True) for model in named}
    said = {name: (reply.status, refused(reply)) for name, reply in got.items()}
    assert said == {name: no[name[:2]] for name in said}


def test_every_model_that_streams_answers_in_pieces(caller: Caller) -> None:
    wrong: dict[str, object] = {}
    for model in CALLED:
        if OPERATIONS[model.api].chunk:
            whole, events = call(caller, model).json, call(caller, model, stream=True).events
            ends = [event["is_end"] for event in events] == [False] * (len(events) - 1) + [True]
            numbers = [event["sentence_id"] for event in events] == list(range(len(events)))
            text = "".join(event["result"] for event in events) == whole["result"]
            usage = events[-1]["usage"] == whole["usage"]
            if not (ends and numbers and text and usage):
                wrong[label(model)] = events
    assert wrong == {}


@pytest.mark.parametrize("name", [name for name in REQUESTS if OPERATIONS[name].deployed_path])
def test_services_of_ones_own_answer_without_rules(caller: Caller, name: str) -> None:
    path = str(OPERATIONS[name].deployed_path).replace("{endpoint}", "mine")
    got = caller.call(name, path, **REQUESTS[name], **({} if name == "v1.plugin_endpoint" else {"whatever": True}))
    assert refused(got) is None


@pytest.mark.parametrize("name", ["v2.embedding", "v2.images", "v2.images.edits", "v2.rerank", "v2.video"])
def test_names_of_ones_own_answer_without_rules(caller: Caller, name: str) -> None:
    assert refused(caller.call(name, model="mine", whatever=True, **REQUESTS[name])) is None


@pytest.mark.parametrize("name", REQUESTS)
def test_services_of_ones_own_need_what_an_answer_is_made_of(caller: Caller, name: str) -> None:
    operation = OPERATIONS[name]
    path = str(operation.deployed_path or "").replace("{endpoint}", "mine") or next(
        (str(model.path) for model in CATALOGUES[name].values() if model.path), ""
    )
    for wrong in (None, 3, [], [3], {}):
        got = caller.call(name, path, model="mine", **dict.fromkeys(REQUESTS[name], wrong))
        assert refused(got) in (336003, "invalid_argument"), wrong


def test_plugin_services_have_rules_without_a_model(caller: Caller) -> None:
    got = caller.call("v1.plugin_endpoint", "plugin/mine/", query="好" * 1001)
    assert refused(got) == 336007
    assert "/query 1001 characters: must be at most 1000" in got.json["error_msg"]
    assert refused(caller.call("v1.plugin_endpoint", "plugin/mine", query="好")) is None


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("embeddings", 336005),
        ("embeddings/a/b", 336005),
        ("plugin//", 336005),
        ("erniebot/nothing", 336005),
        ("tokenizer/mine", 336005),
        ("nothing/here", 3),
    ],
)
def test_v1_paths_that_do_not_exist(caller: Caller, path: str, code: int) -> None:
    assert refused(caller.call("v1.embedding", path, input=["你好"])) == code


@pytest.mark.parametrize("path", ["/v2/rerank", "/v2/rerankers"])
def test_rerank_has_two_paths(caller: Caller, path: str) -> None:
    got = caller.call("v2.rerank", path, model="bce-reranker-base", **REQUESTS["v2.rerank"])
    assert got.json["object"] == "rerank_list"


@pytest.mark.parametrize(
    ("name", "code"),
    [(name, 336101) for name in REQUESTS if name.startswith("v1")]
    + [(name, "method_not_supported") for name in OPERATIONS if name.startswith("v2")],
)
def test_wrong_method(caller: Caller, name: str, code: object) -> None:
    path = next((str(model.path) for model in CATALOGUES[name].values() if model.path), "plugin/mine/")
    method = "PATCH"  # No operation is called so.
    assert refused(caller.send(method, OPERATIONS[name].path.replace("{path}", path), {})) == code


@pytest.mark.parametrize(
    ("name", "model", "change", "code"),
    [
        ("v1.embedding", "bge-large-zh", {"input": ["好"] * 17}, 336003),
        ("v1.embedding", "bge-large-zh", {"input": [""]}, 336003),
        ("v1.embedding", "bge-large-zh", {"input": ["好" * 2001]}, 336007),
        ("v1.embedding", "tao-8k", {"input": ["好", "好"]}, 336003),
        ("v1.text2image", "Stable-Diffusion-XL", {"size": "100x100"}, 336003),
        ("v1.text2image", "Stable-Diffusion-XL", {"n": 5}, 336003),
        ("v1.image2text", "Fuyu-8B", {"image": "???"}, 336003),
        ("v1.image2text", "Fuyu-8B", {"image": base64.b64encode(png(14, 48, "a")).decode()}, 336003),
        ("v1.rerank", "bce-reranker-base_v1", {"query": "好" * 1601}, 336007),
        ("v1.rerank", "bce-reranker-base_v1", {"documents": ["好"] * 65}, 336003),
        ("v1.plugin", "EBPlugin", {"messages": []}, 336003),
        ("v1.tokenizer", "erniebot", {"model": "gpt-4"}, 336003),
        ("v2.embedding", "bge-large-zh", {"input": ["好" * 2001]}, "characters_too_long"),
        ("v2.embedding", "bge-large-zh", {"input": ["好"] * 17}, "invalid_argument"),
        ("v2.images", "flux.1-schnell", {"prompt": 3}, "invalid_image_generation_prompt"),
        ("v2.images", "irag-1.0", {"refer_image": 3}, "invalid_image_generation_refer_image"),
        ("v2.images", "flux.1-schnell", {"n": 5}, "invalid_argument"),
        ("v2.rerank", "bce-reranker-base", {"top_n": 0}, "invalid_argument"),
    ],
    ids=lambda value: value if isinstance(value, str) else ",".join(value) if isinstance(value, dict) else "",
)
def test_broken_rules(caller: Caller, name: str, model: str, change: dict[str, Any], code: object) -> None:
    assert refused(call(caller, CATALOGUES[name][model], **change)) == code


@pytest.mark.parametrize("name", REQUESTS)
def test_what_the_official_sdk_adds_is_let_pass(caller: Caller, name: str) -> None:
    added: dict[str, Any] = {"stream": False, "extra_parameters": {"request_source": "qianfan_py_sdk_v0.4.12.3"}}
    for model in CATALOGUES[name].values():
        assert refused(call(caller, model, **added)) is None


def test_operations_that_do_not_stream_take_no_stream(caller: Caller) -> None:
    assert refused(call(caller, CATALOGUES["v1.embedding"]["bge-large-zh"], stream=True)) == 336003
    got = caller.call("v1.embedding", "embeddings/mine", input=["好"], stream=True)
    assert got.headers["Content-Type"] == "application/json;charset=utf-8"


def test_faults_meet_every_operation_of_models(emulator: Emulator, caller: Caller) -> None:
    for model in CALLED:
        emulator.fail_next(status=503)
        assert call(caller, model).status == 503


def test_faults_of_models_leave_lists_alone(emulator: Emulator, caller: Caller) -> None:
    emulator.fail_next(status=503)
    assert caller.call("v2.models").status == 200
    assert caller.v2().status == 503


def test_streams_of_plugins_go_wrong_too(emulator: Emulator, caller: Caller) -> None:
    emulator.error_in_stream(336100, after=1, spread=True)
    got = caller.call("v1.plugin_endpoint", "plugin/mine/", query="你好", stream=True)
    assert got.body.decode().split("\n\n")[1].startswith('{\n  "error_code": 336100')


def test_a_text_of_ones_own(emulator: Emulator, caller: Caller) -> None:
    texts = ["v1.completion", "v1.image2text", "v1.plugin"]
    emulator.answer_with("一二三", times=len(texts) + 1)
    for name in ["v1.embedding", *texts]:
        model = next(iter(CATALOGUES[name].values()))
        assert call(caller, model).json.get("result", "一二三") == "一二三"
    assert caller.call("v1.plugin_endpoint", "plugin/mine/", query="你好").json["result"] == "一二三"


class TestAuth:
    def test_v1_needs_a_token_or_a_signature(self, caller: Caller) -> None:
        for model in CALLED:
            if model.path:
                assert refused(caller.send("POST", f"{V1}/{model.path}", request(model))) == 100

    @pytest.mark.parametrize("name", [name for name in OPERATIONS if name.startswith("v2")])
    def test_v2_needs_a_bearer_token(self, caller: Caller, name: str) -> None:
        got = caller.send(OPERATIONS[name].method, OPERATIONS[name].path, {})
        assert (got.status, refused(got)) == (401, "invalid_iam_token")

    def test_the_list_of_services_needs_a_signature(self, caller: Caller) -> None:
        path = OPERATIONS["v1.services"].path
        got = caller.send("POST", path, {})
        assert (got.status, got.json["code"]) == (400, "InvalidHTTPAuthHeader")
        got = caller.send(
            "POST", path, {}, {"Authorization": f"bce-auth-v1/wrong/2025-01-01T00:00:00Z/300/host/{'0' * 64}"}
        )
        assert (got.status, got.json["code"]) == (400, "SignatureDoesNotMatch")
