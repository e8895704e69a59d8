"""Every example request of the four documents validates.

A line of `examples/payloads/*.jsonl` is one request: the SDK's calls as the body they stand for, curl's and requests'
as they are, with the last part of their address as `endpoint`. Long answers are told in other words.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qianfan_api.validation import validate
from tests.ids import short
from tests.rules.saying import Request, found

FOLDER = Path(__file__).parent.parent.parent / "examples" / "payloads"
EXAMPLES: list[dict[str, Any]] = [
    json.loads(line) for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
]
PLACEHOLDER = "your_v2_api_name"


def ids(example: dict[str, Any]) -> str:
    return short(f"{example['document']}: {example['heading']}", 60)


def test_each_document_has_its_examples() -> None:
    counts = {path.stem: len(path.read_text("utf-8").splitlines()) for path in FOLDER.glob("*.jsonl")}
    assert counts == {"llama-13b": 12, "chat-v1": 11, "chat-v2": 6, "sdk-guide": 13}


@pytest.mark.parametrize("example", EXAMPLES, ids=ids)
def test_example_is_a_line_of_the_form_that_is_promised(example: dict[str, Any]) -> None:
    assert list(example) == ["document", "heading", "api", "payload"]
    assert example["api"] in ("v1.chat", "v2.chat")


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one["payload"].get("model") != PLACEHOLDER], ids=ids)
def test_example_validates_without_another_violation(example: dict[str, Any]) -> None:
    found = validate(example["payload"], api=example["api"])
    # The pages still call a model that has been retired since, and one example abridges the id that a tool answers.
    abridged = "19exxxxx00" in json.dumps(example)
    assert [one.rule for one in found if one.code != "retired"] == ["v2.chat.messages.calls.reference"] * abridged


def test_placeholder_for_the_name_of_a_service_is_an_unknown_model() -> None:
    [example] = [one for one in EXAMPLES if one["payload"].get("model") == PLACEHOLDER]
    assert found(Request(example["api"], example["payload"])) == [
        "warning /model unknown_model: your_v2_api_name: not a known model of v2.chat, so only what holds for all is"
        " checked; nothing looks like it [model, chat-v2]"
    ]
