"""The member `$schema`, by which a file tells editors its schema: it is no fault, and the schemas take it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.payloads.saying import Run, chat, lines, run_command

ROOT = Path(__file__).parents[2]


def test_a_schema_for_editors_is_no_fault(folder: Path, validate: Run) -> None:
    address = {"$schema": "../ErnieChat.schema.json"}
    line = {"custom_id": "1", "method": "POST", "url": "/v2/chat/completions"}
    (folder / "a.jsonl").write_text(
        lines({**address, **chat()}, {**line, "body": {**address, **chat(model="ernie-3.5-8k")}}), "utf-8"
    )
    said = validate("--api", "v1.chat", "a.jsonl")
    assert (said.code, said.out) == (0, "")


def test_bounds_stand_beside_the_type_that_may_be_null() -> None:
    schema = json.loads((ROOT / "generated/schemas/v2.chat/ErnieChat.schema.json").read_text("utf-8"))
    members = schema["properties"]
    assert {word: members["temperature"][word] for word in ("type", "exclusiveMinimum", "maximum")} == {
        "type": ["number", "null"],
        "exclusiveMinimum": 0,
        "maximum": 1.0,
    }
    printed = json.loads(run_command("schema", "v2.chat", "--model", "ernie-3.5-8k").out)
    assert printed["properties"]["$schema"]["type"] == "string"
    assert '"anyOf": [{"type": "number"' not in json.dumps(schema)
