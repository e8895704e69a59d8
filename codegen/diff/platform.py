"""What changed outside the operations: hosts, error codes, and the pages that facts come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from codegen.diff.change import Change, Mark, some
from codegen.diff.fields import plain
from codegen.spec import Spec

_TEXTS = {"doc", "meaning", "note", "title", "url"}
"""Keys that are only words to a reader; the address of a host apart."""
_QUIET = {"source", "opening", "audits", "judged"}
"""Keys that change nothing that anybody calls."""


def platform_changes(old: Spec, new: Spec) -> Iterator[Change]:
    """Hosts, prefixes and endpoints."""
    before, after = old.platform, new.platform
    marks: dict[str, Mark] = {"setting": "breaking"}
    for word, values in (("host", (before.hosts, after.hosts)), ("endpoint", (before.endpoints, after.endpoints))):
        yield from _entries("platform", word, values, marks, _TEXTS - {"url"})
    for name in sorted({*before.prefixes, *after.prefixes}):
        paths = before.prefixes.get(name, "none"), after.prefixes.get(name, "none")
        if paths[0] != paths[1]:
            yield Change("platform", f"prefix {name}", f"{paths[0]} → {paths[1]}", "notable")


def error_changes(old: Spec, new: Spec) -> Iterator[Change]:
    """Error codes: the kind decides which exception a caller catches."""
    marks: dict[str, Mark] = {"kind": "breaking"}
    for dialect in ("v1", "v2", "iam", "oauth"):
        tables = getattr(old.errors, dialect).codes, getattr(new.errors, dialect).codes
        yield from _entries("errors", f"{dialect} code", tables, marks, _TEXTS)


def source_changes(old: Spec, new: Spec) -> Iterator[Change]:
    """Pages that were read anew, came or went."""
    marks: dict[str, Mark] = {"read": "harmless"}
    for change in _entries("sources", "page", (old.pages, new.pages), marks, _TEXTS):
        there = change.words not in ("added", "removed")
        yield change if there else attrs.evolve(change, mark="harmless")


def _entries(
    api: str, word: str, both: tuple[Mapping[str, Any], Mapping[str, Any]], marks: dict[str, Mark], texts: set[str]
) -> Iterator[Change]:
    old, new = both
    gone, come = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
    if gone:
        yield Change(api, _named(word, gone), "removed", "breaking")
    if come:
        yield Change(api, _named(word, come), "added", "notable")
    reworded: list[str] = []
    for name in sorted(old.keys() & new.keys()):
        before, after = (attrs.asdict(one[name]) for one in (old, new))
        changed = [key for key in before if before[key] != after[key] and key not in _QUIET]
        for key in changed:
            if key not in texts:
                words = f"{key} {_value(before[key])} → {_value(after[key])}"
                yield Change(api, f"{word} {name}", words, marks.get(key, "notable"))
        if any(key in texts and plain(before[key]) != plain(after[key]) for key in changed):
            reworded.append(name)
    if reworded:
        yield Change(api, "wording", f"of {_named(word, reworded)}", "harmless")


def _named(word: str, names: list[str]) -> str:
    return f"{word}{'s' * (len(names) > 1)} {some(names)}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
