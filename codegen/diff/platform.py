"""Everything outside the operations: hosts, error codes, and the pages that facts come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from codegen.diff.change import Change, Mark, Part, listed, shown, some, together
from codegen.plan.phrasing import one_line
from codegen.spec import Spec, service

_TEXTS = {"doc", "meaning", "note", "title", "url"}
"""Keys that are only words to a reader; the address of a host apart."""
_QUIET = {"source", "opening", "audits", "calls", "judged", "names", "repeats", "drops", "defers"}
"""Keys that change nothing that anybody calls, or that have words of their own."""


def platform_changes(old: Spec, new: Spec) -> Iterator[Change]:
    """Hosts, prefixes and endpoints."""
    before, after = old.platform, new.platform
    marks: dict[str, Mark] = {"setting": "breaking"}
    for word, values in (("host", (before.hosts, after.hosts)), ("endpoint", (before.endpoints, after.endpoints))):
        yield from _entries("platform", word, values, marks, _TEXTS - {"url"})
    defaults = [one.default_models.models if one.default_models else {} for one in (before, after)]
    prefixes = [before.prefixes, after.prefixes]
    for word, (were, are) in (("prefix", prefixes), ("default model", defaults)):
        for name in sorted({*were, *are}):
            if were.get(name) != are.get(name):
                words = f"{shown(were.get(name))} → {shown(are.get(name))}"
                yield Change("platform", f"{word} {name}", words, "notable")


def error_changes(old: Spec, new: Spec) -> Iterator[Change]:
    """Error codes: the kind decides which exception a caller catches."""
    marks: dict[str, Mark] = {"kind": "breaking"}
    for dialect in ("v1", "v2", "iam", "oauth"):
        tables = getattr(old.errors, dialect).codes, getattr(new.errors, dialect).codes
        yield from _entries("errors", f"{dialect} code", tables, marks, _TEXTS)


def source_changes(old: Spec, new: Spec) -> Iterator[Change]:
    """Pages that were read anew, came or went. What that does to rules is told at the rules."""
    editions = {name: page for name, page in new.pages.items() if page.edition_of and name not in old.pages}
    pages = {name: page for name, page in new.pages.items() if name not in editions}
    for change in _entries("sources", "page", (old.pages, pages), {"read": "harmless"}, _TEXTS):
        there = change.words not in ("added", "removed")
        yield change if there else attrs.evolve(change, mark="harmless")
    found = [(part, name) for name in old.pages.keys() & pages.keys() for part in _said(old.pages[name], pages[name])]
    for part, names in together(sorted(found, key=lambda one: one[1])):
        yield Change("sources", _named("page", names), part.words, part.mark)
    for name, page in editions.items():
        does = "; ".join(part.words for part in _said(None, page)) or "says all that the one before said"
        yield Change(
            "sources", f"page {name}", f"a new edition of {page.edition_of}, read {page.read}: {does}", "notable"
        )


def _said(old: service.Page | None, new: service.Page) -> Iterator[Part]:
    """What a page does to the rules of others, and of whom it speaks."""
    for word in ("drops", "defers", "repeats"):
        before, after = (listed(getattr(one, word)) if one is not None else "none" for one in (old, new))
        if before != after:
            words = f"{word} {before} → {after}" if old is not None else f"{word} {after}"
            yield Part(words, "harmless" if word == "repeats" else "notable")
    names = [] if old is None else old.names
    if {*names} != {*new.names}:
        before = "" if old is None else f"{_models(names)} → of "
        yield Part(f"speaks of {before}{_models(new.names)}", "harmless")


def _models(names: list[str]) -> str:
    if "*" in names:
        return "every model"
    return f"the models listed from it{f', and of {some(names)}' if names else ' alone'}"


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
                words = f"{key} {shown(before[key])} → {shown(after[key])}"
                yield Change(api, f"{word} {name}", words, marks.get(key, "notable"))
        if any(key in texts and one_line(before[key] or "") != one_line(after[key] or "") for key in changed):
            reworded.append(name)
    if reworded:
        yield Change(api, "wording", f"of {_named(word, reworded)}", "harmless")


def _named(word: str, names: list[str]) -> str:
    return f"{word}{'s' * (len(names) > 1)} {some(names)}"
