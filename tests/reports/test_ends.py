"""Ends of what is at fault, and whose it is where a place does not show it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.payloads.saying import Run, lines, run_command

MODEL = "ERNIE-Lite-Pro-128K"
SAID = [{"role": "user", "content": "你好"}]
HOT = {"model": MODEL, "messages": SAID, "temperature": 1.75, "temprature": 1}
YAML = """\
- &one
  model: ernie-4.5-turbo-32k
  messages: [{role: user, content: hi}]
  stop: "xyz"
  user: |
    5
  stream: [
    ]
- <<: *one
  stop: ["x"]
- *one
"""


def ends(text: str) -> list[tuple[str, list[int | None]]]:
    """The pointer of each violation of a report in JSON, and where what is at fault begins and ends."""
    members = ("line", "column", "end_line", "end_column")
    return [(one["pointer"], [one[name] for name in members]) for one in json.loads(text)["violations"]]


@pytest.mark.parametrize("text", [lines(HOT), json.dumps([HOT, HOT], ensure_ascii=False)], ids=["lines", "list"])
def test_a_value_and_a_name_end_where_they_end(folder: Path, validate: Run, text: str) -> None:
    (folder / "a.json").write_text(text, "utf-8")
    said = ends(validate("--api", "v1.chat", "--format", "json", "a.json").out)
    for pointer, (line, column, end_line, end_column) in said:
        assert column is not None
        assert end_column is not None
        assert (line, end_line) == (1, 1)
        here = text[column - 1 : end_column - 1]
        assert here == {"/temperature": "1.75", "/temprature": '"temprature"'}[pointer]
    assert len(said) == 2 * (text.count("1.75"))


def test_in_yaml_what_is_laid_out_over_lines_has_no_end_but_for_brackets(folder: Path, validate: Run) -> None:
    (folder / "a.yaml").write_text(YAML, "utf-8")
    said = ends(validate("--api", "v2.chat", "--format", "json", "a.yaml").out)
    assert said[:2] == [("/stop", [4, 9, 4, 14]), ("/stream", [7, 11, 8, 6])]


def test_what_a_request_has_by_an_alias_is_said_to_be_its_own(folder: Path, validate: Run) -> None:
    (folder / "a.yaml").write_text(YAML, "utf-8")
    said = [line.partition(" [v2")[0] for line in validate("--api", "v2.chat", "a.yaml").lines]
    stop = 'ernie-4.5-turbo-32k /stop "xyz": must be a list of strings, not a string; write ["xyz"]'
    stream = "ernie-4.5-turbo-32k /stream []: must be true or false, not a list"
    assert said == [
        f"a.yaml:4:9: error: {stop}",
        f"a.yaml:7:11: error: {stream}",
        f"a.yaml:7:11: error: request 2, by an alias: {stream}",
        f"a.yaml:4:9: error: request 3, by an alias: {stop}",
        f"a.yaml:7:11: error: request 3, by an alias: {stream}",
    ]


def test_of_a_keyword_the_name_or_the_value_ends(folder: Path) -> None:
    (folder / "a.py").write_text(
        "import qianfan\n"
        f'qianfan.ChatCompletion().do(model="{MODEL}", messages=[{{"role": "user", "content": "你"}}],\n'
        " temprature=1, temperature=[\n"
        " 1])\n",
        "utf-8",
    )
    said = ends(run_command("check", "--format", "json", "a.py").out)
    assert said == [("/temprature", [3, 2, 3, 12]), ("/temperature", [3, 28, 4, 4])]
