"""What docs/cli.md shows, works."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qianfan_typed.cli.outcome import NO_REPLY, REFUSED, STOPPED
from qianfan_typed.cli.terminal import USAGE_ERROR
from tests.cli.conftest import Run

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")

PROGRAM = """
import qianfan
print(qianfan.ChatCompletion(model="ERNIE-Speed-8K").do(messages=[{"role": "user", "content": "你好"}])["result"])
"""
"""What stands in `src/`."""


def sections() -> Iterator[tuple[str, list[str]]]:
    """The commands of each section."""
    for section in PAGE.split("\n## "):
        blocks = re.findall(r"^```console\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
        lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
        if lines:
            yield section.partition("\n")[0].strip("# "), lines


WEATHER = '''
import dataclasses

def get_weather(city: str) -> str:
    """The weather of a city."""
    return "sunny"

@dataclasses.dataclass
class Weather:
    city: str
    degrees: float
'''
"""What stands in `weather.py`."""


@pytest.mark.parametrize(("title", "lines"), list(sections()), ids=[title for title, _ in sections()])
def test_the_commands_of_a_section_work(
    run: Run, title: str, lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "program.py").write_text(PROGRAM, "utf-8")
    (tmp_path / "weather.py").write_text(WEATHER, "utf-8")
    monkeypatch.delitem(sys.modules, "weather", raising=False)
    for line in lines:
        words, _, remark = line.partition("   # exit code ")
        before, _, command = words.rpartition(" | ")
        name, *arguments = shlex.split(command)
        assert name == "qianfan-typed"
        done = run(*arguments, stdin="a diff\n" if before else "")
        assert (line, done.code) == (line, int(remark or 0))


def test_the_exit_codes_are_those_that_there_are() -> None:
    table = PAGE.partition("## Exit codes")[2]
    said = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    assert said == {0, REFUSED, USAGE_ERROR, NO_REPLY, STOPPED}
