"""Check of Python modules: the requests in each, and what is surely wrong with them."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from qianfan_typed.python_source.call_finder import CallFinder
from qianfan_typed.python_source.comments import ignore_comments, is_switched_off
from qianfan_typed.python_source.python_files import LINE_END, source_of
from qianfan_typed.python_source.scopes import read_module
from qianfan_typed.python_source.source_requests import SourceRequest
from qianfan_typed.python_source.sure_violations import SourceViolation
from qianfan_typed.reports.codes import SYNTAX, UNREADABLE
from qianfan_typed.reports.findings import Finding, Position, Tally, ViolationFilter

_ALL = ViolationFilter()


@attrs.frozen
class Checked:
    """What the check of a module found."""

    requests: int
    """How many calls it looked at: those that send a request or name a model."""
    invalid: int
    """How many of them have findings."""
    findings: tuple[Finding, ...]
    """In the order of the source."""


def check_files(files: Iterable[str], counts: ViolationFilter, tally: Tally) -> Iterator[Finding]:
    """The findings of files, in order. Every file is checked, whatever the others hold.

    Args:
        files: The files; `-` is standard input.
        counts: Which violations count.
        tally: Is counted up meanwhile.
    """
    for file in files:
        tally.files += 1
        found = _findings_of_file(file, counts, tally)
        for finding in found:
            tally.count(finding)
            yield finding
        if not found:
            tally.clean.append(file)


def _findings_of_file(file: str, counts: ViolationFilter, tally: Tally) -> Sequence[Finding]:
    try:
        text = source_of(file)
        if text is None:
            return ()
        checked = check_text(text, file, counts)
    except OSError as error:
        return [Finding.of_file(UNREADABLE, file, error.strerror or str(error))]
    except SyntaxError as error:
        # Python counts from 1, and says 0 or nothing where it knows no place.
        return [Finding.of_file(SYNTAX, file, f"not Python: {error.msg}", error.lineno or 1, error.offset or 1)]
    tally.checked += checked.requests
    tally.invalid += checked.invalid
    return checked.findings


def check_text(text: str, file: str, counts: ViolationFilter = _ALL) -> Checked:
    """Checks the source of a module. Nothing of it is run or imported.

    Raises:
        SyntaxError: It is not Python.
    """
    lines = LINE_END.split(text)
    requests = list(CallFinder(read_module(_parsed(text, file))).requests())
    comments = ignore_comments(text)
    found: dict[object, Finding] = {}
    invalid = 0
    for request in requests:
        mine = [finding for finding in _findings_of_request(request, file, lines, comments) if counts(finding)]
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


def _findings_of_request(
    request: SourceRequest, file: str, lines: Sequence[str], comments: Mapping[int, frozenset[str]]
) -> Iterator[Finding]:
    call = request.call
    of_call = (call.lineno, call.func.end_lineno or 0, call.end_lineno or 0)
    for found in request.violations():
        line, column = _position(found, lines)
        finding = Finding.of_request(found.violation, file, (line, column), api=request.api, model=request.name)
        if not is_switched_off(comments, (line, *of_call), finding):
            yield finding


def _position(found: SourceViolation, lines: Sequence[str]) -> Position:
    """Where a violation stands. Of `client.v1.chat.ernie_speed_8k`, of the last name."""
    node = found.node
    line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    if isinstance(node, ast.Attribute) and node.end_lineno is not None and node.end_col_offset is not None:
        line, offset = node.end_lineno, node.end_col_offset - len(node.attr.encode())
    # The tree counts bytes.
    return line, len(lines[line - 1].encode()[:offset].decode(errors="ignore")) + 1
