"""Violations that are sure, of a request of which only a part is known.

The validators are the platform's rules and stay a black box: they run on the request several times over, with other
values in its holes each time. What they say every time holds whatever the code puts there; the rest depends on what
cannot be known and is left out. So no rule stands here a second time, and a new rule needs nothing here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

import attrs

from qianfan_api.violations import Place, Violation
from qianfan_typed.python_source.names.values import (
    ChoiceValue,
    Entry,
    ObjectValue,
    ScalarValue,
    SequenceValue,
    UnknownItems,
    UnknownValue,
    Value,
)
from qianfan_typed.reports.findings import OF_THE_NAME

RequestRules = Callable[[Mapping[str, object]], list[Violation]]
"""Checks a whole request in the form that goes over the wire."""


@attrs.frozen(kw_only=True)
class SourceViolation:
    """A violation, and where in the source it stands."""

    violation: Violation
    node: ast.AST


def sure_violations(request: ObjectValue, check: RequestRules) -> list[SourceViolation]:
    """The violations that a request has, whatever its unknown parts turn out to be."""
    form = _Form(_OPAQUE)
    found = _run(form, request, check)
    if form.holes:
        for filler, rests in _OTHERS:
            if not found:
                break
            again = _run(_Form(filler, rests), request, check)
            found = {key: fault for key, fault in found.items() if key in again}
    return list(found.values())


class _Opaque:
    """Equals nothing and is of no JSON type."""

    def __repr__(self) -> str:
        return "…"


class _AnyText(str):
    """Equals every text."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str)

    def __ne__(self, other: object) -> bool:
        return not isinstance(other, str)

    def __hash__(self) -> int:
        return hash("")


@attrs.frozen(eq=False, repr=False)
class _Members(Mapping[str, object]):
    """An object that has every member: some known, the others all alike."""

    known: Mapping[str, object]
    other: object

    def __getitem__(self, name: str) -> object:
        return self.known.get(name, self.other)

    def __iter__(self) -> Iterator[str]:
        return iter(self.known)

    def __len__(self) -> int:
        return len(self.known)

    def __repr__(self) -> str:
        return repr({**self.known, "…": _OPAQUE})


_OPAQUE = _Opaque()
_NAMED = _Members({}, _AnyText())
_HOLDING_NAMED = _Members({}, _NAMED)
_OTHERS: tuple[tuple[object, int], ...] = (
    (None, 0),
    (True, 1),
    (False, 2),
    (_AnyText(), 1),
    (_NAMED, 2),
    (_HOLDING_NAMED, 1),
    ([_NAMED], 0),
    ([_HOLDING_NAMED], 1),
)
"""What holes hold, and how many items `*rest` stands for. A rule across members asks whether another is there, is
true, false or some text, or has a text in its list: one of these answers so that the rule is kept."""


@attrs.define
class _Form:
    """A request with its holes filled: the plain values, and where each of them stands in the source."""

    filler: object
    rests: int = 1
    places: dict[Place, Entry] = attrs.field(factory=dict[Place, Entry])
    unknown: set[Place] = attrs.field(factory=set[Place])
    holes: bool = False

    def member(self, entry: Entry, place: Place) -> object:
        self.places[place] = entry
        value = entry.value
        if isinstance(value, ScalarValue):
            return value.value
        if isinstance(value, UnknownValue | ChoiceValue):
            return self.hole(place, isinstance(value, UnknownValue) and value.given)
        return self.items(value, place) if isinstance(value, SequenceValue) else self.members(value, place)

    def hole(self, place: Place, given: bool) -> object:
        self.holes = True
        self.unknown.add(place)
        return _OPAQUE if given and self.filler is None else self.filler

    def members(self, value: ObjectValue, place: Place) -> Mapping[str, object]:
        members = {name: self.member(entry, (*place, name)) for name, entry in value.entries.items()}
        if not value.open:
            return members
        self.holes = True
        return _Members(members, self.filler)

    def items(self, value: SequenceValue, place: Place) -> list[object]:
        items: list[object] = []
        for item in value.items:
            if isinstance(item, UnknownItems):
                self.holes = True
                for _ in range(self.rests):
                    items.append(self.member(Entry(item.node, UnknownValue(item.node)), (*place, len(items))))
            else:
                items.append(self.member(Entry(item.node, item), (*place, len(items))))
        return items

    def fault(self, violation: Violation) -> tuple[object, SourceViolation] | None:
        """A violation at its node. None: it lies in a hole. The key is the same however the holes are filled."""
        place = _steps(violation.pointer, self.places)
        depth = next(depth for depth in range(len(place), -1, -1) if place[:depth] in self.places)
        entry, rest = self.places[place[:depth]], place[depth:]
        of_the_name = violation.code in OF_THE_NAME and not rest
        if place[:depth] in self.unknown and not of_the_name:
            return None
        node = entry.key if of_the_name else entry.value.node
        return (id(entry.key), id(entry.value), rest, violation.rule), SourceViolation(violation=violation, node=node)


def _run(form: _Form, request: ObjectValue, check: RequestRules) -> dict[object, SourceViolation]:
    form.places[()] = Entry(request.node, request)
    wire = form.members(request, ())
    found = (form.fault(violation) for violation in check(wire))
    return dict(pair for pair in found if pair is not None)


def _steps(pointer: str, places: Mapping[Place, Value | Entry]) -> Place:
    """A JSON pointer as steps: numbers are indexes where the source has a list."""
    place: Place = ()
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        index = int(name) if name.isdecimal() else None
        place = (*place, index) if index is not None and (*place, index) in places else (*place, name)
    return place
