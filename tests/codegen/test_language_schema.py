"""The JSON Schemas of the spec language, for editors: they accept the spec as it is and refuse what is misspelt."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from codegen.spec.schema import spec_schemas
from tests.codegen.conftest import FILES

ROOT = Path(__file__).parent.parent.parent
SPEC = ROOT / "spec"
SCHEMAS = ROOT / "generated" / "schemas" / "spec"
PATHS = sorted(SPEC.rglob("*.yaml"))
FIRST_LINE = re.compile(r"# yaml-language-server: \$schema=(\S+)")


def ids(path: Path) -> str:
    return path.relative_to(SPEC).as_posix()


def kind_of(path: Path) -> str:
    """Which schema a file of the spec has."""
    parent = path.relative_to(SPEC).parent.name
    return {"": path.stem, "shapes": "shapes"}.get(parent, "operation")


def plain(text: str) -> Any:
    """YAML as JSON would have it: dates as texts, keys as texts."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def faults(kind: str, data: object) -> list[str]:
    """What the schema of a kind of file says of data."""
    schema = json.loads((SCHEMAS / f"{kind}.schema.json").read_text("utf-8"))
    return sorted(error.message for error in Draft202012Validator(schema).iter_errors(data))


def test_committed_schemas_are_those_of_the_language() -> None:
    assert {path.name.split(".")[0]: path.read_text("utf-8") for path in SCHEMAS.iterdir()} == spec_schemas()


@pytest.mark.parametrize("kind", ["errors", "operation", "platform", "shapes", "sources"])
def test_schema_is_a_schema(kind: str) -> None:
    Draft202012Validator.check_schema(json.loads((SCHEMAS / f"{kind}.schema.json").read_text("utf-8")))


@pytest.mark.parametrize("path", PATHS, ids=ids)
def test_first_line_of_a_spec_file_names_its_schema(path: Path) -> None:
    match = FIRST_LINE.fullmatch(path.read_text("utf-8").splitlines()[0])
    assert match is not None
    assert (path.parent / match[1]).resolve() == SCHEMAS / f"{kind_of(path)}.schema.json"


@pytest.mark.parametrize("path", PATHS, ids=ids)
def test_schema_accepts_the_spec(path: Path) -> None:
    assert faults(kind_of(path), plain(path.read_text("utf-8"))) == []


def small(kind: str) -> str:
    """The file of the small spec that has a kind."""
    names = {"shapes": "shapes/shared.yaml", "operation": "v1/chat.yaml"}
    return FILES[names.get(kind, f"{kind}.yaml")]


@pytest.mark.parametrize(
    ("kind", "old", "new", "fault"),
    [
        ("operation", "subject:", "subjct:", "'subjct' was unexpected"),
        ("operation", "takes: [common, mode]", "take: [common, mode]", "'take' was unexpected"),
        ("operation", "deployable: true}\n  Large", "deploable: true}\n  Large", "'deploable' was unexpected"),
        ("operation", "version: v1", "version: v7", "'v7' is not one of ['v1', 'v2']"),
        ("operation", '"(0, 1.0]"', '"0..1"', "'0..1' does not match"),
        ("operation", "max_output_tokens: 100", "max_tokens: 100", "'max_tokens' is not one of"),
        ("operation", "type: bool,", "type: bool, required: often,", "'often' is not of type 'boolean'"),
        ("shapes", "fields:", "field:", "'field' was unexpected"),
        ("sources", "title: The", "titel: The", "'titel' was unexpected"),
        ("platform", "setting:", "settings:", "'settings' was unexpected"),
        ("errors", "kind: server", "kind: serve", "'serve' is not one of"),
        ("errors", "retryable:", "retriable:", "'retriable' was unexpected"),
    ],
)
def test_schema_refuses_what_is_wrong(kind: str, old: str, new: str, fault: str) -> None:
    text = small(kind)
    assert text.count(old) == 1
    assert faults(kind, plain(text)) == []
    assert any(fault in one for one in faults(kind, plain(text.replace(old, new))))


def test_every_key_is_described() -> None:
    for kind, text in spec_schemas().items():
        schema = json.loads(text)
        for part in (schema, *schema["$defs"].values()):
            for name, key in part.get("properties", {}).items():
                assert key["description"], (kind, name)
