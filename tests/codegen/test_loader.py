"""What the loader says of a spec that is wrong: file:line:column and what was expected, everything in one run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from codegen.spec import SpecError, language, load, service
from tests.codegen.conftest import SmallSpec

CHAT = "v1/chat.yaml"
SHAPES = "shapes/shared.yaml"


@attrs.frozen
class Change:
    """What is changed in a file."""

    file: str
    old: str
    new: str


def chat(old: str, new: str) -> list[Change]:
    return [Change(CHAT, old, new)]


def meaning(kind: Any, key: str) -> str:
    """What the language says a key is for."""
    return str(attrs.fields_dict(kind)[key].metadata["doc"])


def wrong(*table: tuple[Any, ...]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes a test of each row: its name, what is changed, the lines that the loader says."""
    rows = [pytest.param(changes, list(lines), id=name) for name, changes, *lines in table]
    return pytest.mark.parametrize(("changes", "lines"), rows)


def problems(small: SmallSpec, changes: list[Change]) -> list[str]:
    for change in changes:
        small.change(change.file, change.old, change.new)
    return small.problems()


def test_nothing_is_wrong_with_the_small_spec(small: SmallSpec) -> None:
    assert small.problems() == []


@wrong(
    (
        "misspelt, near a known one",
        chat("subject: [messages]", "subjct: [messages]"),
        "spec/v1/chat.yaml:11:1: subjct: not a key of OperationFile; did you mean subject?",
    ),
    (
        "misspelt, near none",
        chat("model_in: path", "model_in: path\nzzz: 1"),
        (
            "spec/v1/chat.yaml:8:1: zzz: not a key of OperationFile; expected one of operation, version,"
            " doc, http, host, auth, model_in, call, entry, setting, also, deployed_path, body, flat_errors,"
            " reply, media_type, stream, wait, source, unknown, batch_file, subject, parameters, rules, dialogues,"
            " shapes, sets, profiles, groups, decisions"
        ),
    ),
    (
        "misspelt in a parameter",
        chat("enum: [fast, slow]", "enums: [fast, slow]"),
        "spec/v1/chat.yaml:16:24: enums: not a key of Field; did you mean enum?",
    ),
    (
        "misspelt in a model",
        chat("{path: tiny2, deployable: true}", "{path: tiny2, deploable: true}"),
        "spec/v1/chat.yaml:36:29: deploable: not a key of Model; did you mean deployable?",
    ),
    (
        "misspelt in a rule",
        chat("when: {member: deep", "whem: {member: deep"),
        "spec/v1/chat.yaml:20:24: whem: not a key of Need; did you mean when?",
    ),
    (
        "missing",
        chat("host: main\n", ""),
        f"spec/v1/chat.yaml:1:1: host: missing; {meaning(language.OperationFile, 'host')}",
    ),
    (
        "missing in a parameter",
        chat("deep: {type: bool, doc: Whether to think.}", "deep: {doc: Whether to think.}"),
        f"spec/v1/chat.yaml:17:3: type: missing; {meaning(language.Field, 'type')}",
    ),
    (
        "twice",
        chat(
            "  deep: {type: bool, doc: Whether to think.}",
            "  deep: {type: bool, doc: A.}\n  deep: {type: int, doc: B.}",
        ),
        "spec/v1/chat.yaml:18:3: deep: stands here a second time",
    ),
    (
        "twice in one line",
        chat("{path: tiny2, deployable: true}", "{path: tiny2, path: tiny3}"),
        "spec/v1/chat.yaml:36:29: path: stands here a second time",
    ),
)
def test_key(small: SmallSpec, changes: list[Change], lines: list[str]) -> None:
    assert problems(small, changes) == lines


@wrong(
    (
        "a text for true or false",
        chat("deployable: true}\n  LargeChat", "deployable: yes please}\n  LargeChat"),
        "spec/v1/chat.yaml:36:29: 'yes please': expected true or false",
    ),
    (
        "a number for a text",
        chat("doc: Answers.", "doc: 42"),
        "spec/v1/chat.yaml:3:1: 42: expected text",
    ),
    (
        "a text for a whole number",
        chat("min_items: 1", "min_items: one"),
        "spec/v1/chat.yaml:13:53: 'one': expected a whole number",
    ),
    (
        "a text for a list",
        chat("takes: [common, mode]", "takes: common"),
        "spec/v1/chat.yaml:39:5: 'common': expected a list",
    ),
    (
        "a text for an object",
        chat("deep: {type: bool, doc: Whether to think.}", "deep: bool"),
        (
            "spec/v1/chat.yaml:17:3: 'bool': expected keys: type, doc, required, nullable, default, range,"
            " enum, hints, min_items, max_items, max_length, max_bytes, address, sides, non_empty, neutral, idle,"
            " sent_in, sent, elsewhere, listed_by, other_names, level, source"
        ),
    ),
    (
        "none of the words",
        chat("version: v1", "version: v7"),
        "spec/v1/chat.yaml:2:1: 'v7': expected one of v1, v2",
    ),
    (
        "no date",
        [Change("sources.yaml", "read: 2025-01-02", "read: January")],
        "spec/sources.yaml:2:31: 'January': expected a date, as 2025-01-13",
    ),
    (
        "a day that no year has",
        [Change("sources.yaml", "read: 2025-01-02", "read: 2025-02-30")],
        "spec/sources.yaml:2:37: 2025-02-30: not a date; write one, as 2025-01-13",
    ),
    (
        "an hour that no day has",
        [Change("sources.yaml", "read: 2025-01-02", "read: 2025-01-02T25:00:00")],
        "spec/sources.yaml:2:37: 2025-01-02T25:00:00: not a date; write one, as 2025-01-13",
    ),
    (
        "a time of day",
        [Change("sources.yaml", "read: 2025-01-02", "read: 2025-01-02T12:00:00")],
        "spec/sources.yaml:2:31: datetime.datetime(2025, 1, 2, 12, 0): expected a date, as 2025-01-13",
    ),
    (
        "a tag of somebody else's",
        [Change("sources.yaml", "read: 2025-01-02", "read: !day 2025-01-02")],
        "spec/sources.yaml:2:37: 2025-01-02: not YAML: no !day",
    ),
    (
        "a limit of no such name",
        chat("limits: {max_output_tokens: 100}", "limits: {max_tokens: 100}"),
        (
            "spec/v1/chat.yaml:35:55: 'max_tokens': expected one of context, max_chars, max_input_tokens,"
            " max_output_tokens, default_output_tokens, max_thinking_tokens"
        ),
    ),
)
def test_value(small: SmallSpec, changes: list[Change], lines: list[str]) -> None:
    assert problems(small, changes) == lines


@wrong(
    (
        "no interval",
        chat('"(0, 1.0]"', '"0 to 1"'),
        (
            "spec/v1/chat.yaml:14:23: '0 to 1' is not a range: expected an interval such as '(0, 1.0]' or"
            " '[2, max_output_tokens]'"
        ),
    ),
    (
        "a number",
        chat('"(0, 1.0]"', "1.0"),
        (
            "spec/v1/chat.yaml:14:23: 1.0 is not a range: expected an interval such as '(0, 1.0]' or '[2,"
            " max_output_tokens]'"
        ),
    ),
    (
        "upside down",
        chat('"(0, 1.0]"', '"(1.0, 0]"'),
        "spec/v1/chat.yaml:14:23: '(1.0, 0]' holds no number: its lower bound is not below its upper bound",
    ),
    (
        "empty",
        chat('"(0, 1.0]"', '"(1, 1]"'),
        "spec/v1/chat.yaml:14:23: '(1, 1]' holds no number: its lower bound is not below its upper bound",
    ),
    (
        "a bound that is no number",
        chat('"(0, 1.0]"', '"(0, lots]"'),
        (
            "spec/v1/chat.yaml:14:23: 'lots' in '(0, lots]' is neither a number, inf nor a limit of a model"
            " (context, max_chars, max_input_tokens, max_output_tokens, default_output_tokens, max_thinking_tokens)"
        ),
    ),
    (
        "a limit of no such name",
        chat("max_output_tokens]", "max_tokens]"),
        (
            "spec/v1/chat.yaml:15:23: 'max_tokens' in '[1, max_tokens]' is neither a number, inf nor a"
            " limit of a model (context, max_chars, max_input_tokens, max_output_tokens,"
            " default_output_tokens, max_thinking_tokens)"
        ),
    ),
    (
        "of a group",
        chat('"[0, 2.0]"', '"[2.0, 0]"'),
        "spec/v1/chat.yaml:41:21: '[2.0, 0]' holds no number: its lower bound is not below its upper bound",
    ),
    (
        "on a text",
        chat("enum: [fast, slow]", 'range: "[0, 1]"'),
        "spec/v1/chat.yaml:16:24: range: does not go with the type string of mode",
    ),
)
def test_range(small: SmallSpec, changes: list[Change], lines: list[str]) -> None:
    assert problems(small, changes) == lines


@wrong(
    (
        "outside its range",
        chat("default: 0.5", "default: 1.5"),
        "spec/v1/chat.yaml:14:42: 1.5: the default of heat is outside (0, 1.0]",
    ),
    (
        "at an open bound",
        chat("default: 0.5", "default: 0"),
        "spec/v1/chat.yaml:14:42: 0: the default of heat is outside (0, 1.0]",
    ),
    (
        "outside the group's range",
        chat("default: 1.0", "default: 2.5"),
        "spec/v1/chat.yaml:41:40: 2.5: the default of heat is outside [0, 2.0]",
    ),
    (
        "of a bool that is a text",
        chat("type: bool,", "type: bool, default: hot,"),
        "spec/v1/chat.yaml:17:22: 'hot': the default of deep is no bool",
    ),
    (
        "none of its values",
        chat("enum: [fast, slow]", "enum: [fast, slow], default: medium"),
        "spec/v1/chat.yaml:16:44: 'medium': the default of mode is not one of its values",
    ),
    (
        "that was right, outside a group's range",
        chat('{range: "[0, 2.0]", default: 1.0}', '{range: "[1, 2.0]"}'),
        "spec/v1/chat.yaml:41:14: 0.5: the default of heat is outside [1, 2.0]",
    ),
    (
        "of a number that is a text",
        chat("default: 0.5", "default: hot"),
        "spec/v1/chat.yaml:14:42: 'hot': the default of heat is no float",
    ),
)
def test_default(small: SmallSpec, changes: list[Change], lines: list[str]) -> None:
    assert problems(small, changes) == lines


@wrong(
    (
        "no type",
        chat("type: bool", "type: boolean"),
        "spec/v1/chat.yaml:17:10: boolean: not a shape or a type; did you mean bool?",
    ),
    (
        "no end",
        chat('"list[Message]"', '"list[Message"'),
        "spec/shapes/shared.yaml:3:3: Message: no operation uses this shape",
        "spec/v1/chat.yaml:13:14: 'list[Message' is not a type: ] was expected",
    ),
    (
        "a list of nothing",
        chat('"list[Message]"', "list"),
        "spec/shapes/shared.yaml:3:3: Message: no operation uses this shape",
        "spec/v1/chat.yaml:13:14: 'list' is not a type: list needs what it holds, as list[string]",
    ),
    (
        "a shape that there is not",
        chat('"list[Message]"', '"list[Mesage]"'),
        "spec/shapes/shared.yaml:3:3: Message: no operation uses this shape",
        "spec/v1/chat.yaml:13:14: Mesage: not a shape or a type; did you mean Message?",
    ),
    (
        "a size on a number",
        chat("type: int,", "type: int, max_items: 3,"),
        "spec/v1/chat.yaml:15:23: max_items: does not go with the type int of length",
    ),
    (
        "a length on a number",
        chat("type: int,", "type: int, max_length: 3,"),
        "spec/v1/chat.yaml:15:23: max_length: does not go with the type int of length",
    ),
    (
        "values of a bool",
        chat("type: bool,", "type: bool, enum: [1],"),
        "spec/v1/chat.yaml:17:22: enum: does not go with the type bool of deep",
    ),
)
def test_type(small: SmallSpec, changes: list[Change], lines: list[str]) -> None:
    assert problems(small, changes) == lines


@wrong(
    (
        "unknown in takes",
        chat("takes: [common, deep]", "takes: [common, dep]"),
        "spec/v1/chat.yaml:33:21: dep: not a parameter; did you mean deep?",
    ),
    (
        "unknown in a set",
        chat("common: [messages, heat, length]", "common: [messages, heet, length]"),
        "spec/v1/chat.yaml:14:3: heat: no group takes this parameter",
        "spec/v1/chat.yaml:29:22: heet: not a parameter; did you mean heat?",
        "spec/v1/chat.yaml:41:14: heat: LargeChat does not take it; did you mean heet?",
    ),
    (
        "unknown in disputed",
        chat("disputed: {deep:", "disputed: {dep:"),
        "spec/v1/chat.yaml:40:16: dep: not a parameter; did you mean deep?",
    ),
    (
        "disputed though taken",
        chat("disputed: {deep:", "disputed: {mode:"),
        "spec/v1/chat.yaml:40:16: mode: LargeChat takes it; disputed is for what it may not take",
    ),
    (
        "narrowed though not taken",
        chat("narrow: {heat:", "narrow: {deep: {default: true}, heat:"),
        "spec/v1/chat.yaml:41:14: deep: LargeChat does not take it; known: heat, length, messages, mode",
    ),
    (
        "unknown in narrow",
        chat("narrow: {heat:", "narrow: {heet: {default: 1.0}, heat:"),
        "spec/v1/chat.yaml:41:14: heet: LargeChat does not take it; did you mean heat?",
    ),
    (
        "that no group takes",
        chat("  deep: {type", "  idle: {type: int, doc: Nothing.}\n  deep: {type"),
        "spec/v1/chat.yaml:17:3: idle: no group takes this parameter",
    ),
    (
        "unknown in subject",
        chat("subject: [messages]", "subject: [message]"),
        "spec/v1/chat.yaml:11:11: message: not a parameter; did you mean messages?",
    ),
    (
        "unknown in a rule",
        chat("member: length, when", "member: lenght, when"),
        "spec/v1/chat.yaml:20:8: lenght: nothing of this name here; did you mean length?",
    ),
    (
        "unknown in a rule's condition",
        chat("{member: deep, equals", "{member: depp, equals"),
        "spec/v1/chat.yaml:20:31: depp: nothing of this name here; did you mean deep?",
    ),
)
def test_parameter(small: SmallSpec, changes: list[Change], lines: list[str]) -> None:
    assert problems(small, changes) == lines


@wrong(
    (
        "a set that no group takes",
        chat("sets:\n", "sets:\n  idle: [mode]\n"),
        "spec/v1/chat.yaml:29:3: idle: no group takes this set",
    ),
    (
        "a set with the name of a parameter",
        chat("sets:\n", "sets:\n  mode: [mode]\n"),
        "spec/v1/chat.yaml:29:3: mode: a parameter has this name",
    ),
    (
        "a shape of the operation",
        chat("shapes:\n", "shapes:\n  Idle: {doc: Nothing., fields: {a: {type: int, doc: A.}}}\n"),
        "spec/v1/chat.yaml:24:3: Idle: nothing uses this shape",
    ),
    (
        "a shared shape",
        [Change(SHAPES, "shapes:\n", "shapes:\n  Idle: {doc: Nothing., fields: {a: {type: int, doc: A.}}}\n")],
        "spec/shapes/shared.yaml:3:3: Idle: no operation uses this shape",
    ),
    (
        "a dialogue",
        chat("shapes:\n", "  idle: {doc: In any order., last: [user]}\nshapes:\n"),
        "spec/v1/chat.yaml:23:3: idle: no group has this dialogue",
    ),
    (
        "a group without models",
        chat("groups:\n", "groups:\n  IdleChat: {doc: Nothing., takes: [common], models: {}}\n"),
        "spec/v1/chat.yaml:31:3: IdleChat: no model is in this group",
    ),
)
def test_what_nothing_uses(small: SmallSpec, changes: list[Change], lines: list[str]) -> None:
    assert problems(small, changes) == lines


@wrong(
    (
        "an alias that is another model",
        chat("aliases: [Tiny]", "aliases: [Giant]"),
        "spec/v1/chat.yaml:43:7: Giant: Tiny-1 has this name or alias already",
        "spec/v1/chat.yaml:43:7: Giant: its property giant is that of Tiny-1 already",
    ),
    (
        "an alias that is another model in another case",
        chat("aliases: [Tiny]", "aliases: [giant]"),
        "spec/v1/chat.yaml:43:7: Giant: Tiny-1 has this name or alias already",
        "spec/v1/chat.yaml:43:7: Giant: its property giant is that of Tiny-1 already",
    ),
    (
        "an alias of two models",
        chat("{path: tiny2, deployable: true}", "{path: tiny2, aliases: [Tiny]}"),
        "spec/v1/chat.yaml:36:39: Tiny: Tiny-1 has this name or alias already",
        "spec/v1/chat.yaml:36:39: Tiny: its property tiny is that of Tiny-1 already",
    ),
    (
        "an alias that is its own model",
        chat("aliases: [Tiny]", "aliases: [Tiny-1]"),
        "spec/v1/chat.yaml:35:39: Tiny-1: stands here twice",
    ),
    (
        "an alias given twice",
        chat("aliases: [Tiny]", "aliases: [Tiny, Tiny]"),
        "spec/v1/chat.yaml:35:45: Tiny: stands here twice",
    ),
    (
        "two models with one property",
        chat("      Tiny-2: {", "      Tiny.1: {"),
        "spec/v1/chat.yaml:36:7: Tiny.1: its property tiny_1 is that of Tiny-1 already",
    ),
    (
        "an alias whose property is another model's",
        chat("aliases: [Tiny]", "aliases: [Tiny 2]"),
        "spec/v1/chat.yaml:36:7: Tiny-2: its property tiny_2 is that of Tiny-1 already",
    ),
    (
        "a model called like a method",
        chat("      Giant:", "      Model:"),
        "spec/v1/chat.yaml:43:7: Model: its property model is the name of a method",
    ),
    (
        "an alias called like a method",
        chat("aliases: [Tiny]", "aliases: [Endpoint]"),
        "spec/v1/chat.yaml:35:39: Endpoint: its property endpoint is the name of a method",
    ),
    (
        "two models at one path",
        chat("path: tiny2", "path: tiny1"),
        "spec/v1/chat.yaml:36:16: tiny1: Tiny-1 has this path",
    ),
    (
        "a prebuilt model without a path",
        chat("{path: tiny2, deployable: true}", "{deployable: true}"),
        "spec/v1/chat.yaml:36:7: Tiny-2: a prebuilt model needs a path",
    ),
    (
        "a model that nobody can call",
        chat("{prebuilt: false, deployable: true}", "{prebuilt: false}"),
        "spec/v1/chat.yaml:43:7: Giant: neither prebuilt nor deployable: nobody can call it",
    ),
    (
        "a replacement that there is not",
        chat("{path: tiny2, deployable: true}", "{path: tiny2, retired: {use: [Tinny-1]}}"),
        "spec/v1/chat.yaml:36:45: Tinny-1: not a model; did you mean Tiny-1?",
    ),
)
def test_model(small: SmallSpec, changes: list[Change], lines: list[str]) -> None:
    assert problems(small, changes) == lines


@wrong(
    (
        "missing",
        chat("{type: bool, doc: Whether to think.}", "{type: bool}"),
        f"spec/v1/chat.yaml:17:3: doc: missing; {meaning(language.Field, 'doc')}",
    ),
    (
        "missing of a group",
        chat("    doc: Large models.\n", ""),
        f"spec/v1/chat.yaml:37:3: doc: missing; {meaning(language.Group, 'doc')}",
    ),
    (
        "empty",
        chat("doc: Whether to think.", 'doc: ""'),
        "spec/v1/chat.yaml:17:22: doc: is empty; say it in a sentence",
    ),
    (
        "blank",
        chat("doc: Whether to think.", 'doc: "  "'),
        "spec/v1/chat.yaml:17:22: doc: is empty; say it in a sentence",
    ),
    (
        "with a backslash",
        chat("doc: Whether to think.", "doc: 'Not \\n.'"),
        'spec/v1/chat.yaml:17:22: doc: holds a backslash or """, which would break the generated docstring',
    ),
    (
        "with three quotes",
        chat("doc: Whether to think.", 'doc: \'Say """no""".\''),
        'spec/v1/chat.yaml:17:22: doc: holds a backslash or """, which would break the generated docstring',
    ),
)
def test_doc(small: SmallSpec, changes: list[Change], lines: list[str]) -> None:
    assert problems(small, changes) == lines


@wrong(
    (
        "missing of an operation",
        chat("source: manual\n", ""),
        f"spec/v1/chat.yaml:1:1: source: missing; {meaning(language.OperationFile, 'source')}",
    ),
    (
        "missing of shapes",
        [Change(SHAPES, "source: manual\n", "")],
        f"spec/shapes/shared.yaml:1:1: source: missing; {meaning(language.ShapesFile, 'source')}",
    ),
    (
        "missing of a table of errors",
        [Change("errors.yaml", "v1: {source: manual, codes", "v1: {codes")],
        f"spec/errors.yaml:1:1: source: missing; {meaning(service.ErrorTable, 'source')}",
    ),
    (
        "unknown page",
        chat("source: manual\n", "source: manuel\n"),
        "spec/v1/chat.yaml:10:1: manuel: not a page of sources.yaml; did you mean manual?",
    ),
    (
        "unknown page of a parameter",
        chat("deep: {type: bool,", "deep: {type: bool, source: rumour,"),
        "spec/v1/chat.yaml:17:22: rumour: not a page of sources.yaml; known: hearsay, manual",
    ),
    (
        "unknown page of a limit",
        chat("{max_output_tokens: 100}", "{max_output_tokens: {value: 100, source: rumour}}"),
        "spec/v1/chat.yaml:35:87: rumour: not a page of sources.yaml; known: hearsay, manual",
    ),
    (
        "unknown page of an error code",
        [Change("errors.yaml", "kind: server,", "kind: server, source: rumour,")],
        "spec/errors.yaml:1:50: rumour: not a page of sources.yaml; known: hearsay, manual",
    ),
    (
        "unknown page of a decision",
        chat(
            "groups:\n", "decisions:\n  - {subject: Heat, says: {rumour: No.}, decided: Yes., because: So.}\ngroups:\n"
        ),
        "spec/v1/chat.yaml:31:28: rumour: not a page of sources.yaml; known: hearsay, manual",
    ),
    (
        "a page without a date",
        [Change("sources.yaml", "{title: The manual, read: 2025-01-02}", "{title: The manual}")],
        (
            "spec/sources.yaml:2:3: read: missing; The day to which the page's facts go back: its own date,"
            " else the newest in it."
        ),
    ),
)
def test_source(small: SmallSpec, changes: list[Change], lines: list[str]) -> None:
    assert problems(small, changes) == lines


@wrong(
    (
        "reply",
        chat("reply: ChatReply", "reply: ChatRepl"),
        "spec/v1/chat.yaml:9:1: ChatRepl: not a shape; did you mean ChatReply?",
        "spec/v1/chat.yaml:24:3: ChatReply: nothing uses this shape",
    ),
    (
        "chunk",
        chat("reply: ChatReply", "reply: ChatReply\nstream: {chunk: Piece, until: is_end}"),
        "spec/v1/chat.yaml:10:1: Piece: not a shape; known: ChatReply, Message",
    ),
    (
        "host",
        chat("host: main", "host: mian"),
        "spec/v1/chat.yaml:5:1: mian: not a host of platform.yaml; did you mean main?",
    ),
    (
        "prefix",
        chat("POST {models}/{path}", "POST {modls}/{path}"),
        "spec/v1/chat.yaml:4:1: {modls}: neither a prefix of platform.yaml nor a parameter with sent_in: path;"
        " did you mean models?",
    ),
    (
        "http",
        chat("POST {models}/{path}", "SEND it"),
        "spec/v1/chat.yaml:4:1: 'SEND it': expected a method and a path, as POST /v2/embeddings",
    ),
    (
        "dialogue of a group",
        chat("    takes: [common, deep]\n", "    takes: [common, deep]\n    dialogue: turn\n"),
        "spec/v1/chat.yaml:34:5: turn: not a dialogue; did you mean turns?",
    ),
    (
        "name of a group",
        chat("  LargeChat:", "  large_chat:"),
        "spec/v1/chat.yaml:37:3: large_chat: a group's name is in CamelCase, it becomes a class",
    ),
    (
        "name of a shape",
        [Change(SHAPES, "  Message:", "  message:"), Change(CHAT, "list[Message]", "list[message]")],
        "spec/shapes/shared.yaml:3:3: message: a shape's name is in CamelCase",
    ),
    (
        "a field that every reply has",
        chat("      said: {type", "      meta: {type"),
        "spec/v1/chat.yaml:27:7: meta: every reply has a method of this name",
    ),
)
def test_name(small: SmallSpec, changes: list[Change], lines: list[str]) -> None:
    assert problems(small, changes) == lines


@wrong(
    (
        "a bracket that is not closed",
        chat("takes: [common, mode]", "takes: [common, mode"),
        "spec/v1/chat.yaml:40:13: not YAML: expected ',' or ']', but got ':'",
    ),
    (
        "a tab",
        chat("operation: chat", "operation:\tchat\n\tversion: v1"),
        "spec/v1/chat.yaml:1:11: not YAML: found character '\\t' that cannot start any token",
    ),
    (
        "an anchor that there is not",
        chat("takes: [common, mode]", "takes: *all"),
        "spec/v1/chat.yaml:39:12: not YAML: found undefined alias 'all'",
    ),
)
def test_yaml(small: SmallSpec, changes: list[Change], lines: list[str]) -> None:
    assert problems(small, changes) == lines


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        (CHAT, "      said: {type", "      class: {type", "spec/v1/chat.yaml:27:7"),
        (CHAT, "      said: {type", "      to-day: {type", "spec/v1/chat.yaml:27:7"),
        (CHAT, "  deep: {type", "  from: {type: int, doc: A.}\n  deep: {type", "spec/v1/chat.yaml:17:3"),
    ],
    ids=["keyword as a field", "no name as a field", "keyword as a parameter"],
)
def test_name_that_python_cannot_have_is_refused(small: SmallSpec, file: str, old: str, new: str, place: str) -> None:
    small.change(file, old, new)
    if file == CHAT and "from" in new:
        small.change(CHAT, "common: [messages,", "common: [messages, from,")
    assert [problem.split(": ")[0] for problem in small.problems()] == [place]


def test_file_that_is_a_list(small: SmallSpec) -> None:
    small.files["sources.yaml"] = "- pages"
    assert small.problems() == ["spec/sources.yaml:1:1: ['pages']: expected keys: pages"]


def test_two_shapes_of_one_name_in_two_files(small: SmallSpec) -> None:
    small.files["shapes/zoo.yaml"] = small.files[SHAPES]
    assert small.problems() == ["spec/shapes/zoo.yaml:3:3: Message: another shapes file has a shape of this name"]


def test_file_that_is_empty(small: SmallSpec) -> None:
    small.files["errors.yaml"] = ""
    assert small.problems() == ["spec/errors.yaml:1:1: the file is empty"]


def test_file_that_is_missing(small: SmallSpec) -> None:
    del small.files["platform.yaml"]
    assert small.problems() == ["spec/platform.yaml:1:1: the file is missing"]


def test_all_problems_of_all_files_in_one_run(small: SmallSpec) -> None:
    small.change("sources.yaml", "title: The manual", "titel: The manual")
    small.change("errors.yaml", "kind: server", "kind: serve")
    small.change("platform.yaml", "hosts:", "host:")
    small.change(CHAT, "type: bool,", "")
    small.change(CHAT, '"(0, 1.0]"', '"0..1"')
    small.change(SHAPES, "required: true, enum: [user, bot]", "require: true, enum: [user, bot]")
    assert small.problems() == [
        "spec/errors.yaml:1:22: 'serve': expected one of invalid_request, authentication, permission, not_found,"
        " rate_limited, quota, unsafe, overloaded, server",
        "spec/platform.yaml:1:1: host: not a key of PlatformFile; did you mean hosts?",
        "spec/platform.yaml:1:1: hosts: missing; Short name → host.",
        "spec/shapes/shared.yaml:6:28: require: not a key of Field; did you mean required?",
        "spec/sources.yaml:2:3: title: missing; The page's title, as people would search for it.",
        "spec/sources.yaml:2:12: titel: not a key of Page; did you mean title?",
        "spec/v1/chat.yaml:14:23: '0..1' is not a range: expected an interval such as '(0, 1.0]' or"
        " '[2, max_output_tokens]'",
        f"spec/v1/chat.yaml:17:3: type: missing; {meaning(language.Field, 'type')}",
    ]


def test_all_problems_across_files_in_one_run(small: SmallSpec) -> None:
    small.change("errors.yaml", "iam: {source: manual", "iam: {source: manul")
    small.change(CHAT, "takes: [common, deep]", "takes: [common, depe]")
    small.change(CHAT, "aliases: [Tiny]", "aliases: [Giant]")
    small.change(CHAT, "default: 0.5", "default: 5")
    small.change(SHAPES, "{type: string, required: true, non_empty", "{type: strin, required: true, non_empty")
    assert small.problems() == [
        "spec/errors.yaml:3:7: manul: not a page of sources.yaml; did you mean manual?",
        "spec/shapes/shared.yaml:7:17: strin: not a shape or a type; did you mean string?",
        "spec/shapes/shared.yaml:7:46: non_empty: does not go with the type strin of content",
        "spec/v1/chat.yaml:14:42: 5: the default of heat is outside (0, 1.0]",
        "spec/v1/chat.yaml:33:21: depe: not a parameter; did you mean deep?",
        "spec/v1/chat.yaml:43:7: Giant: Tiny-1 has this name or alias already",
        "spec/v1/chat.yaml:43:7: Giant: its property giant is that of Tiny-1 already",
    ]


def test_a_fault_is_answered_with_a_code_that_is_listed(small: SmallSpec) -> None:
    small.change("errors.yaml", "v2: {source: manual, ", "v2: {source: manual, emulator_codes: {path: baad}, ")
    [said] = small.problems()
    assert said.startswith("spec/errors.yaml:2:")
    assert said.endswith("baad: not a code of v2; did you mean bad?")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"pages: {a: {title: \xca\xd6}}", "spec/sources.yaml:1:1: not UTF-8: invalid continuation byte at byte 19"),
        (
            b"pages: {a: {title: \x01}}",
            "spec/sources.yaml:1:1: not YAML: unacceptable character #x0001: special characters are not allowed",
        ),
    ],
)
def test_a_file_that_is_no_text(small: SmallSpec, content: bytes, line: str) -> None:
    small.load()
    (small.folder / "sources.yaml").write_bytes(content)
    with pytest.raises(SpecError) as caught:
        load(small.folder)
    assert str(caught.value).splitlines() == [line]
