"""Each Python usage of the platform's four documents runs, with only the import changed."""

from __future__ import annotations

import re

import pytest

from qianfan_typed.emulator import Emulator
from tests.ids import short
from tests.sdk.usages import Usage, run, sent_to, usages

pytestmark = pytest.mark.anyio

# Where a usage names no model, the official package calls this one. It is retired, and ours calls its replacement.
OFFICIAL_DEFAULT, DEFAULT = "chat/ernie-lite-8k", "chat/ernie-lite-pro-128k"
IMPORT = {"import qianfan\n": "import qianfan_typed as qianfan\n", "from qianfan import": "from qianfan_typed import"}


# A page of 2025 still calls a model that is retired, and shortens the id of a call where it is answered.
@pytest.mark.filterwarnings("default:your_v2_api_name.*not a known model:qianfan_typed.errors.RequestWarning")
@pytest.mark.filterwarnings("default:.*retired:qianfan_typed.errors.RequestWarning")
@pytest.mark.filterwarnings('default:.*"19exxxxx00". answers no call:qianfan_typed.errors.RequestWarning')
@pytest.mark.parametrize("usage", usages(), ids=lambda usage: short(usage, 60))
async def test_a_usage_runs(usage: Usage, emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    typed = iter(["你好", "我在北京，周末可以去哪里玩？"])

    def ask() -> str:
        for line in typed:
            return line
        raise EOFError

    await run(usage, emulator, IMPORT, {"input": ask})
    expected = [one.replace(OFFICIAL_DEFAULT, DEFAULT) for one in usage.requests]
    assert sorted(sent_to(emulator)) == sorted(expected)
    assert capsys.readouterr().out.strip()


def test_every_document_is_there() -> None:
    documents = {usage.document for usage in usages()}
    assert documents == {"000_guide", "001_llama", "002_chat_v1", "003_chat_v2"}
    assert all(re.search(r"\bqianfan\b", usage.blocks[-1]) or len(usage.blocks) > 1 for usage in usages())
