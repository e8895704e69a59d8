"""Changes as text, markdown, JSON, and as a section of the changelog."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal

import attrs

from codegen.diff.change import MARKS, Change

Format = Literal["text", "markdown", "json"]


def report(changes: Iterable[Change], form: Format) -> str:
    """Changes in a format; nothing where nothing changed, but `[]` as JSON."""
    if form == "json":
        return json.dumps([attrs.asdict(change) for change in changes], ensure_ascii=False, indent=2)
    return "\n".join(_text(changes) if form == "text" else _markdown(changes))


def _text(changes: Iterable[Change]) -> Iterator[str]:
    for api, group in groupby(changes, key=lambda change: change.api):
        yield api
        for change in group:
            yield f"  {change.mark:8}  {change.subject}: {change.words}"


def _markdown(changes: Iterable[Change]) -> Iterator[str]:
    for number, (api, group) in enumerate(groupby(changes, key=lambda change: change.api)):
        yield from [""] * (number > 0)
        yield from (f"## {api}", "")
        for change in group:
            yield f"- **{change.mark}** {change.subject}: {change.words}"


def changelog(changes: Iterable[Change]) -> str:
    """A draft of the section of CHANGELOG.md: what breaks first; what is harmless only counted."""
    every = list(changes)
    lines = ["## Unreleased"]
    for mark in MARKS[:2]:
        found = [change for change in every if change.mark == mark]
        if found:
            lines += ["", f"### {mark.capitalize()}", ""]
            lines += [f"- `{change.api}` {change.subject}: {change.words}." for change in found]
    quiet = sum(change.mark == "harmless" for change in every)
    if quiet:
        lines += ["", f"{quiet} harmless change{'s' * (quiet > 1)} of sources and wording besides."]
    return "\n".join(lines)
