"""What ARCHITECTURE.md and CONTRIBUTING.md name is there, and the recipe for a model works as it is written."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import attrs
import pytest

from codegen.spec import language, load, service
from qianfan_typed.emulator import Emulator
from tests.codegen.test_import_contract import ROOMS
from tests.settled import settled

ROOT = Path(__file__).parent.parent
MAPS = ["ARCHITECTURE.md", "CONTRIBUTING.md"]
HOMES = (
    *(
        ".",
        "spec",
        "codegen",
        "codegen/plan",
        "codegen/spec",
        "generated",
        "generated/qianfan_api",
        "tests",
        "tests/sdk",
    ),
    *("qianfan_typed", "qianfan_typed/transports"),
)
"""Folders that a path in these pages may begin in."""
TRIED = {"spec/v2/search.yaml", "multiple.py", "codegen/plan/constraints/whole_multiple.py"}
"""What the recipes make."""


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("page", MAPS)
def test_every_path_leads_somewhere(page: str) -> None:
    named = {
        word for word in re.findall(r"`(\w[\w./]+)`", text(page)) if "/" in word or word.endswith((".py", ".yaml"))
    }
    lost = {path for path in named - TRIED if not any((ROOT / home / path).exists() for home in HOMES)}
    assert lost == set()


def test_the_table_of_rooms_is_the_import_contract() -> None:
    names = {"ruamel.yaml": "ruamel"}
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", text("ARCHITECTURE.md"), re.MULTILINE)
    said = {
        room: {names.get(word, word) for word in cell.replace("`", "").split(", ")}
        for room, cell in rows
        if room in ROOMS
    }
    assert said == {room: set(may.split()) for room, may in ROOMS.items() if may}


def test_the_models_hunk_can_be_pasted(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "spec", tmp_path / "spec")
    (group, model) = re.findall(r"```yaml\n  (\w+:)\n    models:\n(      [^\n]+\n)```", text("CONTRIBUTING.md"))[0]
    chat = tmp_path / "spec" / "v1" / "chat.yaml"
    before, _, after = chat.read_text("utf-8").partition(f"  {group}\n")
    head, _, rest = after.partition("    models:\n")
    chat.write_text(f"{before}  {group}\n{head}    models:\n{model}{rest}", "utf-8")
    operation = next(
        one for one in load(tmp_path / "spec").operations if one.operation == "chat" and one.version == "v1"
    )
    assert model.split(":")[0].strip() in operation.groups[group.rstrip(":")].models


@pytest.mark.parametrize(
    "kind",
    [
        *(language.Field, language.Profile, language.Rules, service.Page),
        *(service.DocumentsFile, service.DocumentClass, service.Subject),
    ],
    ids=lambda k: k.__name__,
)
def test_the_table_of_the_language_has_every_key(kind: type[attrs.AttrsInstance]) -> None:
    table = text("CONTRIBUTING.md").partition("## The spec language")[2]
    words = set(re.findall(r"\w+", table))
    assert {field.name for field in attrs.fields(kind)} - {"note", "url", "level", "nullable"} <= words


PAGES = {
    "limits": ["limits", "redis"],
    "transports": ["urllib3", "cassette", "own"],
    "answers": ["parse", "run", "many", "progress", "trim", "history", "pydantic", "frames"],
}
SNIPPETS = [
    pytest.param(page, code, id=f"{page}: {name}")
    for page, names in PAGES.items()
    for name, code in zip(
        names,
        re.findall(r"^```python\n(.*?)^```$", text(f"docs/{page}.md"), re.MULTILINE | re.DOTALL),
        strict=True,
    )
]


@pytest.mark.parametrize(("page", "code"), SNIPPETS)
def test_the_snippets_of_a_page_run(
    page: str,
    code: str,
    qianfan_emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in qianfan_emulator.environment.items():
        monkeypatch.setenv(name, value)
    exec(compile(code, f"docs/{page}.md", "exec", dont_inherit=True), {"__name__": "__main__"})
    assert capsys.readouterr().out.strip()


def test_every_test_that_reliability_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", text("docs/reliability.md")))
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert named
    assert named - there == set()


def test_every_row_of_reliability_names_a_test() -> None:
    rows = re.findall(r"^\| (?!fault )(?!-)(.+) \|$", text("docs/reliability.md").replace("|---", ""), re.MULTILINE)
    assert [row for row in rows if not re.search(r"\| (`test_\w+`(, `test_\w+`)*|the same)$", row)] == []


ON_RAY = re.compile(r"^## On a cluster: Ray$.*?(?=^## )", re.MULTILINE | re.DOTALL)
"""A section of docs/batches.md whose snippets tests/cluster runs, which has Ray."""
BATCHES = re.findall(
    r"^```python\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", ON_RAY.sub("", text("docs/batches.md")), re.M | re.S
)


def test_what_the_page_of_batches_shows_runs_in_a_row(
    qianfan_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in qianfan_emulator.environment.items():
        monkeypatch.setenv(name, value)
    for code, printed in BATCHES:
        exec(compile(code, "docs/batches.md", "exec"), {"__name__": "__main__"})
        out = capsys.readouterr().out
        assert settled(out) == settled(printed) if printed else out.strip(), out
