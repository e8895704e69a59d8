"""Makes JSON's values of YAML's events, a request at a time, and keeps where each stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import attrs

from qianfan_api.violations import kind_of, shown
from qianfan_typed.payloads.json_places import steps
from qianfan_typed.payloads.yaml_events import Event, events
from qianfan_typed.payloads.yaml_scalars import misfit, scalar
from qianfan_typed.payloads.yaml_source import Fault, Place, Source

MOST_BY_ALIASES = 1_000_000
"""Values that the aliases of a document may stand for: ten lines of aliases of aliases are ten billion."""
MOST_NESTED = 200
"""How deep values may lie in each other: two calls each, of the 1,000 that Python allows."""


class Node:
    """Where a value stands, and what is in it."""

    __slots__ = ("depth", "inner", "place", "size")

    def __init__(self, place: Place) -> None:
        self.place: Place = place
        self.inner: dict[str, tuple[Place, Node]] | list[Node] | None = None
        """Of an object, with the places of the names; of a list. None: it is neither."""
        self.size: int = 1
        """How many values it stands for, itself included."""
        self.depth: int = 0
        """How many lists and objects lie in each other, itself included."""

    def hold(self, node: Node) -> None:
        """Counts a value that is in it."""
        self.size += node.size
        self.depth = max(self.depth, node.depth + 1)

    def at(self, pointer: str, name: bool) -> Place:
        """Where a JSON pointer leads, as `offset_of` finds it: at a name, or the innermost value that is there."""
        node, place = self, self.place
        for step in steps(pointer):
            if isinstance(node.inner, dict) and step in node.inner:
                of_name, node = node.inner[step]
                place = of_name if name else node.place
            elif isinstance(node.inner, list) and step.isdecimal() and int(step) < len(node.inner):
                node = node.inner[int(step)]
                place = node.place
            else:
                return node.place
        return place


@attrs.frozen
class Request:
    """A value to check, or why it cannot be."""

    value: object
    node: Node
    faults: list[Fault]


@attrs.define
class _Anchored:
    value: object
    node: Node
    text: str | None
    """Of a scalar, as it is written. None: it is none."""


class Values:
    """The requests of a text.

    Args:
        data: UTF-8.
    """

    def __init__(self, data: bytes) -> None:
        self._source = Source(data)
        self._events: Iterator[Event] = events(self._source)
        self._anchors: dict[str, _Anchored | None] = {}
        """None: of a value that is not at its end."""
        self._by_aliases = 0
        self.faults: list[Fault] = []
        """In the request that is being read."""

    def requests(self) -> Iterator[Request]:
        """Every request: an item of a list, or a document that is none.

        Raises:
            Fault: What follows cannot be read.
        """
        for event in self._events:
            if event.kind == "document":
                self._anchors, self._by_aliases = {}, 0
                yield from self._document(next(self._events))

    def _document(self, event: Event) -> Iterator[Request]:
        if event.kind != "list" or misfit(event.tag, "list"):
            if not (event.kind == "scalar" and event.text == "" and event.plain):
                request = self._request(event)
                self._past(event)
                yield request
            return
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        event = next(self._events)
        while event.kind != "end":
            request = self._request(event)
            following = self._past(event)
            yield request
            event = following or next(self._events)

    def _past(self, event: Event) -> Event | None:
        """The event after a scalar, which before a fault may be a name as well as a request."""
        return next(self._events) if event.kind == "scalar" else None

    def _request(self, event: Event) -> Request:
        value, node = self._value(event, MOST_NESTED)
        faults, self.faults = self.faults, []
        return Request(value, node, faults)

    def _value(self, event: Event, room: int) -> tuple[object, Node]:
        if event.kind == "alias":
            return self._alias(event, room)
        node = Node(event.place)
        value: object = None
        text: str | None = None
        if event.kind == "scalar":
            text, value = self._scalar(event)
        elif event.kind == "list" or event.kind == "object":
            _fits(1, room, node.place)
            if event.anchor is not None:
                self._anchors[event.anchor] = None
            why = misfit(event.tag, event.kind)
            if why is not None:
                self._fault(node.place, why)
            node.depth = 1
            value = self._list(node, room - 1) if event.kind == "list" else self._object(node, room - 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, node, text)
        return value, node

    def _alias(self, event: Event, room: int) -> tuple[object, Node]:
        place = event.place
        found = self._anchored(event)
        if found is None:
            return None, Node(place)
        _fits(found.node.depth, room, place)
        self._by_aliases += found.node.size
        if self._by_aliases > MOST_BY_ALIASES:
            raise Fault(place, f"not YAML that can be read: aliases stand for more than {MOST_BY_ALIASES:,} values")
        return found.value, found.node

    def _anchored(self, event: Event) -> _Anchored | None:
        anchor = event.anchor or ""
        found = self._anchors.get(anchor)
        if found is None:
            within = anchor in self._anchors
            why = "it is in what it stands for; JSON has no such value" if within else "nothing before it is &" + anchor
            self._fault(event.place, f"*{anchor}: {why}")
        return found

    def _list(self, node: Node, room: int) -> list[object]:
        values: list[object] = []
        nodes: list[Node] = []
        node.inner = nodes
        while (event := next(self._events)).kind != "end":
            value, inner = self._value(event, room)
            values.append(value)
            nodes.append(inner)
            node.hold(inner)
        return values

    def _object(self, node: Node, room: int) -> dict[str, object]:
        members: dict[str, object] = {}
        node.inner = nodes = {}
        seen: dict[tuple[str, bool], Place] = {}
        merged: list[tuple[object, Node]] = []
        while (event := next(self._events)).kind != "end":
            place = event.place
            merge = event.kind == "scalar" and event.text == "<<" and event.plain
            name = self._name(event, room)
            before = len(self.faults)
            value, inner = self._value(next(self._events), room)
            node.hold(inner)
            if name is None:
                continue
            if (name, merge) in seen:
                line, column = seen[name, merge]
                self._fault(place, f"{shown(name)}: this name stands twice, first at {line}:{column}")
                continue
            seen[name, merge] = place
            if merge:
                merged = self._merged(value, inner) if len(self.faults) == before else []
            else:
                members[name] = value
                nodes[name] = place, inner
        for value, inner in merged:
            for name, member in cast("dict[str, object]", value).items():
                if name not in members:
                    members[name] = member
                    nodes[name] = cast("dict[str, tuple[Place, Node]]", inner.inner)[name]
        return members

    def _merged(self, value: object, node: Node) -> list[tuple[object, Node]]:
        """What `<<` adds: of those that have a name, the first counts."""
        several = [(value, node)]
        if isinstance(value, list) and isinstance(node.inner, list):
            several = list(zip(cast("list[object]", value), node.inner, strict=True))
        for one, inner in several:
            if not isinstance(one, dict):
                self._fault(inner.place, f"{shown(one)}: must be a mapping for <<, not {kind_of(one)}")
        return [(one, inner) for one, inner in several if isinstance(one, dict)]

    def _name(self, event: Event, room: int) -> str | None:
        """A member's name, as it is written. None: it is none."""
        if event.kind == "alias":
            found = self._anchored(event)
            if found is None or found.text is not None:
                return None if found is None else found.text
            self._fault(event.place, f"*{event.anchor}: a name must be text, not {kind_of(found.value)}")
            return None
        if event.kind == "scalar":
            text, value = self._scalar(event, name=True)
            if event.anchor is not None:
                self._anchors[event.anchor] = _Anchored(value, Node(event.place), text)
            return text
        value, _ = self._value(event, room)
        self._fault(event.place, f"a name must be text, not {kind_of(value)}")
        return None

    def _scalar(self, event: Event, *, name: bool = False) -> tuple[str, object]:
        """A scalar's text and value. Of a name, the value matters only where there is an anchor."""
        text = ""
        try:
            text = self._source.restored(event.text, event.place)
            if name and event.plain and event.anchor is None:
                return text, text
            return text, scalar(text, event.tag, plain=event.plain)
        except ValueError as error:
            self._fault(event.place, str(error))
            return text, None

    def _fault(self, place: Place, message: str) -> None:
        self.faults.append(Fault(place, message))


def _fits(depth: int, room: int, place: Place) -> None:
    if depth > room:
        raise Fault(place, "not YAML that can be read: it is nested too deeply")
