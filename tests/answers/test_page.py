"""What docs/answers.md shows, runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qianfan_typed.emulator import Emulator

PAGE = (Path(__file__).parents[2] / "docs" / "answers.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("code", BLOCKS, ids=range(len(BLOCKS)))
def test_a_snippet_runs(code: str, emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "docs/answers.md", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out.strip()
    assert emulator.calls
