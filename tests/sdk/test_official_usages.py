"""The official package `qianfan` 0.4.12.3 runs the same usages against the emulator and sends the same requests.

Where it is broken itself, the usage stands in `BROKEN`: a repair in a later version is noticed. Where it fails at
times, it stands in `UNSTEADY`.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from qianfan_typed.emulator import Emulator
from tests.ids import short
from tests.sdk.usages import Usage, run, sent_to, usages

qianfan = pytest.importorskip("qianfan")

pytestmark = [
    pytest.mark.anyio,
    # It leaves sockets and event loops open, and its pydantic models speak the language of pydantic 1.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

IMPORT = {"from qianfan import IAM\n": "from qianfan.resources.console.iam import IAM\n"}

BROKEN: dict[str, tuple[type[Exception], str]] = {
    # The page has another name for it than the package: task_count.
    "000_guide: 批量推理": (AttributeError, "total_count"),
}
"""Usage → what the official package raises."""

UNSTEADY: dict[str, tuple[type[Exception], str]] = {
    # Its rate limiter belongs to the loop that it was first used in, and a blocking call makes a loop of its own: where
    # the page has both, as in a notebook, `await` may find the lock of the other loop.
    "000_guide: Chat 对话": (RuntimeError, "attached to a different loop"),
    "000_guide: Completion 续写": (RuntimeError, "attached to a different loop"),
    # The thread that reads ahead for the statistics of a stream may lose the race: then there are no pieces.
    "000_guide: 统计信息": (AssertionError, "no output"),
}
"""Usage → what comes of it at times."""


@pytest.fixture
def configured(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """The emulator, without what the official package remembers of another."""
    monkeypatch.setenv("QIANFAN_DISABLE_CACHE", "true")
    monkeypatch.setattr("qianfan.config._GLOBAL_CONFIG", None)
    # Its rate limiters outlive the event loop that they were first used in.
    monkeypatch.setattr("qianfan.resources.rate_limiter.rate_limiter._RATE_LIMITER_MAP", {})
    qianfan.disable_log()
    yield emulator
    qianfan.enable_log()
    gc.collect()  # What it left open goes now, while its warnings are ignored.


@pytest.mark.parametrize("usage", usages(), ids=lambda usage: short(usage, 60))
async def test_a_usage_runs(usage: Usage, configured: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    typed = iter(["你好", "我在北京，周末可以去哪里玩？"])

    def ask() -> str:
        for line in typed:
            return line
        raise EOFError

    namespace: dict[str, Any] = {"input": ask}
    try:
        await run(usage, configured, IMPORT, namespace)
        assert capsys.readouterr().out.strip(), "no output"
    except Exception as error:
        kind, message = {**BROKEN, **UNSTEADY}.get(str(usage), (KeyError, "none"))
        if not isinstance(error, kind) or message not in str(error):
            raise
    else:
        assert str(usage) not in BROKEN
        assert sorted(sent_to(configured)) == sorted(usage.requests)
    if "task" in namespace:
        namespace["task"].wait()  # Its threads must not call in the next test.
