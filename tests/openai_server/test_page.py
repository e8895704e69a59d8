"""docs/openai-server.md: the tables are what the server does, and what the page shows runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from qianfan_api.operations import OPERATIONS
from qianfan_typed.emulator import Emulator
from qianfan_typed.facts.facts_file import facts
from qianfan_typed.openai_server.fields import PAGES, As, Table

PAGE = Path(__file__).parents[2] / "docs" / "openai-server.md"
TEXT = PAGE.read_text("utf-8")


def rows(path: str) -> Iterator[str]:
    """The table of a path: each field, and what becomes of it by each operation."""
    tables = PAGES[path]
    yield f"| field | {' | '.join(f'`{api}`' for api in tables)} |"
    yield "|---" * (len(tables) + 1) + "|"
    for field in dict.fromkeys(name for table in tables.values() for name in table):
        yield f"| `{field}` | {' | '.join(told(table, field) for table in tables.values())} |"


def told(table: Table, field: str) -> str:
    return table[field].words(field) if field in table else ""


@pytest.mark.parametrize("path", PAGES)
def test_the_page_says_what_becomes_of_each_field(path: str) -> None:
    shown = TEXT.partition(f"### `{path}`\n")[2].partition("\n#")[0]
    assert [line for line in shown.splitlines() if line.startswith("|")] == list(rows(path))


def test_the_platform_has_every_parameter_that_a_field_becomes() -> None:
    there = {(api, name) for api in OPERATIONS for name in facts().operations[api].members if api in facts().operations}
    there |= {("chat", name) for name in PAGES["/v1/chat/completions"]["v2.chat"]}
    made = {
        (api, treatment.name)
        for tables in PAGES.values()
        for api, table in tables.items()
        for field, treatment in table.items()
        if isinstance(treatment, As) and treatment.name != field
    }
    assert made - there == set()


def test_what_the_page_shows_runs(
    qianfan_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in qianfan_emulator.environment.items():
        monkeypatch.setenv(name, value)
    (code,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    exec(compile(code, PAGE.name, "exec"), {"__name__": "__main__"})
    assert "代替 ernie-4.5-turbo-128k" in capsys.readouterr().out


if __name__ == "__main__":  # Writes the tables into the page.
    tables = "\n".join(f"### `{path}`\n\n" + "\n".join(rows(path)) + "\n" for path in PAGES)
    PAGE.write_text(
        re.sub(r"TABLES\n|### `/v1/chat.*?(?=## Messages)", lambda _: tables + "\n", TEXT, count=1, flags=re.S)
    )
