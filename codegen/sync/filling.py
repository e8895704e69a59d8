"""Writes listed facts into a model's entry: the lines of the keys that change, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from codegen.new_model.hunk import NewModelError, entry_lines, extent, flow, in_a_copy, key_lines
from codegen.spec import Spec
from codegen.spec.documents import read
from codegen.spec.profiles import extended
from codegen.sync.facts import Fact
from codegen.sync.prices import Price

Place = tuple[str, ...]
"""Where a model stands in its file: groups, the group, models, its name."""


def filled(folder: Path, spec: Spec, file: Path, models: Mapping[Place, list[Fact]], page: str) -> bytes:
    """A file with facts of models, each from `page`. Raises NewModelError or SpecError; writes nothing."""
    document = read(file, folder.parent)
    lines = file.read_bytes().decode().splitlines(keepends=True)
    newline = "\r\n" if lines[0].endswith("\r\n") else "\n"
    entries: dict[Place, object] = {}
    # From the end of the file on, so that the lines before a model are where the document has them.
    for place in sorted(models, key=lambda place: document.positions[place], reverse=True):
        before: Any = document.data
        for word in place:
            before = before[word]
        own = before.get("source") or _page_of(spec, file, place)
        entries[place] = after = with_facts(before, models[place], page, own)
        start, end = extent(document, lines, place, place[-1])
        lines[start:end] = _entry(lines[start:end], place[-1], before, after, newline)
    content = "".join(lines).encode()
    in_a_copy(folder, file, content, entries)
    return content


def _entry(lines: list[str], name: str, before: dict[str, Any], after: dict[str, Any], newline: str) -> list[str]:
    indent = " " * (len(lines[0]) - len(lines[0].lstrip(" ")))
    if len(lines) == 1:
        comment = re.search(r"\}(\s+#.*)$", lines[0].rstrip())
        written = list(entry_lines(after, name, indent))
        written[0] += comment.group(1) if comment else ""
        return [line + newline for line in written]
    for key in [key for key in after if after[key] != before.get(key)]:
        lines = _with_key(lines, key, before.get(key), after[key], f"{indent}  ", newline)
    return lines


def with_facts(entry: dict[str, Any], facts: Iterable[Fact], page: str, own: str) -> dict[str, Any]:
    """A model's entry with these facts. `own` is its page: what that says needs no source."""
    limits = dict(entry.get("limits", {}))
    after = dict(entry)
    for fact in facts:
        match fact.listed:
            case Price() as price:
                after["price"] = _price(price) | {"source": page}
            case bool():
                after["abilities"] = [*entry.get("abilities", []), fact.name]
            case value:
                limits[fact.name] = value if page == own else {"value": value, "source": page}
    return after | ({"limits": limits} if limits else {})


def _price(price: Price) -> dict[str, Any]:
    whole: dict[str, Any] = {"input": _short(price.input), "output": _short(price.output)}
    if price.above is not None:
        more, most = price.above
        whole["above"] = {"tokens": price.tokens, "input": _short(more), "output": _short(most)}
    return whole


def _short(number: float) -> float:
    return int(number) if number == int(number) else number


def _page_of(spec: Spec, file: Path, place: tuple[str, ...]) -> str:
    """The page of a model that names none: its group's, with what the profiles of that say."""
    _, group, _, name = place
    for operation in spec.operations:
        if file.parent.name == operation.version and name in getattr(operation.groups.get(group), "models", ()):
            return extended(operation, operation.groups[group]).source or operation.source
    raise NewModelError(f"{name}: no operation of {file.name} has it")


def _with_key(entry: list[str], key: str, old: object, new: object, indent: str, newline: str) -> list[str]:
    """An entry's lines with another value of one key; those of the key's members that stay are left as they are."""
    at = next((number for number, line in enumerate(entry) if line.startswith(f"{indent}{key}:")), None)
    if at is None:
        return [*entry, *(line + newline for line in key_lines(key, new, indent))]
    end = at + 1
    while end < len(entry) and (not entry[end].strip() or entry[end].startswith(f"{indent} ")):
        end += 1
    head = entry[at].rstrip()
    if end == at + 1:
        comment = re.search(r"\s+#[^}\]]*$", head)
        lines = list(key_lines(key, new, indent))
        lines[0] += comment.group() if comment else ""
        return [*entry[:at], *(line + newline for line in lines), *entry[end:]]
    if not (isinstance(old, dict) and isinstance(new, dict) and head.endswith(":")):
        lines = list(key_lines(key, new, indent))
        return [*entry[:at], *(line + newline for line in lines), *entry[end:]]
    block = entry[at:end]
    stated: dict[str, object] = {**new}
    known: dict[str, object] = {**old}
    for member in [word for word in stated if stated[word] != known.get(word)]:
        line = f"{indent}  {member}: {flow(stated[member])}{newline}"
        where = next((n for n, each in enumerate(block) if each.startswith(f"{indent}  {member}:")), None)
        block = [*block, line] if where is None else [*block[:where], line, *block[where + 1 :]]
    return [*entry[:at], *block, *entry[end:]]


@attrs.frozen
class ListPage:
    """The page that a list is: the live list itself, of the day on which it was asked."""

    name: str
    title: str

    def dated(self, sources: Path, day: str) -> bytes:
        """sources.yaml with the page, read on a day."""
        text = sources.read_bytes().decode()
        newline = "\r\n" if "\r\n" in text else "\n"
        found = re.search(rf"^  {re.escape(self.name)}:\r?\n(?:    .*\r?\n)*?    read: (\S+)", text, re.MULTILINE)
        if found is not None:
            return (text[: found.start(1)] + day + text[found.end(1) :]).encode()
        lines = [
            f"  {self.name}:",
            f"    title: {self.title}",
            f"    read: {day}",
            "    note: The platform's own list, as sync read it last; of that day.",
        ]
        return (text + newline.join([*lines, ""])).encode()


MODELS_LIST = ListPage("models-live", "GET /v2/models")
