"""Members: those that are null are left out at every depth, and those of other names have three answers."""

from __future__ import annotations

import pytest

from tests.constraints.conftest import Small

MANUAL = "[The new manual, read 2025-06-01]"
KNOWN = "known: deep, endpoint, heat, length, messages, mode, model and 4 more"


@pytest.mark.parametrize("model", ["Tiny-1", "Tiny-3", "Giant", None])
def test_null_is_left_out_whatever_its_name_and_depth(small: Small, model: str | None) -> None:
    message = {"role": "user", "content": "hello", "refusal": None, "contet": None, "other": None}
    nulls = dict.fromkeys(["heat", "hea", "seed", "think", "max_tokens", "length", "other", "endpoint"])
    assert small.found(model, messages=[message], tags={"a": None, "b": "x"}, **nulls) == []


@pytest.mark.parametrize(
    ("place", "messages"),
    [("/messages", None), ("/messages/0/role", [{"role": None, "content": "hello"}])],
    ids=["request", "object"],
)
def test_what_is_required_may_not_be_null(small: Small, place: str, messages: object) -> None:
    [found] = small.found("Tiny-1", messages=messages)
    assert found.startswith(f"error {place} ")
    assert found.endswith(f"missing: missing: required {MANUAL}")


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("hea", "error /hea unknown: not a known name; did you mean heat?"),
        ("max_tokens", "error /max_tokens unknown: not a known name here; write length"),
        ("think", "warning /think unknown: not a known name here; write deep"),
        ("seed", "warning /seed unknown: not on the platform's page; ignored or refused"),
        ("zzz", f"error /zzz unknown: not a known name; {KNOWN}"),
    ],
    ids=["near miss", "other dialect", "what the SDK sends", "another API", "anything else"],
)
def test_name_that_no_parameter_has(small: Small, name: str, answer: str) -> None:
    assert small.found("Tiny-1", **{name: 1}) == [f"{answer} {MANUAL}"]


@pytest.mark.parametrize("model", ["Tiny-3", "Tiny-7"])
def test_name_that_no_parameter_has_warns_where_the_page_does_not_speak_of_the_model(small: Small, model: str) -> None:
    assert small.found(model, hea=1) == [f"warning /hea unknown: not a known name; did you mean heat? {MANUAL}"]
    assert small.found(model, zzz=1) == [f"warning /zzz unknown: not a known name; {KNOWN} {MANUAL}"]


def test_name_of_what_the_model_does_not_take_is_not_advised(small: Small) -> None:
    """Giant takes no length: there is nothing to write instead of max_tokens."""
    found = small.found("Giant", max_tokens=1)
    assert found == [f"warning /max_tokens unknown: not on the platform's page; ignored or refused {MANUAL}"]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("contet", "error /messages/0/contet message.unknown: not a known name; did you mean content?"),
        ("refusal", "warning /messages/0/refusal message.unknown: not on the platform's page; ignored or refused"),
        ("zzz", "error /messages/0/zzz message.unknown: not a known name; known: content, role"),
    ],
    ids=["near miss", "another API", "anything else"],
)
def test_name_that_no_member_of_an_object_has(small: Small, name: str, answer: str) -> None:
    message = {"role": "user", "content": "hello", name: "x"}
    assert small.found("Tiny-1", messages=[message]) == [f"{answer} {MANUAL}"]


def test_schema_takes_names_that_only_warn(small: Small) -> None:
    schema = small.schema("SmallChat")["properties"]
    assert {name: schema[name] for name in ("seed", "think")} == {
        name: {"description": "Not on the platform's page; ignored or refused."} for name in ("seed", "think")
    }
