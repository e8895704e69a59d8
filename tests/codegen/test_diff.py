"""Two specs compared by what they mean: what is said, how it is marked, and what is not worth a word."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
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
from tests.codegen.conftest import FILES, SmallSpec

ROOT = Path(__file__).parent.parent.parent
CHAT = "v1/chat.yaml"
OTHER = """\
operation: embed
version: v1
doc: Embeds.
http: POST {models}/{path}
host: main
auth: [iam]
model_in: path
reply: EmbedReply
source: manual
subject: [input]
parameters:
  input: {type: "list[string]", required: true, max_items: 16, doc: Texts.}
shapes:
  EmbedReply: {doc: Vectors., fields: {id: {type: string, doc: Its name.}}}
groups:
  TextEmbed: {doc: All., takes: [input], models: {Vec: {path: vec}}}
"""


@pytest.fixture
def before(tmp_path: Path) -> Spec:
    """The small spec as it was."""
    folder = tmp_path / "before" / "spec"
    folder.mkdir(parents=True)
    return SmallSpec(folder).load()


def said(before: Spec, small: SmallSpec, *changes: tuple[str, str, str]) -> list[str]:
    """What a comparison says after some changes, a line each."""
    for file, old, new in changes:
        small.change(file, old, new)
    return report(compare(before, small.load()), "text").splitlines()


def in_chat(before: Spec, small: SmallSpec, *changes: tuple[str, str]) -> list[str]:
    """The same where only the chat file changes, without the operation's line."""
    lines = said(before, small, *((CHAT, old, new) for old, new in changes))
    assert lines[:1] in (["v1.chat"], [])
    return [line.strip() for line in lines[1:]]


def test_nothing_is_said_where_nothing_changed(before: Spec, small: SmallSpec) -> None:
    assert said(before, small) == []


HEAT = '  heat: {type: float, range: "(0, 1.0]", default: 0.5, doc: Higher is wilder.}'
HEAT_OTHERWISE = """\
  heat:
    doc: |
      Higher
      is wilder.
    default: 0.5
    type: float
    range: "(0.0,   1]"\
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  SmallChat:", "  # A comment.\n\n  SmallChat:"),
        (HEAT, HEAT_OTHERWISE),
        ("enum: [fast, slow]", "enum: [slow, fast]"),
        ("takes: [common, deep]", "takes: [deep, length, heat, messages]"),
        ("aliases: [Tiny], limits", "aliases:\n        [Tiny], limits"),
    ],
)
def test_layout_is_not_a_change(before: Spec, small: SmallSpec, old: str, new: str) -> None:
    assert in_chat(before, small, (old, new)) == []


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (
            'range: "(0, 1.0]"',
            'range: "(0, 2.0]"',
            ["notable   parameter heat: range (0, 1.0] → (0, 2.0], widened (in SmallChat)"],
        ),
        (
            'range: "(0, 1.0]"',
            'range: "(0, 0.9]"',
            ["breaking  parameter heat: range (0, 1.0] → (0, 0.9], narrowed (in SmallChat)"],
        ),
        (
            'range: "(0, 1.0]"',
            'range: "[0, 1.0)"',
            ["breaking  parameter heat: range (0, 1.0] → [0, 1.0), changed (in SmallChat)"],
        ),
        (
            'range: "[1, max_output_tokens]"',
            'range: "[1, 4096]"',
            ["breaking  parameter length: range [1, max_output_tokens] → [1, 4096], changed (in every group)"],
        ),
        (
            'type: int, range: "[1, max_output_tokens]"',
            "type: int",
            [
                "notable   parameter length: rule “at least 1 and at most the model's max_output_tokens” removed "
                "(in every group)"
            ],
        ),
        (
            "{type: bool, doc: Whether to think.}",
            "{type: bool, required: true, doc: Whether to think.}",
            ["breaking  parameter deep: rule “required” added (in SmallChat)"],
        ),
        (
            "required: true, min_items: 1",
            "min_items: 2",
            [
                "breaking  parameter messages: at least 1 items → at least 2 items, narrowed (in every group)",
                "notable   parameter messages: rule “required” removed (in every group)",
            ],
        ),
        (
            "enum: [fast, slow]",
            "enum: [fast, steady, still]",
            [
                "breaking  parameter mode: value slow removed (in LargeChat)",
                "notable   parameter mode: values steady, still added (in LargeChat)",
            ],
        ),
        (
            "enum: [fast, slow], ",
            "",
            ['notable   parameter mode: rule “one of "fast", "slow"” removed (in LargeChat)'],
        ),
        ("default: 0.5", "default: 0.7", ["notable   parameter heat: default 0.5 → 0.7 (in SmallChat)"]),
        (
            "{type: int, range",
            "{type: int | float, range",
            ["notable   parameter length: type int → int | float, widened (in every group)"],
        ),
        (
            "deep: Only hearsay has it.",
            "deep: Only hearsay says so.",
            ["harmless  wording: of deep"],
        ),
        (
            "    disputed: {deep: Only hearsay has it.}\n",
            "",
            ["breaking  parameter deep: disputed no longer: not a parameter (in LargeChat)"],
        ),
        (
            "enum: [fast, slow], ",
            "enum: [fast, slow], elsewhere: warning, ",
            ["notable   rule mode.unsupported (only for Giant): only warns now, it rejected"],
        ),
        (
            "doc: Whether to think.}",
            "source: hearsay, doc: Whether to think.}",
            [
                "notable   rule deep.type (true or false): only warns now, it rejected: "
                "Hearsay, read 2025-01-03, is not the platform's documentation",
                "harmless  source: manual → hearsay, of deep",
            ],
        ),
        (
            "doc: Tokens at the most.",
            "level: warning, doc: Tokens at the most.",
            ["notable   rules length.range and length.type: only warn now, they rejected"],
        ),
        (
            'range: "(0, 1.0]"',
            'level: warning, range: "(0, 0.9]"',
            [
                "notable   parameter heat: range (0, 1.0] → (0, 0.9], narrowed (in SmallChat)",
                "notable   rule heat.range (above 0 and at most 0.9): only warns now for Tiny-1 and Tiny-2, "
                "it rejected",
                "notable   rule heat.type (a number): only warns now, it rejected",
            ],
        ),
    ],
)
def test_a_parameter(before: Spec, small: SmallSpec, old: str, new: str, lines: list[str]) -> None:
    assert in_chat(before, small, (old, new)) == lines


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (
            "      Tiny-2:",
            "      Tiny-3: {path: tiny3, limits: {max_chars: 9}, unverified: true}\n      Tiny-2:",
            ["notable   model Tiny-3: added to SmallChat: path tiny3, max_chars 9, unverified"],
        ),
        ("      Tiny-2: {path: tiny2, deployable: true}\n", "", ["breaking  model Tiny-2: removed"]),
        ("Tiny-2: {path", "Tiny-Two: {path", ["breaking  model Tiny-2: renamed Tiny-Two"]),
        (
            "Tiny-2: {path: tiny2",
            "Tiny-Two: {aliases: [Tiny-2], path: tiny2",
            ["notable   model Tiny-2: renamed Tiny-Two; its old name is an alias"],
        ),
        (
            "deployable: true}\n  LargeChat",
            "deployable: true, retired: {on: 2026-01-27, use: [Tiny-1]}}\n  LargeChat",
            ["notable   model Tiny-2: retired on 2026-01-27; use Tiny-1"],
        ),
        ("path: tiny1", "path: tiny-one", ["notable   model Tiny-1: path tiny1 → tiny-one"]),
        (
            "aliases: [Tiny]",
            "aliases: [Small, Little]",
            ["breaking  model Tiny-1: alias Tiny removed", "notable   model Tiny-1: aliases Little and Small added"],
        ),
        (
            "max_output_tokens: 100",
            "max_output_tokens: 90",
            ["breaking  model Tiny-1: max_output_tokens 100 → 90, narrowed"],
        ),
        (
            "max_output_tokens: 100",
            "max_output_tokens: 200",
            ["notable   model Tiny-1: max_output_tokens 100 → 200, widened"],
        ),
        (
            "max_output_tokens: 100",
            "max_output_tokens: {value: 90, source: hearsay}",
            ["notable   model Tiny-1: max_output_tokens 100 → 90, narrowed"],
        ),
        (
            "    models:\n      Tiny-1",
            "    limits: {max_chars: 50}\n    models:\n      Tiny-1",
            ["breaking  models Tiny-1 and Tiny-2: max_chars none → 50, narrowed"],
        ),
        ("Giant: {prebuilt: false, ", "Giant: {path: giant, ", None),
        (
            "path: tiny2, deployable: true",
            "path: tiny2, family: Tiny, abilities: [search], unverified: true",
            [
                "breaking  model Tiny-2: can no longer be deployed",
                "notable   model Tiny-2: abilities none → search",
                "notable   model Tiny-2: unverified now: its rules only warn",
                "harmless  model Tiny-2: family none → Tiny",
            ],
        ),
    ],
)
def test_a_model(before: Spec, small: SmallSpec, old: str, new: str, lines: list[str] | None) -> None:
    ready = ["notable   model Giant: path none → giant", "notable   model Giant: ready-made now"]
    assert in_chat(before, small, (old, new)) == (ready if lines is None else lines)


def test_a_model_that_moves_is_told_with_what_that_takes_away(before: Spec, small: SmallSpec) -> None:
    tiny = "      Tiny-2: {path: tiny2, deployable: true}\n"
    giant = "      Giant: {prebuilt: false, deployable: true}\n"
    assert in_chat(before, small, (tiny, ""), (giant, giant + tiny)) == [
        "breaking  model Tiny-2: moved from SmallChat to LargeChat: no longer takes deep; takes mode; "
        "heat default 0.5 → 1.0; heat range (0, 1.0] → [0, 2.0], widened; "
        "length rule “required when deep is true” removed"
    ]


def test_a_renamed_group_moves_no_model(before: Spec, small: SmallSpec) -> None:
    assert in_chat(before, small, ("  SmallChat:", "  LittleChat:")) == [
        "breaking  group SmallChat: renamed LittleChat, and its classes with it"
    ]


def test_a_new_group_and_a_parameter_that_it_alone_takes(before: Spec, small: SmallSpec) -> None:
    group = "  OddChat: {doc: Odd., takes: [messages, odd], models: {Odd: {path: odd}}}\n  LargeChat:"
    assert in_chat(
        before, small, ("  LargeChat:", group), ("  deep: {type", "  odd: {type: bool, doc: Odd.}\n  deep: {type")
    ) == ["notable   group OddChat: added", "notable   model Odd: added to OddChat: path odd"]


def test_parameters_that_come_and_go(before: Spec, small: SmallSpec) -> None:
    assert in_chat(
        before,
        small,
        ("takes: [common, mode]", "takes: [common, tone]"),
        ("takes: [common, deep]", "takes: [common, deep, tone]"),
        ("  mode: {type: string, enum: [fast, slow]", '  tone: {type: int, required: true, range: "[1, 9]"'),
    ) == [
        "breaking  parameter mode: removed (in LargeChat)",
        "breaking  parameter tone: added: int, required, at least 1 and at most 9 (in every group)",
    ]


def test_rules_across_members(before: Spec, small: SmallSpec) -> None:
    need = "    - {member: length, when: {member: deep, equals: true}}\n"
    rules = "    - {member: heat, unless: {member: deep}}\n  prefer: [{one_of: [heat, length]}]\n"
    assert in_chat(before, small, (need, rules)) == [
        "breaking  parameter heat: rule “required unless deep is given” added (in SmallChat)",
        "notable   parameter length: rule “required when deep is true” removed (in SmallChat)",
        "notable   parameter length: rule “set heat or length, not both” added, as a warning (in every group)",
    ]


def test_a_rule_whose_condition_is_another(before: Spec, small: SmallSpec) -> None:
    need = "{member: length, when: {member: deep, equals: true}}"
    assert in_chat(before, small, (need, "{member: length, when: {member: heat}}")) == [
        "breaking  parameter length: required when deep is true → required when heat is given (in SmallChat)",
        "breaking  parameter length: rule “required when heat is given” added (in LargeChat)",
    ]


def test_one_of_several_rules_at_a_place_is_told_alone(before: Spec, small: SmallSpec) -> None:
    need = "    - {member: length, when: {member: deep, equals: true}}\n"
    small.change(CHAT, need, f"{need}    - {{member: length, unless: {{member: heat}}}}\n")
    two = small.load()
    small.change(CHAT, "unless: {member: heat}", "unless: {member: messages}")
    assert report(compare(two, small.load()), "text").splitlines()[1:] == [
        "  breaking  parameter length: required unless heat is given → required unless messages is given "
        "(in every group)"
    ]


def test_nothing_breaks_where_no_model_is_sure(small: SmallSpec) -> None:
    small.change(CHAT, "{prebuilt: false,", "{unverified: true, prebuilt: false,")
    unsure = small.load()
    small.change(CHAT, "enum: [fast, slow]", "enum: [fast]")
    assert report(compare(unsure, small.load()), "text").splitlines()[1:] == [
        "  notable   parameter mode: value slow removed (in LargeChat)"
    ]


def test_the_order_of_roles(before: Spec, small: SmallSpec) -> None:
    assert in_chat(before, small, ("last: [user], odd: true", "last: [user, bot], last_not_blank: true")) == [
        "breaking  parameter messages: rule “the last message has more than white space” added (in every group)",
        "notable   parameter messages: rule “an odd number of messages” removed (in every group)",
        "notable   parameter messages: the last message: also from bot (in every group)",
    ]


def test_members_of_requests_and_replies(before: Spec, small: SmallSpec) -> None:
    shared = "shapes/shared.yaml"
    assert said(
        before,
        small,
        (shared, "enum: [user, bot]", "enum: [user, guest]"),
        (shared, "non_empty: true, doc", "max_length: 8, doc"),
        (shared, "doc: What is said.}", "doc: What is said.}\n      name: {type: string, required: true, doc: Who.}"),
        (CHAT, "said: {type: string", "more: {type: int, doc: More.}\n      said: {type: string, nullable: true"),
    ) == [
        "v1.chat",
        "  breaking  messages[].content: rule “at most 8 characters” added",
        "  breaking  messages[].name: added: string, required",
        "  breaking  messages[].role: value bot removed",
        "  breaking  reply ChatReply.said: may be None now",
        "  notable   messages[].content: rule “not empty” removed",
        "  notable   messages[].role: value guest added",
        "  notable   reply ChatReply.more: added: int",
    ]


def test_a_member_that_one_group_narrows(before: Spec, small: SmallSpec) -> None:
    narrow = "narrow: {messages.role: {enum: [user]}, heat"
    assert in_chat(before, small, ("narrow: {heat", narrow)) == [
        "breaking  messages[].role: value bot removed (in LargeChat)"
    ]


def test_what_groups_share_by_a_profile_is_no_change(before: Spec, small: SmallSpec) -> None:
    own = """\
    disputed: {deep: Only hearsay has it.}
    narrow: {heat: {range: "[0, 2.0]", default: 1.0}}
"""
    profile = f"profiles:\n  large:\n    takes: [common]\n{own}groups:\n  SmallChat:"
    small.change(CHAT, own, "").change(CHAT, "groups:\n  SmallChat:", profile)
    assert in_chat(before, small, ("takes: [common, mode]", "profiles: [large]\n    takes: [mode]")) == []


def test_a_new_edition_that_drops_a_rule_and_defers_another(before: Spec, small: SmallSpec) -> None:
    edition = "{title: The manual, read: 2025-06-07, edition_of: manual, drops: [messages.order], defers: [heat.range]}"
    small.change("sources.yaml", "  hearsay:", f"  later: {edition}\n  hearsay:")
    after = small.load()
    assert report(compare(before, after), "text").splitlines() == [
        "v1.chat",
        "  notable   rule messages.order (user and bot in turn): only warns now, it rejected: "
        "The manual: 2025-01-02 said so; 2025-06-07 no longer does",
        "  harmless  source: manual → later, of deep, heat, length, messages, messages[].content and 2 more",
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
        "  notable   rules deep.type, heat.range, heat.type, length.missing, length.range and 14 more: "
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
        "  breaking  rules deep.type, heat.range, heat.type, length.missing, length.range and 14 more: "
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
    assert in_chat(before, small, ("{path: tiny2", end)) == ["notable   model Tiny-2: retired on 2026-01-27"]
    announced = small.load()
    small.change(CHAT, "{on: 2026-01-27}", "{on: 2026-03-31, use: [Tiny-1]}")
    assert report(compare(announced, small.load()), "text").splitlines()[1:] == [
        "  notable   model Tiny-2: retired on 2026-01-27 → retired on 2026-03-31; use Tiny-1"
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


def test_operations_pages_hosts_and_codes(before: Spec, small: SmallSpec) -> None:
    small.files["v1/embed.yaml"] = OTHER
    assert said(
        before,
        small,
        (CHAT, "http: POST {models}/{path}", "http: POST {models}/chat/{path}"),
        (CHAT, "auth: [iam]", "auth: [access_token, iam]"),
        ("platform.yaml", "https://example.com", "https://example.org"),
        ("platform.yaml", "SMALL_URL", "MAIN_URL"),
        ("errors.yaml", "kind: server, meaning: Broken. Try again.", "kind: overloaded, meaning: Broken. Wait."),
        ("sources.yaml", "read: 2025-01-02", "read: 2025-02-03"),
    ) == [
        "v1.chat",
        "  notable   operation: auth iam → access_token, iam",
        "  notable   operation: http POST {models}/{path} → POST {models}/chat/{path}",
        "v1.embed",
        "  notable   operation: added, with 1 model",
        "platform",
        "  breaking  host main: setting SMALL_URL → MAIN_URL",
        "  notable   host main: url https://example.com → https://example.org",
        "errors",
        "  breaking  v1 code 1: kind server → overloaded",
        "  harmless  wording: of v1 code 1",
        "sources",
        "  harmless  page manual: read 2025-01-02 → 2025-02-03",
    ]


def test_an_operation_that_went(small: SmallSpec, before: Spec) -> None:
    small.files["v1/embed.yaml"] = OTHER
    assert report(compare(small.load(), before), "text") == "v1.embed\n  breaking  operation: removed"


def test_wording_is_one_line(before: Spec, small: SmallSpec) -> None:
    assert in_chat(before, small, ("Higher is wilder", "Higher is freer"), ("Small models.", "The small ones.")) == [
        "harmless  wording: of heat and SmallChat"
    ]


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
        "  notable   model Tiny-2: retired; use Tiny-1 → retired on 2026-01-27; use Tiny-1",
        "  notable   rules deep.type, heat.range, heat.type, length.missing, length.range and 14 more: "
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
