"""Checks the source of a module: finds its requests, and what is surely wrong with them."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping, Sequence

import attrs

from qianfan_typed.python_source.call_finder import Calls
from qianfan_typed.python_source.comments import ignored, is_ignored
from qianfan_typed.python_source.python_files import LINE_END
from qianfan_typed.python_source.scopes import read_module
from qianfan_typed.python_source.source_requests import Request
from qianfan_typed.python_source.sure_violations import Fault
from qianfan_typed.reports.findings import Finding, Shown

_ALL = Shown()


@attrs.frozen
class Checked:
    """What the check of a module found."""

    requests: int
    """How many calls it looked at: those that send a request or name a model."""
    invalid: int
    """How many of them have findings."""
    findings: tuple[Finding, ...]
    """In the order of the source."""


def check_text(text: str, file: str, shown: Shown = _ALL) -> Checked:
    """Checks the source of a module. Nothing of it is run or imported.

    Raises:
        SyntaxError: It is not Python.
    """
    lines = LINE_END.split(text)
    requests = list(Calls(read_module(_parsed(text, file))).requests())
    comments = ignored(text)
    found: dict[object, Finding] = {}
    invalid = 0
    for request in requests:
        mine = [finding for finding in _findings(request, file, lines, comments) if shown(finding)]
        invalid += bool(mine)
        for finding in mine:
            key = (finding.line, finding.column, finding.rule, finding.message)
            found.setdefault(key, finding)
    ordered = sorted(found.values(), key=lambda one: (one.line, one.column, one.pointer, one.code))
    return Checked(len(requests), invalid, tuple(ordered))


def _parsed(text: str, file: str) -> ast.Module:
    with warnings.catch_warnings():
        # `"\d"` and the like: the module's own affair.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text, file)
        except ValueError as error:
            raise SyntaxError(str(error)) from error
        except (RecursionError, MemoryError) as error:
            raise SyntaxError("nested too deeply") from error


def _findings(
    request: Request, file: str, lines: Sequence[str], comments: Mapping[int, frozenset[str]]
) -> Iterator[Finding]:
    call = request.call
    of_call = (call.lineno, call.func.end_lineno or 0, call.end_lineno or 0)
    for fault in request.faults():
        line, column = _spot(fault, lines)
        finding = Finding.of_request(fault.violation, file, (line, column), api=request.api, model=request.name)
        if not is_ignored(comments, (line, *of_call), finding):
            yield finding


def _spot(fault: Fault, lines: Sequence[str]) -> tuple[int, int]:
    """Line and column of a fault, both from 1. Of `client.v1.chat.ernie_speed_8k`, of the last name."""
    node = fault.node
    line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    if isinstance(node, ast.Attribute) and node.end_lineno is not None and node.end_col_offset is not None:
        line, offset = node.end_lineno, node.end_col_offset - len(node.attr.encode())
    # The tree counts bytes.
    return line, len(lines[line - 1].encode()[:offset].decode(errors="ignore")) + 1
