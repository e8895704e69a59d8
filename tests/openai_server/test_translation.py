"""The translation: our rules take what becomes of any body of OpenAI's, or a field of it is named; and the way back."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from qianfan_api.handles import Target
from qianfan_api.models import CATALOGUES
from qianfan_api.operations import OPERATIONS
from qianfan_api.v1.chat.types import ChatChunk, ChatReply, FunctionCall, Usage
from qianfan_api.validation import check
from qianfan_typed.core.decoding import decode
from qianfan_typed.openai_server.answers import V1Answers
from qianfan_typed.openai_server.chat import drafted_chat
from qianfan_typed.openai_server.drafts import Draft
from qianfan_typed.openai_server.fields import CHAT_V1, CHAT_V2
from qianfan_typed.openai_server.judging import judge
from qianfan_typed.openai_server.refusals import Refused
from qianfan_typed.sdk.targets import target_of_model

TEXT = st.text(max_size=12)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**6) | st.floats(-3, 3) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "name", "x"]), inner, max_size=3)
    ),
    max_leaves=4,
)
PARTS = st.lists(
    st.fixed_dictionaries({"type": st.just("text"), "text": TEXT})
    | st.just({"type": "image_url", "image_url": {"url": "https://example.org/a.png"}})
    | st.fixed_dictionaries({"type": st.just("refusal"), "refusal": TEXT}),
    max_size=3,
)
FUNCTION = st.fixed_dictionaries(
    {"name": st.sampled_from(["f", "g"])},
    optional={
        "description": TEXT,
        "parameters": st.just({"type": "object", "properties": {}}),
        "strict": st.booleans(),
    },
)
CALL = st.fixed_dictionaries(
    {
        "id": st.sampled_from("abc"),
        "type": st.just("function"),
        "function": st.fixed_dictionaries({"name": st.sampled_from(["f", "g"]), "arguments": st.just("{}")}),
    }
)
SAID = st.text(min_size=1, max_size=12).map(lambda text: text.strip() or "x")
TURN = st.one_of(
    st.fixed_dictionaries({"role": st.sampled_from(["system", "developer", "user"]), "content": SAID | PARTS}),
    st.fixed_dictionaries({"role": st.just("assistant"), "content": SAID, "refusal": st.none()}),
    st.fixed_dictionaries(
        {
            "role": st.just("assistant"),
            "tool_calls": st.lists(CALL, min_size=1, max_size=3, unique_by=lambda one: one["id"]),
        }
    ),
    st.fixed_dictionaries({"role": st.just("tool"), "tool_call_id": st.sampled_from("abcd"), "content": TEXT}),
)
USER = st.fixed_dictionaries({"role": st.just("user"), "content": SAID})
TALK = st.tuples(st.lists(TURN, max_size=5), USER).map(lambda parts: [*parts[0], parts[1]])
FIELDS = sorted((CHAT_V2.keys() | CHAT_V1.keys()) - {"model", "messages", "tools", "n", "stream"})
CHOICE = st.sampled_from(["none", "auto", "required", {"type": "function", "function": {"name": "f"}}])
TOOLS = st.lists(
    st.fixed_dictionaries({"type": st.just("function"), "function": FUNCTION}),
    min_size=1,
    max_size=2,
    unique_by=lambda one: one["function"]["name"],
)
RIGHT: dict[str, st.SearchStrategy[Any]] = {
    "temperature": st.floats(0.1, 2),
    "top_p": st.floats(0, 1),
    "max_tokens": st.integers(1, 3000),
    "stop": SAID | st.lists(SAID, max_size=3),
    "tools": TOOLS,
    "tool_choice": CHOICE,
    "response_format": st.sampled_from([{"type": "text"}, {"type": "json_object"}]),
    "seed": st.integers(1, 9),
    "user": SAID,
    "logprobs": st.booleans(),
}
ASKED = st.fixed_dictionaries({"messages": TALK}, optional=RIGHT)
MORE = st.dictionaries(st.sampled_from([*FIELDS, "no_such_field", "tools", "messages"]), ANY, max_size=2)
BODY = st.tuples(ASKED, st.just({}) | MORE).map(lambda parts: {**parts[0], **parts[1]})
MODELS = st.sampled_from(
    [("v2.chat", name) for name in ("ernie-4.5-turbo-128k", "deepseek-r1", "qwen3-14b")]
    + [("v1.chat", name) for name in ("ERNIE-3.5-8K", "ERNIE-Speed-8K", "Llama-2-7B-Chat", "ERNIE-Functions-8K")]
)


@settings(max_examples=400, deadline=None)
@given(body=BODY, model=MODELS, lenient=st.booleans())
def test_what_becomes_of_any_body_is_taken_or_a_field_is_named(
    body: dict[str, Any], model: tuple[str, str], lenient: bool
) -> None:
    api, name = model
    before = json.dumps(body)
    target = target_of_model(OPERATIONS[api], name, warn=False)
    draft, refusal = judged(target, body, lenient=lenient)
    if refusal is None:
        event("taken")
        wire = {"model": name, **draft.wire} if api == "v2.chat" else draft.wire
        assert [one for one in check(api, wire, CATALOGUES[api][name]) if one.level == "error"] == []
    else:
        assert refusal.param
        assert refusal.param.partition("[")[0].partition(".")[0] in {*body, "messages"}
    assert json.dumps(body) == before


def judged(target: Target[Any, Any], body: dict[str, Any], *, lenient: bool) -> tuple[Draft, Refused | None]:
    """The draft that a body becomes, and why it is refused."""
    try:
        draft = drafted_chat(body, target, lenient=lenient)
        judge(target, draft, lenient=lenient)
    except Refused as refusal:
        return Draft(), refusal
    return draft, None


FINISH = st.sampled_from(["normal", "stop", "length", "content_filter", None])
CALLED = st.none() | st.builds(
    FunctionCall, name=st.sampled_from(["f", "g"]), arguments=st.just('{"a": 1}'), thoughts=st.none() | st.just("hm")
)
USAGE = st.builds(
    Usage, prompt_tokens=st.integers(0, 9), completion_tokens=st.integers(0, 9), total_tokens=st.integers(0, 18)
)


def sent(kind: type[Any], reply: Any) -> Any:
    """The reply as if it had come over the wire."""
    made = decode(kind, reply.raw)
    object.__setattr__(made, "_raw", reply.raw)
    return made


@given(result=TEXT, finish=FINISH, call=CALLED, usage=USAGE, truncated=st.booleans())
def test_an_answer_of_v1_goes_back_to_it_as_it_came(
    result: str, finish: str | None, call: FunctionCall | None, usage: Usage, truncated: bool
) -> None:
    reply = ChatReply(
        id="as-1",
        created=5,
        result=result,
        finish_reason=finish,
        function_call=call,
        usage=usage,
        is_truncated=truncated,
    )
    body = json.loads(V1Answers("m", usage=False).whole(sent(ChatReply, reply)))
    (choice,) = body["choices"]
    ended = {"normal": "length" if truncated else "stop", None: "length" if truncated else "stop"}.get(finish, finish)
    assert choice["finish_reason"] == ("tool_calls" if call else ended)
    assert body["usage"]["total_tokens"] == usage.total_tokens
    history: list[Any] = [{"role": "user", "content": "q"}, choice["message"]]
    if call:
        name = choice["message"]["tool_calls"][0]["id"]
        history.append({"role": "tool", "tool_call_id": name, "content": "r"})
    else:
        history.append({"role": "user", "content": "q"})
    target = target_of_model(OPERATIONS["v1.chat"], "ERNIE-3.5-8K", warn=False)
    messages = drafted_chat({"messages": history}, target, lenient=False).wire["messages"]
    told: dict[str, Any] = {"role": "assistant", "content": result}
    if call:
        known = {"name": call.name, "arguments": call.arguments, "thoughts": call.thoughts}
        told["function_call"] = {name: value for name, value in known.items() if value is not None}
    assert messages[1] == told
    assert messages[2] == ({"role": "function", "name": call.name, "content": "r"} if call else history[0])


@given(parts=st.lists(TEXT, max_size=5), finish=FINISH, call=CALLED, usage=USAGE, wanted=st.booleans())
def test_the_pieces_of_v1_come_to_the_whole(
    parts: list[str], finish: str | None, call: FunctionCall | None, usage: Usage, wanted: bool
) -> None:
    known: dict[str, Any] = {"id": "as-1", "created": 5}
    last: dict[str, Any] = {"finish_reason": finish, "function_call": call, "usage": usage, "is_end": True}
    chunks = [ChatChunk(**known, sentence_id=at, result=part) for at, part in enumerate(parts)]
    chunks.append(ChatChunk(**known, sentence_id=len(parts), **last))
    answers = V1Answers("m", usage=wanted)
    pieces = [json.loads(data) for chunk in chunks for data in answers.pieces(sent(ChatChunk, chunk))]
    whole = ChatReply(**known, result="".join(parts), finish_reason=finish, function_call=call, usage=usage)
    (choice,) = json.loads(V1Answers("m", usage=False).whole(sent(ChatReply, whole)))["choices"]
    told = [one["choices"][0] for one in pieces if one["choices"]]
    assert "".join(one["delta"].get("content") or "" for one in told) == (choice["message"]["content"] or "")
    assert [one["finish_reason"] for one in told] == [None] * len(parts) + [choice["finish_reason"]]
    calls = [call for one in told for call in one["delta"].get("tool_calls", [])]
    assert [{name: value for name, value in one.items() if name != "index"} for one in calls] == choice["message"].get(
        "tool_calls", []
    )
    assert [one["usage"] for one in pieces if one.get("usage")] == (
        [json.loads(V1Answers("m", usage=False).whole(sent(ChatReply, whole)))["usage"]] if wanted else []
    )
