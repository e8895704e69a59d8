"""Plugins of the platform: an answer, and word of the plugins that took part."""

from __future__ import annotations

import json

from qianfan_typed.emulator.exchange import Event, Incoming, Outgoing
from qianfan_typed.emulator.handlers import v1_result
from qianfan_typed.emulator.handlers.chat_brain import ChatPrompt, answer, messages_of
from qianfan_typed.emulator.lenient_json import Json, texts_of

_PLAIN: Json = {"is_truncated": False, "need_clear_history": False}


def handle(incoming: Incoming) -> Outgoing:
    """Answers a conversation with the help of the plugins that the request names."""
    messages = messages_of(incoming)
    said = answer(ChatPrompt(model=incoming.name, messages=messages, fixed_text=incoming.take_text()))
    plugins = texts_of(incoming.wire.get("plugins"))
    metas: Json = {"plugin_metas": [_meta(name) for name in plugins]}
    told: Json = {"plugin_info": [_info(name) for name in plugins]}
    # A model with this ability names the events of its stream, and tells of the plugins before it answers.
    if incoming.model is None or "events" not in incoming.model.abilities:
        return v1_result.outgoing(
            incoming, said, v1_result.ResultForm(kind="chat.completion", plain=_PLAIN, closing={**_PLAIN, **told})
        )
    before = [Event({**_PLAIN, **metas}, "pluginMeta"), Event({**_PLAIN, **told}, "plugin")]
    made = v1_result.outgoing(
        incoming,
        said,
        v1_result.ResultForm(kind="chat.completion", plain=_PLAIN, closing=_PLAIN, before=before, event="chat"),
    )
    return Outgoing(reply={**made.reply, **metas, **told}, tokens=made.tokens, pieces=made.pieces)


def _meta(name: str) -> Json:
    return {"pluginId": name, "pluginNameForHuman": name, "pluginNameForModel": name}


def _info(name: str) -> Json:
    done = {"actionName": "模拟器的结果", "actionContent": f"{name} 没有真正运行。"}
    return {"plugin_id": name, "plugin_resp": json.dumps(done, ensure_ascii=False), "status": "1"}
