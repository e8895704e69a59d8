"""What was seen and not checked is said, counted, and never green: over the real command."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.payloads.saying import Said, chat, command, lines

MESSAGES = [{"role": "user", "content": "你好"}]
OWN = {"endpoint": "my_own", "messages": MESSAGES, "temperature": 99, "anything": 1}
FILES = {
    "a.jsonl": lines(chat(model="ERNIE-3.5-8K"), chat(model="ERNIE-9.9-8K"), OWN, {"messages": MESSAGES}, "{"),
    "right.jsonl": lines(chat(model="ERNIE-3.5-8K")),
}
LEFT = "1 unreadable, 1 to an unknown model, 1 to an endpoint of one's own, 1 without a model"
SUMMARY = (
    f"qianfan-typed: 6 requests in 2 files, 2 checked: all of these valid; not checked: {LEFT}\n"  # with --level error
)
REASONS = {"unreadable": 1, "unknown_model": 1, "own_endpoint": 1, "no_model": 1}


def validate(folder: Path, *arguments: str) -> Said:
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return command(folder, "validate", "--api", "v1.chat", "--level", "error", *arguments, "a.jsonl", "right.jsonl")


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github"])
def test_every_format_says_how_many_were_seen_and_checked_and_why_others_were_not(folder: Path, form: str) -> None:
    said = validate(folder, "--format", form)
    assert (said.code, said.err) == (2, SUMMARY)
    counts = {"seen": 6, "checked": 2, "unchecked": REASONS}
    if form == "json":
        report = json.loads(said.out)
        assert {name: report[name] for name in counts} == counts
    elif form == "sarif":
        assert json.loads(said.out)["runs"][0]["properties"] == counts
    elif form == "junit":
        properties = ElementTree.fromstring(said.out).iterfind("testsuite/properties/property")
        said_of = {one.get("name"): int(one.get("value", "")) for one in properties}
        assert said_of == {"seen": 6, "checked": 2, **REASONS}
    elif form == "github":
        assert said.lines[-1] == f"::notice title=qianfan-typed::{SUMMARY.removeprefix('qianfan-typed: ')}".rstrip()


def test_show_unchecked_says_where_they_stand(folder: Path) -> None:
    said = validate(folder, "--show-unchecked")
    assert (said.code, said.err) == (2, SUMMARY)
    assert said.lines == [
        "a.jsonl:2:11: note: ERNIE-9.9-8K not checked: to an unknown model [unchecked.unknown_model]",
        "a.jsonl:3:1: note: my_own not checked: to an endpoint of one's own [unchecked.own_endpoint]",
        "a.jsonl:4:1: note: not checked: without a model [unchecked.no_model]",
        "a.jsonl:5:2: error: not JSON: it ends too early [file.syntax]",
    ]


def test_the_notes_of_junit_are_skipped_tests(folder: Path) -> None:
    (folder / "b.jsonl").write_text(lines(chat(model="ERNIE-9.9-8K")), "utf-8")
    arguments = ["validate", "--api", "v1.chat", "--level", "error", "--format", "junit", "b.jsonl"]
    for more, name in (([], "every request"), (["--show-unchecked"], "record 1, line 1")):
        (suite,) = ElementTree.fromstring(command(folder, *arguments, *more).out)
        assert (suite.get("tests"), suite.get("skipped")) == ("1", "1")
        case = suite.find("testcase")
        assert case is not None
        assert (case.get("name"), [one.tag for one in case]) == (name, ["skipped"])


@pytest.mark.parametrize("by", ["option", "setting"])
def test_strict_counts_them_and_says_where_they_stand(folder: Path, by: str) -> None:
    (folder / "b.jsonl").write_text(lines(chat(model="ERNIE-9.9-8K")), "utf-8")
    arguments = ["validate", "--api", "v1.chat", "--level", "error", "b.jsonl"]
    assert command(folder, *arguments).code == 0
    if by == "setting":
        (folder / "pyproject.toml").write_text("[tool.qianfan-typed]\nstrict = true\n", "utf-8")
    more = ["--strict"] if by == "option" else []
    said = command(folder, *arguments, *more)
    note = "b.jsonl:1:11: note: ERNIE-9.9-8K not checked: to an unknown model [unchecked.unknown_model]"
    assert (said.code, said.lines) == (2, [note])
    # What is to be left out is left out of this, too.
    said = command(folder, *arguments, *more, "--ignore", "unchecked.unknown_model")
    assert (said.code, said.out) == (0, "")
    assert said.err == (
        "qianfan-typed: 1 request in 1 file, none checked: nothing was checked; not checked: 1 to an unknown model\n"
    )


def test_an_unknown_model_and_an_own_endpoint_are_held_to_what_holds_for_every_model(folder: Path) -> None:
    wrong = [{"role": "system", "content": 1}]
    documents = [{"model": "ERNIE-9.9-8K", "messages": wrong, "temperature": 99}, {**OWN, "messages": wrong}]
    (folder / "a.jsonl").write_text(lines(*documents), "utf-8")
    said = command(folder, "validate", "--api", "v1.chat", "--format", "json", "--ignore", "unknown_model", "a.jsonl")
    found = [(one["record"], one["pointer"], one["level"]) for one in json.loads(said.out)["violations"]]
    assert (said.code, found) == (
        1,
        [
            (1, "/messages/0/role", "warning"),
            (1, "/messages/0/content", "warning"),
            (1, "/temperature", "warning"),
            (2, "/messages/0/role", "warning"),
            (2, "/messages/0/content", "warning"),
        ],
    )


@pytest.mark.parametrize(("name", "text"), [("a.json", " \n"), ("a.json", "[]"), ("a.jsonl", "\n\n"), ("a.yaml", "#")])
def test_a_named_file_without_a_request_is_2(folder: Path, name: str, text: str) -> None:
    (folder / "in").mkdir()
    (folder / "in" / name).write_text(text, "utf-8")
    said = command(folder, "validate", "--api", "v1.chat", f"in/{name}")
    assert (said.code, said.lines) == (2, [f"in/{name}:1:1: error: there is no request in it [file.empty]"])
    # A folder may have some.
    assert command(folder, "validate", "--api", "v1.chat", "in").code == 0


def test_a_name_twice_is_found_wherever_it_stands(folder: Path) -> None:
    once = json.dumps(chat(model="ERNIE-3.5-8K", user_id="a:b"), ensure_ascii=False)
    twice = [
        once.replace('"user_id"', '"temperature": 1.7, "temperature" : 0.5, "user_id"'),
        once.replace('"role"', '"role": "system", "r\\u006fle"'),
        # A colon that is written as an escape makes up for the one that goes with the name.
        once.replace("a:b", "a\\u003ab").replace('"user_id"', '"user_id": "x", "user_id"'),
    ]
    (folder / "a.jsonl").write_text("\n".join([once, *twice]), "utf-8")
    (folder / "a.json").write_text(twice[0], "utf-8")
    (folder / "list.json").write_text(f"[{once},\n{twice[1]}]", "utf-8")
    said = command(folder, "validate", "--api", "v1.chat", "a.jsonl", "a.json", "list.json")
    why = "this name stands twice in its object; readers take the one or the other [file.duplicate_name]"
    columns = [twice[0].rindex('"temp') + 1, twice[1].index('"r\\u006f') + 1, twice[2].rindex('"user_id') + 1]
    assert (said.code, said.lines) == (
        1,
        [
            f"a.jsonl:2:{columns[0]}: error: /temperature {why}",
            f"a.jsonl:3:{columns[1]}: error: /messages/0/role {why}",
            f"a.jsonl:4:{columns[2]}: error: /user_id {why}",
            f"a.json:1:{columns[0]}: error: /temperature {why}",
            f"list.json:2:{columns[1]}: error: /messages/0/role {why}",
        ],
    )


@pytest.mark.parametrize("of", ["validate", "check"])
def test_a_code_to_ignore_that_is_none_is_wrong_usage(folder: Path, of: str) -> None:
    (folder / "a.json").write_text("{}", "utf-8")
    (folder / "a.py").write_text("", "utf-8")
    name = {"validate": "a.json", "check": "a.py"}[of]
    said = command(folder, of, name, "--ignore", "rnage")
    why = "'rnage': not a rule or code; did you mean range?"
    assert (said.code, said.out, said.err) == (2, "", f"qianfan-typed: --ignore: {why}\n")
    (folder / "pyproject.toml").write_text('[tool.qianfan-typed]\nignore = ["retired", "rnage"]\n', "utf-8")
    said = command(folder, of, name)
    assert (said.code, said.err) == (2, f"qianfan-typed: pyproject.toml: [tool.qianfan-typed] ignore: {why}\n")


CALLS = """import json
import qianfan
chat = qianfan.ChatCompletion()
chat.do(messages=[{"role": "user", "content": "x"}], model="ERNIE-3.5-8K")
chat.do(**json.loads(text))
chat.do([{"role": "usr", "content": "x"}], endpoint="mine")
qianfan.ChatCompletion(validate="off").do([])
unknown.client.do(messages=[])
chat.do(**later)  # qianfan: ignore[unknown_name]
"""


def test_calls_that_cannot_be_followed_are_counted_and_placed(folder: Path) -> None:
    (folder / "a.py").write_text(CALLS, "utf-8")
    said = command(folder, "check", "--show-unchecked", "--ignore", "retired", "a.py")
    assert said.code == 1
    assert [line.partition(" (")[0] for line in said.lines] == [
        "a.py:5:6: note: not checked: by a name not known here [unchecked.unknown_name]",
        "a.py:6:6: note: not checked: to an endpoint of one's own [unchecked.own_endpoint]",
        'a.py:6:19: warning: /messages/0/role "usr": must be one of "user", "assistant", "function"; '
        'did you mean "user"? [v1.chat.message.role.enum]',
        "a.py:7:40: note: not checked: with validate off [unchecked.switched_off]",
        "a.py:8:16: note: not checked: by a name not known here [unchecked.unknown_name]",
    ]
    assert said.err == (
        "qianfan-typed: 6 calls in 1 file, 1 checked: 1 invalid (1 warning); not checked: "
        "1 to an endpoint of one's own, 3 by a name not known here, 1 with validate off\n"
    )
    assert command(folder, "check", "--strict", "a.py").code == 2
