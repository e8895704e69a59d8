"""Lines of batch files: what must hold around the body of each, and across the lines of a file.

The page speaks of V2. What an address of V1 stands on keeps the form, and nothing is documented of it: it warns.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import attrs

from qianfan_api.batch_file import BATCH_FILE
from qianfan_api.operations import OPERATIONS
from qianfan_api.routing import paths
from qianfan_api.violations import Level, Rule, Violation, did_you_mean, kind_of, must_be, one_of, shown, with_hint
from qianfan_api.words import say
from qianfan_typed.payloads.json_places import Lines, Places
from qianfan_typed.payloads.units import Unit
from qianfan_typed.reports.findings import Finding

Fields = Mapping[str, object]
_DIALECT = f"/{BATCH_FILE.urls[0].split('/')[1]}/"
_LONG = 100
"""Characters of an id from which on a digest of it is remembered."""
_DIFFERENT = 20
"""Urls and models of a unit that are remembered: a file should have one."""


def is_batch_line(document: Fields) -> bool:
    """Whether it is a line of a file that the platform's page describes."""
    url = document.get("url")
    return BATCH_FILE.unique in document and isinstance(url, str) and _DIALECT in url


# --- a line ----------------------------------------------------------------------------------------------------------


def around(document: Fields, api: str) -> Iterator[Violation]:
    """What is wrong around the body of a line, its address apart."""
    documented = is_batch_line(document)
    name = document.get(BATCH_FILE.unique, "")
    if not isinstance(name, str):
        yield _violation(BATCH_FILE.unique, "type", _no_string(name), documented)
    for member in BATCH_FILE.required if documented else ():
        if document.get(member) is None and member not in (BATCH_FILE.unique, "body"):
            yield _violation(member, "missing", say("missing: required"), documented)
    allowed = BATCH_FILE.method if documented else OPERATIONS[api].method
    method = document.get("method") or allowed
    if not isinstance(method, str) or method.upper() != allowed:
        yield _violation(
            "method",
            "enum",
            say("{value}: must be {allowed} for {api}", value=shown(method), allowed=shown(allowed), api=api),
            documented,
        )


def address(document: Fields, *, leads: bool) -> Iterator[Violation]:
    """What is wrong with the address of a line. `leads`: whether an operation is there."""
    url = document.get("url")
    if is_batch_line(document):
        if url not in BATCH_FILE.urls:
            near = difflib.get_close_matches(str(url), BATCH_FILE.urls, 1, 0.8)
            message = must_be(shown(url), one_of(BATCH_FILE.urls))
            if near:
                message = with_hint(message, did_you_mean(near[0]))
            yield _violation("url", "enum", message, documented=True)
    elif url is not None and not isinstance(url, str):
        yield _violation("url", "type", _no_string(url))
    elif url is not None and not leads:
        near = difflib.get_close_matches(url, paths(), 2)
        hint = did_you_mean(*near) if near else say("known: {names}", names=", ".join(paths()))
        yield _violation("url", "enum", with_hint(say("{value}: no operation is there", value=shown(url)), hint))


def _no_string(value: object) -> str:
    allowed, kind = say("a string"), kind_of(value)
    return say("{value}: must be {allowed}, not {kind}", value=shown(value), allowed=allowed, kind=kind)


def _violation(member: str, code: str, message: str, documented: bool = False) -> Violation:
    rule = BATCH_FILE.rule
    level: Level = rule.level if documented else "warning"
    source = rule.origin if documented else ""
    name = f"{rule.id}.{member}.{code}"
    return Violation(pointer=f"/{member}", code=code, message=message, level=level, rule=name, source=source)


# --- the lines of a unit ---------------------------------------------------------------------------------------------


@attrs.frozen
class Spot:
    """A line of a unit: which one, which request it is, and the offset where it begins."""

    line: int
    record: int
    start: int


@attrs.define
class BatchPart:
    """What a unit says of its lines, in short: memory does not grow with it."""

    spots: list[tuple[str | None, Spot]] = attrs.field(factory=list[tuple[str | None, Spot]])
    """The id and the place of each line, as far as a file may have lines, and one more."""
    urls: dict[str, Spot] = attrs.field(factory=dict[str, Spot])
    models: dict[str, Spot] = attrs.field(factory=dict[str, Spot])
    """What the lines have of it, each with the first line that has it."""

    def add(self, document: Fields, line: int, record: int, start: int) -> None:
        """Notes a line."""
        if len(self.spots) > BATCH_FILE.max_lines:
            return
        spot = Spot(line, record, start)
        name, url, body = document.get(BATCH_FILE.unique), document.get("url"), document.get("body")
        self.spots.append((_key(name) if isinstance(name, str) else None, spot))
        if isinstance(url, str) and url not in self.urls and len(self.urls) < _DIFFERENT:
            self.urls[url] = spot
        model = cast("Fields", body).get("model") if isinstance(body, dict) else None
        if isinstance(model, str) and model not in self.models and len(self.models) < _DIFFERENT:
            self.models[model] = spot


def _key(name: str) -> str:
    """An id as it is remembered."""
    if len(name) <= _LONG:
        return name
    return name[:_LONG] + hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


# --- the file --------------------------------------------------------------------------------------------------------


@attrs.define
class BatchFileCheck:
    """Holds the units of a file against what the platform's page says of the file as a whole."""

    total: int = 0
    """Lines so far."""
    size: int = 0
    """Bytes so far."""
    _ids: dict[str, int] = attrs.field(factory=dict[str, int])
    """Id → the line that had it first."""
    _common: dict[str, dict[str, int]] = attrs.field(factory=dict[str, dict[str, int]])
    """url and model → the values that the file has, each with the first line that has it."""

    def findings(self, unit: Unit, part: BatchPart, lines: int) -> list[Finding]:
        """What a unit adds, in the unit's own lines and records. `lines`: those of the file before it."""
        before, self.size = self.size, self.size + unit.size
        if not part.spots or not (self.total or any(_DIALECT in url for url in part.urls)):
            return []
        found: list[Finding] = []

        def note(spot: Spot, rule: Rule, member: str, code: str, pointer: str, message: str) -> None:
            found.append(_finding(unit, spot, rule, f"{rule.id}.{member}.{code}", pointer, message))

        first = part.spots[0][1]
        if before <= BATCH_FILE.max_bytes < self.size:
            words = say("more than {most} bytes: that is the most a file may have", most=f"{BATCH_FILE.max_bytes:,}")
            note(first, BATCH_FILE.bytes_rule, "file", "size", "", words)
        for common, pointer, values in (("url", "/url", part.urls), ("model", "/body/model", part.models)):
            rule = BATCH_FILE.same.get(common)
            for value, spot in values.items() if rule is not None else ():
                known = self._common.setdefault(common, {})
                line = known.setdefault(value, spot.line + lines)
                said, at = next(iter(known.items()))
                if rule is not None and said != value and line == spot.line + lines:
                    words = say(
                        "{value}: a file has one {member}; line {line} has {other}",
                        value=shown(value),
                        member=common,
                        line=at,
                        other=shown(said),
                    )
                    note(spot, rule, common, "same", pointer, words)
                if len(known) > _DIFFERENT:
                    known.popitem()
        for number, (name, spot) in enumerate(part.spots, self.total + 1):
            if number > BATCH_FILE.max_lines:
                if number == BATCH_FILE.max_lines + 1:
                    words = say(
                        "a file has at most {most} requests: this is one more", most=f"{BATCH_FILE.max_lines:,}"
                    )
                    note(spot, BATCH_FILE.lines_rule, "file", "lines", "", words)
                break
            if name is None:
                continue
            line = self._ids.setdefault(name, spot.line + lines)
            if line != spot.line + lines:
                words = say(
                    "{value}: must be of one line alone; line {line} has it too", value=shown(name[:_LONG]), line=line
                )
                note(spot, BATCH_FILE.rule, BATCH_FILE.unique, "unique", f"/{BATCH_FILE.unique}", words)
        self.total += len(part.spots)
        return sorted(found, key=lambda one: (one.line, one.column))


def _finding(unit: Unit, spot: Spot, rule: Rule, name: str, pointer: str, message: str) -> Finding:
    violation = Violation(
        pointer=pointer,
        code=name.rpartition(".")[2],
        message=message,
        level=rule.level,
        rule=name,
        source=rule.origin,
    )
    # Only where something is wrong the line is read again, to say in which column.
    text = _line_at(unit, spot.start)
    span = Lines(text, spot.line).over(*Places(text, 0).range_of(pointer))
    return Finding.of_request(violation, unit.source.file, span, api=BATCH_FILE.api, model=None, record=spot.record)


def _line_at(unit: Unit, start: int) -> bytes:
    if unit.data is not None:
        end = unit.data.find(b"\n", start)
        return unit.data[start:] if end < 0 else unit.data[start:end]
    try:
        with Path(unit.source.file).open("rb") as file:
            file.seek(unit.start + start)
            return file.readline()
    except OSError:
        return b"{}"
