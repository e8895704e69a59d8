"""Which files folders and patterns stand for, and what is left out of some of them: over the real commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.payloads.saying import chat, run_command

HOT = json.dumps(chat(temperature=1.7, top_p=7))
SETTINGS = "[tool.qianfan-typed]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own, in a working copy."""
    (tmp_path / "pyproject.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / ".git").mkdir()
    for name in ("a", "old/b", "old/deep/c", "p/d.gen", "build/e", "p/dist/f", "p/g"):
        path = tmp_path / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HOT, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(*arguments: str) -> list[str]:
    """The files that are found fault with."""
    said = run_command("validate", "--api", "v1.chat", *arguments)
    return list(dict.fromkeys(line.split(":")[0] for line in said.lines))


def test_what_tools_make_is_left_out_of_folders(folder: Path) -> None:
    assert files(".") == ["a.json", "old/b.json", "old/deep/c.json", "p/d.gen.json", "p/g.json"]
    assert files("build", "p/dist/f.json") == ["build/e.json", "p/dist/f.json"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("old", ["a.json", "p/d.gen.json", "p/g.json"]),
        ("old/", ["a.json", "p/d.gen.json", "p/g.json"]),
        ("old/deep", ["a.json", "old/b.json", "p/d.gen.json", "p/g.json"]),
        ("*.gen.json", ["a.json", "old/b.json", "old/deep/c.json", "p/g.json"]),
        ("**/c.json", ["a.json", "old/b.json", "p/d.gen.json", "p/g.json"]),
    ],
)
def test_exclude_leaves_out_files_and_folders(folder: Path, pattern: str, left: list[str]) -> None:
    assert files("--exclude", pattern, ".") == left
    (folder / "pyproject.toml").write_text(f"{SETTINGS}exclude = ['{pattern}']\n", "utf-8")
    assert files(".") == left
    assert not {*files("**/*.json")} & ({"old/b.json", "old/deep/c.json", "p/d.gen.json"} - {*left})
    assert files("old/deep/c.json") == ["old/deep/c.json"]


def test_what_git_ignores_is_left_out_unless_it_is_named(folder: Path) -> None:
    (folder / ".gitignore").write_text("*.gen.json\n/old/*\n!/old/deep\n", "utf-8")
    (folder / "p" / ".gitignore").write_text("g.json\n!d.gen.json\n", "utf-8")
    assert files(".") == ["a.json", "old/deep/c.json", "p/d.gen.json"]
    assert files("p/g.json") == ["p/g.json"]
    (folder / "pyproject.toml").write_text(f"{SETTINGS}gitignore = false\n", "utf-8")
    assert files(".") == ["a.json", "old/b.json", "old/deep/c.json", "p/d.gen.json", "p/g.json"]


def test_rules_are_left_out_of_some_files(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        f'{SETTINGS}[tool.qianfan-typed.ignores]\n"old/**" = ["v1.chat.temperature"]\n"**/c.json" = ["range"]\n',
        "utf-8",
    )
    said = run_command("validate", "--api", "v1.chat", "a.json", "old")
    rules = [(line.split(":")[0], line.split("[")[1].split("]")[0]) for line in said.lines]
    assert rules == [
        ("a.json", "v1.chat.temperature.range"),
        ("a.json", "v1.chat.top_p.range"),
        ("old/b.json", "v1.chat.top_p.range"),
    ]
    (folder / "pyproject.toml").write_text(f'{SETTINGS}[tool.qianfan-typed.ignores]\n"old/**" = ["rnage"]\n', "utf-8")
    why = "[tool.qianfan-typed.ignores]: 'rnage': not a rule or code; did you mean range?"
    assert run_command("validate", "a.json").err == f"qianfan-typed: pyproject.toml: {why}\n"


def test_check_leaves_out_the_same(folder: Path) -> None:
    call = "import qianfan_typed\nqianfan_typed.Client().v1.chat.ernie_speed_8k.create([], temperature=1.7)\n"
    for name in ("m.py", "old/n.py", "build/o.py"):
        (folder / name).write_text(call, "utf-8")
    (folder / "pyproject.toml").write_text(
        f'{SETTINGS}exclude = ["old"]\n[tool.qianfan-typed.ignores]\n"m.py" = ["empty"]\n', "utf-8"
    )
    said = run_command("check", "--ignore", "retired", ".")
    assert [line.split("[")[1].split("]")[0] for line in said.lines] == ["v1.chat.temperature.range"]
