"""Check of Python modules: the requests in each, and what is surely wrong with them."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs

from qianfan_api.words import say, wording
from qianfan_typed.project.limits import MOST_SECONDS, TimeIsUp, internal_error, limited
from qianfan_typed.python_source.calls.call_finder import CallFinder
from qianfan_typed.python_source.names.other_files import OtherFiles
from qianfan_typed.python_source.names.reading import Elsewhere, nowhere
from qianfan_typed.python_source.names.scopes import read_module
from qianfan_typed.python_source.requests.checked_call import CheckedCall
from qianfan_typed.python_source.requests.source_requests import SourceRequest
from qianfan_typed.python_source.sources.comments import IgnoreComments
from qianfan_typed.python_source.sources.newer_syntax import newer_syntax
from qianfan_typed.python_source.sources.notebooks import BrokenCell, Cells, NotANotebook
from qianfan_typed.python_source.sources.python_files import LINE_END, TooLarge, source_of
from qianfan_typed.reports.codes import INTERNAL, LIMIT, SYNTAX, UNREADABLE, Unchecked
from qianfan_typed.reports.findings import OF_THE_NAME, Finding, Position, Tally, ViolationFilter

_ALL = ViolationFilter()


@attrs.frozen
class Checked:
    """What the check of a module found."""

    requests: int
    """How many calls it checked: those that send a request or name a model."""
    invalid: int
    """How many calls have findings."""
    findings: tuple[Finding, ...]
    """In the order of the source."""
    unchecked: Counter[Unchecked] = attrs.field(factory=Counter[Unchecked])
    """How many calls were seen and not checked, or only against what holds for every model."""
    accepted: int = 0
    """Those of them that are to be left out."""


def check_files(
    files: Iterable[str],
    counts: ViolationFilter,
    tally: Tally,
    ignored: Callable[[str], frozenset[str]] = lambda file: frozenset(),
) -> Iterator[Finding]:
    """The findings of files, in order. Every file is checked, whatever the others hold.

    Args:
        files: The files; `-` is standard input.
        counts: Which violations count.
        tally: Is counted up meanwhile.
        ignored: Which rules and codes to leave out of a file.
    """
    every = list(files)
    others = other_files(every)
    for file in every:
        checked = _check_file(file, counts.also(ignored(file)), others)
        tally.checked += checked.requests
        tally.invalid += checked.invalid
        tally.unchecked += checked.unchecked
        tally.accepted += checked.accepted
        for finding in checked.findings:
            tally.count(finding)
            yield finding
        tally.end_file(file, len(checked.findings), checked.unchecked.total())


def other_files(files: Sequence[str]) -> OtherFiles:
    """The files of a run, as modules of one another."""
    return OtherFiles(files, _tree_of)


def _tree_of(file: str) -> ast.Module | None:
    """The tree of a file that others import from. None: what is wrong with it is said where it is checked itself."""
    try:
        source = source_of(file, whatever=True)
        return None if source is None else parsed(source.text, file)
    except (OSError, SyntaxError, NotANotebook, TooLarge):
        return None


def _check_file(file: str, counts: ViolationFilter, others: OtherFiles) -> Checked:
    """Checks a file. Nothing is raised for what is wrong with it."""
    try:
        with limited(MOST_SECONDS):
            source = source_of(file)
            if source is None:
                return _NOTHING
            return check_text(source.text, file, counts, cells=source.cells, elsewhere=others.seen_from(file))
    except OSError as error:
        return _unread(UNREADABLE, file, error.strerror or str(error))
    except SyntaxError as error:
        # Python counts from 1, and says 0 or nothing where it knows no place.
        newer = newer_syntax(error.text or "")
        return _unread(
            SYNTAX,
            file,
            say("not Python: {why}{newer}", why=error.msg, newer=newer),
            error.lineno or 1,
            error.offset or 1,
        )
    except NotANotebook as error:
        return _unread(SYNTAX, file, say("not a notebook: {why}", why=wording(error)), error.line, error.column)
    except TooLarge as error:
        return _unread(LIMIT, file, wording(error))
    except TimeIsUp:
        return _unread(
            LIMIT, file, say("it takes more than {seconds} seconds: it is not checked", seconds=MOST_SECONDS)
        )
    except MemoryError:
        return _unread(LIMIT, file, say("it takes more memory than there is: it is not checked"))
    except Exception as error:
        return _unread(INTERNAL, file, internal_error(error))


_NOTHING = Checked(0, 0, ())


def _unread(rule: str, file: str, message: str, line: int = 1, column: int = 1) -> Checked:
    return Checked(0, 0, (Finding.of_file(rule, file, message, line, column),))


def check_text(
    text: str,
    file: str,
    counts: ViolationFilter = _ALL,
    *,
    cells: Cells | None = None,
    elsewhere: Elsewhere = nowhere,
    tree: ast.Module | None = None,
) -> Checked:
    """Checks the source of a module. Nothing of it is run or imported.

    Args:
        text: The source.
        file: What findings call it.
        counts: Which violations count.
        cells: Of a notebook, where its lines stand.
        elsewhere: The values of names that it imports.
        tree: Its tree, where it is at hand.

    Raises:
        SyntaxError: It is not Python.
    """
    lines = LINE_END.split(text)
    comments = IgnoreComments(text)
    found: dict[object, Finding] = {}
    invalid = checked = accepted = 0
    unchecked: Counter[Unchecked] = Counter()
    for called in CallFinder(read_module(tree or parsed(text, file)), elsewhere).requests():
        mine = [finding for finding in _findings_of_call(called, file, lines, comments) if counts(finding)]
        invalid += bool(mine)
        if called.unchecked is None:
            checked += 1
        else:
            unchecked[called.unchecked] += 1
            note = _note(called.first, called.unchecked, file, lines)
            if comments.switch_off(_lines_of(called.call), note) or not counts(note):
                accepted += 1
            elif counts.notes:
                mine.append(note)
        for finding in mine:
            key = (finding.line, finding.column, finding.rule, finding.message)
            found.setdefault(key, finding)
    faults = [fault for fault in comments.faults(file) if counts(fault)]
    ordered = sorted([*found.values(), *faults], key=lambda one: (one.line, one.column, one.pointer, one.code))
    if cells is not None:
        broken = [_broken(one, file) for one in cells.broken]
        ordered = sorted([*broken, *(_in_cell(one, cells) for one in ordered)], key=_by_cell)
    return Checked(checked, invalid, tuple(ordered), unchecked, accepted)


def _in_cell(finding: Finding, cells: Cells) -> Finding:
    cell, line = cells.place(finding.line)
    end = None if finding.end is None else (finding.end[0] - finding.line + line, finding.end[1])
    return attrs.evolve(finding, cell=cell, line=line, end=end)


def _broken(found: BrokenCell, file: str) -> Finding:
    newer = newer_syntax(found.text)
    message = say("not Python: {why}{newer}; the other cells are checked", why=found.why, newer=newer)
    return attrs.evolve(Finding.of_file(SYNTAX, file, message, found.line, found.column), cell=found.cell)


def _by_cell(finding: Finding) -> tuple[int, int, int]:
    return finding.cell or 0, finding.line, finding.column


def parsed(text: str, file: str) -> ast.Module:
    """The tree of a module. Raises SyntaxError, also where it is nested too deeply."""
    with warnings.catch_warnings():
        # `"\d"` and the like: the module's own affair.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text, file)
        except ValueError as error:
            raise SyntaxError(str(error)) from error
        except (RecursionError, MemoryError) as error:
            raise SyntaxError("nested too deeply") from error


def _findings_of_call(
    called: CheckedCall, file: str, lines: Sequence[str], comments: IgnoreComments
) -> Iterator[Finding]:
    for request, found in called.violations():
        place = _position(found.node, lines)
        span = place, _end(found.node, lines, of_name=found.violation.code in OF_THE_NAME)
        finding = Finding.of_request(found.violation, file, span, api=request.api, model=request.name)
        if not comments.switch_off((place[0], *_lines_of(called.call)), finding):
            yield finding


def _lines_of(call: ast.Call) -> tuple[int, ...]:
    """The lines of a call on which a comment holds for all of it."""
    return call.lineno, call.func.end_lineno or 0, call.end_lineno or 0


def _note(request: SourceRequest, reason: Unchecked, file: str, lines: Sequence[str]) -> Finding:
    place = _position(request.named_at or request.call.func, lines)
    return Finding.unchecked(reason, file, place, api=request.api, model=request.name)


def _position(node: ast.AST, lines: Sequence[str]) -> Position:
    """Where something stands. Of `client.v1.chat.ernie_3_5_8k`, the last name."""
    line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    if isinstance(node, ast.Attribute) and node.end_lineno is not None and node.end_col_offset is not None:
        line, offset = node.end_lineno, node.end_col_offset - len(node.attr.encode())
    return line, _column(lines[line - 1], offset)


def _end(node: ast.AST, lines: Sequence[str], *, of_name: bool) -> Position | None:
    """Behind the end of what stands there; of a keyword whose name is at fault, behind the name."""
    if of_name and isinstance(node, ast.keyword) and node.arg is not None:
        return node.lineno, _column(lines[node.lineno - 1], node.col_offset) + len(node.arg)
    line: int | None = getattr(node, "end_lineno", None)
    offset: int | None = getattr(node, "end_col_offset", None)
    return None if line is None or offset is None else (line, _column(lines[line - 1], offset))


def _column(line: str, offset: int) -> int:
    # The tree counts bytes.
    return len(line.encode()[:offset].decode(errors="ignore")) + 1
