"""Two specs compared by what they mean: what is said, how it is marked, and what is not worth a word."""

from __future__ import annotations

import pytest

from codegen.diff import compare, report
from codegen.spec import Spec
from tests.codegen.comparing import CHAT, in_chat, said
from tests.codegen.conftest import SmallSpec

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
            ["notable   model Tiny-2: announced to end on 2026-01-27; use Tiny-1"],
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
