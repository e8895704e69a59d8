"""Plugins of the platform: an answer, and word of the plugins that took part."""

from __future__ import annotations

import json

from qianfan_typed.emulator import flat
from qianfan_typed.emulator.answers import Question, answer, messages_of
from qianfan_typed.emulator.making import Asked, Made, Piece
from qianfan_typed.emulator.wire import Json, texts_of

_PLAIN: Json = {"is_truncated": False, "need_clear_history": False}


def make(asked: Asked) -> Made:
    """Answers a conversation with the help of the plugins that the request names."""
    messages = messages_of(asked)
    said = answer(Question(model=asked.name, messages=messages, fixed_text=asked.take_text()))
    plugins = texts_of(asked.wire.get("plugins"))
    metas: Json = {"plugin_metas": [_meta(name) for name in plugins]}
    told: Json = {"plugin_info": [_info(name) for name in plugins]}
    # A model with this ability names the events of its stream, and tells of the plugins before it answers.
    if asked.model is None or "events" not in asked.model.abilities:
        return flat.made(asked, said, flat.Flat(kind="chat.completion", plain=_PLAIN, closing={**_PLAIN, **told}))
    before = [Piece({**_PLAIN, **metas}, "pluginMeta"), Piece({**_PLAIN, **told}, "plugin")]
    made = flat.made(
        asked, said, flat.Flat(kind="chat.completion", plain=_PLAIN, closing=_PLAIN, before=before, event="chat")
    )
    return Made(reply={**made.reply, **metas, **told}, tokens=made.tokens, pieces=made.pieces)


def _meta(name: str) -> Json:
    return {"pluginId": name, "pluginNameForHuman": name, "pluginNameForModel": name}


def _info(name: str) -> Json:
    done = {"actionName": "模拟器的结果", "actionContent": f"{name} 没有真正运行。"}
    return {"plugin_id": name, "plugin_resp": json.dumps(done, ensure_ascii=False), "status": "1"}
