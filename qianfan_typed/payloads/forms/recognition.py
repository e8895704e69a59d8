"""Recognition: what a document is that is no request, by its members; and kinds of files that are not read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Literal, cast

import attrs

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
    "postman": _Documents("a Postman collection of version 2", postman.is_collection, postman.requests),
    "har": _Documents("an HTTP archive", recordings.is_har, recordings.har_requests),
    "vcr": _Documents("a cassette of VCR", recordings.is_cassette, recordings.cassette_requests),
}
_KINDS = {
    ".csv": "a table",
    ".tsv": "a table",
    ".xlsx": "a table",
    ".parquet": "a table",
    ".arrow": "a table",
    ".md": "a text",
    ".toml": "settings",
    ".ini": "settings",
    ".xml": "XML",
    ".html": "HTML",
    ".zip": "an archive",
    ".tar": "an archive",
    ".tgz": "an archive",
    ".7z": "an archive",
    ".bz2": "packed in a way that is not read",
    ".xz": "packed in a way that is not read",
    ".pkl": "a pickle",
    ".png": "an image",
    ".jpg": "an image",
    ".pdf": "a PDF",
    ".sqlite": "a database",
    ".db": "a database",
}
READ = "read are JSON, JSON Lines, YAML, Postman, HAR, VCR, .http and curl, packed as .gz and .zst too"


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
    return f"not {_TOOLS[tool].words}, which --from says that it is"


def kind_of_file(file: str) -> str | None:
    """Why a file is not read, by its name. None: it may be."""
    suffix = PurePath(file).suffix.lower()
    if suffix in (".py", ".pyi", ".ipynb"):
        return f"{'a notebook' if suffix == '.ipynb' else 'Python source'}: qianfan-typed check looks at it"
    kind = _KINDS.get(suffix)
    return None if kind is None else f"{suffix} is {kind}, which is not read; {READ}"


def kind_of_document(document: object) -> str | None:
    """What a document is that is plainly no request. None: it may be one."""
    if is_data_set(document):
        return "a data set of prompts and responses: with --api v1.chat or v2.chat it is checked as requests"
    if not isinstance(document, dict):
        return None
    fields = cast("Mapping[str, object]", document)
    if "openapi" in fields or "swagger" in fields:
        return "an OpenAPI document: it describes requests and holds none"
    if "nbformat" in fields:
        return "a notebook: qianfan-typed check looks at it"
    if "__export_format" in fields:
        return "an Insomnia export, which is not read: export it as HAR"
    if (
        isinstance(kind := fields.get("object"), str)
        and kind.startswith("chat.completion")
        and "messages" not in fields
    ):
        return "a reply of the platform, not a request"
    if "custom_id" in fields and "response" in fields and "body" not in fields:
        return "a line of a batch's results, not of its requests"
    if "$schema" in fields and not fields.keys().isdisjoint(("properties", "$defs", "definitions", "anyOf", "oneOf")):
        return "a JSON Schema: it describes requests and is none"
    return None
