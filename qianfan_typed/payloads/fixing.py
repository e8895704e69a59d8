"""Fixing of files: every fix of every request in them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from qianfan_typed.payloads.fix_texts import Edit, NotInText, edited, json_edited, yaml_edits
from qianfan_typed.payloads.fixes import Fix, fixed
from qianfan_typed.payloads.json_array import ArrayScanner
from qianfan_typed.payloads.json_places import BOM
from qianfan_typed.payloads.json_text import NOT_JSON, decode
from qianfan_typed.payloads.judge import Judge
from qianfan_typed.payloads.packed import is_packed
from qianfan_typed.payloads.units import MOST_BYTES, STDIN, PayloadFile, form_of_file
from qianfan_typed.project.rewriting import RewrittenFile
from qianfan_typed.reports.findings import ViolationFilter

_MOST_ROUNDS = 5
"""How often a text is gone through: one fix may make way for another."""


def fixed_files(sources: Iterable[PayloadFile], counts: ViolationFilter) -> Iterator[RewrittenFile]:
    """The files that have something to fix, with every fix made. Nothing is written."""
    found = (fixed_file(source, counts) for source in sources)
    return (one for one in found if one is not None)


def fixed_file(source: PayloadFile, counts: ViolationFilter) -> RewrittenFile | None:
    """A file with fixes. None: there is nothing to fix, or it is none that can be: packed, or of another tool."""
    if source.file == STDIN or is_packed(source.file):
        return None
    path = Path(source.file)
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            return None
        before = path.read_bytes()
        before.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None  # the check says so
    return fixed_text(source, before, counts)


def fixed_text(source: PayloadFile, before: bytes, counts: ViolationFilter) -> RewrittenFile | None:
    """A text with fixes, which a file has or will have. None: there is nothing to fix, or it is of another tool."""
    again = _ROUNDS.get(form_of_file(source, before))
    if again is None:
        return None
    judge = Judge(source.api, source.model, counts.also(source.ignore))
    after, fixes = before, 0
    for _ in range(_MOST_ROUNDS):
        text, made = again(after, judge)
        if not made:
            break
        after, fixes = text, fixes + made
    return RewrittenFile(source.file, before, after, fixes=fixes) if fixes else None


def _fixed_part(text: bytes, start: int, end: int, judge: Judge) -> tuple[bytes, int]:
    """A request of a JSON text with fixes, and how many they are."""
    part = text[start:end]
    try:
        document = decode(part)
    except NOT_JSON:
        return part, 0
    if judge.passer()(document):
        return part, 0
    fixes, meant = fixed(judge, document)
    if fixes:
        new = json_edited(text, start, end, fixes)
        with contextlib.suppress(*NOT_JSON):
            # What the text says now is what was meant: otherwise it is left as it is.
            if decode(new) == meant:
                return new, len(fixes)
    return part, 0


def _lines(text: bytes, judge: Judge) -> tuple[bytes, int]:
    lines, made = text.split(b"\n"), 0
    for index, line in enumerate(lines):
        start = len(BOM) if not index and line.startswith(BOM) else 0
        new, count = _fixed_part(line, start, len(line), judge)
        lines[index], made = line[:start] + new, made + count
    return b"\n".join(lines), made


def _json(text: bytes, judge: Judge) -> tuple[bytes, int]:
    start = len(BOM) if text.startswith(BOM) else 0
    new, made = _fixed_part(text, start, len(text), judge)
    return text[:start] + new, made


def _list(text: bytes, judge: Judge) -> tuple[bytes, int]:
    start = len(BOM) if text.startswith(BOM) else 0
    pieces, done, made = list[bytes](), 0, 0
    for part in ArrayScanner(start).feed(text[start:], last=True):
        if not part.fault:
            new, count = _fixed_part(text, part.start, part.end, judge)
            pieces += [text[done : part.start], new]
            done, made = part.end, made + count
    return b"".join([*pieces, text[done:]]), made


def _yaml(text: bytes, judge: Judge) -> tuple[bytes, int]:
    from qianfan_typed.payloads.yaml_requests import yaml_requests
    from qianfan_typed.payloads.yaml_text import UnreadableYaml

    def values(data: bytes) -> list[object]:
        return [one.value for one in yaml_requests(data)]

    start = len(BOM) if text.startswith(BOM) else 0
    plain = text[start:].decode()
    edits, made, meant = list[Edit](), 0, list[object]()
    try:
        for request in yaml_requests(text):
            fixes, after = fixed(judge, request.value) if not request.problems else (list[Fix](), request.value)
            try:
                own = list(yaml_edits(request, fixes))
            except NotInText:
                own, after = [], request.value
            edits += own
            made += len(own)
            meant.append(after)
        new = edited(plain, edits).encode()
        if made and values(new) == meant:
            return text[:start] + new, made
    except UnreadableYaml:
        pass
    return text, 0


_ROUNDS: dict[str, Callable[[bytes, Judge], tuple[bytes, int]]] = {
    "lines": _lines,
    "json": _json,
    "list": _list,
    "yaml": _yaml,
}
