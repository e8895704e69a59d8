"""Dialogues that are too long for a model, and answers that were cut for their length. Pure."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

import attrs
import msgspec

from qianfan_api.handles import Target
from qianfan_api.reply import Reply, attach
from qianfan_api.validation import check
from qianfan_typed.core.decoding import decode
from qianfan_typed.sdk.tokenizer import estimated_tokens

R = TypeVar("R", bound=Reply)


@attrs.frozen
class Continuation:
    """Asks for the rest of an answer that was cut."""

    prompt: str
    """What the user says to get it."""

    def next_parameters(self, parameters: Mapping[str, object], text: str) -> dict[str, object]:
        """The parameters of the call for the rest. `text`: what came so far of the answer that was cut."""
        messages = list(cast("Sequence[object]", parameters["messages"]))
        more = [{"role": "assistant", "content": text}, {"role": "user", "content": self.prompt}]
        return {**parameters, "messages": [*messages, *more]}


def text_in(body: Mapping[str, Any]) -> str:
    """The text of a reply or of a piece, of V1 or V2."""
    if "choices" not in body:
        return str(body.get("result") or "")
    return "".join(_said(choice).get("content") or "" for choice in body["choices"][:1])


def was_cut(body: Mapping[str, Any]) -> bool:
    """Whether an answer ended because it was too long."""
    if "choices" not in body:
        return bool(body.get("is_truncated"))
    return any(choice.get("finish_reason") == "length" for choice in body["choices"][:1])


def joined(replies: Sequence[R]) -> R:
    """One reply out of an answer's parts: the texts together, the tokens summed up, the rest as the last has it."""
    last = replies[-1]
    if len(replies) == 1:
        return last
    body = dict(last.to_dict())
    text = "".join(text_in(reply.to_dict()) for reply in replies)
    if "choices" in body:
        first, *others = body["choices"]
        body["choices"] = [{**first, "message": {**_said(first), "content": text}}, *others]
    else:
        body["result"] = text
    usages: list[Mapping[str, Any]] = [reply.get("usage") or {} for reply in replies]
    counted = {name for usage in usages for name, value in usage.items() if isinstance(value, int)}
    body["usage"] = {**usages[-1], **{name: sum(usage.get(name) or 0 for usage in usages) for name in sorted(counted)}}
    raw = msgspec.json.encode(body)
    whole = decode(type(last), raw)
    first_meta = replies[0].meta
    latencies = {
        "started": first_meta.started,
        "request_latency": sum(reply.meta.request_latency for reply in replies),
        "total_latency": sum(reply.meta.total_latency for reply in replies),
    }
    attach(whole, raw, attrs.evolve(last.meta, **cast("Any", latencies)))
    return whole


def _said(choice: Mapping[str, Any]) -> Mapping[str, Any]:
    return choice.get("message") or choice.get("delta") or {}


def with_system_apart(parameters: Mapping[str, object]) -> Mapping[str, object]:
    """Parameters with what messages of role system say as `system`, as V1 takes it."""
    messages = parameters.get("messages")
    if not isinstance(messages, list):
        return parameters
    dialogue = cast("list[dict[str, object]]", messages)
    said = [str(message.get("content") or "") for message in dialogue if message.get("role") == "system"]
    if not said:
        return parameters
    rest = [message for message in dialogue if message.get("role") != "system"]
    return {**parameters, "system": "".join([*said, str(parameters.get("system") or "")]), "messages": rest}


def shortened(target: Target[Any, Any], parameters: Mapping[str, object]) -> Mapping[str, object]:
    """Parameters without the oldest messages that are too much for the model: characters, as its rules say, or tokens.

    Tokens are estimated, as `Tokenizer.count_tokens` does without a call.

    What is left begins with a question, behind the system message if there is one. The last message stays.
    """
    messages = parameters.get("messages")
    if target.model is None or not isinstance(messages, list):
        return parameters
    dialogue = cast("list[dict[str, object]]", messages)
    head = [message for message in dialogue[:1] if message.get("role") == "system"]
    starts = [at for at in range(len(head), len(dialogue)) if dialogue[at].get("role") == "user"]
    if not starts or not _too_long(target, parameters):
        return parameters

    def fits(at: int) -> bool:
        return not _too_long(target, {**parameters, "messages": [*head, *dialogue[at:]]})

    # From some start on everything fits: the shorter, the better.
    first = bisect.bisect_left(starts, True, hi=len(starts) - 1, key=fits)
    return {**parameters, "messages": [*head, *dialogue[starts[first] :]]}


def _too_long(target: Target[Any, Any], parameters: Mapping[str, object]) -> bool:
    limit = target.model.max_input_tokens if target.model is not None else None
    if limit is not None and estimated_tokens(_words(parameters)) > limit:
        return True
    wire = {name: value for name, value in parameters.items() if value is not None}
    found = check(target.operation.name, wire, target.model)
    return any(violation.code == "length" and violation.pointer.startswith("/messages") for violation in found)


def _words(parameters: Mapping[str, object]) -> str:
    """What a dialogue says, and `system` of V1."""
    messages = cast("list[dict[str, object]]", parameters["messages"])
    said = [parameters.get("system"), *(message.get("content") for message in messages)]
    return "\n".join(one for one in said if isinstance(one, str))
