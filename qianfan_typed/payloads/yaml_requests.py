"""Requests of a YAML file, as JSON's values: an item of a list each, or a document that is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, cast

import attrs

from qianfan_api.violations import kind_of, shown
from qianfan_api.words import say, wording
from qianfan_typed.payloads.json_places import steps
from qianfan_typed.payloads.yaml_composer import MOST_NESTED, TOO_DEEP, Alias, Node, end, nodes, position
from qianfan_typed.payloads.yaml_scalars import PLAIN, misfit, scalar
from qianfan_typed.payloads.yaml_text import UnreadableYaml, YamlText
from qianfan_typed.reports.findings import Position, Span

MOST_BYTES = 100_000_000
"""Of a file: it is read whole, at some 300,000 bytes a second."""
MOST_BY_ALIASES = 1_000_000
"""Values that the aliases of a document may stand for: ten lines of aliases of aliases are ten billion."""


@attrs.frozen
class YamlRequest:
    """A value to check, or why it cannot be."""

    value: object
    node: Node
    problems: list[UnreadableYaml]

    @property
    def begin(self) -> Position:
        """Where it begins itself, whatever its aliases stand for."""
        return position(self.node)

    def position(self, pointer: str, of_name: bool) -> Span:
        """Where a JSON pointer leads: to a name, or to the innermost value that is there."""
        found = self._found(pointer, of_name)
        return position(found), end(found)

    def _found(self, pointer: str, of_name: bool) -> Node:
        node = _target(self.node)
        found = node
        for step in steps(pointer):
            # `_Values` has put a dict in the place of a mapping's pairs.
            if node.id == "mapping" and step in node.value:
                name, node = node.value[step]
                node = _target(node)
                found = name if of_name else node
            elif node.id == "sequence" and step.isdecimal() and int(step) < len(node.value):
                found = node = _target(node.value[int(step)])
            else:
                return node
        return found


def yaml_requests(data: bytes) -> Iterator[YamlRequest]:
    """The requests of a text.

    Raises:
        UnreadableYaml: What follows cannot be read.
    """
    if len(data) > MOST_BYTES:
        why = say(
            "not YAML that can be read: more than {most} bytes; JSON Lines may be of any size",
            most=f"{MOST_BYTES:,}",
        )
        raise UnreadableYaml((1, 1), why)
    text = YamlText(data)
    values, current = _Values(text), 0
    held: YamlRequest | None = None
    try:
        for document, node in nodes(text.disguised):
            if held is not None:
                yield held
                held = None
            if document != current:
                values, current = _Values(text), document
            if node.id == "scalar" and node.value == "" and node.tag == PLAIN:
                continue
            # Where the text is cut off, so is its last request.
            if text.cut is None:
                yield values.request(node)
            else:
                held = values.request(node)
    except UnreadableYaml as error:
        if held is not None:
            yield held
        raise error if text.cut is None or error.position < text.cut.position else text.cut from None
    if text.cut is not None:
        raise text.cut


@attrs.frozen
class _Extent:
    """How much a node stands for."""

    size: int
    """How many values, itself included."""
    depth: int
    """How many lists and objects lie in each other, itself included."""


@attrs.define
class _Values:
    """The values of a document's nodes. What has an anchor is made once, however many aliases stand for it."""

    text: YamlText
    problems: list[UnreadableYaml] = attrs.field(factory=list[UnreadableYaml])
    """In the request that is being read."""
    made: dict[int, tuple[Node, object]] = attrs.field(factory=dict[int, tuple[Node, object]])
    """Anchored nodes by their identity, and their values."""
    extents: dict[int, _Extent] = attrs.field(factory=dict[int, _Extent])
    by_aliases: int = 0

    def request(self, node: Node) -> YamlRequest:
        value = self.value(node, MOST_NESTED)
        problems, self.problems = self.problems, []
        return YamlRequest(value, node, problems)

    def value(self, node: Node, room: int) -> object:
        """The value of a node. `room`: how deep it may be."""
        if node.id == "alias":
            return self._aliased(node, room)
        if node.id == "scalar":
            value: object = self._scalar(node)[1]
        else:
            kind: Literal["list", "object"] = "list" if node.id == "sequence" else "object"
            why = misfit(node.tag, kind)
            if why is not None:
                self._problem(node, why)
            value = self._list(node, room - 1) if kind == "list" else self._object(node, room - 1)
        if node.anchor is not None:
            self.made[id(node)] = node, value
        return value

    def _aliased(self, alias: Alias, room: int) -> object:
        target = alias.target
        if id(target) not in self.made:
            why = say("nothing before it is &{name}", name=alias.name)
            if target is not None:
                why = say("it is in what it stands for; JSON has no such value")
            self._problem(alias, say("*{name}: {why}", name=alias.name, why=why))
            return None
        extent = self._extent(target)
        if extent.depth > room:
            raise UnreadableYaml(position(alias), TOO_DEEP)
        self.by_aliases += extent.size
        if self.by_aliases > MOST_BY_ALIASES:
            why = say(
                "not YAML that can be read: aliases stand for more than {most} values", most=f"{MOST_BY_ALIASES:,}"
            )
            raise UnreadableYaml(position(alias), why)
        return self.made[id(target)][1]

    def _extent(self, node: Node) -> _Extent:
        node = _target(node)
        if node.id in ("scalar", "alias"):
            return _Extent(1, 0)
        known = self.extents.get(id(node))
        if known is None:
            if node.anchor is not None:
                self.extents[id(node)] = _Extent(1, 1)  # where it is in itself
            below = [inner for _, inner in node.value.values()] if node.id == "mapping" else node.value
            extents = [self._extent(inner) for inner in below]
            known = _Extent(1 + sum(one.size for one in extents), 1 + max((one.depth for one in extents), default=0))
            if node.anchor is not None:
                self.extents[id(node)] = known
        return known

    def _list(self, node: Node, room: int) -> list[object]:
        return [self.value(inner, room) for inner in node.value]

    def _object(self, node: Node, room: int) -> dict[str, object]:
        values: dict[str, object] = {}
        members: dict[str, tuple[Node, Node]] = {}
        seen: dict[tuple[str, bool], Position] = {}
        merged: list[tuple[dict[str, object], Node]] = []
        for key, inner in node.value:
            merge = key.id == "scalar" and key.value == "<<" and key.tag == PLAIN
            name = self._name(key, room)
            before = len(self.problems)
            value = self.value(inner, room)
            if name is None:
                continue
            if (name, merge) in seen:
                line, column = seen[name, merge]
                message = say(
                    "{value}: this name stands twice, first at {line}:{column}",
                    value=shown(name),
                    line=line,
                    column=column,
                )
                self._problem(key, message)
                continue
            seen[name, merge] = position(key)
            if merge:
                merged = self._merged(value, inner) if len(self.problems) == before else []
            else:
                values[name] = value
                members[name] = key, inner
        for more, of in merged:
            # Of those that have a name, the first counts.
            for name in [name for name in more if name not in values]:
                values[name] = more[name]
                members[name] = of.value[name]
        node.value = members
        return values

    def _merged(self, value: object, node: Node) -> list[tuple[dict[str, object], Node]]:
        """What `<<` adds."""
        node = _target(node)
        several = [(value, node)]
        if isinstance(value, list):
            several = list(zip(cast("list[object]", value), map(_target, node.value), strict=True))
        for one, inner in several:
            if not isinstance(one, dict):
                self._problem(
                    inner, say("{value}: must be a mapping for <<, not {kind}", value=shown(one), kind=kind_of(one))
                )
        return [(cast("dict[str, object]", one), inner) for one, inner in several if isinstance(one, dict)]

    def _name(self, key: Node, room: int) -> str | None:
        """A member's name, as it is written. None: it is none."""
        target = _target(key)
        if target.id == "scalar":
            text, value = self._scalar(target, name=True)
            if target.anchor is not None:
                self.made[id(target)] = target, value
            return text
        value = self.value(key, room)
        if target.id != "alias":
            message = say("a name must be text, not {kind}", kind=kind_of(value))
            self._problem(key, say("*{name}: {why}", name=key.name, why=message) if key.id == "alias" else message)
        return None

    def _scalar(self, node: Node, *, name: bool = False) -> tuple[str, object]:
        """A scalar's text and value. Of a name, the value matters only where there is an anchor."""
        text = ""
        try:
            text = self.text.restored(node.value)
            if name and node.tag == PLAIN and node.anchor is None:
                return text, text
            return text, scalar(text, node.tag)
        except ValueError as error:
            self._problem(node, wording(error))
            return text, None

    def _problem(self, node: Node, message: str) -> None:
        self.problems.append(UnreadableYaml(position(node), message))


def _target(node: Node) -> Node:
    """What a node stands for."""
    return node.target if node.id == "alias" and node.target is not None else node
