"""Recognition: what a document is that is no request, by its members; and kinds of files that are not read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Literal, cast

import attrs

from qianfan_api.words import phrase, say
from qianfan_typed.payloads.forms import postman, recordings
from qianfan_typed.payloads.forms.data_set import is_data_set
from qianfan_typed.payloads.forms.held_request import HeldRequest

Reader = Callable[[object], Iterator[HeldRequest]]
Tool = Literal["postman", "har", "vcr"]


@attrs.frozen
class _Documents:
    """Documents of a tool."""

    words: str
    is_one: Callable[[object], bool]
    read: Reader


_TOOLS: Mapping[Tool, _Documents] = {
    "postman": _Documents(phrase("a Postman collection of version 2"), postman.is_collection, postman.requests),
    "har": _Documents(phrase("an HTTP archive"), recordings.is_har, recordings.har_requests),
    "vcr": _Documents(phrase("a cassette of VCR"), recordings.is_cassette, recordings.cassette_requests),
}
_KINDS = {
    ".csv": phrase("a table"),
    ".tsv": phrase("a table"),
    ".xlsx": phrase("a table"),
    ".parquet": phrase("a table"),
    ".arrow": phrase("a table"),
    ".md": phrase("a text"),
    ".toml": phrase("settings"),
    ".ini": phrase("settings"),
    ".xml": phrase("XML"),
    ".html": phrase("HTML"),
    ".zip": phrase("an archive"),
    ".tar": phrase("an archive"),
    ".tgz": phrase("an archive"),
    ".7z": phrase("an archive"),
    ".bz2": phrase("packed in a way that is not read"),
    ".xz": phrase("packed in a way that is not read"),
    ".pkl": phrase("a pickle"),
    ".png": phrase("an image"),
    ".jpg": phrase("an image"),
    ".pdf": phrase("a PDF"),
    ".sqlite": phrase("a database"),
    ".db": phrase("a database"),
}
READ = phrase("read are JSON, JSON Lines, YAML, Postman, HAR, VCR, .http and curl, packed as .gz and .zst too")


_MENTIONED = re.compile(rb'"(?:item|entries|interactions)"')


def may_be_held(text: bytes) -> bool:
    """Whether a JSON text may be a document of another tool: what has none of their names need not be read for it."""
    return _MENTIONED.search(text) is not None


def reader_of(document: object, tool: Tool | None = None) -> Reader | None:
    """What gives the requests that a document of another tool holds. None: it is none. `tool`: whose it is to be."""
    if tool is not None:
        return _TOOLS[tool].read if _TOOLS[tool].is_one(document) else None
    if not isinstance(document, dict) or "messages" in cast("Mapping[str, object]", document):
        return None
    return next((tool.read for tool in _TOOLS.values() if tool.is_one(cast("object", document))), None)


def unlike(tool: Tool) -> str:
    """Why a document is not checked that is said to be a tool's and is not."""
    return say("not {kind}, which --from says that it is", kind=_TOOLS[tool].words)


def kind_of_file(file: str) -> str | None:
    """Why a file is not read, by its name. None: it may be."""
    suffix = PurePath(file).suffix.lower()
    if suffix in (".py", ".pyi", ".ipynb"):
        if suffix == ".ipynb":
            return say("a notebook: qianfan-typed check looks at it")
        return say("Python source: qianfan-typed check looks at it")
    kind = _KINDS.get(suffix)
    return (
        None
        if kind is None
        else say("{suffix} is {kind}, which is not read; {read}", suffix=suffix, kind=kind, read=READ)
    )


def kind_of_document(document: object) -> str | None:
    """What a document is that is plainly no request. None: it may be one."""
    if is_data_set(document):
        return say("a data set of prompts and responses: with --api v1.chat or v2.chat it is checked as requests")
    if not isinstance(document, dict):
        return None
    fields = cast("Mapping[str, object]", document)
    if "openapi" in fields or "swagger" in fields:
        return say("an OpenAPI document: it describes requests and holds none")
    if "nbformat" in fields:
        return say("a notebook: qianfan-typed check looks at it")
    if "__export_format" in fields:
        return say("an Insomnia export, which is not read: export it as HAR")
    if (
        isinstance(kind := fields.get("object"), str)
        and kind.startswith("chat.completion")
        and "messages" not in fields
    ):
        return say("a reply of the platform, not a request")
    if "custom_id" in fields and "response" in fields and "body" not in fields:
        return say("a line of a batch's results, not of its requests")
    if "$schema" in fields and not fields.keys().isdisjoint(("properties", "$defs", "definitions", "anyOf", "oneOf")):
        return say("a JSON Schema: it describes requests and is none")
    return None
