"""What docs/migrating.md shows, runs, and prints what stands below it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qianfan_typed.emulator import Emulator
from tests.settled import settled

PAGE = Path(__file__).parent.parent.parent / "docs" / "migrating.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", PAGE.read_text("utf-8"), re.M | re.S)

pytestmark = [
    # The official packages leave sockets open.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.mark.parametrize(("code", "printed"), BLOCKS, ids=range(len(BLOCKS)))
def test_a_snippet_runs(
    code: str, printed: str, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if "import qianfan\n" in code:
        pytest.importorskip("qianfan").disable_log()
        monkeypatch.setattr("qianfan.config._GLOBAL_CONFIG", None)
        # Its cache is for all processes of the machine, and broken where a test before this one switched it off.
        monkeypatch.setenv("QIANFAN_DISABLE_CACHE", "true")
    elif "openai" in code:
        pytest.importorskip("openai")
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    code = code.replace("https://qianfan.baidubce.com", emulator.url).replace("bce-v3/ALTAK-…", emulator.bearer_token)
    exec(compile(code, "docs/migrating.md", "exec"), {"__name__": "__main__"})
    out = capsys.readouterr().out
    assert settled(out) == settled(printed) if printed else out.strip(), out


def test_the_page_has_snippets_of_all_three_packages() -> None:
    code = "\n".join(code for code, _ in BLOCKS)
    assert len(BLOCKS) == 16
    assert all(f"{package} import" in code or f"import {package}\n" in code for package in ("qianfan", "openai"))
