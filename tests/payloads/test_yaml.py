"""YAML: what is read as what, where it stands, and what cannot be checked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qianfan_typed.payloads import yaml_requests
from qianfan_typed.payloads.unit_check import Outcome, check_unit
from qianfan_typed.payloads.units import PayloadFile, PayloadForm, Unit
from qianfan_typed.reports.codes import SYNTAX
from qianfan_typed.reports.findings import Finding, ViolationFilter
from tests.payloads.saying import Run, chat

HEAD = "model: ERNIE-3.5-128K\nmessages: [{role: user, content: hi}]\n"
"""Two lines of a request that is right so far."""
MESSAGE = "[{role: user, content: hi}]"
RULE = "[v1.chat.user_id.type] (对话Chat, read 2025-01-13)"


def outcome(text: str | bytes, form: PayloadForm = "yaml") -> Outcome:
    """What comes of a text."""
    data = text if isinstance(text, bytes) else text.encode()
    return check_unit(Unit(source=PayloadFile(file="a", api="v1.chat"), form=form, data=data), ViolationFilter())


def said(text: str | bytes) -> list[str]:
    """The findings of a text: place, pointer and message, without the names that there are."""
    found = outcome(text).findings
    return [
        f"{one.line}:{one.column} {one.pointer}{' ' if one.pointer else ''}{one.message.partition(';')[0]}"
        for one in found
    ]


def test_documents_of_one_file_and_merged_keys(folder: Path, validate: Run) -> None:
    (folder / "a.yaml").write_text(
        "base: &base {temperature: 7}\nmodel: ERNIE-3.5-128K\nmessages: [{role: user, content: no}]\n<<: *base\n"
        "---\n---\n[]\n---\n- model: ERNIE-3.5-128K\n  messages: [{role: user, content: 2024-01-01}]\n  user_id: 7\n",
        "utf-8",
    )
    found = validate("--api", "v1.chat", "a.yaml")
    assert found.lines == [
        "a.yaml:1:1: error: ERNIE-3.5-128K /base not a known name; known: backoff_factor, disable_search, "
        "enable_citation, enable_system_memory, enable_trace, endpoint, functions and 17 more [v1.chat.unknown] "
        "(对话Chat, read 2025-01-13)",
        "a.yaml:1:27: error: ERNIE-3.5-128K /temperature 7: must be above 0 and at most 1.0 "
        "[v1.chat.temperature.range] (对话Chat, read 2025-01-13)",
        f"a.yaml:11:12: error: ERNIE-3.5-128K /user_id 7: must be a string, not a whole number {RULE}",
    ]
    assert found.err == "qianfan-typed: 2 requests in 1 file: 2 invalid (3 errors)\n"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2024-13-45", "2024-13-45"),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("no", "no"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0b1", "0b1"),
        ("=", "="),
        ("! 5", "5"),
        ("!!str 5", "5"),
        ('"\\ud83d\\ude00"', "😀"),
        ("a\u2028b\x85c", "a\u2028b\x85c"),
        ('"a\u2028  b\x85c"', "a\u2028  b\x85c"),
        ("~", None),
        ("", None),
        ("NULL", None),
        ("True", True),
        ("!!bool false", False),
        ("017", 17),
        ("0o17", 15),
        ("0x1F", 31),
        ('!!int "5"', 5),
        ("+.5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("!!float 1", 1.0),
    ],
)
def test_scalars_are_what_the_core_schema_of_yaml_1_2_says(written: str, value: object) -> None:
    text = f"model: ERNIE-3.5-128K\nmessages: []\nstop: [[{written}]]\n" if written else "messages:\nstop: [[~]]\n"
    shown = json.dumps([value], ensure_ascii=False)
    kinds = [one.message for one in outcome(text).findings if one.pointer == "/stop/0"]
    assert kinds == [f"{shown}: must be a string, not a list"]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("user_id: !!bool x", '1:10 "x": must be true or false, as !!bool says'),
        ("user_id: !!int abc", '1:10 "abc": must be a whole number, as !!int says'),
        ("user_id: !!int 1.5", '1:10 "1.5": must be a whole number, as !!int says'),
        ("user_id: !!float x", '1:10 "x": must be a number, as !!float says'),
        ("user_id: !!null x", '1:10 "x": must be null, as !!null says'),
        ("user_id: !!int [1]", "1:10 !!int: this is a list"),
        ("user_id: !!seq x", "1:10 !!seq: this is a scalar"),
        ("user_id: !!binary aGk=", "1:10 !!binary: JSON has no such value"),
        ("!!set {x}", "1:1 !!set: JSON has no such value"),
        ("user_id: !!omap [a: 1]", "1:10 !!omap: JSON has no such value"),
        ("user_id: !!timestamp 2024-01-01", "1:10 !!timestamp: JSON has no such value"),
        ("user_id: !!python/object:os.system x", "1:10 !!python/object:os.system: JSON has no such value"),
        ("user_id: !secret x", "1:10 !secret: JSON has no such value"),
        ("%TAG !e! tag:example,1:\n---\nuser_id: !e!x 1", "3:10 !<tag:example,1:x>: JSON has no such value"),
        ("!!binary aGk=: 1", "1:1 !!binary: JSON has no such value"),
        ("temperature: .inf", "1:14 .inf: JSON has no such number"),
        ("temperature: -.INF", "1:14 -.INF: JSON has no such number"),
        ("temperature: .nan", "1:14 .nan: JSON has no such number"),
        ("temperature: 1e400", "1:14 1e400: too large a number"),
        ("temperature: " + "1" * 5000, f"1:14 {'1' * 19}…: too large a number"),
        ("user_id: 1\nuser_id: 2", '2:1 "user_id": this name stands twice, first at 1:1'),
        ('1: a\n"1": b', '2:1 "1": this name stands twice, first at 1:1'),
        ("? [a, b]\n: 1", "1:3 a name must be text, not a list"),
        ("{{a: 1}: 1}", "1:2 a name must be text, not an object"),
        ("stop: &s [a]\n*s : 1", "2:1 *s: a name must be text, not a list"),
        ("<<: [{a: 1}, 2]", "1:14 2: must be a mapping for <<, not a whole number"),
        ("user_id: *u", "1:10 *u: nothing before it is &u"),
        ("stop: &s [*s]", "1:11 *s: it is in what it stands for"),
        ("&m {<<: *m}", "1:9 *m: it is in what it stands for"),
        ('user_id: "\\ud83d"', "1:10 not YAML: half of a surrogate pair is no character"),
        ('user_id: "\\U00110000"', "1:13 not YAML: chr() arg not in range(0x110000)"),
        ("%YAML 2.0\n---\n{}", "1:1 not YAML: found incompatible YAML document (version 1.* is required)"),
        ("a: [b\nc: d\n", "2:2 not YAML: expected ',' or ']', but got ':'"),
        ("\ta: 1", "1:1 not YAML: found character '\\t' that cannot start any token"),
        ("[" * 100_000, "1:202 not YAML that can be read: it is nested too deeply"),
        ("- " * 100_000, "1:403 not YAML that can be read: it is nested too deeply"),
    ],
)
def test_what_cannot_be_checked_is_said_at_its_place(text: str, finding: str) -> None:
    assert said(text) == [finding]
    assert outcome(text).checked == 0


def test_the_faults_of_a_request_are_all_found_and_the_others_are_checked(folder: Path, validate: Run) -> None:
    (folder / "a.yaml").write_text(
        "- {user_id: !!int abc, stop: *s, temperature: .nan}\n"
        "- model: ERNIE-3.5-128K\n  messages: [{role: user, content: hi}]\n  user_id: 7\n",
        "utf-8",
    )
    found = validate("--api", "v1.chat", "a.yaml")
    assert found.code == 2
    assert found.lines == [
        'a.yaml:1:13: error: "abc": must be a whole number, as !!int says [file.syntax]',
        "a.yaml:1:30: error: *s: nothing before it is &s [file.syntax]",
        "a.yaml:1:47: error: .nan: JSON has no such number [file.syntax]",
        f"a.yaml:4:12: error: ERNIE-3.5-128K /user_id 7: must be a string, not a whole number {RULE}",
    ]


@pytest.mark.parametrize("version", ["1.1", "1.2", "1.3"])
def test_a_version_directive_changes_nothing(version: str) -> None:
    text = f"%YAML {version}\n---\n{HEAD}user_id: no\n...\n%YAML {version}\n---\n{HEAD}user_id: 1:30\n"
    assert (outcome(text).checked, said(text)) == (2, [])


def test_names_are_what_is_written() -> None:
    assert said(HEAD + "null: 1\ntrue: 2\n1: 3\n? &n 0x1\n: 4\n~: 5\n: 6\n.nan: 7\n") == [
        "3:1 /null not a known name",
        "4:1 /true not a known name",
        "5:1 /1 not a known name",
        "6:3 /0x1 not a known name",
        "8:1 /~0 not a known name",
        "9:1 / not a known name",
        "10:1 /.nan not a known name",
    ]


def test_merged_keys_give_way_to_those_that_are_written_and_to_earlier_ones() -> None:
    base = "- &a {user_id: 1, temperature: 5}\n- &b {temperature: 6, top_p: 7}\n- "
    item = "{model: ERNIE-3.5-128K, messages: [{role: user, content: hi}], "
    assert said(base + item + "<<: [*a, *b], user_id: x}")[-2:] == [
        "1:32 /temperature 5: must be above 0 and at most 1.0",
        "2:30 /top_p 7: must be at least 0 and at most 1.0",
    ]
    assert said("- " + item + '"<<": 1}') == [f"1:{len(item) + 3} /<< not a known name"]


BAD = '"x\x01"'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"{BAD}".encode(), 'not YAML: the character U+0001; write it in double quotes, as "\\x01"'),
        (b"x\xff", "not UTF-8"),
        (b"'x", "not YAML: found unexpected end of stream"),
        (b"x: y: z", "not YAML: mapping values are not allowed here"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_what_stands_before_a_fault_is_checked(text: bytes, fault: str, line_end: str) -> None:
    request = "- model: ERNIE-3.5-128K\n  messages: [{role: user, content: 字}]\n  user_id: 7\n"
    for before in (request * 2, (request * 2).replace("- ", "---\n", 1).replace("- ", "---\n").replace("\n  ", "\n")):
        data = (before.rstrip("\n") + "\n").replace("\n", line_end).encode()
        found = outcome(
            data + (b"---\n" if b"---" in data else b"- ").replace(b"\n", line_end.encode()) + b"user_id: " + text
        )
        assert [one.message for one in found.findings] == ["7: must be a string, not a whole number"] * 2 + [fault]
        assert (found.checked, found.findings[-1].record) == (2, None)


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (b"model: x\nmessages: \xff", "2:11 not UTF-8"),
        (b"\xef\xbb\xbfa: \xe4\xbd\xa0\xff", "1:5 not UTF-8"),
    ],
)
def test_what_is_no_utf8(data: bytes, finding: str) -> None:
    assert said(data) == [finding]


def test_a_fault_leaves_the_requests_before_it_checked_but_for_those_of_a_lists_first_line() -> None:
    broken = "not YAML: found character '@' that cannot start any token"
    assert said('[{"model": "ERNIE-3.5-128K", "messages": []},\n{user_id: 1}, @]') == [
        "1:42 /messages must not be empty",
        "2:11 /user_id 1: must be a string, not a whole number",
        "2:1 /messages missing: required",
        f"2:15 {broken}",
    ]
    # Up to its end the whole list might be the name of a member: the parser waits.
    assert said('[{"model": "ERNIE-3.5-128K", "messages": []}, @]') == [f"1:47 {broken}"]


def test_a_value_that_is_in_itself_is_said_where_it_is() -> None:
    assert said(f"- {{stop: &s [*s]}}\n- {{model: ERNIE-3.5-128K, messages: {MESSAGE}, stop: *s}}\n") == [
        "1:14 *s: it is in what it stands for",
        "1:10 /stop/0 null: must be a string, not null",
    ]


def test_tabs_separate_and_columns_count_every_character() -> None:
    assert said('{"model":\t"ERNIE-3.5-128K",\t"messages": []}') == ["1:41 /messages must not be empty"]
    assert said('{"model": "\ufeff\x7f", "messages":\t["x"],\t"stop": []}') == [
        "1:11 /model \ufeff\x7f: not a known model of v1.chat, so only what holds for all is checked",
        '1:30 /messages/0 "x": must be an object, not a string',
    ]


def test_tabs_separate_in_lines_too_and_indent_nothing() -> None:
    assert said('model:\tERNIE-3.5-128K\t# x\nmessages:\t\n  - role:\t"us\ter"\n    content:\tx\n') == [
        '3:11 /messages/0/role "us\\ter": must be one of "user", "assistant", "function"'
    ]
    assert said("model: ERNIE-3.5-128K\nmessages:\n\t- x\n") == [
        "3:1 not YAML: found character '\\t' that cannot start any token"
    ]


def test_no_character_is_taken_for_the_one_that_stands_for_it() -> None:
    text = HEAD + 'user_id: ["\U0010fffd \u2028", "\\U0010FFFC", "\u2029"]'
    assert said(text) == ['3:10 /user_id ["\U0010fffd \u2028", "\U0010fffc", "\u2029"]: must be a string, not a list']


def test_a_file_too_large_for_yaml_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_requests, "MOST_BYTES", 1_000)
    assert said(HEAD + "#" * (1_000 - len(HEAD))) == []
    assert said(HEAD + "#" * (1_001 - len(HEAD))) == ["1:1 not YAML that can be read: more than 1,000 bytes"]


LAUGHS = "a: &a [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + of] * 10)}]\n" for of, name in zip("abcdefghi", "bcdefghij", strict=True)
)
"""Ten lines that stand for eleven billion values."""


@pytest.mark.parametrize("use", ["user_id: *j\n", "messages: *j\n"])
def test_aliases_of_aliases_end_quickly(use: str) -> None:
    assert said(HEAD + "---\n" + LAUGHS + use) == [
        "9:36 not YAML that can be read: aliases stand for more than 1,000,000 values"
    ]


def test_aliases_nest_no_deeper_than_values_may() -> None:
    text = "- &x0 [1]\n" + "".join(f"- &x{line} [[[[*x{line - 1}]]]]\n" for line in range(1, 60))
    *lists, fault = said(text)
    assert len(lists) == 50
    assert fault == "51:12 not YAML that can be read: it is nested too deeply"


def test_requests_that_share_a_value_are_checked_each() -> None:
    text = "- &first\n" + HEAD.replace("model", "  model").replace("messages", "  messages") + "- *first\n" * 999
    assert (outcome(text).checked, said(text)) == (1000, [])
    wrong = text.replace("content: hi", "content: 5")
    assert said(wrong) == ["3:36 /messages/0/content 5: must be a string, not a whole number"] * 1000


def test_many_faults_of_one_request_have_their_places() -> None:
    text = "model: ERNIE-3.5-128K\nmessages: [{role: user, content: hi}]\nstop:\n" + "- 7\n" * 8_000
    found = [one for one in outcome(text).findings if one.pointer.startswith("/stop/")]
    assert [(one.line, one.column, one.pointer) for one in found] == [
        (line + 4, 3, f"/stop/{line}") for line in range(8_000)
    ]


Steps = tuple[str | int, ...]
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)
MESSAGES = st.lists(
    st.fixed_dictionaries({}, optional={"role": st.sampled_from(["user", "bot", 1]), "content": VALUES, "~/": VALUES}),
    max_size=3,
)
REQUESTS = st.fixed_dictionaries(
    {"model": st.just("ERNIE-3.5-128K")},
    optional={
        "messages": MESSAGES | VALUES,
        "temperature": VALUES,
        "stop": VALUES,
        "disable_search": VALUES,
        "字": VALUES,
    },
)


class Paper:
    """A value written as YAML, some of it in block and some in flow style, with the places of all of it."""

    def __init__(self, value: object, data: st.DataObject) -> None:
        self.text = ""
        self.places: dict[tuple[Steps, bool], tuple[int, int]] = {}
        """Of each value, and of each name."""
        self._data = data
        self._write(value, (), 0, False)

    def _write(self, value: object, steps: Steps, indent: int, flow: bool) -> None:
        members = list(members_of(value))
        if not members or flow or self._data.draw(st.booleans()):
            self._flow(value, members, steps, indent)
            return
        for number, (step, inner) in enumerate(members):
            self.text += "\n" + " " * indent
            if number == 0:
                self._here(steps, False)
            self._name(step, (*steps, step), "- ")
            self._write(inner, (*steps, step), indent + 2, False)

    def _flow(self, value: object, members: list[tuple[str | int, object]], steps: Steps, indent: int) -> None:
        self._here(steps, False)
        if not isinstance(value, (dict, list)):
            self.text += json.dumps(value)
            return
        self.text += "{" if isinstance(value, dict) else "["
        for number, (step, inner) in enumerate(members):
            self.text += ", " if number else ""
            self._name(step, (*steps, step), "")
            self._write(inner, (*steps, step), indent, True)
        self.text += "}" if isinstance(value, dict) else "]"

    def _name(self, step: str | int, steps: Steps, otherwise: str) -> None:
        if isinstance(step, str):
            self._here(steps, True)
            self.text += json.dumps(step, ensure_ascii=self._data.draw(st.booleans())) + ": "
        else:
            self.text += otherwise

    def _here(self, steps: Steps, name: bool) -> None:
        self.places[steps, name] = self.text.count("\n") + 1, len(self.text) - self.text.rfind("\n")


def members_of(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def place_of(one: Finding, root: object, places: dict[tuple[Steps, bool], tuple[int, int]]) -> tuple[int, int]:
    """Where a finding ought to stand."""
    steps: Steps = ()
    value = root
    if isinstance(root, list) and one.record is not None:
        steps, value = (one.record - 1,), root[one.record - 1]
    wanted = [step.replace("~1", "/").replace("~0", "~") for step in one.pointer.split("/")[1:]]
    for index, step in enumerate(wanted):
        inner = {str(name): (name, member) for name, member in members_of(value)}
        if step not in inner:
            break
        steps, value = (*steps, inner[step][0]), inner[step][1]
        if index == len(wanted) - 1 and isinstance(steps[-1], str) and one.code in ("unsupported", "unknown"):
            return places[steps, True]
    return places[steps, False]


@settings(deadline=None)
@given(REQUESTS | st.lists(REQUESTS | VALUES, min_size=1, max_size=3), st.data())
def test_yaml_has_the_findings_of_json_at_its_own_places(value: object, data: st.DataObject) -> None:
    paper = Paper(value, data)
    in_yaml = outcome(paper.text)
    in_json = [outcome(json.dumps(one), "json") for one in (value if isinstance(value, list) else [value])]
    expected = [
        (record, one.pointer, one.code, one.message) for record, each in enumerate(in_json, 1) for one in each.findings
    ]
    assert [(one.record, one.pointer, one.code, one.message) for one in in_yaml.findings] == expected
    assert (in_yaml.checked, in_yaml.invalid) == (sum(o.checked for o in in_json), sum(o.invalid for o in in_json))
    for one in in_yaml.findings:
        assert (one.line, one.column) == place_of(one, value, paper.places)


@settings(deadline=None)
@given(VALUES, st.sampled_from([None, 2]))
def test_json_is_yaml(value: object, indent: int | None) -> None:
    text = json.dumps([chat(stop=[[value]])], indent=indent)
    assert [one.message for one in outcome(text).findings] == [
        one.message for one in outcome(text[1:-1], "json").findings
    ]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*"[]{}:,-?&*!|>'\"%@#a1 \n\t\\\r", "a: ", "- ", "&a ", "*a", "!!int ", "---\n", "<<: "]))
)
def test_no_text_raises(pieces: list[str]) -> None:
    found = outcome("".join(pieces))
    unread = {one.record for one in found.findings if one.rule == SYNTAX and one.record is not None}
    assert found.checked + found.unchecked.total() == found.records
    assert found.unchecked["unreadable"] == len(unread)
