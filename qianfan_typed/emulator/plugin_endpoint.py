"""Plugin services of one's own."""

from __future__ import annotations

from qianfan_typed.emulator import flat, text
from qianfan_typed.emulator.answers import Question, answer
from qianfan_typed.emulator.making import Asked, Made, Piece
from qianfan_typed.emulator.wire import Json, objects_of, texts_of

_PLAIN: Json = {"is_truncated": False, "need_clear_history": False}
_DEFAULT = "uuid-emulator"
"""The plugin of a service whose request names none."""


def make(asked: Asked) -> Made:
    """Answers a question; with `verbose` it shows what the plugin was asked and what it said."""
    query = asked.text("query")
    messages: list[Json] = [*objects_of(asked.wire.get("history")), {"role": "user", "content": query}]
    said = answer(Question(model=asked.name, messages=messages, fixed_text=asked.take_text()))
    verbose = asked.wire.get("verbose") is True
    trace = _trace(asked, query)
    return flat.made(
        asked,
        said,
        flat.Flat(
            kind="chat.completion",
            head={"log_id": int(text.digest(asked.id, 8), 16)},
            plain=_PLAIN,
            closing={**_PLAIN, "meta_info": trace} if verbose else _PLAIN,
            before=[Piece(trace)] if verbose else [],
        ),
    )


def _trace(asked: Asked, query: str) -> Json:
    plugins = texts_of(asked.wire.get("plugins"))
    return {
        "plugin_id": plugins[0] if plugins else _DEFAULT,
        "request": {"query": query},
        "response": {"result": "插件没有真正运行。"},
    }
