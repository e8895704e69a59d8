"""Nested names: everything that takes the name of an operation takes one within another."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.operations.conftest import Package

PROGRAM = """
from qianfan_api.models import CATALOGUES
from qianfan_api.routing import route
from qianfan_api.validation import validate

def found(api, **payload):
    return [f"{one.rule} {one.message}" for one in validate(payload, api=api)]

told["full"] = found("v2.images.retouches", model="brush", image="a.png", prompt="", n=5)
told["turned"] = found("images.retouches.v2", model="brush", image="a.png", prompt="红")
told["path"] = found("v2.boxes.get", limit=0)
told["models"] = [*CATALOGUES["v2.images.retouches"]]
told["route"] = [route("https://x/v2/boxes/a%20b?limit=1", "GET").parameters, route("/v2/images/retouches").api]
"""


def test_validate_knows_it(package: Package) -> None:
    told = package.tells(PROGRAM)
    assert told["full"] == [
        "v2.images.retouches.prompt.empty must not be empty",
        "v2.images.retouches.n.range 5: must be at least 1 and at most 4",
    ]
    assert told["turned"] == []
    assert told["path"] == [
        "v2.boxes.get.limit.range 0: must be at least 1 and at most 100",
        "v2.boxes.get.box_id.missing missing: required",
    ]
    assert told["models"] == ["brush"]
    assert told["route"] == [{"box_id": "a b"}, "v2.images.retouches"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(
            ("schema", "v2.images.retouches", "--model", "brush"), '"title": "v2.images.retouches brush"', id="schema"
        ),
        pytest.param(("explain", "v2.images.retouches.n.range"), "v2.images.retouches.n", id="explain a rule"),
        pytest.param(("explain", "v2.boxes.get.limit"), "at least 1 and at most 100", id="explain a query"),
    ],
)
def test_the_command_line_knows_it(package: Package, arguments: tuple[str, ...], words: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "qianfan_typed", *arguments],
        env=package.environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert words in ran.stdout


def test_check_finds_what_is_wrong_with_a_call_of_it(package: Package, tmp_path: Path) -> None:
    code = "from qianfan_typed import Qianfan\nQianfan().v2.images.retouches.brush.create('a.png', '红', n=9)\n"
    (tmp_path / "code.py").write_text(code, "utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "qianfan_typed", "check", "code.py", "--format", "json"],
        env=package.environment,
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
    )
    assert "9: must be at least 1 and at most 4" in ran.stdout


def test_openapi_has_parameters_forms_and_files(package: Package) -> None:
    document = json.loads((package.folder / "schemas" / "openapi.json").read_text("utf-8"))
    box = document["paths"]["/v2/boxes/{box_id}"]
    assert {"get", "delete"} < box.keys()
    assert [(one["name"], one["in"], one["required"]) for one in box["get"]["parameters"]] == [
        ("box_id", "path", True),
        ("limit", "query", False),
        ("after", "query", False),
        ("open", "query", False),
    ]
    assert "requestBody" not in box["get"].keys() | box["delete"].keys()
    bodies, replies = document["components"]["requestBodies"], document["components"]["responses"]
    assert [*bodies["v2.images.retouches.SmallRetouches"]["content"]] == ["multipart/form-data"]
    note = document["components"]["schemas"]["v2.boxes.notes.AnyModel"]
    assert ([*note["properties"]], note["required"]) == (["text"], ["text"])
    assert replies["v2.speech"]["content"] == {"audio/mpeg": {"schema": {"type": "string", "format": "binary"}}}
