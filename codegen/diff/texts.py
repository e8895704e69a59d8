"""Texts: what a reader of docs finds worded otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diff.groups import groups_of, members_of, place_of
from codegen.plan.phrasing import one_line
from codegen.plan.resolve import Operation

Name = tuple[str, str]
"""The group or the kind of thing, and what a reader calls it."""


def reworded(old: Operation, new: Operation) -> set[str]:
    """What reads differently."""
    before, after = dict(_texts(old)), dict(_texts(new))
    return {name for where, name in before.keys() & after.keys() if before[where, name] != after[where, name]}


def decided(old: Operation, new: Operation) -> list[str]:
    """The subjects on which the spec decides otherwise, or says otherwise why."""
    before, after = _decisions(old), _decisions(new)
    return sorted(subject for subject in {*before, *after} if before.get(subject) != after.get(subject))


def _texts(operation: Operation) -> Iterator[tuple[Name, object]]:
    yield ("operation", "the operation"), one_line(operation.operation.doc)
    for name, group in groups_of(operation).items():
        yield ("group", name), one_line(group.doc)
        for member in members_of(group):
            yield (name, place_of(member)), (one_line(member.field.doc), member.field.hints)
        for word, dispute in group.disputed.items():
            yield (f"disputed by {name}", word), one_line(dispute.because)
        if group.dialogue is not None:
            yield ("dialogue", group.dialogue.name), one_line(group.dialogue.dialogue.doc)
    for model in operation.models:
        yield ("model", model.name), one_line(model.model.note or "")
    for name in {*operation.request_shapes, *operation.reply_shapes}:
        yield ("shape", name), one_line(operation.shapes[name].doc)
    for name in operation.reply_shapes:
        for word, field in operation.shapes[name].fields.items():
            yield ("reply", f"{name}.{word}"), one_line(field.doc)


def _decisions(operation: Operation) -> dict[str, object]:
    return {
        one.subject: (
            {page: one_line(text) for page, text in one.says.items()},
            one_line(one.decided),
            one_line(one.because),
        )
        for one in operation.operation.decisions
    }
