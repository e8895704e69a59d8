"""Wrong code, and what is said of it: whole findings."""

from __future__ import annotations

import pytest

from qianfan_typed.python_source.module_check import check_text
from qianfan_typed.reports.findings import Finding
from tests.python_source.looking import CLIENT, found_in

SPEED = "error v1.chat ERNIE-Speed-8K"
SEARCH = "not a parameter of ERNIE-Speed-8K; … take it"
EMPTY = "must not be empty unless function_call is given"
NEAREST = "not a known model of v1.chat, so only what holds for all is checked; nearest: ERNIE-Speed-8K …"

ON_HANDLES = {
    "a number out of range": (
        'client.v1.chat.ernie_speed_8k.create([user("你好")], temperature=1.7)',
        [f"3:64 {SPEED} /temperature range 1.7: must be above 0 and at most 1.0"],
    ),
    "a parameter of other models": (
        'client.v1.chat.ernie_speed_8k.create([user("你好")], disable_search=True)',
        [f"3:52 {SPEED} /disable_search unsupported {SEARCH}"],
    ),
    "a misspelt parameter whose value is unknown but not None": (
        'client.v1.chat.ernie_speed_8k.create([user("你好")], temprature=a / b)',
        [f"3:52 {SPEED} /temprature unknown not a known name; did you mean temperature?"],
    ),
    "a misspelt parameter that is left out where it is None": (
        'client.v1.chat.ernie_speed_8k.create([user("你好")], temprature=warmth)',
        [],
    ),
    "an unsupported parameter whose value is unknown but not None": (
        'client.v1.chat.ernie_speed_8k.create([user("你好")], disable_search=a > b)',
        [f"3:52 {SPEED} /disable_search unsupported {SEARCH}"],
    ),
    "an empty message of a constructor": (
        'client.v1.chat.ernie_speed_8k.create([user("")])',
        [f"3:44 {SPEED} /messages/0/content empty {EMPTY}"],
    ),
    "a role that is none": (
        'client.v1.chat.ernie_speed_8k.stream([{"role": "usr", "content": text}])',
        [
            f'3:48 {SPEED} /messages/0/role enum "usr": must be one of "user", "assistant", "function"; '
            'did you mean "user"?'
        ],
    ),
    "a message without its content": (
        'client.v1.chat.ernie_speed_8k.create([{"role": "user"}])',
        [f"3:39 {SPEED} /messages/0/content missing missing: required unless function_call is given"],
    ),
    "roles out of order, the texts unknown": (
        "client.v1.chat.ernie_speed_8k.create([user(a), user(b)])",
        [
            f'3:48 {SPEED} /messages/1/role order "user": must be assistant here; '
            "user (or function) and assistant take turns"
        ],
    ),
    "a member that follows unknown ones": (
        'client.v1.chat.ernie_speed_8k.create([{**message, "role": "usr"}])',
        [
            f'3:59 {SPEED} /messages/0/role enum "usr": must be one of "user", "assistant", "function"; '
            'did you mean "user"?'
        ],
    ),
    "a message among unknown ones": (
        'client.v1.chat.ernie_speed_8k.create([*history, user("")])',
        [f"3:54 {SPEED} /messages/1/content empty {EMPTY}"],
    ),
    "no messages": (
        "client.v1.chat.ernie_speed_8k.create(temperature=0.5)",
        [f"3:1 {SPEED} /messages missing missing: required"],
    ),
    "what another argument needs": (
        'client.v1.chat.ernie_4_0_8k.create([user("你好")], enable_system_memory=True)',
        [
            "3:1 error v1.chat ERNIE-4.0-8K /system_memory_id missing "
            "missing: required when enable_system_memory is true"
        ],
    ),
    "too long together, though a part is unknown": (
        'client.v1.chat.ernie_4_0_8k.create([user("很" * 20_001)], system=persona)',
        [
            "3:36 warning v1.chat ERNIE-4.0-8K /messages length "
            "20001 characters in messages and system: must be at most 20000 for ERNIE-4.0-8K"
        ],
    ),
    "an unknown model": (
        'client.v1.chat.model("ERNIE-Sped-8K").create([user("")])',
        [f"3:22 warning v1.chat ERNIE-Sped-8K /model unknown_model ERNIE-Sped-8K: {NEAREST}"],
    ),
    "a model by its name": (
        'client.v1.chat.model("ERNIE-Speed").create([user("你好")], top_p=2)',
        ["3:64 error v1.chat ERNIE-Speed /top_p range 2: must be at least 0 and at most 1.0"],
    ),
    "a retired model, by its property": (
        'client.v1.chat.ernie_lite_8k_0922.create([user("你好")])',
        [
            "3:16 warning v1.chat ERNIE-Lite-8K-0922 /model retired ERNIE-Lite-8K-0922: "
            "retired on 2024-07-04; use ERNIE-Lite-Pro-128K"
        ],
    ),
    "a retired model, by another name": (
        'client.v1.chat.model("ERNIE-Bot-turbo").create([user("你好")])',
        [
            "3:22 warning v1.chat ERNIE-Bot-turbo /model retired ERNIE-Lite-8K-0922: "
            "retired on 2024-07-04; use ERNIE-Lite-Pro-128K"
        ],
    ),
    "a service like a model": (
        'client.v1.chat.endpoint(name, like="ERNIE-Speed-8K").create([user("你好")], top_p=2)',
        [f"3:81 {SPEED} /top_p range 2: must be at least 0 and at most 1.0"],
    ),
    "a service like a model that is none": (
        'client.v1.chat.endpoint(name, like="ERNIE-Sped-8K")',
        [f"3:36 warning v1.chat ERNIE-Sped-8K /model unknown_model ERNIE-Sped-8K: {NEAREST}"],
    ),
    "a model that one deploys": (
        'client.v1.chat.baichuan2_13b_chat.at("mine").create([user("你好")], top_k=0)',
        ["3:73 warning v1.chat Baichuan2-13B-Chat /top_k range 0: must be at least 1"],
    ),
    "another operation": (
        'client.v1.embedding.bge_large_zh.create(["a", ""])',
        ["3:47 error v1.embedding bge-large-zh /input/1 empty must not be empty"],
    ),
    "V2 knows the model by its property": (
        'client.v2.chat.ernie_3_5_8k.create([user("你好")], enable_thinking=True, stream_options={})',
        [
            "3:50 warning v2.chat ernie-3.5-8k /enable_thinking unsupported not a parameter of ernie-3.5-8k; … take it",
            "3:87 warning v2.chat ernie-3.5-8k /stream_options effect has an effect only when stream is true",
        ],
    ),
    "a tool choice that names no tool": (
        'client.v2.chat.ernie_3_5_8k.create([user("a")], tools=[{"type": "function", "function": {"name": "b"}}],'
        ' tool_choice={"type": "function", "function": {"name": "c"}})',
        [
            '3:160 error v2.chat ernie-3.5-8k /tool_choice/function/name reference "c": names nothing there is; '
            "tools has only b"
        ],
    ),
    "the client's entry like OpenAI's": (
        'client.chat.completions.create(model="ernie-3.5-8k", messages=[user("你好")], temperature=3)',
        ["3:89 error v2.chat ernie-3.5-8k /temperature range 3: must be above 0 and at most 1.0"],
    ),
    "the same with a name that is of V1": (
        'client.chat.completions.create(model="ERNIE-3.5-8K", messages=[])',
        [
            "3:38 warning v2.chat ERNIE-3.5-8K /model unknown_model ERNIE-3.5-8K: not a known model of v2.chat, "
            "so only what holds for all is checked; nearest: ernie-3.5-8k …",
            "3:63 warning v2.chat ERNIE-3.5-8K /messages empty must not be empty",
        ],
    ),
}

ON_CLASSES = {
    "the constructor's model": (
        'qianfan.ChatCompletion(model="ERNIE-Speed-8K").do(messages=[{"role": "user", "content": "hi"}], top_p=2)',
        [f"2:103 {SPEED} /top_p range 2: must be at least 0 and at most 1.0"],
    ),
    "the call's model goes before": (
        'qianfan.ChatCompletion(model="ERNIE-4.0-8K").do([], model="ERNIE-Speed-8K", disable_search=True)',
        [
            f"2:49 {SPEED} /messages empty must not be empty",
            f"2:77 {SPEED} /disable_search unsupported {SEARCH}",
        ],
    ),
    "a service of the catalogue": (
        'qianfan.ChatCompletion(endpoint="ernie_speed").do([{"role": "user", "content": "hi"}], disable_search=True)',
        [f"2:88 {SPEED} /disable_search unsupported {SEARCH}"],
    ),
    "no model: what no model takes": (
        'qianfan.ChatCompletion().do(messages=[{"role": "usr", "content": "hi"}])',
        [
            '2:48 error v1.chat None /messages/0/role enum "usr": must be one of "user", "assistant", "function"; '
            'did you mean "user"?'
        ],
    ),
    "version 2": (
        'qianfan.ChatCompletion(version="2", model="ernie-3.5-128k").do(messages=[{"role": "user"}])',
        ["2:74 error v2.chat ernie-3.5-128k /messages/0/content missing missing: required unless tool_calls is given"],
    ),
    "an unknown model, once": (
        'chat = qianfan.ChatCompletion(model="ERNIE-Sped-8K")\nchat.do([])\nawait chat.ado(later)',
        [
            f"2:37 warning v1.chat ERNIE-Sped-8K /model unknown_model ERNIE-Sped-8K: {NEAREST}",
            "3:9 warning v1.chat ERNIE-Sped-8K /messages empty must not be empty",
        ],
    ),
    "each item of a batch": (
        'qianfan.ChatCompletion(model="ERNIE-Speed-8K").batch_do([[{"role": "user", "content": ""}], later], top_p=2)',
        [
            f"2:87 {SPEED} /messages/0/content empty {EMPTY}",
            f"2:107 {SPEED} /top_p range 2: must be at least 0 and at most 1.0",
        ],
    ),
    "a prompt to a chat model": (
        'qianfan.Completion(model="ERNIE-Speed-8K").do(prompt="", temperature=2)',
        [
            f"2:54 {SPEED} /messages/0/content empty {EMPTY}",
            f"2:70 {SPEED} /temperature range 2: must be above 0 and at most 1.0",
        ],
    ),
    "texts": (
        'qianfan.Embedding(model="bge-large-zh").do(texts=["a", ""])',
        ["2:56 error v1.embedding bge-large-zh /input/1 empty must not be empty"],
    ),
    "images": (
        'qianfan.Text2Image(model="Stable-Diffusion-XL").do(prompt="cat", n=9, with_decode="base64")',
        ["2:68 error v1.text2image Stable-Diffusion-XL /n range 9: must be at least 1 and at most 4"],
    ),
    "reranking": (
        'qianfan.Reranker().do("what?", [], top_n=1)',
        ["2:32 error v1.rerank None /documents empty must not be empty"],
    ),
}


@pytest.mark.parametrize(("code", "expected"), ON_HANDLES.values(), ids=ON_HANDLES)
def test_calls_on_handles(code: str, expected: list[str]) -> None:
    assert found_in(CLIENT + code) == expected


@pytest.mark.parametrize("package", ["qianfan", "qianfan_typed"])
@pytest.mark.parametrize(("code", "expected"), ON_CLASSES.values(), ids=ON_CLASSES)
def test_calls_on_the_documents_classes(code: str, expected: list[str], package: str) -> None:
    assert found_in(f"import {package} as qianfan\n{code}") == expected


def test_openai_with_the_platforms_address() -> None:
    code = """
        from openai import OpenAI
        client = OpenAI(base_url="https://qianfan.baidubce.com/v2", api_key=key)
        client.chat.completions.create(model="ernie-3.5-8k", messages=[], timeout=3, extra_body={"top_k": 1})
    """
    assert found_in(code) == [
        "4:63 error v2.chat ernie-3.5-8k /messages empty must not be empty",
        "4:90 warning v2.chat ernie-3.5-8k /top_k unknown not on the platform's page; ignored or refused",
    ]


def test_literals_given_to_validate() -> None:
    code = """
        from qianfan_typed import validate
        payload = {"model": "ERNIE-Speed-8K", "messages": [{"role": "user", "content": "你好"}]}
        validate({**payload, "temperature": 1.7, "disable_search": True}, api="v1.chat")
        validate(payload, api="chat", model="ERNIE-Sped-8K")
        validate({}, api="v2.chat")
    """
    assert found_in(code) == [
        f"4:37 {SPEED} /temperature range 1.7: must be above 0 and at most 1.0",
        f"4:42 {SPEED} /disable_search unsupported {SEARCH}",
        f"5:37 warning v1.chat ERNIE-Sped-8K /model unknown_model ERNIE-Sped-8K: {NEAREST}",
        "6:10 error v2.chat None /messages missing missing: required",
        "6:10 error v2.chat None /model missing missing: required",
    ]


def test_a_finding_has_all_that_validate_says_of_a_payload() -> None:
    checked = check_text(CLIENT + "client.v1.chat.ernie_3_5_128k.create([user(q)], top_p=2)", "app.py")
    assert (checked.requests, checked.invalid) == (1, 1)
    assert checked.findings == (
        Finding(
            file="app.py",
            line=3,
            column=55,
            end=(3, 56),
            api="v1.chat",
            model="ERNIE-3.5-128K",
            pointer="/top_p",
            code="range",
            message="2: must be at least 0 and at most 1.0",
            level="error",
            rule="v1.chat.top_p.range",
            source="对话Chat, read 2025-01-13",
        ),
    )


@pytest.mark.parametrize("code", ["x = = 1  # qianfan", "qianfan = '\0'", "qianfan = " + "(" * 300])
def test_what_is_not_python_is_an_error(code: str) -> None:
    with pytest.raises(SyntaxError):
        check_text(code, "app.py")
