"""Tables that list models: with ✓ and ✕ for how they are served, or with a name, a version and a family."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegen.audit.findings import Finding, Kind
from codegen.audit.scope import Scope
from codegen.audit.table_form import Row, Table
from codegen.plan import resolve

_ALSO = re.compile(r"^(.*?)\s*[((]即\s*(.*?)\s*[))]$")
_YES = {"✓", "✔", "√", "是", "支持"}


def listed_models(found: list[Table]) -> list[str]:
    """The names of all models that a page's tables list."""
    return [_name(table, row)[0] for table in found if _lists(table) for row in table.rows]


def model_rows(scope: Scope, table: Table) -> Iterator[tuple[int, str, list[Finding]]]:
    """Line, name and findings of each row, and of each model that the spec has from the page and the page has not."""
    for row in table.rows:
        name, also = _name(table, row)
        model = scope.names.models.get(name.lower())
        if model is None:
            yield row.line, name, [_finding("missing", name, "model", "lists it", "no such model", row.line)]
        else:
            yield row.line, name, list(_row(table, row, model, name, also))
    listed = {name.lower() for name in listed_models([table])}
    for model in scope.operation.models:
        if model.page == scope.page and listed.isdisjoint(one.lower() for one in model.names):
            yield 0, model.name, [_finding("missing", model.name, "listed", "does not list it", "has it from here", 0)]


def _lists(table: Table) -> bool:
    return table.column("类型") is None and table.column("模型") is not None


def _name(table: Table, row: Row) -> tuple[str, str | None]:
    column = table.column("参数值")
    text = row.cells[0 if column is None else column]
    match = _ALSO.match(text)
    return (match.group(1), match.group(2)) if match else (text, None)


def _row(table: Table, row: Row, model: resolve.Model, name: str, also: str | None) -> Iterator[Finding]:
    if name != model.name and name not in model.model.aliases:
        yield _finding("contradiction", model.name, "name", name, model.name, row.line)
    if also is not None and also.lower() not in {one.lower() for one in model.names}:
        yield _finding("contradiction", model.name, "alias", also, ", ".join(model.names), row.line)
    stated = model.model
    prebuilt, deployable = table.column("预置"), table.column("endpoint", "自行发布")
    for fact, column, spec in (("prebuilt", prebuilt, stated.prebuilt), ("deployable", deployable, stated.deployable)):
        if column is not None and (row.cells[column] in _YES) != spec:
            yield _finding("contradiction", model.name, fact, row.cells[column], str(spec).lower(), row.line)
    family, version = table.column("模型名称"), table.column("版本")
    if family is not None and row.cells[family] != stated.family:
        yield _finding("contradiction", model.name, "family", row.cells[family], str(stated.family), row.line)
    if version is not None and row.cells[version] not in stated.versions:
        yield _finding(
            "contradiction", model.name, "version", row.cells[version], ", ".join(stated.versions) or "none", row.line
        )


def _finding(kind: Kind, subject: str, fact: str, page: str, spec: str, line: int) -> Finding:
    return Finding(kind=kind, subject=subject, fact=fact, page=page, spec=spec, line=line)
