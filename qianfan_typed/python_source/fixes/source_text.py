"""Source text: offsets of what the tree says by lines and bytes."""

from __future__ import annotations

import ast
from functools import cached_property

import attrs

from qianfan_typed.python_source.sources.python_files import LINE_END


@attrs.frozen
class SourceText:
    """The text of a module, by characters."""

    text: str

    @cached_property
    def _begins(self) -> list[int]:
        return [0, *(found.end() for found in LINE_END.finditer(self.text))]

    def offset(self, line: int, column: int) -> int:
        """The offset of a line, from 1, and a column in bytes, from 0."""
        begin = self._begins[line - 1]
        end = self._begins[line] if line < len(self._begins) else len(self.text)
        return begin + len(self.text[begin:end].encode("utf-8", "replace")[:column].decode("utf-8", "ignore"))

    def span(self, node: ast.AST) -> tuple[int, int] | None:
        """The offsets of a node; of a keyword, those of its name. None: it has none."""
        line: int | None = getattr(node, "lineno", None)
        column: int | None = getattr(node, "col_offset", None)
        last: int | None = getattr(node, "end_lineno", None)
        stop: int | None = getattr(node, "end_col_offset", None)
        if line is None or column is None or last is None or stop is None:
            return None
        start = self.offset(line, column)
        if isinstance(node, ast.keyword):
            return None if node.arg is None else (start, start + len(node.arg))
        return start, self.offset(last, stop)
