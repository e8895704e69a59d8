"""The counting: bytecode instructions and calls into C of each path, in a process of its own.

PYTHONHASHSEED=0 python -m tests.instructions.counting
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from qianfan_typed import Qianfan, user, validate
from tests.runtime.conftest import Script, reply, stream

CALL = "a typed call of V2"
PIECE = "a piece of a stream of V2"
VALIDATE = "validate"
KEY = "bce-v3/ALTAK-counted/0123456789"
FEW, MANY = 10, 110
HELLO = [user("你好")]
PAYLOAD = {"model": "ernie-4.5-turbo-128k", "messages": HELLO, "temperature": 0.5, "max_completion_tokens": 100}
WHOLE: dict[str, Any] = {
    "id": "as-1",
    "object": "chat.completion",
    "created": 1,
    "model": "ernie-4.5-turbo-128k",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "你好！"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 2, "completion_tokens": 12, "total_tokens": 14},
}
PART = (
    b'data: {"id":"as-1","object":"chat.completion.chunk","created":1,"choices":[{"index":0,"delta":{"content":"a"}}]}'
)


class Counter:
    """Counts while it is entered, in this thread: neither the server's thread nor the collector is counted."""

    def __init__(self) -> None:
        self.bytecodes = 0
        self.calls = 0

    def __enter__(self) -> Counter:
        gc.collect()
        gc.disable()
        sys.setprofile(self._profile)
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        sys.setprofile(None)
        gc.enable()

    def _trace(self, frame: FrameType, event: str, _: object) -> Any:
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        self.bytecodes += event == "opcode"
        return self._trace

    def _profile(self, _frame: FrameType, event: str, _: object) -> None:
        self.calls += event == "c_call"


def counted(work: Callable[[], object]) -> dict[str, int]:
    """What a piece of work takes once everything is warm. The least of some: a reply may come in two parts."""
    for _ in range(3):
        work()
    counters = [Counter() for _ in range(5)]
    for counter in counters:
        with counter:
            work()
    return {
        "bytecodes": min(counter.bytecodes for counter in counters),
        "calls into C": min(counter.calls for counter in counters),
    }


def counts() -> dict[str, dict[str, int]]:
    """What each path takes."""
    script = Script()
    client = Qianfan(bearer_token=KEY, base_url=script.url, validate="error")
    chat = client.v2.chat.ernie_4_5_turbo_128k
    whole = reply(json.dumps(WHOLE), "Content-Type: application/json", "X-Bce-Request-Id: 1f-22")

    def call() -> None:
        script.answers.append(whole)
        chat.create(HELLO)

    def read(pieces: int) -> None:
        script.answers.append(stream(*[PART + b"\n\n"] * pieces, b"data: [DONE]\n\n"))
        assert sum(1 for _ in chat.stream(HELLO)) == pieces

    few, many = counted(lambda: read(FEW)), counted(lambda: read(MANY))
    found = {
        CALL: counted(call),
        PIECE: {kind: (many[kind] - few[kind]) // (MANY - FEW) for kind in few},
        VALIDATE: counted(lambda: validate(PAYLOAD, api="v2.chat")),
    }
    client.close()
    script.close()
    return found


if __name__ == "__main__":
    print(json.dumps(counts()))
