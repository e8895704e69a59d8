"""Plugins: of the platform, beside a conversation, and services of one's own that are one."""

from __future__ import annotations

import json

from qianfan_typed.emulator import text
from qianfan_typed.emulator.exchange import Event, Incoming, Outgoing
from qianfan_typed.emulator.handlers.chat_brain import ChatPrompt, answer, messages_of
from qianfan_typed.emulator.handlers.v1_result import ResultForm, outgoing
from qianfan_typed.emulator.lenient_json import Json, objects_of, texts_of

_KIND = "chat.completion"
_PLAIN: Json = {"is_truncated": False, "need_clear_history": False}
_DEFAULT = "uuid-emulator"
"""The plugin of a service whose request names none."""


def converse(incoming: Incoming) -> Outgoing:
    """Answers a conversation with the help of the plugins that the request names."""
    messages = messages_of(incoming)
    said = answer(ChatPrompt(model=incoming.name, messages=messages, planned=incoming.take_answer()))
    plugins = texts_of(incoming.wire.get("plugins"))
    taking_part: Json = {"plugin_metas": [_meta(name) for name in plugins]}
    done: Json = {"plugin_info": [_info(name) for name in plugins]}
    # A model with this ability names the events of its stream, and tells of the plugins before it answers.
    if incoming.model is None or "events" not in incoming.model.abilities:
        return outgoing(incoming, said, ResultForm(kind=_KIND, plain=_PLAIN, closing=done))
    before = [Event({**_PLAIN, **taking_part}, "pluginMeta"), Event({**_PLAIN, **done}, "plugin")]
    whole = {**taking_part, **done}
    return outgoing(incoming, said, ResultForm(kind=_KIND, plain=_PLAIN, whole=whole, before=before, event="chat"))


def _meta(name: str) -> Json:
    return {"pluginId": name, "pluginNameForHuman": name, "pluginNameForModel": name}


def _info(name: str) -> Json:
    done = {"actionName": "模拟器的结果", "actionContent": f"{name} 没有真正运行。"}
    return {"plugin_id": name, "plugin_resp": json.dumps(done, ensure_ascii=False), "status": "1"}


def serve(incoming: Incoming) -> Outgoing:
    """Answers a question; with `verbose` it shows what the plugin was asked and what it said."""
    query = incoming.text("query")
    messages: list[Json] = [*objects_of(incoming.wire.get("history")), {"role": "user", "content": query}]
    said = answer(ChatPrompt(model=incoming.name, messages=messages, planned=incoming.take_answer()))
    plain: Json = {**_PLAIN, "log_id": int(text.digest(incoming.id, 8), 16)}
    if incoming.wire.get("verbose") is not True:
        return outgoing(incoming, said, ResultForm(kind=_KIND, plain=plain))
    plugin = next(iter(texts_of(incoming.wire.get("plugins"))), _DEFAULT)
    trace: Json = {"plugin_id": plugin, "request": {"query": query}, "response": {"result": "插件没有真正运行。"}}
    before = [Event({"log_id": plain["log_id"], **trace})]
    return outgoing(incoming, said, ResultForm(kind=_KIND, plain=plain, closing={"meta_info": trace}, before=before))
