"""Other files: the values of names that a module imports from another file of the same run."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from qianfan_typed.python_source.names.literals import LiteralReader
from qianfan_typed.python_source.names.reading import Elsewhere
from qianfan_typed.python_source.names.scopes import Module, read_module
from qianfan_typed.python_source.names.values import UnknownValue, Value, changeable, relocated

_MOST_FILES = 200
"""Other files that are read for one run: each may cost as much as one that is checked."""


class OtherFiles:
    """The files of a run, as modules of one another.

    Args:
        files: Their paths.
        parse: The tree of a file. None: it is none that can be read.
    """

    def __init__(self, files: Sequence[str], parse: Callable[[str], ast.Module | None]) -> None:
        self._given = files
        self._found: dict[str, str] | None = None
        self._parse = parse
        self._readers: dict[str, LiteralReader | None] = {}
        self._words: dict[str, frozenset[str]] | None = None
        """File → the words in it that are names of modules of the run."""
        self._active: set[tuple[str, str]] = set()
        """Names that are being looked for: files may import from one another in circles."""

    def seen_from(self, file: str) -> Elsewhere:
        """Gives the values of dotted names that a file imports."""

        def value(origin: str, node: ast.AST) -> Value | None:
            # Without imports of what is not known nobody asks: most runs never look at their files' real paths.
            return self._value(origin, os.path.realpath(file), node)

        return value

    def may_read(self, file: str, name: str) -> bool:
        """Whether another file has a module's name in it, and one of the module's names or an import of all of them."""
        if self._words is None:
            modules = frozenset(map(_module_name, self._given))
            self._words = {one: modules.intersection(_words(one)) for one in self._given}
        module = _module_name(file)
        others = (one for one, words in self._words.items() if one != file and module in words)
        return any(not words.isdisjoint((name, "*")) for words in map(_words, others))

    def _value(self, origin: str, file: str, node: ast.AST) -> Value | None:
        path, _, name = origin.rpartition(".")
        found = self._module(path or ".", file) if path or origin.startswith(".") else None
        reader = None if found is None or found == file else self._reader(found)
        if reader is None or found is None or (found, name) in self._active:
            return None
        self._active.add((found, name))
        try:
            value = _constant(reader, name)
        finally:
            self._active.discard((found, name))
        # Other files may add to what can be added to.
        return UnknownValue(node) if value is None or changeable(value) else relocated(value, node)

    def _files(self) -> Mapping[str, str]:
        """Real path → the path as it is given."""
        if self._found is None:
            self._found = {os.path.realpath(file): file for file in self._given if file != "-"}
        return self._found

    def _module(self, path: str, file: str) -> str | None:
        """The file that a module is."""
        names = path.lstrip(".")
        level = len(path) - len(names)
        steps = names.split(".") if names else []
        folders = list(Path(file).parents)
        starts = folders[level - 1 : level] if level else folders
        for start in starts:
            for candidate in (start.joinpath(*steps).with_suffix(".py"), start.joinpath(*steps, "__init__.py")):
                if steps and str(candidate) in self._files():
                    return str(candidate)
        return None

    def _reader(self, file: str) -> LiteralReader | None:
        if file not in self._readers and len(self._readers) < _MOST_FILES:
            self._readers[file] = None
            tree = self._parse(self._files()[file])
            if tree is not None:
                self._readers[file] = LiteralReader(read_module(tree), self.seen_from(file))
        return self._readers.get(file)


def _constant(reader: LiteralReader, name: str) -> Value | None:
    """The value of a name that a module binds once. None: it is bound otherwise, or not at all."""
    module: Module = reader.module
    found = module.top.bindings.get(name, [])
    if len(found) != 1 or module.top.stars:
        return None
    if found[0].kind == "import":
        return reader.elsewhere(found[0].origin, found[0].node)
    return reader.names.of_binding(found[0], 0) if found[0].kind == "value" else None


_WORD = re.compile(r"\w+|(?<=import )\*")


def _words(file: str) -> frozenset[str]:
    """The words of a file; among them a star where it imports all names of a module."""
    path = Path(file)
    try:
        text = path.read_text("utf-8", "replace") if path.is_file() else ""
    except OSError:
        text = ""
    # In a notebook's JSON the ends of lines would belong to the words behind them.
    return frozenset(_WORD.findall(text.replace("\\n", "\n")))


def _module_name(file: str) -> str:
    """What a file is called where it is imported."""
    path = Path(file)
    return path.resolve().parent.name if path.stem == "__init__" else path.stem
