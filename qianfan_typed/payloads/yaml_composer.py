"""Nodes of YAML 1.2, composed by ruamel.yaml: an item of a list at a time, so that a list may be long.

This takes ruamel.yaml in Python: its reader in C knows YAML 1.1 alone, where `no` is false.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, cast

import attrs
from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scanner import Scanner
from ruamel.yaml.tag import Tag

from qianfan_api.words import say
from qianfan_typed.payloads.yaml_scalars import PLAIN, misfit
from qianfan_typed.payloads.yaml_text import UnreadableYaml
from qianfan_typed.reports.findings import Position

MOST_NESTED = 200
"""How deep values may lie in each other: three calls each, of the 1,000 that Python allows."""
TOO_DEEP = "not YAML that can be read: it is nested too deeply"
Node = Any
"""A node of ruamel.yaml, which has no types for them, or an Alias. Its `id` says what it is."""


@attrs.frozen(eq=False)
class Alias:
    """A node that stands for another."""

    name: str
    target: Node | None
    """The anchored node. None: none before it has the name."""
    start_mark: Any
    id: Literal["alias"] = "alias"


def nodes(text: str) -> Iterator[tuple[int, Node]]:
    """The nodes of a text's requests, each with the number of its document.

    Raises:
        UnreadableYaml: What follows is no YAML.
    """
    yaml = cast("Any", _Yaml(typ="safe", pure=True))
    yaml.Scanner, yaml.Composer, yaml.Resolver = _Scanner, _Composer, _Resolver
    documents = yaml.compose_all(text)  # with a name: where it is let go of, the reader forgets its place
    try:
        for number, document in enumerate(documents):
            for node in document:
                yield number, node
    except UnreadableYaml:
        raise
    except MarkedYAMLError as error:
        fault = cast("Any", error)
        at, why = fault.problem_mark or fault.context_mark, fault.problem or fault.context
        raise UnreadableYaml(_at(at), say("not YAML: {why}", why=why)) from None
    except Exception as error:
        # Not all that ruamel.yaml raises is meant to be: an escape beyond Unicode is a ValueError of `chr`.
        raise UnreadableYaml(_at(yaml.reader), say("not YAML: {why}", why=error or type(error).__name__)) from None


def position(node: Node) -> Position:
    """Where a node begins."""
    return _at(node.start_mark)


def end(node: Node) -> Position | None:
    """Behind a node. None: it is known only where the next one begins, as of what is laid out over lines."""
    if (
        node.id == "alias"
        or (node.id == "scalar" and node.style in _BLOCK)
        or (node.id != "scalar" and not node.flow_style)
    ):
        return None
    return _at(node.end_mark)


_BLOCK = ("|", ">")


def _at(mark: Any) -> Position:
    return mark.line + 1, mark.column + 1


class _Yaml(YAML):
    """Takes no directive for another version: a processor of YAML 1.2 reads all of 1.x as 1.2."""

    @property
    def version(self) -> Any:
        return 1, 2

    @version.setter
    def version(self, val: Any) -> None:
        pass


class _Composer(Composer):
    """Hands out the items of a list one by one, and keeps where each alias stands."""

    _nested = 0

    def compose_document(self) -> Iterator[Node]:
        parser = cast("Any", self).parser
        self.anchors: dict[str, Node] = {}
        self.warn_double_anchors = False  # an anchor may be given again
        self._nested = 0
        parser.get_event()
        root = parser.peek_event()
        if parser.check_event(SequenceStartEvent) and (root.ctag is None or misfit(str(root.ctag), "list") is None):
            parser.get_event()
            while not parser.check_event(SequenceEndEvent):
                yield self.compose_node(None, None)
            parser.get_event()
        else:
            yield self.compose_node(None, None)
        parser.get_event()

    def compose_node(self, parent: Any, index: Any) -> Node:
        parser = cast("Any", self).parser
        if parser.check_event(AliasEvent):
            event = parser.get_event()
            return Alias(event.anchor, self.anchors.get(event.anchor), event.start_mark)
        event = parser.peek_event()
        self._nested += 1
        if parser.check_event(ScalarEvent):
            # `! 5` is a text, and ruamel.yaml takes it for plain.
            event.implicit = event.implicit if event.ctag is None else (False, True)
        elif self._nested > MOST_NESTED:
            raise UnreadableYaml(_at(event.start_mark), TOO_DEEP)
        node = cast("Any", super()).compose_node(parent, index)
        self._nested -= 1
        return node


class _Scanner(Scanner):
    """Takes tabs for spaces behind a token, as YAML 1.2 does. Indentation they are not."""

    def scan_to_next_token(self) -> Any:
        reader = cast("Any", self).reader
        if reader.column:
            while reader.peek() in " \t":
                reader.forward()
        return cast("Any", super()).scan_to_next_token()


class _Resolver(VersionedResolver):
    """Leaves what a plain scalar is to us."""

    @property
    def processing_version(self) -> tuple[int, int]:
        return 1, 2

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is ScalarNode and implicit[0]:
            return _PLAIN
        return cast("Any", super()).resolve(kind, value, implicit)


_PLAIN = Tag(suffix=PLAIN)
