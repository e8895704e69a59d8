"""New models: a few lines of the spec, beside a model whose parameters they take, and no other line changes."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, get_args

import attrs
from ruamel.yaml import YAML

from codegen.names import property_name
from codegen.spec import Spec, language, load
from codegen.spec.documents import read
from codegen.spec.load import api
from codegen.spec.problems import Document, Place, near

WIDTH = 120
"""A hunk longer than this stands on several lines."""


class NewModelError(Exception):
    """A model that cannot be added; the message says why."""


@attrs.frozen(kw_only=True)
class NewModel:
    """What is known of a model to add."""

    name: str
    like: str
    path: str | None = None
    api: str | None = None
    """The operation: v1.chat. None: the only one that has `like`."""
    aliases: list[str] = attrs.field(factory=list[str])
    limits: dict[str, int] = attrs.field(factory=dict[str, int])
    source: str | None = None
    unverified: bool = False


@attrs.frozen
class Hunk:
    """The lines to add."""

    file: Path
    line: int
    """The number that the first of them gets."""
    group: str
    lines: list[str]
    assumed: list[str]
    """What they say that nobody stated, and how to state it."""
    content: bytes
    """The whole file with them."""


def plan(folder: Path, model: NewModel) -> Hunk:
    """The hunk, with the result checked as `lint` does. Raises NewModelError or SpecError; writes nothing."""
    spec = load(folder)
    operation, group, like = _beside(spec, model)
    if model.path is not None and operation.model_in != "path":
        raise NewModelError(f"--path {model.path}: {api(operation)} names the model in the request's body")
    _is_new(operation, model)
    file = file_of(folder, operation)
    text = file.read_bytes().decode()
    lines = text.splitlines(keepends=True)
    document = read(file, folder.parent)
    key, end = extent(document, lines, ("groups", group, "models", like), like)
    column = len(lines[key]) - len(lines[key].lstrip(" "))
    unlisted = None if model.unverified else _unlisted(spec, model)
    facts = _facts(operation, group, like, attrs.evolve(model, unverified=model.unverified or unlisted is not None))
    added = list(entry_lines(facts, model.name, " " * column))
    newline = "\r\n" if lines[key].endswith("\r\n") else "\n"
    # The last line of a file may lack its line end.
    before = "".join(lines[:end])
    before += "" if before.endswith("\n") else newline
    content = (before + "".join(line + newline for line in added) + "".join(lines[end:])).encode()
    in_a_copy(folder, file, content, {("groups", group, "models", model.name): facts})
    return Hunk(file, end + 1, group, added, list(_assumed(like, facts, unlisted)), content)


def _beside(spec: Spec, model: NewModel) -> tuple[language.OperationFile, str, str]:
    """Where the model goes: the operation, the group, the model that it is like."""
    operations = [one for one in spec.operations if one.model_in != "none"]
    if model.api is not None:
        operations = [one for one in operations if api(one) == model.api]
        if not operations:
            known = {api(one) for one in spec.operations if one.model_in != "none"}
            raise NewModelError(f"{model.api}: not an operation with models{near(model.api, known)}")
    found = [
        (operation, group, name)
        for operation in operations
        for group, content in operation.groups.items()
        for name, like in content.models.items()
        if model.like in (name, *like.aliases)
    ]
    if not found:
        known = {name for one in operations for group in one.groups.values() for name in group.models}
        raise NewModelError(f"{model.like}: not a model of {model.api or 'the spec'}{near(model.like, known)}")
    if len(found) > 1:
        where = " and ".join(api(operation) for operation, _, _ in found)
        raise NewModelError(f"{model.like}: a model of {where}; say which with --api")
    return found[0]


def _is_new(operation: language.OperationFile, model: NewModel) -> None:
    """The loader would find most of these too, but may blame the model that was there before."""
    fold = str.casefold if operation.version == "v1" else str
    where = api(operation)
    for group, content in operation.groups.items():
        for name, other in content.models.items():
            known = {fold(word): word for word in (name, *other.aliases)}
            handles = {property_name(word): word for word in known.values()}
            for word in (model.name, *model.aliases):
                if fold(word) in known:
                    also = f" as an alias of {name}" if known[fold(word)] != name else ""
                    raise NewModelError(f"{word}: {where} has it already{also}, in {group}")
                if property_name(word) in handles:
                    raise NewModelError(
                        f"{word}: its property {property_name(word)} is that of {handles[property_name(word)]} already"
                    )
            if model.path is not None and other.path == model.path:
                raise NewModelError(f"{model.path}: {name} has this path")


def file_of(folder: Path, operation: language.OperationFile) -> Path:
    """The file that describes an operation. Raises NewModelError."""
    for path in sorted(folder.glob(f"{operation.version}/*.yaml")):
        data: Any = read(path, folder.parent).data
        if data["operation"] == operation.operation:
            return path
    raise NewModelError(f"{api(operation)}: no file in {folder.name}/{operation.version} describes it")


def extent(document: Document, lines: list[str], place: Place, name: str) -> tuple[int, int]:
    """The first line of an entry, from 0, and the line behind its last: what stands deeper than its key is its own."""
    row, column = document.positions[place]
    key = row - 1
    if lines[key][: column - 1].strip():
        raise NewModelError(
            f"{document.name}:{row}: {name} stands on one line with other keys; give each model of its group a line"
        )
    end = key + 1
    for number in range(key + 1, len(lines)):
        line = lines[number]
        deeper = len(line) - len(line.lstrip(" ")) >= column
        if line.strip() and not deeper and not line.lstrip().startswith("#"):
            break
        if line.strip() and deeper:
            end = number + 1
    return key, end


def _facts(operation: language.OperationFile, group: str, like: str, model: NewModel) -> dict[str, object]:
    """What the hunk says, in the order in which the spec says it."""
    other = operation.groups[group].models[like]
    facts: dict[str, object] = {}
    if other.family is not None:
        facts["family"] = other.family
    path = model.path
    if path is None and other.path is not None:
        folder = other.path.rpartition("/")[0]
        path = f"{folder}{'/' * bool(folder)}{re.sub(r'[^a-z0-9._-]+', '-', model.name.lower())}"
        facts |= {"path": path, "path_guessed": True}
    elif path is not None:
        facts["path"] = path
    if path is None and operation.model_in == "path":
        facts |= {"prebuilt": False}
    if other.deployable and path is None:
        facts["deployable"] = True
    if model.aliases:
        facts["aliases"] = model.aliases
    for word in model.limits:
        if word not in get_args(language.LimitName):
            raise NewModelError(f"{word}: not a limit{near(word, get_args(language.LimitName))}")
    if model.limits:
        facts["limits"] = model.limits
    if model.unverified:
        facts["unverified"] = True
    if model.source is not None:
        facts["source"] = model.source
    return facts


def _assumed(like: str, facts: dict[str, object], unlisted: str | None) -> Iterator[str]:
    if "path_guessed" in facts:
        yield f"its path is guessed from that of {like}: --path says another"
    if unlisted is not None:
        yield f"{unlisted}, so it is unverified and its rules only warn: --source PAGE names the page that does"


def _unlisted(spec: Spec, model: NewModel) -> str | None:
    """Why no page of the documentation is known to list a model. The group's page is not: it lists the others."""
    if model.source is None:
        return "no page is named that lists it"
    page = spec.pages.get(model.source)
    return f"{model.source} is no page of the documentation" if page and page.standing != "documentation" else None


def entry_lines(facts: dict[str, Any], name: str, indent: str) -> Iterator[str]:
    """A model's entry: on one line where it fits, else a key a line."""
    one = f"{indent}{flow(name)}: {flow(facts)}"
    if len(one) <= WIDTH:
        yield one
        return
    yield f"{indent}{flow(name)}:"
    for word, value in facts.items():
        yield from key_lines(word, value, f"{indent}  ")


def key_lines(key: str, value: Any, indent: str) -> Iterator[str]:
    """A key with its value: on one line where it fits or has no members, else a member a line."""
    one = f"{indent}{key}: {flow(value)}"
    if len(one) <= WIDTH or not isinstance(value, dict):
        yield one
        return
    yield f"{indent}{key}:"
    members: dict[str, Any] = {**value}
    for word, inner in members.items():
        yield f"{indent}  {word}: {flow(inner)}"


def flow(value: object) -> str:
    """A value as YAML on one line."""
    match value:
        case bool():
            return str(value).lower()
        case dict():
            entries: dict[str, object] = {**value}
            return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in entries.items()) + "}"
        case list():
            items: list[object] = [*value]
            return "[" + ", ".join(map(flow, items)) + "]"
        case str():
            return value if _is_plain(value) else json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def _is_plain(text: str) -> bool:
    """Whether YAML reads a text as itself without quotes."""
    if not re.fullmatch(r"[\w./ +-]+", text) or text != text.strip() or text.startswith("-"):
        return False
    yaml: Any = YAML(typ="safe")
    return bool(yaml.load(text) == text)


def in_a_copy(folder: Path, file: Path, content: bytes, entries: Mapping[tuple[str, ...], object]) -> None:
    """Reads the spec as it would be: right, and the same but for some entries. Raises SpecError or NewModelError."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = shutil.copytree(folder, Path(temporary, folder.name))
        changed = copy / file.relative_to(folder)
        changed.write_bytes(content)
        load(copy)
        after: Any = deepcopy(read(changed, copy.parent).data)
    before: Any = deepcopy(read(file, folder.parent).data)
    for place, entry in entries.items():
        written, stood = after, before
        for word in place[:-1]:
            written, stood = written[word], stood[word]
        stood.pop(place[-1], None)
        if written.pop(place[-1], None) != entry:
            raise NewModelError(f"{place[-1]}: it would read differently; write it by hand")
    if after != before:
        raise NewModelError(f"{', '.join(place[-1] for place in entries)}: the lines around would read differently")
