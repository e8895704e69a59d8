"""The formats that programs read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from qianfan_typed._version import __version__
from tests.payloads.saying import Run, chat, lines, sarif_schema
from tests.settled import settled

WRONG = lines(chat(temperature=1.7, top_p="a"), chat(), "{", chat(model="ERNIE-Sped-8K"))
HOT: dict[str, Any] = {
    "file": "a b.jsonl",
    "line": 1,
    "column": 93,
    "end_line": 1,
    "end_column": 96,
    "record": 1,
    "api": "v1.chat",
    "model": "ERNIE-Speed-8K",
    "pointer": "/temperature",
    "code": "range",
    "message": "1.7: must be above 0 and at most 1.0",
    "level": "error",
    "rule": "v1.chat.temperature.range",
    "source": "对话Chat, read 2025-01-13",
}


@pytest.fixture
def report(folder: Path, validate: Run) -> Any:
    """What a format says of a file with faults and a file without."""
    (folder / "a b.jsonl").write_text(WRONG, "utf-8")
    (folder / "right.jsonl").write_text(lines(chat()), "utf-8")

    def said(form: str, *more: str) -> str:
        said = validate("--api", "v1.chat", "--format", form, *(more or ("a b.jsonl", "right.jsonl")))
        assert said.err.startswith("qianfan-typed: ")
        return said.out

    return said


def test_json(report: Any) -> None:
    said = json.loads(report("json"))
    assert list(said) == ["seen", "checked", "unchecked", "invalid", "violations"]
    assert (said["seen"], said["checked"], said["invalid"]) == (5, 3, 2)
    assert said["unchecked"] == {"unreadable": 1, "unknown_model": 1}
    assert said["violations"][0] == HOT
    assert list(said["violations"][0]) == list(HOT)
    assert [one["code"] for one in said["violations"]] == ["range", "type", "syntax", "unknown_model"]
    assert said["violations"][2] == {
        "file": "a b.jsonl",
        "line": 3,
        "column": 2,
        "end_line": None,
        "end_column": None,
        "record": 3,
        "api": None,
        "model": None,
        "pointer": "",
        "code": "syntax",
        "message": "not JSON: it ends too early",
        "level": "error",
        "rule": "file.syntax",
        "source": "",
    }


def test_json_without_violations(report: Any) -> None:
    assert report("json", "right.jsonl") == (
        '{\n  "seen": 1,\n  "checked": 1,\n  "unchecked": {},\n  "invalid": 0,\n  "violations": []\n}\n'
    )


def test_sarif(report: Any) -> None:
    said = json.loads(report("sarif"))
    jsonschema.validate(said, sarif_schema())
    (run,) = said["runs"]
    assert run["invocations"] == [{"executionSuccessful": False, "exitCode": 2}]
    assert (run["tool"]["driver"]["name"], run["tool"]["driver"]["version"]) == ("qianfan-typed", __version__)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert rules[0] == {
        "id": "v1.chat.temperature.range",
        "shortDescription": {"text": "temperature: above 0 and at most 1.0"},
        "fullDescription": {"text": "temperature: above 0 and at most 1.0. 对话Chat, read 2025-01-13"},
    }
    assert run["results"][0] == {
        "ruleId": "v1.chat.temperature.range",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "ERNIE-Speed-8K /temperature 1.7: must be above 0 and at most 1.0"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a%20b.jsonl"},
                    "region": {"startLine": 1, "startColumn": 93, "endLine": 1, "endColumn": 96},
                },
                "logicalLocations": [{"fullyQualifiedName": "/temperature", "kind": "member"}],
            }
        ],
        "properties": {"record": 1, "api": "v1.chat", "model": "ERNIE-Speed-8K", "code": "range"},
    }


def test_sarif_without_violations(report: Any) -> None:
    said = json.loads(report("sarif", "right.jsonl"))
    jsonschema.validate(said, sarif_schema())
    assert said["runs"][0]["results"] == []
    assert said["runs"][0]["invocations"] == [{"executionSuccessful": True, "exitCode": 0}]


def test_sarif_of_an_absolute_path(folder: Path, report: Any) -> None:
    said = json.loads(report("sarif", str(folder / "a b.jsonl")))
    place = said["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == (folder / "a b.jsonl").as_uri()


def test_junit(report: Any) -> None:
    root = ElementTree.fromstring(report("junit"))
    counts = {"tests": "4", "failures": "2", "errors": "1"}
    assert (root.tag, root.attrib) == ("testsuites", counts)
    (suite,) = root
    assert (suite.tag, suite.attrib) == ("testsuite", {"name": "qianfan-typed", **counts, "skipped": "0"})
    properties = suite.find("properties")
    assert properties is not None
    assert [(one.get("name"), one.get("value")) for one in properties] == [
        ("seen", "5"),
        ("checked", "3"),
        ("unreadable", "1"),
        ("unknown_model", "1"),
    ]
    suite.remove(properties)
    assert [(case.get("classname"), case.get("name"), [inner.tag for inner in case]) for case in suite] == [
        ("a b.jsonl", "record 1, line 1", ["failure"]),
        ("a b.jsonl", "record 3, line 3", ["error"]),
        ("a b.jsonl", "record 4, line 4", ["failure"]),
        ("right.jsonl", "every request", []),
    ]
    failure = suite[0][0]
    assert failure.get("type") == "range"
    assert failure.text is not None
    assert [line.split(" [")[0] for line in failure.text.splitlines()] == [
        "a b.jsonl:1:93: error: ERNIE-Speed-8K /temperature 1.7: must be above 0 and at most 1.0",
        'a b.jsonl:1:107: error: ERNIE-Speed-8K /top_p "a": must be a number, not a string',
    ]


def test_junit_says_what_xml_cannot(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl").write_text(lines(chat(stop='\x00 <&\ufffe\u2028"')), "utf-8")
    ElementTree.fromstring(validate("--api", "v1.chat", "--format", "junit", "a.jsonl").out)


def test_github(folder: Path, report: Any) -> None:
    (folder / "a,b:c%.json").write_text(json.dumps(chat(temperature="%\n")), "utf-8")
    assert report("github", "a,b:c%.json") == (
        "::error file=a%2Cb%3Ac%25.json,line=1,col=103,title=v1.chat.temperature.type::ERNIE-Speed-8K /temperature "
        '"%25\\n": must be a number, not a string [v1.chat.temperature.type] (对话Chat, read 2025-01-13)\n'
        "::notice title=qianfan-typed::1 request in 1 file: 1 invalid (1 error)\n"
    )
    assert settled(report("github")).splitlines()[2:] == [
        "::error file=a b.jsonl,line=3,col=2,title=file.syntax::not JSON: it ends too early [file.syntax]",
        "::warning file=a b.jsonl,line=4,col=11,title=v1.chat.model.unknown_model::ERNIE-Sped-8K /model ERNIE-Sped-8K: "
        "not a known model of v1.chat, so only what holds for all is checked; nearest: ERNIE-Speed-8K … "
        "[v1.chat.model.unknown_model] (对话Chat, read 2025-01-13)",
        "::notice title=qianfan-typed::5 requests in 2 files, 3 checked: 2 invalid (2 errors and 1 warning); "
        "not checked: 1 unreadable, 1 to an unknown model",
    ]
