"""YAML documents: plain data, and where each piece of it stands."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from codegen.spec.problems import Document, Place, Problem, SpecError


def read(path: Path, root: Path) -> Document:
    """The document in a file. Raises SpecError where it is no YAML or says a key twice."""
    name = path.relative_to(root).as_posix()
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise SpecError([Problem(name, 1, 1, f"not UTF-8: {error.reason} at byte {error.start}")]) from error
    data, positions = _parsed(name, text)
    return Document(path, name, data, positions)


@lru_cache(maxsize=256)
def _parsed(name: str, text: str) -> tuple[object, dict[Place, tuple[int, int]]]:
    """Data and positions of a text, parsed once: a spec is read again and again of which one file has changed.

    Nobody changes the data of a document.
    """
    yaml: Any = YAML(typ="safe")  # ruamel.yaml has no types for its nodes
    try:
        node = yaml.compose(text)
    except ReaderError as error:
        raise SpecError([Problem(name, 1, 1, f"not YAML: {str(error).splitlines()[0]}")]) from error
    except MarkedYAMLError as error:
        fault: Any = error
        line, column = _at(fault.problem_mark) if fault.problem_mark else (1, 1)
        raise SpecError([Problem(name, line, column, f"not YAML: {fault.problem or error}")]) from error
    if node is None:
        raise SpecError([Problem(name, 1, 1, "the file is empty")])
    reader = _Reader(name, yaml)
    data = reader.value(node, ())
    if reader.problems:
        raise SpecError(reader.problems)
    return data, reader.positions


class _Reader:
    def __init__(self, name: str, yaml: Any) -> None:
        self.name = name
        self.constructor = yaml.constructor
        self.positions: dict[Place, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def value(self, node: Any, place: Place) -> object:
        self.positions.setdefault(place, _at(node.start_mark))
        if node.id == "mapping":
            return self._mapping(node, place)
        if node.id == "sequence":
            items: list[Any] = node.value
            return [self.value(item, (*place, index)) for index, item in enumerate(items)]
        return self._scalar(node)

    def _mapping(self, node: Any, place: Place) -> dict[object, object]:
        data: dict[object, object] = {}
        for key_node, value_node in node.value:
            key = self._scalar(key_node)
            inner = (*place, str(key))
            if key in data:
                self.problems.append(Problem(self.name, *_at(key_node.start_mark), f"{key}: stands here a second time"))
                continue
            self.positions[inner] = _at(key_node.start_mark)
            data[key] = self.value(value_node, inner)
        return data

    def _scalar(self, node: Any) -> Any:
        if node.id != "scalar":
            self.problems.append(Problem(self.name, *_at(node.start_mark), "a key must be a plain word"))
            return str(node.value)
        try:
            return self.constructor.construct_object(node, deep=True)
        except (ValueError, MarkedYAMLError):  # 2025-02-30 has the look of a date; !thing is a tag that means nothing
            kind = node.tag.rpartition(":")[2]
            words = "not a date; write one, as 2025-01-13" if kind == "timestamp" else f"not YAML: no {kind}"
            self.problems.append(Problem(self.name, *_at(node.start_mark), f"{node.value}: {words}"))
            return str(node.value)


def _at(mark: Any) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1
