"""Fixes: changes after which a request no longer breaks a rule, and says what it said. Each is tried before it is made.

What may be meant comes from the violation and from the value itself; whether it is right, the validators say.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping, MutableMapping
from typing import TypeAlias, cast

import attrs
import msgspec

from qianfan_api.registry import PARAMETER_RULES
from qianfan_api.violations import Violation
from qianfan_typed.payloads.envelopes import Undecided
from qianfan_typed.payloads.forms.recognition import reader_of
from qianfan_typed.payloads.json_places import steps
from qianfan_typed.payloads.judge import Judge, OtherKind, Verdict


@attrs.frozen
class Rename:
    """A member gets another name."""

    pointer: str
    name: str


@attrs.frozen
class Replace:
    """A member gets another value."""

    pointer: str
    value: object


@attrs.frozen
class Lift:
    """A text of a list's item becomes a member of the request, before the list; the item goes."""

    pointer: str
    """Of the item."""
    name: str
    """Of the new member."""
    text: str
    """The name of the item's member that holds the text."""


Fix: TypeAlias = Rename | Replace | Lift
Object = MutableMapping[str, object]
_ORDER = frozenset({"order", "count", "last"})
"""Codes that a right role may bring to light: the order is looked at once every role is one."""


def fixed(judge: Judge, document: object) -> tuple[list[Fix], object]:
    """The fixes of a document, and the document after them. Of a list's items at most one is lifted: they move up."""
    made: list[Fix] = []
    verdict = None if reader_of(document) is not None else _verdict(judge, document)
    current: object = document
    for violation in () if verdict is None else verdict.violations:
        if verdict is None or any(isinstance(one, Lift) for one in made):
            break
        for fix in _candidates(violation, verdict, current):
            trial: object = copy.deepcopy(current)
            if not _apply(trial, fix):
                continue
            after = _verdict(judge, trial)
            if after is None or (violation.rule in _at(after, violation.pointer) and not isinstance(fix, Lift)):
                continue
            if not (new := _come(verdict, after)) or _mendable(judge, fix, new, trial, after):
                made.append(fix)
                current, verdict = trial, after
                break
    return made, current


def _verdict(judge: Judge, document: object) -> Verdict | None:
    try:
        return judge.verdict(document) or Verdict(violations=[])
    except (Undecided, OtherKind):
        return None


def _candidates(violation: Violation, verdict: Verdict, document: object) -> Iterator[Fix]:
    """What may be meant, the likeliest first."""
    parent, name = _place(document, violation.pointer)
    if not isinstance(parent, dict | list) or name is None:
        return
    value = _value(cast("object", parent), name)
    if violation.instead is not None:
        if violation.code == "unknown":
            yield Rename(violation.pointer, violation.instead)
        else:
            yield Replace(violation.pointer, violation.instead)
    if violation.code == "type":
        if isinstance(value, str):
            read = _scalar(value)
            if read is not None:
                yield Replace(violation.pointer, read)
            yield Replace(violation.pointer, [value])
        elif isinstance(value, float) and value.is_integer():
            yield Replace(violation.pointer, int(value))
    if violation.code == "enum" and isinstance(value, str) and isinstance(parent, dict) and verdict.api is not None:
        yield from _lifts(violation.pointer, value, cast("Object", parent), verdict)


def _value(parent: object, name: str | int) -> object:
    if isinstance(parent, dict):
        return cast("Mapping[object, object]", parent)[name]
    return cast("list[object]", parent)[cast("int", name)]


def _lifts(pointer: str, value: str, item: Object, verdict: Verdict) -> Iterator[Fix]:
    """A role that is a parameter here: `system` on V1."""
    if value not in PARAMETER_RULES[verdict.api or ""]():
        return
    own = steps(pointer)[-1]
    others = [name for name in item if name != own]
    if len(others) == 1 and isinstance(item[others[0]], str):
        yield Lift(pointer.rpartition("/")[0], value, others[0])


def _scalar(text: str) -> int | float | bool | None:
    """The number, or true or false, that a text says."""
    try:
        return msgspec.json.decode(text.strip().casefold(), type=int | float | bool)
    except msgspec.MsgspecError:
        return None


def _at(verdict: Verdict, pointer: str) -> set[str]:
    """The rules that are broken at a place."""
    return {one.rule for one in verdict.violations if one.pointer == pointer}


def _come(before: Verdict, after: Verdict) -> list[Violation]:
    """The violations that have come, wherever: by their rules, as places move where an item goes."""
    known = Counter(one.rule for one in before.violations)
    new: list[Violation] = []
    for one in after.violations:
        known[one.rule] -= 1
        if known[one.rule] < 0 and one.code not in _ORDER:
            new.append(one)
    return new


def _mendable(judge: Judge, fix: Fix, new: list[Violation], document: object, before: Verdict) -> bool:
    """Whether a value under its right name is of a wrong type, which can be mended: the next round does it."""
    if not isinstance(fix, Rename) or len(new) != 1 or new[0].pointer != new_pointer(fix):
        return False
    for next_fix in _candidates(new[0], before, document):
        trial = copy.deepcopy(document)
        if isinstance(next_fix, Replace) and _apply(trial, next_fix):
            after = _verdict(judge, trial)
            if after is not None and not _at(after, next_fix.pointer):
                return True
    return False


def new_pointer(fix: Fix) -> str:
    """The pointer to what a fix has changed."""
    above = fix.pointer.rpartition("/")[0]
    if isinstance(fix, Rename):
        return f"{above}/{fix.name}"
    return f"{above.rpartition('/')[0]}/{fix.name}" if isinstance(fix, Lift) else fix.pointer


def _place(document: object, pointer: str) -> tuple[object, str | int | None]:
    """What holds the value that a pointer leads to, and its name or index there. None: it is not there."""
    parent: object = document
    path = steps(pointer)
    for index, step in enumerate(path):
        last = index == len(path) - 1
        if isinstance(parent, dict):
            members = cast("Mapping[str, object]", parent)
            if step not in members:
                return None, None
            if last:
                return cast("object", parent), step
            parent = members[step]
        elif isinstance(parent, list) and step.isdecimal() and int(step) < len(cast("list[object]", parent)):
            items = cast("list[object]", parent)
            if last:
                return items, int(step)
            parent = items[int(step)]
        else:
            return None, None
    return None, None


def _apply(document: object, fix: Fix) -> bool:
    """Changes a document. False: another member is already there."""
    parent, name = _place(document, fix.pointer)
    if isinstance(fix, Replace):
        if isinstance(parent, list):
            cast("list[object]", parent)[cast("int", name)] = fix.value
        else:
            cast("Object", parent)[cast("str", name)] = fix.value
        return True
    if isinstance(fix, Rename):
        members = cast("Object", parent)
        if fix.name in members:
            return False
        entries = [(fix.name if key == name else key, value) for key, value in members.items()]
        members.clear()
        members.update(entries)
        return True
    items = cast("list[object]", parent)
    holder, _ = _place(document, fix.pointer.rpartition("/")[0])
    if not isinstance(holder, dict) or fix.name in holder:
        return False
    item = cast("Object", items.pop(cast("int", name)))
    cast("Object", holder)[fix.name] = item[fix.text]
    return True
