"""Two specs compared: whom a rule is for and what it rests on, names of other APIs, and kinds of rules yet to come."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from codegen.diff import compare, report
from codegen.spec import Spec
from tests.codegen.comparing import CHAT, in_chat, said
from tests.codegen.conftest import SmallSpec

ROOT = Path(__file__).parent.parent.parent


def test_a_new_edition_that_drops_a_rule_and_defers_another(before: Spec, small: SmallSpec) -> None:
    edition = "{title: The manual, read: 2025-06-07, edition_of: manual, drops: [messages.order], defers: [heat.range]}"
    small.change("sources.yaml", "  hearsay:", f"  later: {edition}\n  hearsay:")
    after = small.load()
    assert report(compare(before, after), "text").splitlines() == [
        "v1.chat",
        "  notable   rule messages.order (user and bot in turn): only warns now, it rejected: "
        "The manual: 2025-01-02 said so; 2025-06-07 no longer does",
        "  harmless  source: manual → later, of deep, heat, length, messages, messages[] and 4 more",
        "sources",
        "  notable   page later: a new edition of manual, read 2025-06-07: drops messages.order; defers heat.range",
    ]
    small.change("sources.yaml", "drops: [messages.order], ", "names: [Giant], ")
    assert report(compare(after, small.load()), "text").splitlines() == [
        "v1.chat",
        "  breaking  rule messages.order (user and bot in turn): rejects now, it warned: "
        "The manual, read 2025-06-07, says so",
        "sources",
        "  notable   page later: drops messages.order → none",
        "  harmless  page later: speaks of the models listed from it alone → "
        "of the models listed from it, and of Giant",
    ]


def test_a_page_that_speaks_of_a_model_no_more(before: Spec, small: SmallSpec) -> None:
    page = "  tiny: {title: The tiny ones, read: 2025-05-06}\n"
    small.change("sources.yaml", "  hearsay:", f"{page}  hearsay:")
    assert said(before, small, (CHAT, "{path: tiny2", "{source: tiny, path: tiny2")) == [
        "v1.chat",
        "  notable   rules deep.type, heat.range, heat.type, length.missing, length.range and 16 more: "
        "only warn now for Tiny-2, they rejected: The manual, read 2025-01-02, speaks of other models",
        "  harmless  source: manual → tiny, of Tiny-2",
        "sources",
        "  harmless  page tiny: added",
    ]
    after = small.load()
    small.change("sources.yaml", "read: 2025-01-02", "read: 2025-01-02, names: [Tiny-2]")
    small.change("sources.yaml", "read: 2025-05-06", "read: 2025-05-06, repeats: [manual]")
    assert report(compare(after, small.load()), "text").splitlines() == [
        "v1.chat",
        "  breaking  rules deep.type, heat.range, heat.type, length.missing, length.range and 16 more: "
        "reject now for Tiny-2, they warned: The manual, read 2025-01-02, says so",
        "sources",
        "  harmless  page manual: speaks of the models listed from it alone → "
        "of the models listed from it, and of Tiny-2",
        "  harmless  page tiny: repeats none → manual",
    ]


def test_the_page_that_lists_who_takes_a_parameter(before: Spec, small: SmallSpec) -> None:
    assert in_chat(before, small, ("enum: [fast, slow], ", "enum: [fast, slow], listed_by: hearsay, ")) == [
        "notable   rule mode.unsupported (only for Giant): only warns now, it rejected: "
        "Hearsay, read 2025-01-03, is not the platform's documentation",
        "harmless  source: manual → hearsay, of mode",
    ]


def test_names_of_other_apis(before: Spec, small: SmallSpec) -> None:
    small.files["foreign_names.yaml"] = "source: hearsay\nnames: {v1.chat: {request: [seed, n], Message: [audio]}}\n"
    small.change(CHAT, "enum: [fast, slow], ", "enum: [fast, slow], other_names: {pace: error, speed: warning}, ")
    after = small.load()
    assert report(compare(before, after), "text").splitlines() == [
        "v1.chat",
        "  notable   unknown name audio in messages[]: only a warning now, refused before: a name of another API",
        "  notable   unknown name speed: only a warning now, refused before: messages say to write mode",
        "  notable   unknown names n and seed: only a warning now, refused before: a name of another API",
        "  harmless  unknown name pace: messages say to write mode",
    ]
    assert report(compare(after, before), "text").splitlines()[1:3] == [
        "  breaking  unknown name audio in messages[]: refused now, only a warning before: "
        "no longer known from another API",
        "  breaking  unknown name speed: refused now, only a warning before: no longer known from another API",
    ]


def test_an_end_that_is_announced_moved_and_taken_back(before: Spec, small: SmallSpec) -> None:
    end = "{path: tiny2, retired: {on: 2026-01-27}"
    assert in_chat(before, small, ("{path: tiny2", end)) == ["notable   model Tiny-2: announced to end on 2026-01-27"]
    announced = small.load()
    small.change(CHAT, "{on: 2026-01-27}", "{on: 2026-03-31, use: [Tiny-1]}")
    assert report(compare(announced, small.load()), "text").splitlines()[1:] == [
        "  notable   model Tiny-2: announced to end on 2026-01-27 → announced to end on 2026-03-31; use Tiny-1"
    ]
    assert report(compare(announced, before), "text").splitlines()[1:] == [
        "  notable   model Tiny-2: no longer retired"
    ]


RHYME = """\
from codegen.plan.constraints.base import Condition, ValueConstraint
import attrs

@attrs.frozen(kw_only=True)
class Rhyme(ValueConstraint):
    kind = "rhyme"
    code = "rhyme"
    words = ("rhymes_with",)
    ending: str

    @classmethod
    def read(cls, site):
        if site.field.rhymes_with:
            yield cls(**site.common(cls.code), ending=site.field.rhymes_with)

    def phrase(self):
        return f"rhymes with {self.ending}"

    def data(self):
        return {"ending": self.ending}
"""


def test_a_new_kind_of_rule_needs_no_word_here(tmp_path: Path, before: Spec) -> None:
    # Its file and its key in the language, in a copy of codegen: all that a kind is.
    shutil.copytree(ROOT / "codegen", tmp_path / "codegen", ignore=shutil.ignore_patterns("__pycache__"))
    language = tmp_path / "codegen" / "spec" / "language.py"
    text = language.read_text("utf-8")
    key = '    non_empty: bool = key("Strings: may not be empty.", default=False)\n'
    assert text.count(key) == 1
    language.write_text(
        text.replace(key, f'{key}    rhymes_with: str | None = key("A word.", default=None)\n'), "utf-8"
    )
    (tmp_path / "codegen" / "plan" / "constraints" / "rhyme.py").write_text(RHYME, "utf-8")
    folders = [tmp_path / "before" / "spec"]
    for number, word in enumerate(
        ("rhymes_with: last, ", "rhymes_with: fast, source: hearsay, ", "rhymes_with: past, ")
    ):
        (tmp_path / str(number)).mkdir()
        folders.append(tmp_path / str(number) / "spec")
        spec = SmallSpec(folders[-1]).change(CHAT, "enum: [fast, slow], ", f"enum: [fast, slow], {word}")
        spec.files["foreign_names.yaml"] = "source: hearsay\nnames: {}\n"
        for name, text in spec.files.items():
            (spec.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (spec.folder / name).write_text(text, "utf-8")

    def told(old: Path, new: Path) -> list[str]:
        words = [sys.executable, "-m", "codegen", "diff", str(old), "--spec", str(new)]
        run = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
        assert run.returncode == 0, run.stderr
        return [line.strip() for line in run.stdout.splitlines() if "rhyme" in line]

    none, last, fast, past = folders
    assert told(none, last) == ["breaking  parameter mode: rule “rhymes with last” added (in LargeChat)"]
    assert told(last, none) == ["notable   parameter mode: rule “rhymes with last” removed (in LargeChat)"]
    assert told(last, past) == ["breaking  parameter mode: rhymes with last → rhymes with past (in LargeChat)"]
    assert told(last, fast)[:1] == ["notable   parameter mode: rhymes with last → rhymes with fast (in LargeChat)"]
