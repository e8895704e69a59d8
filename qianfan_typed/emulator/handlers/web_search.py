"""Web search: results that are made of the question, as many of each kind as are asked for."""

from __future__ import annotations

from qianfan_typed.emulator import text
from qianfan_typed.emulator.exchange import Incoming, Outgoing
from qianfan_typed.emulator.lenient_json import Json, content_text, int_of, objects_of, text_of

_USUAL: Json = {"type": "web"}
_USUAL_NUMBER = 3
_MOST = 50


def handle(incoming: Incoming) -> Outgoing:
    """The results, each with its number."""
    asked = [one for one in objects_of(incoming.wire.get("messages")) if text_of(one.get("role")) == "user"]
    if not asked:
        raise incoming.refused("/messages must have one of a user")
    question = content_text(asked[-1].get("content"))
    kinds = objects_of(incoming.wire.get("resource_type_filter")) or [_USUAL]
    wanted = [text_of(kind.get("type")) for kind in kinds for _ in range(_number(kind))]
    references = [_reference(number, kind, question) for number, kind in enumerate(wanted, 1)]
    return Outgoing(reply={"request_id": incoming.id, "references": references})


def _number(kind: Json) -> int:
    wanted = int_of(kind.get("top_k"))
    return _USUAL_NUMBER if wanted is None else max(0, min(wanted, _MOST))


def _reference(number: int, kind: str, question: str) -> Json:
    name = text.digest(f"{number}/{question}", 8)
    return {
        "id": number,
        "type": kind,
        "title": f"{text.shortened(question, 20)} {number}",
        "url": f"https://example.com/{kind}/{name}",
        "content": f"关于“{text.shortened(question, 40)}”的第 {number} 条结果。",
        "date": "2026-01-01",
    }
