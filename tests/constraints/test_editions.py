"""Editions: whether a rule is an error for a model, and what is said of the page and the day that it rests on."""

from __future__ import annotations

import pytest

from tests.constraints.conftest import Small

NAMED = ["Tiny-1", "Tiny-2", "Tiny-4", "Tiny-5"]
"""The models that the first edition names: as a source, by a page that repeats it, by an alias, by a family."""
NAMED_LATER = ["Tiny-1", "Tiny-2", "Tiny-5", "Tiny-6"]
"""Those that the later edition names: Tiny-4, of which it no longer speaks, is none of them."""
UNNAMED = ["Tiny-3", "Giant"]
"""Models of other pages, which neither names."""


@pytest.mark.parametrize("model", [*NAMED, "Tiny-6", *UNNAMED])
def test_what_a_later_edition_dropped_warns_whatever_the_model(small: Small, model: str) -> None:
    origin = "The manual: 2024-05-01 said so; 2025-06-01 no longer does"
    assert small.found(model, mode="x") == [f'warning /mode mode.enum: "x": must be one of "fast", "slow" [{origin}]']
    assert small.found(model, messages=[SAID, SAID]) == [
        f'warning /messages/1/role messages.order: "user": must be bot here; user and bot in turn [{origin}]'
    ]


SAID = {"role": "user", "content": "hello"}


@pytest.mark.parametrize("model", NAMED)
def test_what_a_later_edition_defers_is_an_error_for_models_that_the_first_one_names(small: Small, model: str) -> None:
    assert small.found(model, heat=5) == [
        "error /heat heat.range: 5: must be above 0 and at most 1.0 [The manual, read 2024-05-01]"
    ]


@pytest.mark.parametrize("model", ["Tiny-3", "Tiny-6"])
def test_what_a_later_edition_defers_warns_for_others(small: Small, model: str) -> None:
    """Tiny-6 is named by the later edition alone: what the first one said was never said of it."""
    assert small.found(model, heat=5) == [
        "warning /heat heat.range: 5: must be above 0 and at most 1.0 [The manual, read 2024-05-01]"
    ]


@pytest.mark.parametrize("model", NAMED_LATER)
def test_what_the_newest_edition_still_says_is_an_error_for_models_that_it_names(small: Small, model: str) -> None:
    """The models that a page is the source of, all its editions name."""
    assert small.found(model, heat="x") == [
        'error /heat heat.type: "x": must be a number, not a string [The new manual, read 2025-06-01]'
    ]


@pytest.mark.parametrize("model", ["Tiny-4", *UNNAMED])
def test_what_a_page_says_that_does_not_name_the_model_warns(small: Small, model: str) -> None:
    assert small.found(model, heat="x") == [
        'warning /heat heat.type: "x": must be a number, not a string [The new manual, read 2025-06-01]'
    ]


def test_what_the_page_of_the_group_says_is_an_error_though_the_manual_does_not_name_the_model(small: Small) -> None:
    assert small.found("Giant", heat=5) == [
        "error /heat heat.range: 5: must be at least 0 and at most 2.0 [Large models, read 2025-03-01]"
    ]


def test_everything_warns_for_a_model_that_no_page_lists(small: Small) -> None:
    assert small.found("Tiny-7", heat=5, tone="z", other=1, messages=LEFT_OUT_ROLE) == [
        "warning /messages/0/role message.role.missing: missing: required [The new manual, read 2025-06-01]",
        "warning /heat heat.range: 5: must be above 0 and at most 1.0 [The manual, read 2024-05-01]",
        'warning /tone tone.enum: "z": must be one of "low", "mid" [Small models, read 2025-02-01]',
        "warning /other unknown: not a known name; known: deep, endpoint, heat, length, messages, mode, model"
        " and 4 more [The new manual, read 2025-06-01]",
    ]


LEFT_OUT_ROLE = [{"content": "hello"}]


@pytest.mark.parametrize("model", ["Tiny-1", "Tiny-3", "Giant"])
def test_what_only_a_third_party_says_warns(small: Small, model: str) -> None:
    assert small.found(model, mood="bad") == [
        'warning /mood mood.enum: "bad": must be "good" [Hearsay, read 2025-01-03]'
    ]


@pytest.mark.parametrize("model", ["Tiny-1", "Tiny-3", "Giant"])
def test_what_still_cites_a_page_that_another_succeeded_warns(small: Small, model: str) -> None:
    origin = "The booklet: 2024-03-01 said so; 2025-07-01 no longer does"
    assert small.found(model, deep=1) == [
        f"warning /deep deep.type: 1: must be true or false, not a whole number [{origin}]"
    ]


def test_limit_has_the_level_and_the_page_of_its_own(small: Small) -> None:
    assert small.found("Tiny-1", length=101) == [
        "error /length length.range: 101: must be at least 1 and at most 100 for Tiny-1 [The manual, read 2024-05-01]"
    ]
    assert small.found("Tiny-6", length=51) == [
        "warning /length length.range: 51: must be at least 1 and at most 50 for Tiny-6 [Hearsay, read 2025-01-03]"
    ]
    assert small.found("Tiny-6", length=0) == [
        "error /length length.range: 0: must be at least 1 and at most 50 for Tiny-6 [The handbook, read 2025-07-01]"
    ]


def test_members_of_a_map_are_counted_as_such(small: Small) -> None:
    assert small.found("Tiny-1", tags={"a": "x", "b": "x", "c": "x"}) == [
        "error /tags tags.items: 3 members: must be at most 2 [The handbook, read 2025-07-01]"
    ]


# --- whatever the model ---


def test_any_model_is_refused_only_what_every_model_is(small: Small) -> None:
    assert small.found(None, length=0) == [
        "error /length length.range: 0: must be at least 1 [The handbook, read 2025-07-01]"
    ]
    assert small.found(None, heat="x") == [
        'warning /heat heat.type: "x": must be a number, not a string [The new manual, read 2025-06-01]'
    ]
    assert small.found(None, other=1)[0].startswith("warning /other unknown: ")


def test_any_model_is_refused_what_each_is_by_a_page_of_its_own(small: Small) -> None:
    """Of the small models one page says it, of the large ones another, and none of all."""
    assert small.found(None, tone="low") == small.found(None, tone="high") == []
    [found] = small.found(None, tone="z")
    assert found == 'error /tone tone.enum: "z": must be one of "low", "mid", "high" [Small models, read 2025-02-01]'


def test_any_model_takes_the_widest_that_one_takes(small: Small) -> None:
    assert small.found(None, heat=0) == small.found(None, heat=2.0) == []
    assert small.found(None, heat=2.1) == [
        "warning /heat heat.range: 2.1: must be at least 0 and at most 2.0 [The manual, read 2024-05-01]"
    ]


# --- what else is written ---


def test_facts_have_the_page_and_the_day_that_messages_have(small: Small) -> None:
    found = {
        (one["id"], group): [
            one["level"],
            one["page"],
            one["read"],
            one.get("dropped"),
            one.get("error_for", {}).get(group),
        ]
        for one in small.facts["constraints"]
        for group in one["groups"]
    }
    assert found["v1.chat.heat.range", "SmallChat"] == ["error", "manual", "2024-05-01", None, NAMED]
    assert found["v1.chat.heat.range", "LargeChat"] == ["error", "large", "2025-03-01", None, None]
    assert found["v1.chat.heat.type", "SmallChat"] == ["error", "manual-2025", "2025-06-01", None, NAMED_LATER]
    assert found["v1.chat.heat.type", "LargeChat"] == ["error", "manual-2025", "2025-06-01", None, []]
    assert found["v1.chat.messages.order", "SmallChat"][:4] == ["warning", "manual", "2024-05-01", "2025-06-01"]
    assert found["v1.chat.deep.type", "LargeChat"][:4] == ["warning", "booklet", "2024-03-01", "2025-07-01"]
    assert found["v1.chat.mood.enum", "LargeChat"][:4] == ["warning", "hearsay", "2025-01-03", None]


def test_a_schema_has_no_rule_that_only_warns(small: Small) -> None:
    schema = small.schema("LargeChat")
    properties = schema["properties"]
    assert [name for name in ("mode", "deep", "mood", "max_tokens") if properties[name].keys() & RULES] == []
    # The type of heat warns, since the manual does not name Giant; the range does not, since its own page does.
    assert properties["heat"]["anyOf"] == [
        {"if": {"type": "number"}, "then": {"minimum": 0, "maximum": 2.0}},
        {"type": "null"},
    ]
    assert (properties["tone"]["type"], properties["tone"]["enum"]) == (["string", "null"], ["high", None])
    # Other members only warn; a parameter of other models is refused all the same.
    assert schema["additionalProperties"] is True
    assert properties["length"] == {"type": "null"}
    assert schema["required"] == []


RULES = {"type", "enum", "anyOf", "allOf", "if"}


def test_docstring_says_what_no_longer_holds(small: Small) -> None:
    said = "messages: What was said. User and bot in turn (not since 2025-06-01). The last message is from user."
    assert said in small.text("qianfan_api/v1/chat/handles.py")


# --- what a group narrows inside ---


def test_narrowed_member_holds_for_that_group_alone(small: Small) -> None:
    bot = [SAID, {"role": "bot", "content": "hello"}, SAID]
    assert small.found("Tiny-1", messages=bot) == small.found(None, messages=bot) == []
    assert small.found("Giant", messages=bot) == [
        'error /messages/1/role message.role.enum: "bot": must be "user" [Large models, read 2025-03-01]'
    ]


def test_narrowed_member_is_said_everywhere_for_that_group_alone(small: Small) -> None:
    large, every = small.schema("LargeChat")["$defs"], small.schema("SmallChat")["$defs"]
    assert large["Message.LargeChat"]["properties"]["role"]["enum"] == ["user"]
    assert "Message.LargeChat" not in every
    handles = small.text("qianfan_api/v1/chat/handles.py")
    assert handles.count('messages[].role is "user".') == 1
    found = {
        group: one["phrase"]
        for one in small.facts["constraints"]
        if one["id"] == "v1.chat.message.role.enum"
        for group in one["groups"]
    }
    assert found == {"SmallChat": 'one of "user", "bot"', "LargeChat": '"user"', "AnyModel": 'one of "user", "bot"'}


def test_bounds_and_need_of_a_member_are_narrowed_as_well(small: Small) -> None:
    assert small.found("Tiny-1", setup={"width": 9}) == small.found("Tiny-1", setup={"depth": 9}) == []
    assert small.found("Giant", setup={"depth": 5, "width": 9}) == []
    page = "[Large models, read 2025-03-01]"
    assert small.found("Giant", setup={"depth": 6}) == [
        f"error /setup/depth setup.depth.range: 6: must be at least 1 and at most 5 {page}"
    ]
    assert small.found("Giant", setup={}) == [f"error /setup/depth setup.depth.missing: missing: required {page}"]
    inside = small.schema("LargeChat")["$defs"]["Setup.LargeChat"]
    assert inside["required"] == ["depth"]
    assert inside["properties"]["depth"]["maximum"] == 5
    said = "setup: What else. setup.depth is at least 1 and at most 5. setup.depth is required."
    assert small.text("qianfan_api/v1/chat/handles.py").count(said) == 1
