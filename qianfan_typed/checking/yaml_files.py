"""Checks YAML: a request a document, or lists of them. Needs the extra `cli`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from qianfan_typed.checking.findings import SYNTAX, UNREADABLE
from qianfan_typed.checking.judge import Judge
from qianfan_typed.checking.places import Mark, Node, node_at
from qianfan_typed.checking.units import Outcome


def check_yaml(data: bytes, judge: Judge, outcome: Outcome) -> None:
    """Checks a text: what stands before a fault is checked, what follows it cannot be."""
    try:
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
    except ModuleNotFoundError:
        outcome.note(UNREADABLE, 1, 1, 'YAML needs ruamel.yaml: pip install "qianfan-typed[cli]"')
        return
    try:
        text = data.decode("utf-8-sig")
        for document, node in _requests(text):
            outcome.records += 1
            _check(document, node, judge, outcome)
    except UnicodeDecodeError as error:
        outcome.note(SYNTAX, data[: error.start].count(b"\n") + 1, 1, "not UTF-8")
    except MarkedYAMLError as error:
        fault = cast("Any", error)
        mark: Mark | None = fault.problem_mark or fault.context_mark
        place = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
        outcome.note(SYNTAX, *place, f"not YAML: {fault.problem or fault.context}")
    except (YAMLError, ValueError, RecursionError) as error:
        outcome.note(SYNTAX, 1, 1, f"not YAML: {str(error).splitlines()[0] or type(error).__name__}")


def _check(document: object, node: Node, judge: Judge, outcome: Outcome) -> None:
    def place(pointer: str, name: bool) -> tuple[int, int]:
        mark = node_at(node, pointer, name=name).start_mark
        return mark.line + 1, mark.column + 1

    outcome.judge(judge, document, outcome.records, place)


def _requests(text: str) -> Iterator[tuple[object, Node]]:
    """Every request of a text, with the node that says where it stands."""
    from ruamel.yaml import YAML

    # Pure: YAML 1.2, where `no` is a text and no false. The parser in C reads YAML 1.1.
    yaml = cast("Any", YAML(typ="safe", pure=True))
    constructor, parser = yaml.get_constructor_parser(text)
    try:
        while constructor.composer.check_node():
            node = constructor.composer.get_node()
            document = constructor.construct_document(node)
            if isinstance(document, list):
                yield from zip(cast("list[object]", document), node.value, strict=True)
            elif document is not None:
                yield document, node
    finally:
        parser.dispose()
