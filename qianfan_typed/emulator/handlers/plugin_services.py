"""Plugin services of one's own."""

from __future__ import annotations

from qianfan_typed.emulator import text
from qianfan_typed.emulator.exchange import Event, Incoming, Outgoing
from qianfan_typed.emulator.handlers import v1_result
from qianfan_typed.emulator.handlers.chat_brain import ChatPrompt, answer
from qianfan_typed.emulator.lenient_json import Json, objects_of, texts_of

_PLAIN: Json = {"is_truncated": False, "need_clear_history": False}
_DEFAULT = "uuid-emulator"
"""The plugin of a service whose request names none."""


def handle(incoming: Incoming) -> Outgoing:
    """Answers a question; with `verbose` it shows what the plugin was incoming and what it said."""
    query = incoming.text("query")
    messages: list[Json] = [*objects_of(incoming.wire.get("history")), {"role": "user", "content": query}]
    said = answer(ChatPrompt(model=incoming.name, messages=messages, fixed_text=incoming.take_text()))
    verbose = incoming.wire.get("verbose") is True
    trace = _trace(incoming, query)
    return v1_result.outgoing(
        incoming,
        said,
        v1_result.ResultForm(
            kind="chat.completion",
            head={"log_id": int(text.digest(incoming.id, 8), 16)},
            plain=_PLAIN,
            closing={**_PLAIN, "meta_info": trace} if verbose else _PLAIN,
            before=[Event(trace)] if verbose else [],
        ),
    )


def _trace(incoming: Incoming, query: str) -> Json:
    plugins = texts_of(incoming.wire.get("plugins"))
    return {
        "plugin_id": plugins[0] if plugins else _DEFAULT,
        "request": {"query": query},
        "response": {"result": "插件没有真正运行。"},
    }
