"""pyrefly and ty over the same user code: they find what pyright and mypy find, and reveal the same types.

Their words are their own and not pinned. Where one of them is of another mind about a line, that is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from tests.typing.checking import CHECKERS, FILES, FOLDERS, HERE, ROOT, expected, run, short

DIFFERENCES: Mapping[str, set[tuple[str, str]]] = {
    "pyrefly": set(),
    "ty": {
        # It does not look into `**parameters: Unpack[…]` yet.
        ("wrong/answers.py", "chat.parse(hello, into=Weather, temprature=0.5)"),
        ("wrong/answers.py", "chat.parse(hello, into=Weather, enable_thinking=True)"),
        ("wrong/answers.py", "chat.run(hello, tools=[get_weather], disable_search=True)"),
        ("wrong/documents.py", 'qianfan.ChatCompletion(modle="ERNIE-Lite-Pro-128K")'),
        # What a tuple is for does not say what stands in it.
        (
            "right/messages.py",
            'client.v1.chat.ernie_3_5_8k.create(({"role": "user", "content": "你好"}, '
            'assistant("你好"), user("再见")))',
        ),
    },
}
"""Checker → the lines about which it alone complains, or alone says nothing."""


@attrs.frozen
class Said:
    """What a checker says of a line."""

    file: str
    line: int
    text: str
    reveals: bool


def pyrefly(folder: Path) -> Iterator[Said]:
    """What pyrefly says, by settings of its own: without any it takes mypy's of this project."""
    settings = folder / "pyrefly.toml"
    paths = json.dumps([str(ROOT), str(ROOT / "generated")])
    settings.write_text(f'python-version = "3.10"\nsearch-path = {paths}\n', "utf-8")
    found: dict[str, Any] = json.loads(run("pyrefly", "check", "-c", str(settings), "--output-format", "json", *FILES))
    for one in found["errors"]:
        text = str(one["description"]).removeprefix("revealed type: ")
        yield Said(_file(one["path"]), one["line"], text, one["name"] == "reveal-type")


def ty(_: Path) -> Iterator[Said]:
    """What ty says."""
    paths = [f"--extra-search-path={path}" for path in (ROOT, ROOT / "generated")]
    said = run("ty", "check", *paths, "--python-version", "3.10", "--output-format", "gitlab", *FOLDERS)
    for one in json.loads(said):
        place, name = one["location"], one["check_name"]
        text = str(one["description"]).removeprefix(f"{name}: ").removeprefix("Revealed type: ").strip("`")
        yield Said(_file(place["path"]), place["positions"]["begin"]["line"], text, name == "revealed-type")


OTHERS: dict[str, Callable[[Path], Iterator[Said]]] = {"pyrefly": pyrefly, "ty": ty}


@pytest.fixture(scope="module", params=OTHERS)
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[Said]]:
    """A checker, and what it says of all files."""
    return str(request.param), [*OTHERS[request.param](tmp_path_factory.mktemp("settings"))]


def test_a_checker_complains_of_the_lines_that_the_others_complain_of(other: tuple[str, list[Said]]) -> None:
    name, said = other
    complained = {(one.file, one.line) for one in said if not one.reveals}
    pinned = {
        (file, message.line)
        for file in FILES
        for checker in CHECKERS
        for message in expected(file, checker)
        if not message.text.startswith("R: ")
    }
    assert {(file, _code(file, line)) for file, line in complained ^ pinned} == DIFFERENCES[name]


def test_a_checker_reveals_the_types_that_the_others_reveal(other: tuple[str, list[Said]]) -> None:
    _, said = other
    revealed = {(one.file, one.line): _names(short(one.text)) for one in said if one.reveals}
    pinned = {
        (file, message.line): _names(message.text.removeprefix("R: "))
        for file in FILES
        for message in expected(file, "pyright")
        if message.text.startswith("R: ")
    }
    assert revealed == pinned


def _names(revealed: str) -> list[str]:
    """The names in a type: each checker has an order of its own for unions. ty says as well what a value is not."""
    return sorted(re.findall(r"\w+", re.sub(r" & ~\w+", "", revealed)))


def _file(path: str) -> str:
    return (HERE / path).resolve().relative_to(HERE).as_posix()


def _code(file: str, line: int) -> str:
    return (HERE / file).read_text("utf-8").splitlines()[line - 1].strip()
