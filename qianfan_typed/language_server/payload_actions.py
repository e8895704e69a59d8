"""Actions on payload files: each fix of the request under the cursor, and all fixes of the file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from lsprotocol import types

from qianfan_api.violations import shown
from qianfan_api.words import tell
from qianfan_typed.language_server.open_document import OpenDocument
from qianfan_typed.payloads.fix_texts import Edit, NotInText, json_pieces, yaml_edits
from qianfan_typed.payloads.fixes import Fix, Lift, Rename, fixed
from qianfan_typed.payloads.fixing import fixed_text
from qianfan_typed.payloads.json_array import ArrayScanner
from qianfan_typed.payloads.json_places import BOM, Places
from qianfan_typed.payloads.json_text import NOT_JSON, decode
from qianfan_typed.payloads.judge import Judge
from qianfan_typed.payloads.units import PayloadFile, form_of_file
from qianfan_typed.reports.findings import ViolationFilter


def payload_fixes(
    text: str, source: PayloadFile, counts: ViolationFilter, start: int, end: int
) -> Iterator[tuple[str, list[Edit]]]:
    """The fixes that touch a range of a text: what each does, in words, and its edits."""
    data = text.encode("utf-8", "surrogatepass")
    judge = Judge(source.api, source.model, counts.also(source.ignore))
    form = form_of_file(source, data)
    if form == "yaml":
        found = _yaml(data, judge, text, start, end)
    elif form in ("json", "list", "lines"):
        found = _json(data, judge, form, len(text[:start].encode("utf-8", "surrogatepass")))
    else:
        return
    for fix, edits in found:
        if any(edit.start <= end and start <= edit.end for edit in edits):
            yield _title(fix), edits


def _title(fix: Fix) -> str:
    if isinstance(fix, Rename):
        return tell("Write {text}", text=fix.name)
    if isinstance(fix, Lift):
        return tell("Make it the request's {name}", name=fix.name)
    return tell("Write {text}", text=shown(fix.value, 40))


def _json(data: bytes, judge: Judge, form: str, offset: int) -> Iterator[tuple[Fix, list[Edit]]]:
    begin = len(BOM) if data.startswith(BOM) else 0
    start, end = begin, len(data)
    if form == "lines":
        start = max(begin, data.rfind(b"\n", 0, offset) + 1)
        end = data.find(b"\n", offset) if b"\n" in data[offset:] else len(data)
    elif form == "list":
        parts = ArrayScanner(begin).feed(data[begin:], last=True)
        part = next((one for one in parts if not one.fault and one.start <= offset <= one.end), None)
        if part is None:
            return
        start, end = part.start, part.end
    try:
        document = decode(data[start:end])
    except NOT_JSON:
        return
    places = Places(data, start)
    for fix in fixed(judge, document)[0]:
        pieces = list(json_pieces(data, places, fix))
        yield fix, [Edit(_characters(data, at), _characters(data, stop), new) for at, stop, new in pieces]


def _characters(data: bytes, offset: int) -> int:
    return len(data[:offset].decode("utf-8", "surrogatepass"))


def _yaml(data: bytes, judge: Judge, text: str, start: int, end: int) -> Iterator[tuple[Fix, list[Edit]]]:
    from qianfan_typed.payloads.yaml_requests import yaml_requests
    from qianfan_typed.payloads.yaml_text import UnreadableYaml

    mark = int(text.startswith("\ufeff"))
    try:
        for request in yaml_requests(data):
            begins, stops = int(request.node.start_mark.index) + mark, int(request.node.end_mark.index) + mark
            if request.problems or stops < start or begins > end:
                continue
            for fix in fixed(judge, request.value)[0]:
                try:
                    edits = list(yaml_edits(request, [fix]))
                except NotInText:
                    continue
                yield fix, [Edit(edit.start + mark, edit.end + mark, edit.text) for edit in edits]
    except UnreadableYaml:
        return


def all_payload_fixes(text: str, source: PayloadFile, counts: ViolationFilter) -> str | None:
    """A text with every fix made. None: there is none."""
    made = fixed_text(source, text.encode("utf-8", "surrogatepass"), counts)
    return None if made is None else made.after.decode("utf-8", "surrogatepass")


# --- edits -----------------------------------------------------------------------------------------------------------


def text_edits(document: OpenDocument, edits: Sequence[Edit]) -> list[types.TextEdit]:
    """Edits as the editor takes them."""
    places = document.ranges([(edit.start, edit.end) for edit in edits])
    return [types.TextEdit(place, edit.text) for place, edit in zip(places, edits, strict=True)]


def edits_between(before: str, after: str) -> list[Edit]:
    """What turns a text into another, line by line: what has not changed keeps its marks and the cursor."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    edits: list[Edit] = []
    for what, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            edits.append(Edit(starts[i], starts[j], "".join(new[k:m])))
    return edits
