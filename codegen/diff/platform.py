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
_QUIET = {"source", "opening", "audits", "judged", "names", "repeats", "editions"}
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
    for change in _entries("sources", "page", (old.pages, new.pages), {"read": "harmless"}, _TEXTS):
        there = change.words not in ("added", "removed")
        yield change if there else attrs.evolve(change, mark="harmless")
    kept = [(name, page, new.pages[name]) for name, page in old.pages.items() if name in new.pages]
    for part, names in together((part, name) for name, *pages in kept for part in _page_parts(*pages)):
        yield Change("sources", _named("page", names), part.words, part.mark)


def _page_parts(old: service.Page, new: service.Page) -> Iterator[Part]:
    if {*old.names} != {*new.names}:
        yield Part(f"speaks of {_models(old.names)} → of {_models(new.names)}", "harmless")
    if {*old.repeats} != {*new.repeats}:
        yield Part(f"repeats {listed(old.repeats)} → {listed(new.repeats)}", "harmless")
    editions = {one.read: one for one in old.editions}, {one.read: one for one in new.editions}
    for day in sorted(editions[0].keys() | editions[1].keys()):
        before, after = (_edition(one[day]) if day in one else "" for one in editions)
        if day not in editions[0]:
            yield Part(f"a new edition of {day}: {after}", "notable")
        elif before != after:
            yield Part(f"edition of {day}: {before} → {after or 'removed'}", "notable")


def _edition(one: service.Edition) -> str:
    """What it does to the rules of the one before."""
    parts = [f"drops {listed(one.drops)}"] if one.drops else []
    parts += [f"defers {listed(one.defers)}"] if one.defers else []
    parts += [f"speaks of {_models(one.names)}"] if one.names else []
    return "; ".join(parts) or "says all that the one before said"


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
