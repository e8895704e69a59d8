"""Text of a payload: what is wrong with it and where, and edits that keep its layout."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import cast

import attrs

from qianfan_api.violations import Violation, kind_of
from qianfan_api.words import phrase, say, wording
from qianfan_typed.explorer.mending import offers
from qianfan_typed.payloads.envelopes import Undecided
from qianfan_typed.payloads.json_names import duplicate_names, may_have_duplicates
from qianfan_typed.payloads.json_places import Lines, Places, end_of, past_space
from qianfan_typed.payloads.json_text import NOT_JSON, decode, why_not_json
from qianfan_typed.payloads.judge import Judge, OtherKind
from qianfan_typed.reports.codes import DUPLICATE_NAME, SYNTAX, UNCHECKED, UNDECIDED
from qianfan_typed.reports.findings import OF_THE_NAME, FindingLevel, ViolationFilter

_ALL = ViolationFilter()


class Unreadable(ValueError):
    """A text is no JSON object; the message says why."""


@attrs.frozen(kw_only=True)
class Problem:
    """Something that is wrong with a payload, and the piece of its text that it is about."""

    line: int
    """From 1."""
    column: int
    """From 1, in characters."""
    end_line: int
    end_column: int
    pointer: str
    code: str
    level: FindingLevel
    message: str
    rule: str
    """Its id. Empty: no rule says it."""
    source: str
    fix: str | None = None
    """What a fix would write there. None: nothing is meant beyond doubt."""


@attrs.frozen(kw_only=True)
class Judgement:
    """What is known of a payload's text."""

    readable: bool
    """Whether it is JSON."""
    api: str
    model: str | None = None
    """Whom it is for. None: it names nobody."""
    known: bool = False
    """Whether the catalogue has the model, or the operation needs none."""
    streams: bool = False
    """Whether it asks for a stream."""
    problems: list[Problem]


def judged(text: str, api: str, model: str | None) -> Judgement:
    """What is wrong with a payload.

    Args:
        text: As it was typed.
        api: The operation.
        model: The model, where the payload does not name one.
    """
    data = text.encode()
    try:
        document = decode(data)
    except NOT_JSON as error:
        return Judgement(readable=False, api=api, problems=[_no_json(data, error)])
    places = _Spots(data)
    problems = [places.problem(DUPLICATE_NAME, one) for one in _duplicates(data, document)]
    judge = Judge(api, model, _ALL)
    try:
        verdict = judge.verdict(document)
    except (Undecided, OtherKind) as error:
        problems.append(places.note("", UNDECIDED, wording(error), "error"))
        return Judgement(readable=True, api=api, problems=problems)
    known, name = True, model
    if verdict is not None:
        name = verdict.model or model
        fixes = offers(judge, data, document if verdict.violations else None)
        problems += [attrs.evolve(places.of(one), fix=_fix_of(one, fixes)) for one in verdict.violations]
        if verdict.unchecked is not None:
            known = False
            said = say("not checked: {why}", why=phrase(UNCHECKED[verdict.unchecked]))
            problems.append(places.note(f"{verdict.at}/model", f"unchecked.{verdict.unchecked}", said, "note"))
    else:
        name = _named(document) or model
    return Judgement(
        readable=True,
        api=api if verdict is None else verdict.api or api,
        model=name,
        known=known,
        streams=isinstance(document, dict) and cast("Mapping[str, object]", document).get("stream") is True,
        problems=sorted(problems, key=lambda one: (one.line, one.column)),
    )


def _fix_of(violation: Violation, fixes: Mapping[str, str]) -> str | None:
    """What fixes a violation. An item that is lifted out of its list is the place of what is wrong within."""
    return fixes.get(violation.pointer) or fixes.get(violation.pointer.rpartition("/")[0])


def _named(document: object) -> str | None:
    name = cast("Mapping[str, object]", document).get("model") if isinstance(document, dict) else None
    return name if isinstance(name, str) else None


def _duplicates(data: bytes, document: object) -> Iterator[str]:
    if may_have_duplicates(data, document):
        yield from (one.pointer for one in duplicate_names(data, 0, len(data)))


def _no_json(data: bytes, error: Exception) -> Problem:
    why, offset = why_not_json(error, data)
    line, column = Lines(data).at(offset)
    return Problem(
        line=line,
        column=column,
        end_line=line,
        end_column=column + 1,
        pointer="",
        code="syntax",
        level="error",
        message=why,
        rule=SYNTAX,
        source="",
    )


class _Spots:
    """Places in a text that problems are at."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._places = Places(data, 0)

    def of(self, violation: Violation) -> Problem:
        return self._at(
            violation.pointer,
            violation.code,
            violation.level,
            violation.message,
            violation.rule,
            violation.source,
        )

    def problem(self, rule: str, pointer: str) -> Problem:
        return self._at(pointer, "duplicate_name", "error", say("this name stands twice in its object"), rule, "")

    def note(self, pointer: str, rule: str, message: str, level: FindingLevel) -> Problem:
        return self._at(pointer, rule.rpartition(".")[2], level, message, rule, "")

    def _at(self, pointer: str, code: str, level: FindingLevel, message: str, rule: str, source: str) -> Problem:
        start = self._places.offset_of(pointer, name=code in OF_THE_NAME)
        end = end_of(self._data, start)
        if self._data[start : start + 1] in (b"{", b"["):
            end = start + 1  # Not the whole of what may be long: where it begins.
        lines = Lines(self._data)
        (line, column), (end_line, end_column) = lines.at(start), lines.at(end)
        return Problem(
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            pointer=pointer,
            code=code,
            level=level,
            message=message,
            rule=rule,
            source=source,
        )


def object_in(text: str) -> Mapping[str, object]:
    """The JSON object that a text is. Raises Unreadable."""
    data = text.encode()
    try:
        document = decode(data)
    except NOT_JSON as error:
        raise Unreadable(why_not_json(error, data)[0]) from None
    if not isinstance(document, dict):
        raise Unreadable(f"a request must be an object, not {kind_of(document)}")
    return cast("Mapping[str, object]", document)


def with_member(text: str, name: str, value: object) -> str:
    """A payload's text with a member set; the rest stays as it is written. None takes it out.

    Raises:
        Unreadable: It is no JSON object.
    """
    document = object_in(text)
    data, places = text.encode(), Places(text.encode(), 0)
    if name not in document:
        return text if value is None else _with_new(data, places.offset_of(""), name, value)
    at, begin = places.offset_of(f"/{name}"), places.offset_of(f"/{name}", name=True)
    if value is not None:
        return (data[:at] + _written(value) + data[end_of(data, at) :]).decode()
    end = past_space(data, end_of(data, at))
    if data[end : end + 1] == b",":
        return (data[:begin] + data[past_space(data, end + 1) :]).decode()
    before = data[:begin].rstrip()
    return (before.removesuffix(b",") + data[end_of(data, at) :]).decode()


def _with_new(data: bytes, opens: int, name: str, value: object) -> str:
    """The member becomes the first of its object, laid out as what stood first before."""
    first = past_space(data, opens + 1)
    member = _written(name) + b": " + _written(value)
    if data[first : first + 1] == b"}":
        return (data[: opens + 1] + b"\n  " + member + b"\n" + data[first:]).decode()
    return (data[:first] + member + b"," + (data[opens + 1 : first] or b" ") + data[first:]).decode()


def _written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def laid_out(text: str) -> str:
    """A payload's text, a member a line. Raises Unreadable."""
    object_in(text)
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
