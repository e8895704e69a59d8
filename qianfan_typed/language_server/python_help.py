"""Help in Python: what a parameter or a model under the cursor means, and what may stand in a string."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Literal

import attrs
from lsprotocol import types

from qianfan_api.models import CATALOGUES
from qianfan_typed.language_server.fact_words import (
    members_of,
    model_words,
    models_of,
    parameter_words,
    place_of,
    values_of,
)
from qianfan_typed.language_server.open_document import OpenDocument
from qianfan_typed.language_server.python_findings import without_broken_lines
from qianfan_typed.python_source.calls.call_finder import CallFinder
from qianfan_typed.python_source.fixes.source_text import SourceText
from qianfan_typed.python_source.names.scopes import read_module
from qianfan_typed.python_source.names.values import ObjectValue, SequenceValue, UnknownItems, Value
from qianfan_typed.python_source.requests.source_requests import SourceRequest
from qianfan_typed.python_source.sources.python_files import mentions_platform

Step = str | int
_STRING = re.compile(r"""(["'])(?:\\.|(?!\1).)*\1""")


@attrs.frozen(kw_only=True)
class SourceSpot:
    """A name or a value of a request in source that the cursor is on."""

    kind: Literal["name", "value"]
    api: str
    model: str | None
    path: tuple[Step, ...]
    start: int
    end: int
    siblings: frozenset[str] = frozenset()
    """Names that are beside it."""


def python_hover(document: OpenDocument, position: types.Position) -> types.Hover | None:
    """What is known of the parameter or the model under the cursor."""
    text = document.text
    spot = _spot(text, document.offset(position), [text])
    if spot is None:
        return None
    words = None
    if spot.kind == "value" and spot.path == ("model",):
        words = None if spot.model is None else model_words(spot.model, spot.api)
    words = words or parameter_words(spot.api, place_of(spot.path), spot.model)
    if words is None:
        return None
    (place,) = document.ranges([(spot.start, spot.end)])
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, words), place)


def python_completions(document: OpenDocument, position: types.Position) -> list[types.CompletionItem]:
    """What may stand in the string under the cursor: a model, a role, a value, the name of a parameter."""
    text, offset = document.text, document.offset(position)
    begin = text.rfind("\n", 0, offset) + 1
    line = text[begin:].partition("\n")[0]
    string = next((one for one in _STRING.finditer(line) if one.start() < offset - begin < one.end()), None)
    if string is None:
        return []
    # A key without a value is no member of a dict yet.
    with_value = f"{text[: begin + string.end()]}: None{text[begin + string.end() :]}"
    spot = _spot(text, offset, [text, with_value])
    if spot is None:
        return []
    (place,) = document.ranges([(begin + string.start(), begin + string.end())])
    quote = string[1]
    return [
        types.CompletionItem(
            label=word,
            kind=kind,
            detail=detail,
            filter_text=f"{quote}{word}{quote}",
            sort_text=f"{number:05}",
            text_edit=types.TextEdit(place, f"{quote}{word}{quote}"),
        )
        for number, (word, detail, kind) in enumerate(_offer(spot))
    ]


def _offer(spot: SourceSpot) -> Iterator[tuple[str, str, types.CompletionItemKind]]:
    if spot.kind == "name":
        for name, detail in members_of(spot.api, place_of(spot.path[:-1]), spot.model):
            if name not in spot.siblings:
                yield name, detail, types.CompletionItemKind.Property
    elif spot.path == ("model",):
        for name, detail in models_of(spot.api):
            yield name, detail, types.CompletionItemKind.EnumMember
    else:
        for value in values_of(spot.api, place_of(spot.path), spot.model):
            if isinstance(value, str):
                yield value, spot.model or spot.api, types.CompletionItemKind.EnumMember


def _spot(text: str, offset: int, ways: Sequence[str]) -> SourceSpot | None:
    """What the cursor is on, in the first way to read a text in which it is something."""
    if not mentions_platform(text.encode("utf-8", "surrogatepass")):
        return None
    for way in ways:
        readable = without_broken_lines(way)
        if readable is None:
            continue
        source = SourceText(readable[0])
        for called in CallFinder(read_module(readable[1])).requests():
            for _, request in called.requests:
                found = _in_request(source, request, offset)
                if found is not None:
                    return found
    return None


def _in_request(source: SourceText, request: SourceRequest, offset: int) -> SourceSpot | None:
    if request.api is None:
        return None
    known = None if request.name is None else CATALOGUES[request.api].get(request.name)
    model = None if known is None else known.name
    for kind, path, node, siblings in _nodes(request.payload, ()):
        span = source.span(node)
        if span is not None and span[0] <= offset <= span[1]:
            return SourceSpot(
                kind=kind, api=request.api, model=model, path=path, start=span[0], end=span[1], siblings=siblings
            )
    named = None if request.named_at is None else source.span(request.named_at)
    if named is not None and isinstance(request.named_at, ast.Constant) and named[0] <= offset <= named[1]:
        return SourceSpot(kind="value", api=request.api, model=model, path=("model",), start=named[0], end=named[1])
    return None


Node = tuple[Literal["name", "value"], tuple[Step, ...], ast.AST, frozenset[str]]


def _nodes(value: Value, path: tuple[Step, ...]) -> Iterator[Node]:
    """The names and the scalar values within a value, each with its node."""
    if isinstance(value, ObjectValue):
        for name, entry in value.entries.items():
            if isinstance(entry.key, ast.keyword | ast.Constant):
                yield "name", (*path, name), entry.key, frozenset(value.entries) - {name}
            yield from _nodes(entry.value, (*path, name))
    elif isinstance(value, SequenceValue):
        for number, item in enumerate(value.items):
            if not isinstance(item, UnknownItems):
                yield from _nodes(item, (*path, number))
    elif isinstance(value.node, ast.Constant):
        yield "value", path, value.node, frozenset()
