"""Tables of a page, held against an operation: which table describes what, and then row by row."""

from __future__ import annotations

import re

import attrs

from codegen.audit import page_types
from codegen.audit.findings import missing, shown
from codegen.audit.listing import model_rows
from codegen.audit.members import Said
from codegen.audit.phrases import Reading, read
from codegen.audit.table_form import Row, Table
from codegen.audit.walk import SECTIONS, Walk, inner

_PARENT = re.compile(r"^(\w+)中(\w+)说明", re.ASCII)


@attrs.define
class TableWalk(Walk):
    """The tables of one page held against one operation."""

    named: dict[str, dict[str, list[str]]] = attrs.field(factory=dict[str, dict[str, list[str]]])
    """Section → name of a table → the shapes that it describes."""

    def walk(self, tables: list[Table]) -> None:
        """Holds every row."""
        for table in tables:
            section = _section(table)
            if section == "models":
                for line, subject, findings in model_rows(self.scope, table):
                    self.add(line, subject, findings)
            elif section == "transport":
                self._transport(table)
            elif section in ("request", "reply"):
                self._table(table, section)
            else:
                self._unplaced(table, table.line, table.title or "a table")
            for line in table.cut:
                self.add(line, table.title, [missing(table.title, "row", "a row that ends early", "unreadable", line)])

    def _transport(self, table: Table) -> None:
        """One statement: a person judges what of it the client does, and again when it changes."""
        title = next((line for line in table.headings if line in SECTIONS), table.title)
        text = "; ".join(" | ".join(row.cells) for row in table.rows)
        self.add(table.line, title, [shown(title, text, "the client's, no operation's", table.line)])

    def _table(self, table: Table, section: str) -> None:
        if table.title in SECTIONS:
            for row in table.rows:
                said = _said(table, row)
                self._name(section, said, self.parameter(said, section))
            return
        shapes = self._shapes_of(table, section)
        # A table may go on with the members of its last row's object, without a table of their own.
        beside: list[str] = []
        for row in table.rows:
            said = _said(table, row)
            if shapes:
                kind = self.member(said, shapes, beside, section=section)
                self._name(section, said, kind)
                beside += inner(kind)
            else:
                self._unplaced(table, row.line, f"{table.title} {row.cells[0]}")

    def _unplaced(self, table: Table, line: int, subject: str) -> None:
        title = table.title or "a table without title"
        nothing = "nothing that this table could describe"
        self.add(line, subject, [missing(title, "table", " | ".join(table.header), nothing, table.line)])

    def _name(self, section: str, said: Said, kind: str | None) -> None:
        """Remembers which shapes a later table of this row's name or type describes."""
        shapes = inner(kind)
        named = self.named.setdefault(section, {})
        word = page_types.named_shape(said.type)
        if shapes and word is not None:
            named[word] = [*(one for one in named.get(word, []) if word != said.name), *shapes]
        if shapes and word in (None, said.name.lower()):
            named[said.name.lower()] = shapes
        if shapes and word is None:
            named[said.name.lower().removesuffix("s")] = shapes

    def _shapes_of(self, table: Table, section: str) -> list[str]:
        word = re.sub(r"\s*说明$", "", table.title).strip().lower()
        parent = next((match for line in table.above if (match := _PARENT.match(line))), None)
        named = self.named.get(section, {})
        if parent is not None:
            holders = named.get(parent.group(1).lower(), [])
            fields = [self.operation.shapes[one].fields.get(parent.group(2)) for one in holders]
            return [shape for field in fields if field is not None for shape in inner(field.type)]
        reach = self.operation.reply_shapes if section == "reply" else self.operation.request_shapes
        return list(dict.fromkeys([*named.get(word, []), *(one for one in reach if one.lower() == word)]))


def _section(table: Table) -> str | None:
    if table.column("类型") is None and table.column("模型") is not None:
        return "models"
    return next((SECTIONS[line] for line in table.headings if line in SECTIONS), None)


def _said(table: Table, row: Row) -> Said:
    """A row as what the page says."""
    name, kind = table.column("名称"), table.column("类型")
    required = table.column("必填", "必须")
    reading = Reading([], [])
    if len(table.header) > 2:
        reading = read(row.cells[-1])
    return Said(
        name=row.cells[name or 0],
        type=row.cells[kind] if kind is not None else "",
        required=None if required is None else row.cells[required] == "是",
        reading=reading,
        line=row.line,
        text=row.cells[-1],
    )
