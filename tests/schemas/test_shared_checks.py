"""What the validators share, on its own: what no rule of today's spec reaches, and bounds to the last step."""

from __future__ import annotations

import base64
import struct
from types import MappingProxyType
from typing import Any

import attrs
import pytest

from qianfan_api import sources
from qianfan_api.catalogue import Model
from qianfan_api.checks import Dialogue, check_dialogue, check_total, is_list, is_object
from qianfan_api.images import check_base64_image, image_size
from qianfan_api.json_schema import check_json_schema, check_object_schema
from qianfan_api.violations import Findings, ForeignNames, Rule, listed, one_of, shown

RULE = Rule("v1.test.member", sources.CHAT_V1)
MODEL = Model(name="M", api="v1.test", group="G", property="m", source=sources.CHAT_V1, max_chars=10)


def said(found: Findings) -> list[str]:
    return [f"{one.pointer} {one.code}: {one.message}" for one in found.violations]


# --- the types of JSON ---


def test_any_mapping_is_an_object_and_any_sequence_of_json_a_list() -> None:
    assert is_object(MappingProxyType({}))
    assert not is_object([])
    assert is_list(())
    assert not is_list("ab")


# --- words ---


def test_value_is_cut_where_it_is_longer_than_there_is_room() -> None:
    assert shown("x" * 58) == f'"{"x" * 58}"'
    assert shown("x" * 59) == f'"{"x" * 58}…'
    assert shown("abcd", 5) == '"abc…'
    assert shown({1, 2}.__class__) == "<class 'set'>"


def test_names_are_cut_where_there_are_many() -> None:
    assert listed("abcdef") == "a, b, c, d, e, f"
    assert listed("abcdefg") == "a, b, c, d, e and 2 more"


def test_one_value_stands_alone() -> None:
    assert one_of(["a"]) == '"a"'
    assert one_of(["a", 1]) == 'one of "a", 1'


def test_count_stands_before_what_is_allowed() -> None:
    found = Findings("M")
    found.counted(RULE, "items", ("member",), 1, "items", "at least 2")
    assert said(found) == ["/member items: 1 items: must be at least 2"]


def test_name_that_is_called_otherwise_here_says_what_to_write() -> None:
    foreign = ForeignNames({"max_tokens": ("most", "error"), "tools": ("functions", "warning")}, frozenset({"n"}))
    for name, known, words, level in (
        ("max_tokens", ["most"], "not a known name here; write most", "error"),
        ("tools", ["functions"], "not a known name here; write functions", "warning"),
        ("tools", ["most"], "not on the platform's page; ignored or refused", "warning"),
        ("n", ["most"], "not on the platform's page; ignored or refused", "warning"),
        ("mosst", ["most"], "not a known name; did you mean most?", "error"),
        ("else", ["most"], "not a known name; known: most", "error"),
    ):
        found = Findings("M")
        found.unknown(RULE, (name,), known, foreign)
        assert [(one.message, one.level) for one in found.violations] == [(words, level)]


def test_rule_of_a_page_that_does_not_name_the_model_only_warns() -> None:
    for named_by, level in ((None, "error"), (frozenset({sources.CHAT_V1}), "error"), (frozenset(), "warning")):
        found = Findings("M", attrs.evolve(MODEL, named_by=named_by))
        found.add(RULE, "type", ("member",), "wrong")
        assert [one.level for one in found.violations] == [level]


def test_rule_that_holds_for_every_model_asks_for_no_name() -> None:
    found = Findings("any model", None, None, frozenset())
    for rule in (RULE, attrs.evolve(RULE, everyone=True)):
        found.add(rule, "type", ("member",), "wrong")
    assert [one.level for one in found.violations] == ["warning", "error"]


def test_parameter_that_a_model_does_not_take_names_those_that_do() -> None:
    for takers, words in (
        ([], ", nor of any model for sure"),
        (["A"], "; A takes it"),
        (["A", "B", "C"], "; A, B, C take it"),
        (["A", "B", "C", "D"], "; A, B and 2 more take it"),
    ):
        found = Findings("M")
        found.unsupported(RULE, "member", takers)
        assert said(found) == [f"/member unsupported: not a parameter of M{words}"]


def test_rule_that_a_later_edition_dropped_says_so() -> None:
    found = Findings("M")
    found.add(Rule("v1.test.member", sources.CHAT_V1, "warning", "2026-01-01"), "type", ("member",), "wrong")
    assert [one.source for one in found.violations] == [
        f"对话Chat: {sources.CHAT_V1.read} said so; 2026-01-01 no longer does"
    ]


def test_unknown_name_has_two_near_names_at_the_most() -> None:
    found = Findings("M")
    found.unknown(RULE, ("name",), ["name1", "name2", "name3"])
    assert said(found) == ["/name unknown: not a known name; did you mean name1 or name2?"]


def test_rule_that_is_older_than_asked_for_only_warns() -> None:
    for day, level in ((sources.CHAT_V1.read, "error"), ("9999-01-01", "warning"), ("2000-01-01", "error")):
        found = Findings("M", None, day)
        found.add(RULE, "type", ("member",), "wrong")
        assert [one.level for one in found.violations] == [level]


# --- texts together ---

PATHS = (("messages", "[]", "content"), ("system",))


@pytest.mark.parametrize(
    "payload",
    [
        {"messages": [{"content": "12345"}, {"content": "1234"}], "system": "1"},
        {"messages": [{"content": [{"type": "text", "text": "123456789"}, {"type": "image_url"}]}], "system": "1"},
        {"messages": [], "system": "1234567890"},
        {"messages": "no list", "system": "1234567890"},
        {"messages": [None, 5, "no object", {}, {"content": None}], "system": "1234567890"},
        {"system": "1234567890"},
    ],
    ids=["texts", "parts", "no messages", "no list", "no objects", "no member"],
)
def test_texts_together_at_the_limit_and_one_over(payload: dict[str, Any]) -> None:
    found = Findings("M", MODEL)
    check_total(RULE, payload, PATHS, "max_chars", found)
    assert said(found) == []
    check_total(RULE, {**payload, "system": f"{payload['system']}1"}, PATHS, "max_chars", found)
    [one] = found.violations
    assert one.message.startswith("11 characters in ")
    assert one.message.endswith("system: must be at most 10 for M")


# --- the order of roles ---

ALL = frozenset({"user", "assistant", "tool"})
TURNS = (frozenset({"user", "tool"}), frozenset({"assistant"}))


def codes(dialogue: Dialogue, *roles: str) -> list[str]:
    found = Findings("M")
    check_dialogue(dialogue, [{"role": role, "content": "x"} for role in roles], ("messages",), found)
    return [f"{one.pointer} {one.code}" for one in found.violations]


def test_role_that_may_follow_itself_takes_its_turn_at_the_start_too() -> None:
    dialogue = Dialogue(order=RULE, words="in turn", turns=TURNS, runs=frozenset({"tool"}), roles=ALL)
    assert codes(dialogue, "tool", "tool", "assistant") == []
    assert codes(dialogue, "tool", "user", "tool") == ["/messages/1/role order"]
    assert codes(dialogue, "assistant") == ["/messages/0/role order"]


def test_role_that_may_not_follow_itself_does_not() -> None:
    dialogue = Dialogue(order=RULE, words="in turn", turns=TURNS, runs=frozenset({"tool"}), roles=ALL)
    assert codes(dialogue, "user", "user") == ["/messages/1/role order"]


def test_order_that_was_sound_before_is_sound_again_and_its_last_message_is_looked_at() -> None:
    dialogue = Dialogue(order=RULE, blank=RULE, words="in turn", turns=TURNS, roles=ALL)
    for content, expected in (("x", []), (" ", ["/messages/0/content blank"]), ("x", []), (" \n", None), ("", [])):
        found = Findings("M")
        check_dialogue(dialogue, [{"role": "user", "content": content}], ("messages",), found)
        assert [f"{one.pointer} {one.code}" for one in found.violations] == (
            ["/messages/0/content blank"] if expected is None else expected
        )


def test_only_so_many_orders_are_remembered() -> None:
    dialogue = Dialogue(words="any", roles=ALL)
    for count in range(1, 300):
        assert codes(dialogue, *["user"] * count) == []
    assert len(dialogue.sound) == 256


def test_order_that_is_wrong_is_wrong_again() -> None:
    dialogue = Dialogue(
        order=RULE, count=RULE, closing=RULE, words="in turn", turns=TURNS, last=frozenset({"user"}), roles=ALL
    )
    for _ in range(2):
        assert codes(dialogue, "assistant") == ["/messages/0/role order"]
        assert codes(dialogue, "user", "assistant") == ["/messages/1 count"]
        assert codes(dialogue, "tool") == ["/messages/0/role last"]
    assert dialogue.sound == set()


# --- a function's schema ---


def object_schema(value: dict[str, Any]) -> list[str]:
    found = Findings("M")
    check_object_schema(RULE, value, ("parameters",), found)
    return said(found)


@pytest.mark.parametrize("word", ["$ref", "anyOf", "oneOf", "allOf"])
def test_schema_that_is_put_together_needs_no_type_but_is_looked_at(word: str) -> None:
    assert object_schema({word: "x"}) == []
    assert object_schema({word: "x", "type": "objekt"}) == [
        '/parameters/type enum: "objekt": must be one of "object", "array", "string", "number", "integer",'
        ' "boolean", "null"; did you mean "object"?'
    ]
    assert object_schema({word: "x", "properties": []}) == [
        "/parameters/properties type: []: must be an object, not a list"
    ]


def nested(depth: int) -> dict[str, Any]:
    """A schema with a fault so many steps inside."""
    schema: dict[str, Any] = {"type": "nonsense"}
    for _ in range(depth):
        schema = {"items": schema}
    return schema


def test_schema_is_looked_at_two_hundred_steps_deep() -> None:
    for depth, faults in ((200, 1), (201, 0)):
        found = Findings("M")
        check_json_schema(RULE, nested(depth), (), found)
        assert len(found.violations) == faults


# --- images ---

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480)
GIF87 = b"GIF87a" + struct.pack("<HH", 640, 480)
GIF89 = b"GIF89a" + struct.pack("<HH", 640, 480)
BMP = b"BM" + bytes(16) + struct.pack("<ii", 640, -480)


def jpeg(marker: int, *segments: tuple[int, int], height: int = 480, width: int = 640) -> bytes:
    """A JPEG with some segments before its frame header: marker and length of each."""
    before = b"".join(
        bytes([0xFF, kind]) + struct.pack(">H", length) + b"\xff" * (length - 2) for kind, length in segments
    )
    frame = bytes([0xFF, marker]) + struct.pack(">HBHH", 17, 8, height, width)
    return b"\xff\xd8" + before + frame


@pytest.mark.parametrize(
    "data",
    [PNG, BMP, GIF87, GIF89, *(jpeg(marker) for marker in range(0xC0, 0xD0) if marker not in (0xC4, 0xC8, 0xCC))],
    ids=lambda data: data[:4].hex() + data[-9:-7].hex(),
)
def test_size_stands_in_the_header(data: bytes) -> None:
    assert image_size(data) == image_size(data + b"the image") == (640, 480)


def test_size_of_a_jpeg_stands_behind_its_metadata() -> None:
    assert image_size(jpeg(0xC0, (0xE0, 16), (0xE1, 300), (0xC4, 20), (0xC8, 9), (0xCC, 5), (0xDB, 67))) == (640, 480)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF\x00\x00\x00\x00WEBP" + bytes(30),
        *(whole[:-1] for whole in (PNG, BMP, GIF87, GIF89, jpeg(0xC0))),
        jpeg(0xD0),
        jpeg(0xBF),
        jpeg(0xC4),
        b"\xff\xd8",
        b"\xff\xd8" + b"\x00" * 20,
    ],
)
def test_header_that_says_no_size(data: bytes) -> None:
    assert image_size(data) is None


def image(data: bytes | str, most: int | None = None, least: int = 15, longest: int | None = 4096) -> list[str]:
    found = Findings("M")
    text = data if isinstance(data, str) else base64.b64encode(data).decode()
    check_base64_image(RULE, text, ("image",), found, most, least, longest)
    return said(found)


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)


@pytest.mark.parametrize("sides", [(15, 15), (15, 4096), (4096, 15), (640, 480)])
def test_image_whose_sides_are_within_the_bounds(sides: tuple[int, int]) -> None:
    assert image(png(*sides)) == []
    assert image("data:image/png;base64," + base64.b64encode(png(*sides)).decode()) == []


@pytest.mark.parametrize("sides", [(14, 100), (100, 14), (4097, 100), (100, 4097), (1, 5000)])
def test_image_that_is_too_small_or_too_large(sides: tuple[int, int]) -> None:
    width, height = sides
    assert image(png(*sides)) == [
        f"/image range: {width}×{height} pixels: each side must be at least 15 and at most 4096"
    ]


def test_image_without_a_longest_side() -> None:
    assert image(png(100, 100_000), longest=None) == []
    assert image(png(14, 100), longest=None) == ["/image range: 14×100 pixels: each side must be at least 15"]


def test_image_that_is_none() -> None:
    assert image("") == image("data:image/png;base64,") == ["/image empty: must not be empty"]
    assert image("an image") == ["/image format: not base64: must be an image in base64"]
    assert image("你好") == ["/image format: not base64: must be an image in base64"]
    assert image("AA!AA") == ["/image format: not base64: must be an image in base64"]


def test_image_of_another_format_passes() -> None:
    assert image(b"RIFF\x00\x00\x00\x00WEBPVP8 ") == []


def test_image_as_long_as_it_may_be_and_longer() -> None:
    text = base64.b64encode(png(100, 100) + bytes(3000)).decode()
    assert image(text, most=len(text)) == []
    assert image(text, most=len(text) - 1) == [
        f"/image length: {len(text):,} bytes of base64: must be at most {len(text) - 1:,}"
    ]


def test_image_that_is_too_long_is_looked_at_all_the_same() -> None:
    assert image(png(14, 14), most=1) == [
        "/image length: 32 bytes of base64: must be at most 1",
        "/image range: 14×14 pixels: each side must be at least 15 and at most 4096",
    ]


def test_only_the_start_of_an_image_is_decoded() -> None:
    head = base64.b64encode(png(14, 14) + bytes(64 * 1024)).decode()
    assert image(head + "not base64!") == ["/image range: 14×14 pixels: each side must be at least 15 and at most 4096"]
    # The size of a JPEG may stand as far behind as the start goes, and is not seen behind it.
    for more, expected in ((0, (14, 14)), (3, None)):
        data = jpeg(0xC0, (0xE1, 60_000), (0xE1, 64 * 1024 - 60_017 + more), height=14, width=14)
        assert bool(image(data + b"\x00\x00\x00")) is (expected is not None)


def test_every_letter_of_the_start_must_be_base64() -> None:
    letters = 64 * 1024 * 4 // 3 // 4 * 4
    assert image("A" * (letters - 1) + "!") == ["/image format: not base64: must be an image in base64"]
    assert image("A" * letters + "!") == []
