"""`[tool.qianfan-typed]` in pyproject.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from qianfan_typed.project import paths
from qianfan_typed.project.paths import fits
from qianfan_typed.project.settings import ProjectSettingsError, find_project, read_project
from tests.payloads.saying import Run, chat, lines

CONFIGURATION = """\
[tool.qianfan-typed]
paths = ["payloads", "more/*.jsonl"]
level = "error"
ignore = ["v1.chat.top_p"]

[tool.qianfan-typed.apis]
"payloads/v2/**" = "v2.chat"
"payloads/**" = "chat"

[tool.qianfan-typed.models]
"**/law-*" = "ChatLaw"
"""


@pytest.fixture
def configured(folder: Path) -> Path:
    """A project with a configuration and payloads."""
    (folder / "pyproject.toml").write_text(CONFIGURATION, "utf-8")
    hot = {**chat(temperature=1.7, top_p=7), "model": "ernie-speed-8k"}
    for name in ("payloads/a.jsonl", "payloads/v2/b/c.jsonl", "more/d.jsonl"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(lines(hot), "utf-8")
    (folder / "more" / "d.jsonl").write_text(lines({"messages": chat()["messages"]}), "utf-8")
    (folder / "payloads" / "law-1.jsonl").write_text(lines({"messages": chat()["messages"]}, chat(model="x")), "utf-8")
    return folder


def test_what_the_command_leaves_out_is_in_pyproject(configured: Path, validate: Run) -> None:
    said = validate()
    assert [line.split("; ")[0].split(" (")[0] for line in said.lines] == [
        "payloads/a.jsonl:1:93: error: ernie-speed-8k /temperature 1.7: must be above 0 and at most 1.0 "
        "[v1.chat.temperature.range]",
        "payloads/law-1.jsonl:1:1: error: ChatLaw /extra_parameters missing: required "
        "[v1.chat.extra_parameters.missing]",
        "payloads/v2/b/c.jsonl:1:93: error: ernie-speed-8k /temperature 1.7: must be above 0 and at most 1.0 "
        "[v2.chat.temperature.range]",
        "payloads/v2/b/c.jsonl:1:107: error: ernie-speed-8k /top_p 7: must be at least 0 and at most 1.0 "
        "[v2.chat.top_p.range]",
        "more/d.jsonl:1:1: error: it does not say which operation it is for",
    ]


def test_the_command_goes_before_pyproject(configured: Path, validate: Run) -> None:
    said = validate("--api", "v1.chat", "--level", "warning", "--ignore", "range", "payloads/law-1.jsonl", "more")
    assert [line.split(" [")[0].split(";")[0] for line in said.lines] == [
        "payloads/law-1.jsonl:1:1: error: ChatLaw /extra_parameters missing: required",
        "payloads/law-1.jsonl:2:11: warning: x /model x: not a known model of v1.chat, so only what holds for all is "
        "checked",
    ]


def test_patterns_begin_at_pyproject(configured: Path, validate: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(configured / "payloads" / "v2")
    assert validate("b/c.jsonl", "--ignore", "v2.chat").code == 0
    assert validate("../../more").code == 2
    assert [line.split(":")[0] for line in validate("--level", "error").lines] == [
        "../../payloads/a.jsonl",
        "../../payloads/law-1.jsonl",
        "../../payloads/v2/b/c.jsonl",
        "../../payloads/v2/b/c.jsonl",
        "../../more/d.jsonl",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x =", "pyproject.toml: Invalid value (at end of document)"),
        ("[tool]\nqianfan-typed = 3", "pyproject.toml: [tool.qianfan-typed] 3: must be a table"),
        (
            '[tool.qianfan-typed]\npaht = ["a"]\nlevel = "warn"',
            "pyproject.toml: [tool.qianfan-typed] level: 'warn': must be one of error, warning; "
            "paht: not a setting; did you mean paths?",
        ),
        (
            '[tool.qianfan-typed]\npaths = "a"\nignore = [1]\nzzz = 1',
            "pyproject.toml: [tool.qianfan-typed] paths: 'a': must be a list of strings; ignore: 1: must be a string; "
            "zzz: not a setting; known: paths, source, payloads, apis, models, level, ignore, ignores, "
            "exclude, gitignore, baseline, strict",
        ),
        (
            '[tool.qianfan-typed]\napis = ["a"]',
            "pyproject.toml: [tool.qianfan-typed] apis: ['a']: must be a table of pattern = name",
        ),
        (
            '[tool.qianfan-typed.apis]\na = "v3.chat"',
            "pyproject.toml: [tool.qianfan-typed] apis: 'v3.chat': not an operation; did you mean v2.chat?",
        ),
        (
            '[tool.qianfan-typed]\npayloads = ["a", ""]\nlevel = "warn"',
            "pyproject.toml: [tool.qianfan-typed] payloads: '': must be a file, a folder or a pattern; "
            "level: 'warn': must be one of error, warning",
        ),
        (
            "[tool.qianfan-typed]\npaths = ['payloads\\v1']\npayloads = ['a\\*.json']\n"
            "[tool.qianfan-typed.apis]\n'b\\**' = 'v1.chat'",
            r"pyproject.toml: [tool.qianfan-typed] paths: 'payloads\\v1': write / instead of \, on Windows too; "
            r"payloads: 'a\\*.json': write / instead of \, on Windows too; "
            r"apis: 'b\\**': write / instead of \, on Windows too",
        ),
        ("[tool.qianfan-typed.models]\na = 1", "pyproject.toml: [tool.qianfan-typed] models: 1: must be a string"),
    ],
)
def test_a_wrong_configuration_is_wrong_usage(folder: Path, validate: Run, text: str, words: str) -> None:
    (folder / "pyproject.toml").write_text(text, "utf-8")
    with pytest.raises(ProjectSettingsError) as caught:
        read_project(folder / "pyproject.toml")
    assert str(caught.value) == words
    said = validate("a.json")
    assert (said.code, said.out, said.err) == (2, "", f"qianfan-typed: {words}\n")


def test_a_file_outside_of_the_project_fits_what_begins_outside(configured: Path) -> None:
    inside = configured / "payloads"
    (inside / "pyproject.toml").write_text(
        '[tool.qianfan-typed.apis]\n"**" = "v1.chat"\n"../more/*" = "v2.chat"\n', "utf-8"
    )
    project = read_project(inside / "pyproject.toml")
    files = (inside / "a.jsonl", configured / "more" / "d.jsonl", configured / "e.jsonl")
    assert [project.api_of(str(file)) for file in files] == ["v1.chat", "v2.chat", None]


def test_findings_name_files_with_slashes_on_windows_too(
    folder: Path, validate: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "_SEPARATOR", "\\")
    (folder / "a\\b.json").write_text("{", "utf-8")
    assert [line.partition(":")[0] for line in validate("a\\b.json", "no\\where.json").lines] == [
        "no/where.json",
        "a/b.json",
    ]


def test_no_pyproject_is_no_configuration(tmp_path: Path) -> None:
    project = find_project(tmp_path)
    assert (project.api_of("a.json"), project.settings.level) == (None, "warning")


@pytest.mark.parametrize(
    ("path", "pattern", "fit"),
    [
        ("a/b.json", "a/*.json", True),
        ("a/b/c.json", "a/*.json", False),
        ("a/b/c.json", "a/**/*.json", True),
        ("a/c.json", "a/**/*.json", True),
        ("a/b/c.json", "a/**", True),
        ("b.json", "**/b.json", True),
        ("ab.json", "**/b.json", False),
        ("a1.json", "a[0-9].json", True),
        ("a1.json", "a[!0-9].json", False),
        ("a1.json", "a?.json", True),
        ("a/.json", "a?.json", False),
    ],
)
def test_patterns(path: str, pattern: str, fit: bool) -> None:
    assert fits(path, pattern) is fit
