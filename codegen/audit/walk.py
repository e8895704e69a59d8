"""Walks through the tables of a page and holds each row against the spec."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from codegen.audit import members, page_types, parameters
from codegen.audit.findings import Decided, Decisions, Finding
from codegen.audit.listing import listed_models, model_rows
from codegen.audit.members import Member, Said
from codegen.audit.names import names_of
from codegen.audit.parameters import Scope
from codegen.audit.phrases import Reading, read
from codegen.audit.table_form import Row, Table
from codegen.plan import resolve
from codegen.spec import service, types

_SECTIONS = {
    "请求参数": "request",
    "Body参数": "request",
    "返回参数": "reply",
    "响应参数": "reply",
    "响应说明": "reply",
    "Header参数": "transport",
    "Query参数": "transport",
    "错误码": "transport",
    "支持模型列表": "models",
}
_TARGETS = {"model", "endpoint"}
"""Rows that say where a request goes: on V1 the path says it, on V2 a member that every request has."""
_PARENT = re.compile(r"^(\w+)中(\w+)说明", re.ASCII)


@attrs.frozen(kw_only=True)
class Audited:
    """A row of a page and what is wrong with it."""

    line: int
    subject: str
    open: list[Finding]
    decided: list[Decided]
    transport: bool = False
    """A row on headers, tokens or errors: the client's, not an operation's."""


@attrs.define
class Walk:
    """One page held against one operation."""

    scope: Scope
    decisions: Decisions
    rows: list[Audited] = attrs.field(factory=list["Audited"])
    shapes: dict[str, dict[str, list[str]]] = attrs.field(factory=dict[str, dict[str, list[str]]])
    """Section → name of a table → shapes."""

    @property
    def operation(self) -> resolve.Operation:
        return self.scope.operation

    def page(self, found: list[Table]) -> list[Audited]:
        """Every row, and what the spec has from this page that is no longer on it."""
        names = set[str]()
        for table in found:
            section = self._section(table)
            if section == "models":
                for line, subject, findings in model_rows(self.scope, table):
                    self._add(line, subject, findings)
            elif section == "transport":
                self.rows += [
                    Audited(line=row.line, subject=row.cells[0], open=[], decided=[], transport=True)
                    for row in table.rows
                ]
            elif section in ("request", "reply"):
                names |= self._table(table, section)
            else:
                self._add(table.line, table.title or "a table", [_unplaced(table)])
            for line in table.cut:
                self._add(
                    line, table.title, [_missing(table.title, "row", "a row that ends early", "unreadable", line)]
                )
        self._gone(names, bool(found))
        return self.rows

    def _gone(self, names: set[str], any_tables: bool) -> None:
        operation = self.operation.operation
        if operation.source != self.scope.page or not names:
            return
        for name, field in operation.parameters.items():
            if field.source in (None, self.scope.page) and name not in names:
                self._add(0, name, [_missing(name, "listed", "does not have it", "has it from this page", 0)])

    def _add(self, line: int, subject: str, findings: list[Finding]) -> None:
        decided = [(finding, self.decisions.reason(finding)) for finding in findings]
        self.rows.append(
            Audited(
                line=line,
                subject=subject,
                open=[finding for finding, why in decided if why is None],
                decided=[Decided(finding, why) for finding, why in decided if why is not None],
            )
        )

    def _section(self, table: Table) -> str | None:
        if table.column("类型") is None and table.column("模型") is not None:
            return "models"
        return next((_SECTIONS[line] for line in table.headings if line in _SECTIONS), None)

    # --- tables of parameters and members ---------------------------------------------------------------------------

    def _table(self, table: Table, section: str) -> set[str]:
        if table.title in _SECTIONS:
            for row in table.rows:
                self._parameter(said(table, row), section)
            return {row.cells[0] for row in table.rows} if section == "request" else set()
        shapes = self._shapes_of(table, section)
        if not shapes:
            for row in table.rows:
                self._add(row.line, f"{table.title} {row.cells[0]}", [_unplaced(table)])
            return set()
        before: list[str] = []
        for row in table.rows:
            before += self._member(said(table, row), shapes, before, section)
        return set()

    def _parameter(self, row: Said, section: str) -> None:
        operation = self.operation.operation
        if section == "reply":
            replies = [operation.reply, *([operation.stream.chunk] if operation.stream else [])]
            chosen = replies[1:] if "stream=true" in row_text(row) or row.values("streamed") else replies
            self._member(row, replies[:1] if "stream=false" in row_text(row) else chosen, [], section)
        elif row.name in operation.parameters:
            field = operation.parameters[row.name]
            member = Member(subject=row.name, name=row.name, field=field, rules=operation.rules)
            self._name(section, row, field.type)
            self._add(row.line, row.name, list(parameters.parameter_differs(self.scope, member, row)))
        elif row.name in _TARGETS and operation.model_in != "none":
            self._add(row.line, row.name, list(self._target(row)))
        else:
            self._add(row.line, row.name, [_missing(row.name, "parameter", row.type, "no such parameter", row.line)])

    def _target(self, row: Said) -> Iterator[Finding]:
        for value in row.values("one_value"):
            if self.scope.names.find([str(value)])[1]:
                yield _missing(row.name, "model", str(value), "no such model", row.line)

    def _member(self, row: Said, shapes: list[str], before: list[str], section: str) -> list[str]:
        """Holds a row against the shapes that have it, and gives back the shapes that the row leads to."""
        having = [shape for shape in shapes if row.name in self.operation.shapes[shape].fields]
        # A table may go on with the members of its last row's object, without a table of their own.
        having = having or [shape for shape in before if row.name in self.operation.shapes[shape].fields]
        title = f"{'/'.join(shapes)}.{row.name}"
        if not having:
            self._add(row.line, title, [_missing(title, "member", row.type, "no such member", row.line)])
            return []
        findings: list[Finding] = []
        inner: list[str] = []
        for shape in having:
            found = self.operation.shapes[shape]
            member = Member(
                subject=f"{shape}.{row.name}", name=row.name, field=found.fields[row.name], rules=found.rules
            )
            inner += types.shapes_in(types.parse(member.field.type))
            findings += self._differs(member, shape, row, section)
        self._name(section, row, " | ".join(self.operation.shapes[shape].fields[row.name].type for shape in having))
        self._add(row.line, title, findings)
        return inner

    def _differs(self, member: Member, shape: str, row: Said, section: str) -> Iterator[Finding]:
        if section == "reply":
            yield from members.reply_differs(member, row)
            return
        yield from members.types_differ(member, row)
        yield from members.required_differs(member, row)
        yield from members.facts_differ(member, row)
        yield from members.unread(member, row)
        yield from self._values(member, shape, row)

    def _values(self, member: Member, shape: str, row: Said) -> Iterator[Finding]:
        subject = self.operation.operation.subject
        spoken = [one for name in subject for one in _inner(self.operation.operation.parameters[name].type)]
        if shape in spoken and member.name == "role":
            yield from parameters.roles_differ(self.scope, member, row)
        elif shape in spoken:
            yield from parameters.blank_differs(self.scope, member, row)
        for fact in row.reading.facts:
            difference = None
            if fact.kind == "enum" and member.name != "role":
                difference = members.enum_of(member.field.enum, fact)
            elif fact.kind == "default":
                difference = members.default_of(member.field, fact)
            elif fact.kind == "range":
                difference = members.range_of(member.field.range, {}, str(fact.value))
            if difference is not None:
                page, spec = difference
                yield Finding(
                    kind="contradiction", subject=member.subject, fact=fact.kind, page=page, spec=spec, line=row.line
                )

    # --- which table describes which shape --------------------------------------------------------------------------

    def _name(self, section: str, row: Said, kind: str) -> None:
        """Remembers which shapes a later table of this row's name or type describes."""
        inner = _inner(kind)
        named = self.shapes.setdefault(section, {})
        word = page_types.named_shape(row.type)
        if inner and word is not None:
            named[word] = [*(one for one in named.get(word, []) if word != row.name), *inner]
        if inner and word in (None, row.name.lower()):
            named[row.name.lower()] = inner
        if inner and word is None:
            named[row.name.lower().removesuffix("s")] = inner

    def _shapes_of(self, table: Table, section: str) -> list[str]:
        word = re.sub(r"\s*说明$", "", table.title).strip().lower()
        parent = next((match for line in table.above if (match := _PARENT.match(line))), None)
        named = self.shapes.get(section, {})
        if parent is not None:
            word = parent.group(2).lower()
            holders = named.get(parent.group(1).lower(), [])
            fields = [self.operation.shapes[one].fields.get(parent.group(2)) for one in holders]
            return [shape for field in fields if field is not None for shape in _inner(field.type)]
        reach = self.operation.reply_shapes if section == "reply" else self.operation.request_shapes
        return list(dict.fromkeys([*named.get(word, []), *(one for one in reach if one.lower() == word)]))


def said(table: Table, row: Row) -> Said:
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


def row_text(row: Said) -> str:
    """The description without spaces."""
    return row.text.replace(" ", "")


def _inner(kind: str) -> list[str]:
    return list(dict.fromkeys(types.shapes_in(types.parse(kind))))


def _unplaced(table: Table) -> Finding:
    title = table.title or "a table without title"
    return _missing(title, "table", " | ".join(table.header), "nothing that this table could describe", table.line)


def _missing(subject: str, fact: str, page: str, spec: str, line: int) -> Finding:
    return Finding(kind="missing", subject=subject, fact=fact, page=page, spec=spec, line=line)


def scope_of(operation: resolve.Operation, page: str, found: list[Table]) -> Scope:
    """The models that a page speaks of: those it lists, else those that the spec has from it."""
    names = names_of(operation)
    scope = Scope(operation, names, set(), page)
    listed = {names.models[name.lower()].name for name in listed_models(found) if name.lower() in names.models}
    own = {model.name for model in operation.models if model.page == page}
    scope.models = listed or own or {model.name for model in operation.models}
    return scope


def audit(operation: resolve.Operation, key: str, page: service.Page, found: list[Table]) -> list[Audited]:
    """Every row of a page's tables, held against an operation."""
    decisions = Decisions(operation.operation.decisions, page.judged)
    return Walk(scope_of(operation, key, found), decisions).page(found)
