"""How the tests of the rules say a request and what is found in it.

A request is `v1(temperature=1.7)` or `v2("ernie-x1-32k", seed=0)`: one greeting to one model, with what is changed.

A violation is one line that holds all of it:

    error /temperature range: 1.7: must be above 0 and at most 1.0 [temperature, chat-v1]
    level pointer      code   message                                rule         page

The rule's id is `<api>.<rule>.<code>`, `<api>.<code>` where the line has `-`. The page is one of PAGES.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs
import pytest

from qianfan_api.validation import validate
from qianfan_api.violations import Violation
from tests.settled import settled

PAGES = {
    "对话Chat, read 2025-01-13": "chat-v1",
    "Qianfan-Chinese-Llama-2-13B-v1, read 2024-06-22": "llama-13b",
    "文本生成, read 2025-12-23": "chat-v2",
    "对话Chat V2, read 2024-12-13": "chat-v2-2024",
    "对话Chat V2: 2024-12-13 said so; 2025-12-23 no longer does": "chat-v2-2024, dropped",
    "千帆 Python SDK 大模型推理, read 2024-09-29": "sdk-guide",
    "ERNIE-3.5-128K-Preview, read 2025-01-08": "ernie-3.5-128k-preview",
    "模型列表, retired models, read 2026-03-07": "retired",
    "对话Chat V2 (2025 and 2026 additions), read 2026-01-31": "chat-v2-later",
    "对话Chat V2 (spring 2025), read 2025-04-30": "chat-v2-spring",
    "深度思考, read 2026-01-31": "deep-thinking",
    "深度思考 (2025), read 2025-04-30": "deep-thinking-2025",
    "模型列表, read 2026-03-07": "models-2026",
    "Code that the platform's console made, in public code, read 2026-10-31": "console-code",
    "模型列表 (mirror kept by LobeHub, wenxin.ts), read 2025-12-31": "models-v2",
    "qianfan 0.4.12.3 (Python SDK), read 2025-02-05": "sdk-python",
    "ERNIE-Lite-8K, read 2025-01-08": "lite-8k",
    "Output limits of ERNIE 4.0 and 3.5, read 2025-01-13": "output-limits",
}

CHAT_LAW = {"use_keyword": True, "use_reference": False}


@attrs.frozen
class Request:
    """A request and the operation it is for."""

    api: str
    payload: Mapping[str, Any]

    def without(self, *names: str) -> Request:
        """The request less some members."""
        return attrs.evolve(self, payload={name: one for name, one in self.payload.items() if name not in names})


def user(content: object = "你好") -> dict[str, Any]:
    return {"role": "user", "content": content}


def assistant(content: object = "你好！", **members: object) -> dict[str, Any]:
    return {"role": "assistant", "content": content, **members}


def v1(model: str = "ERNIE-Speed-8K", **parameters: object) -> Request:
    """A V1 request."""
    return Request("v1.chat", {"model": model, "messages": [user()], **parameters})


def v2(model: str = "ernie-3.5-8k", **parameters: object) -> Request:
    """A V2 request."""
    return Request("v2.chat", {"model": model, "messages": [user()], **parameters})


def found(request: Request) -> list[str]:
    """What is found in a request, a line each. Whether its model is retired is a table of its own, test_retired."""
    return [one for one in found_with_retirement(request) if "/model retired: " not in one]


def found_with_retirement(request: Request) -> list[str]:
    """What is found in a request, a line each, and that its model is retired."""
    return [line(request.api, one) for one in validate(request.payload, api=request.api)]


def line(api: str, one: Violation) -> str:
    """A violation in a line. It holds every field; whom a hint lists is left out."""
    assert one.rule.startswith(f"{api}.")
    assert one.rule.endswith(f".{one.code}")
    rule = one.rule[len(api) + 1 : -len(one.code) - 1] or "-"
    return settled(f"{one.level} {one.pointer} {one.code}: {one.message} [{rule}, {PAGES[one.source]}]")


def cases(*table: tuple[Any, ...]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes a test of each row: its name, the request, the lines that are found."""
    rows = [pytest.param(request, [settled(one) for one in lines], id=name) for name, request, *lines in table]
    return pytest.mark.parametrize(("request_", "lines"), rows)


def right(*table: tuple[str, Request]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes a test of each row: its name and a request in which nothing is wrong."""
    return pytest.mark.parametrize("request_", [pytest.param(request, id=name) for name, request in table])
