"""Texts of requests with fixes made in them: only what is wrong is written anew, layout and comments stay."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

import attrs

from qianfan_typed.payloads.fixes import Fix, Lift, Rename, Replace
from qianfan_typed.payloads.json_places import Places, end_of, past_space, steps
from qianfan_typed.payloads.yaml_composer import Node
from qianfan_typed.payloads.yaml_requests import YamlRequest
from qianfan_typed.payloads.yaml_scalars import PLAIN, scalar

_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_INDENT = re.compile(rb"\r?\n[ \t]*\Z")


@attrs.frozen(order=True)
class Edit:
    """A piece of a text that is replaced."""

    start: int
    end: int
    text: str


class NotInText(Exception):
    """A fix cannot be made in the text as it is written, as in what an alias stands for."""


def edited(text: str, edits: Sequence[Edit]) -> str:
    """A text with edits made, from its end on: what stands before keeps its place."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def written(value: object) -> str:
    """A value as JSON has it."""
    return json.dumps(value, ensure_ascii=False)


# --- JSON ------------------------------------------------------------------------------------------------------------


def json_edited(text: bytes, start: int, end: int, fixes: Sequence[Fix]) -> bytes:
    """The request between two offsets of a JSON text, with fixes made."""
    places = Places(text, start)
    pieces = [piece for fix in fixes for piece in json_pieces(text, places, fix)]
    part = text[start:end]
    for begin, stop, new in sorted(pieces, reverse=True):
        part = part[: begin - start] + new.encode("utf-8", "surrogatepass") + part[stop - start :]
    return part


def json_pieces(text: bytes, places: Places, fix: Fix) -> Iterator[tuple[int, int, str]]:
    """What a fix replaces in a JSON text: offsets of bytes, and what is written there."""
    at = places.offset_of(fix.pointer, name=isinstance(fix, Rename))
    end = end_of(text, at)
    if isinstance(fix, Rename):
        yield at, end, written(fix.name)
    elif isinstance(fix, Replace):
        yield at, end, written(fix.value)
    else:
        yield from _json_lift(text, places, fix, at, end)


def _json_lift(text: bytes, places: Places, fix: Lift, at: int, end: int) -> Iterator[tuple[int, int, str]]:
    text_at = places.offset_of(f"{fix.pointer}/{fix.text}")
    own = text[text_at : end_of(text, text_at)].decode()
    before = places.offset_of(fix.pointer.rpartition("/")[0], name=True)
    indent = _INDENT.search(text[:before])
    between = " " if indent is None else indent[0].decode()
    yield before, before, f"{written(fix.name)}: {own},{between}"
    behind = past_space(text, end)
    if text[behind : behind + 1] == b",":
        yield at, past_space(text, behind + 1), ""
    else:
        comma = text.rfind(b",", 0, at)
        begins = text.rfind(b"[", 0, at)
        yield (comma if comma > begins else at), end, ""


# --- YAML ------------------------------------------------------------------------------------------------------------


def yaml_edits(request: YamlRequest, fixes: Sequence[Fix]) -> Iterator[Edit]:
    """What to replace in a YAML text.

    Raises:
        NotInText: A fix is in what an alias or a merge stands for, or in a text of several lines.
    """
    for fix in fixes:
        name, node = _yaml_place(request.node, fix.pointer)
        if isinstance(fix, Rename) and name is not None:
            start, end = _span(name)
            yield Edit(start, end, fix.name if _NAME.fullmatch(fix.name) else written(fix.name))
        elif isinstance(fix, Replace) and node.id == "scalar" and node.style not in ("|", ">"):
            start, end = _span(node)
            plain = node.style is None and isinstance(fix.value, str) and _is_plain(fix.value)
            yield Edit(start, end, str(fix.value) if plain else written(fix.value))
        else:
            raise NotInText


def _yaml_place(node: Node, pointer: str) -> tuple[Node | None, Node]:
    """The nodes of a member's name and value."""
    name: Node | None = None
    for step in steps(pointer):
        if node.id == "mapping" and step in node.value:
            outer = node
            key, node = node.value[step]
            name, inside = key, outer.start_mark.index <= key.start_mark.index < outer.end_mark.index
        elif node.id == "sequence" and step.isdecimal() and int(step) < len(node.value):
            name, node, inside = None, node.value[int(step)], True
        else:
            raise NotInText
        if node.id == "alias" or not inside or node.anchor is not None:
            raise NotInText
    return name, node


def _is_plain(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and scalar(text, PLAIN) == text


def _span(node: Node) -> tuple[int, int]:
    return int(node.start_mark.index), int(node.end_mark.index)
