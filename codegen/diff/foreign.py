"""Foreign names: what requests may not have, but messages know from other APIs."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diff.change import Part, some
from codegen.plan.facts import place_of
from codegen.plan.foreign import foreign_names
from codegen.plan.resolve import Operation
from codegen.spec import Spec, language

Side = tuple[Spec, Operation]
Meaning = tuple[str, language.Level]
"""What is said of a name, and what it is to send it."""
REQUEST = "request"
UNKNOWN: Meaning = ("", "error")
TAKEN: Meaning = ("a member", "warning")


def foreign_parts(old: Side, new: Side) -> Iterator[tuple[str, Part]]:
    """Other names → what became of sending them."""
    before, after = _known(old), _known(new)
    places = _places(old) | _places(new)
    found: dict[tuple[str, Meaning, Meaning], list[str]] = {}
    for where, name in sorted(before.keys() | after.keys()):
        meanings = before.get((where, name), UNKNOWN), after.get((where, name), UNKNOWN)
        if meanings[0] != meanings[1] and TAKEN not in meanings:
            found.setdefault((where, *meanings), []).append(name)
    for (where, was, now), names in found.items():
        inside = f" in {places[where]}" if places[where] else ""
        yield f"unknown name{'s' * (len(names) > 1)} {some(names, 20)}{inside}", _turned(was, now)


def _turned(old: Meaning, new: Meaning) -> Part:
    said = new[0] or "no longer known from another API"
    if old[1] == new[1]:
        return Part(said, "harmless")
    if new[1] == "error":
        return Part(f"refused now, only a warning before: {said}", "breaking")
    return Part(f"only a warning now, refused before: {said}", "notable")


def _known(side: Side) -> dict[tuple[str, str], Meaning]:
    """Where in a request (request, or a shape), and name → what it means."""
    spec, operation = side
    objects = {name: one.shape.fields for name, one in operation.any_model.shapes.items()}
    found: dict[tuple[str, str], Meaning] = {}
    for where, fields in {REQUEST: operation.operation.parameters, **objects}.items():
        names = foreign_names(spec, operation.api, where, fields)
        found |= {(where, name): ("a name of another API", "warning") for name in names.elsewhere}
        for name, (instead, level) in names.instead.items():
            found[where, name] = f"messages say to write {instead}", level
        found |= {(where, member): TAKEN for member in fields}
    return found


def _places(side: Side) -> dict[str, str]:
    return {REQUEST: ""} | {name: place_of(shape) for name, shape in side[1].any_model.shapes.items()}
