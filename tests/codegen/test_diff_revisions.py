"""Two specs compared: how it is said, revisions and older forms of the language, and what order is not."""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from typer.testing import CliRunner

from codegen.__main__ import app
from codegen.diff import changelog, compare, report
from codegen.spec import Spec, load
from tests.codegen.comparing import CHAT
from tests.codegen.conftest import FILES, SmallSpec

ROOT = Path(__file__).parent.parent.parent
FORMS = (("default: 0.5", "default: 0.7"), ("enum: [fast, slow]", "enum: [fast]"), ("Small models.", "The small ones."))


@pytest.fixture
def after(small: SmallSpec) -> Spec:
    """The small spec with a change of each mark."""
    for old, new in FORMS:
        small.change(CHAT, old, new)
    return small.load()


def test_markdown(before: Spec, after: Spec) -> None:
    assert report(compare(before, after), "markdown").splitlines() == [
        "## v1.chat",
        "",
        "- **breaking** parameter mode: value slow removed (in LargeChat)",
        "- **notable** parameter heat: default 0.5 → 0.7 (in SmallChat)",
        "- **harmless** wording: of SmallChat",
    ]


def test_json(before: Spec, after: Spec) -> None:
    assert json.loads(report(compare(before, after), "json"))[0] == {
        "api": "v1.chat",
        "subject": "parameter mode",
        "words": "value slow removed (in LargeChat)",
        "mark": "breaking",
    }


def test_the_draft_for_the_changelog(before: Spec, after: Spec) -> None:
    assert changelog(compare(before, after)).splitlines() == [
        "## Unreleased",
        "",
        "### Breaking",
        "",
        "- `v1.chat` parameter mode: value slow removed (in LargeChat).",
        "",
        "### Notable",
        "",
        "- `v1.chat` parameter heat: default 0.5 → 0.7 (in SmallChat).",
        "",
        "1 harmless change of sources and wording besides.",
    ]


def run(*words: str | Path) -> tuple[int, list[str]]:
    """`python -m codegen …`: its exit code and what it says."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output.splitlines()


def git(folder: Path, *words: str) -> None:
    """Runs git as somebody."""
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


@pytest.fixture
def repository(small: SmallSpec) -> Path:
    """The small spec in a repository: one commit in another language, one in today's, and changes not committed."""
    folder = small.folder.parent
    small.load()
    git(folder, "init", "-q")
    (small.folder / CHAT).write_text("operation: chat\n", "utf-8")
    git(folder, "add", "spec")
    git(folder, "commit", "-qm", "first")
    (small.folder / CHAT).write_text(FILES[CHAT], "utf-8")
    git(folder, "add", "spec")
    git(folder, "commit", "-qm", "second")
    for old, new in FORMS:
        small.change(CHAT, old, new)
    small.load()
    return folder


LINES = [
    "v1.chat",
    "  breaking  parameter mode: value slow removed (in LargeChat)",
    "  notable   parameter heat: default 0.5 → 0.7 (in SmallChat)",
    "  harmless  wording: of SmallChat",
]


def test_revisions_folders_and_the_working_tree(repository: Path) -> None:
    option = ("--spec", repository / "spec")
    assert run("diff", "HEAD", *option) == (0, LINES)
    assert run("diff", "HEAD", repository, *option) == (0, LINES)
    assert run("diff", "HEAD", "HEAD", *option) == (0, [])
    assert run("diff", repository, "HEAD", *option)[1][2:3] == [
        "  notable   parameter mode: value slow added (in LargeChat)"
    ]


def test_fail_on(repository: Path) -> None:
    option = ("--spec", repository / "spec")
    assert run("diff", "HEAD", "--fail-on", "breaking", *option) == (1, LINES)
    assert run("diff", repository, "HEAD", "--fail-on", "breaking", *option)[0] == 0
    assert run("diff", repository, "HEAD", "--fail-on", "notable", *option)[0] == 1


def test_a_revision_that_cannot_be_read(repository: Path) -> None:
    code, lines = run("diff", "nowhere", "--spec", repository / "spec")
    assert (code, lines[0]) == (2, "git archive nowhere spec: not a valid object name: nowhere")
    code, lines = run("diff", "HEAD~", "--spec", repository / "spec")
    assert (code, lines[0]) == (2, "HEAD~: 8 problems in its spec")
    assert lines[1].startswith("spec/v1/chat.yaml:1:1: ")


def test_a_revision_in_the_language_before_pages_had_editions(repository: Path, small: SmallSpec) -> None:
    ends = "deployable: true, retired: Use Tiny-1., replaced_by: Tiny-1}\n  LargeChat"
    older = FILES[CHAT].replace("deployable: true}\n  LargeChat", ends)
    sources = FILES["sources.yaml"] + "  tiny: {title: The tiny ones, read: 2025-05-06}\n"
    for name, text in ((CHAT, older.replace("{path: tiny1", "{source: tiny, path: tiny1")), ("sources.yaml", sources)):
        (small.folder / name).write_text(text, "utf-8")
    git(repository, "commit", "-qam", "older")
    small.files[CHAT] = FILES[CHAT].replace("deployable: true}\n  LargeChat", ends)
    small.files.update({"sources.yaml": sources, "foreign_names.yaml": "source: hearsay\nnames: {}\n"})
    small.change(CHAT, "retired: Use Tiny-1., replaced_by: Tiny-1", "retired: {on: 2026-01-27, use: [Tiny-1]}")
    small.change(CHAT, "{path: tiny1", "{source: tiny, path: tiny1").load()
    lines = [
        "v1.chat",
        "  notable   model Tiny-2: retired; use Tiny-1 → announced to end on 2026-01-27; use Tiny-1",
        "  notable   rules deep.type, heat.range, heat.type, length.missing, length.range and 16 more: "
        "only warn now for Tiny-1, they rejected: The manual, read 2025-01-02, speaks of other models",
        "  harmless  wording: of Tiny-2",
        "sources",
        "  harmless  pages manual and tiny: speaks of every model → of the models listed from it alone",
    ]
    assert run("diff", "HEAD", "--spec", small.folder) == (0, lines)


def test_changes_since_the_first_commit_that_can_be_read_or_the_last_tag(repository: Path) -> None:
    code, lines = run("changes", "--spec", repository / "spec")
    assert (code, lines[2:8]) == (0, [*LINES, "", "a draft for CHANGELOG.md:"])
    assert lines[9:13] == ["## Unreleased", "", "### Breaking", ""]
    git(repository, "commit", "-qam", "third")
    git(repository, "tag", "v1.0")
    assert run("changes", "--spec", repository / "spec") == (0, ["the spec says what it said at v1.0"])


def shuffled(data: object, chance: random.Random, place: tuple[str, ...] = ()) -> object:
    """The same data with the keys of every mapping in another order."""
    if isinstance(data, dict):
        items = [
            (key, shuffled(value, chance, (*place, str(key)))) for key, value in cast("dict[Any, Any]", data).items()
        ]
        # The first dialogue is the default, so that their order says something.
        if place != ("dialogues",):
            chance.shuffle(items)
        return dict(items)
    if isinstance(data, list):
        return [shuffled(item, chance, place) for item in cast("list[object]", data)]
    return data


def reordered(files: dict[str, str], chance: random.Random, folder: Path) -> Spec:
    """A spec whose files say the same in another order."""
    yaml: Any = YAML(typ="safe")
    yaml.representer.ignore_aliases = lambda _: True
    yaml.representer.sort_base_mapping_type_on_output = False
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as stream:
            yaml.dump(shuffled(yaml.load(text), chance), stream)
    return load(folder)


@settings(max_examples=25, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_the_order_of_keys_is_never_a_change(chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as place:
        before = SmallSpec(Path(place, "before")).load()
        after = reordered(FILES, chance, Path(place, "spec"))
        assert report(compare(before, after), "text") == ""
        assert report(compare(after, before), "text") == ""


def test_nor_is_it_in_the_whole_spec(tmp_path: Path) -> None:
    folder = ROOT / "spec"
    files = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.yaml")}
    assert report(compare(load(folder), reordered(files, random.Random(5), tmp_path / "spec")), "text") == ""
