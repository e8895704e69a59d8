"""The formats that programs read, of source code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from tests.payloads.saying import Run, sarif_schema

CODE = """\
from qianfan_typed import Qianfan, user

client = Qianfan()
client.v1.chat.ernie_3_5_128k.create(
    [user("你好")], temperature=1.7, top_p="a",
    top_logprobs=3,
)
"""
RIGHT = "from qianfan_typed import Qianfan, user\nQianfan().v1.chat.ernie_3_5_128k.create([user('你好')])\n"
BROKEN = "import qianfan\n你好 = = 1\n"
HOT: dict[str, Any] = {
    "file": "a b.py",
    "line": 5,
    "column": 31,
    "end_line": 5,
    "end_column": 34,
    "record": None,
    "api": "v1.chat",
    "model": "ERNIE-3.5-128K",
    "pointer": "/temperature",
    "code": "range",
    "message": "1.7: must be above 0 and at most 1.0",
    "level": "error",
    "rule": "v1.chat.temperature.range",
    "source": "对话Chat, read 2025-01-13",
}
SYNTAX: dict[str, Any] = {
    "file": "broken.py",
    "line": 2,
    "column": 6,
    "end_line": None,
    "end_column": None,
    "record": None,
    "api": None,
    "model": None,
    "pointer": "",
    "code": "syntax",
    "message": "not Python: invalid syntax",
    "level": "error",
    "rule": "file.syntax",
    "source": "",
}
SUMMARY = (
    "qianfan-typed: 2 calls in 3 files: 1 invalid (3 errors); not checked: 1 file wholly or in part\n",
    "qianfan-typed: 1 call in 1 file: all valid\n",
)

Report = Callable[..., str]


@pytest.fixture
def report(check: Run) -> Report:
    """What a format says of a file with faults, one that is not Python and one without faults."""

    def said(form: str, *paths: str) -> str:
        said = check("--format", form, *(paths or (".",)), **{"a b": CODE, "broken": BROKEN, "right": RIGHT})
        assert said.err in SUMMARY
        return said.out

    return said


def test_json(report: Report) -> None:
    said = json.loads(report("json"))
    assert list(said) == ["seen", "checked", "unchecked", "invalid", "violations"]
    assert (said["seen"], said["checked"], said["unchecked"], said["invalid"]) == (2, 2, {}, 1)
    assert [one["code"] for one in said["violations"]] == ["range", "type", "unsupported", "syntax"]
    assert said["violations"][0] == HOT
    assert list(said["violations"][0]) == list(HOT)
    assert said["violations"][3] == SYNTAX


def test_json_without_violations(report: Report) -> None:
    assert report("json", "right.py") == (
        '{\n  "seen": 1,\n  "checked": 1,\n  "unchecked": {},\n  "invalid": 0,\n  "violations": []\n}\n'
    )


def test_sarif(report: Report) -> None:
    said = json.loads(report("sarif"))
    jsonschema.validate(said, sarif_schema())
    (run,) = said["runs"]
    assert run["invocations"] == [{"executionSuccessful": False, "exitCode": 2}]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [
        "v1.chat.temperature.range",
        "v1.chat.top_p.type",
        "v1.chat.top_logprobs.unsupported",
        "file.syntax",
    ]
    assert run["results"][0] == {
        "ruleId": "v1.chat.temperature.range",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "ERNIE-3.5-128K /temperature 1.7: must be above 0 and at most 1.0"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a%20b.py"},
                    "region": {"startLine": 5, "startColumn": 31, "endLine": 5, "endColumn": 34},
                },
                "logicalLocations": [{"fullyQualifiedName": "/temperature", "kind": "member"}],
            }
        ],
        "properties": {"api": "v1.chat", "model": "ERNIE-3.5-128K", "code": "range"},
    }
    assert run["results"][3]["message"] == {"text": "not Python: invalid syntax"}
    assert run["results"][3]["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "broken.py"},
                "region": {"startLine": 2, "startColumn": 6},
            }
        }
    ]


def test_sarif_without_violations(report: Report) -> None:
    said = json.loads(report("sarif", "right.py"))
    jsonschema.validate(said, sarif_schema())
    assert said["runs"][0]["results"] == []
    assert said["runs"][0]["invocations"] == [{"executionSuccessful": True, "exitCode": 0}]


def test_junit_has_a_test_for_each_line_with_violations(report: Report) -> None:
    (suite,) = ElementTree.fromstring(report("junit"))
    properties = suite.find("properties")
    assert properties is not None
    assert [one.attrib for one in properties] == [{"name": "seen", "value": "2"}, {"name": "checked", "value": "2"}]
    suite.remove(properties)
    assert suite.attrib == {"name": "qianfan-typed", "tests": "4", "failures": "2", "errors": "1", "skipped": "0"}
    assert [(case.get("classname"), case.get("name"), [inner.tag for inner in case]) for case in suite] == [
        ("a b.py", "line 5", ["failure"]),
        ("a b.py", "line 6", ["failure"]),
        ("broken.py", "line 2", ["error"]),
        ("right.py", "every call", []),
    ]
    failure, error = suite[0][0], suite[2][0]
    assert failure.text == (
        "a b.py:5:31: error: ERNIE-3.5-128K /temperature 1.7: must be above 0 and at most 1.0 "
        "[v1.chat.temperature.range] (对话Chat, read 2025-01-13)\n"
        'a b.py:5:42: error: ERNIE-3.5-128K /top_p "a": must be a number, not a string '
        "[v1.chat.top_p.type] (对话Chat, read 2025-01-13)"
    )
    assert error.attrib == {"message": "not Python: invalid syntax [file.syntax]", "type": "syntax"}


def test_github(report: Report) -> None:
    lines = report("github").splitlines()
    assert lines[0] == (
        "::error file=a b.py,line=5,col=31,title=v1.chat.temperature.range::ERNIE-3.5-128K /temperature "
        "1.7: must be above 0 and at most 1.0 [v1.chat.temperature.range] (对话Chat, read 2025-01-13)"
    )
    assert lines[3] == (
        "::error file=broken.py,line=2,col=6,title=file.syntax::not Python: invalid syntax [file.syntax]"
    )


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github"])
def test_every_format_names_files_that_cannot_be_read(
    folder: Path, check: Run, form: str, symlink: Callable[[Path, str], None]
) -> None:
    symlink(folder / "gone.py", "nowhere.py")
    said = check("--format", form, ".", broken=BROKEN)
    assert said.code == 2
    assert "broken.py" in said.out
    assert "not Python: invalid syntax" in said.out
    assert "gone.py" in said.out
    assert "No such file or directory" in said.out


SURROGATE = "from qianfan_typed import Qianfan\nQianfan().v1.chat.ernie_3_5_128k.create([], temperature='\\ud800')\n"


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github"])
def test_half_a_character_in_the_code_is_said_in_every_format(check: Run, form: str) -> None:
    said = check("--format", form, "a.py", a=SURROGATE)
    assert said.code == 1
    assert "\\ud800" in said.out


def test_half_a_character_is_written_out_for_those_who_read_json_too(check: Run) -> None:
    said = json.loads(check("--format", "json", "a.py", a=SURROGATE).out)
    assert '"\\ud800": must be a number, not a string' in [one["message"] for one in said["violations"]]


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="names of files are Unicode there")
def test_a_file_whose_name_is_no_text_has_its_bytes_in_sarif(folder: Path, check: Run) -> None:
    Path(os.fsdecode(b"\xff.py")).write_text(BROKEN, "utf-8")
    said = json.loads(check("--format", "sarif", ".").out)
    place = said["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "%FF.py"
