"""Shapes: the objects of requests and replies as user code names them, and what replies have."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.diff.change import Part, shown
from codegen.plan.constraints.value_type import options
from codegen.plan.resolve import Operation
from codegen.spec import language, types


def shape_parts(old: Operation, new: Operation) -> Iterator[tuple[str, Part]]:
    """Shape, or member of a reply → what changed about it. What requests have inside, their groups say."""
    before, after = _names(old), _names(new)
    for name in sorted(before | after):
        if name not in after:
            yield f"shape {name}", Part("removed", "breaking")
        elif name not in before:
            yield f"shape {name}", Part("added", "notable")
        else:
            shapes = old.shapes[name], new.shapes[name]
            yield from ((f"shape {name}", part) for part in _whole(name, *shapes, name in new.request_shapes))
            if name in old.reply_shapes and name in new.reply_shapes:
                yield from ((f"reply {name}.{member}", part) for member, part in _reply(*shapes))


def _names(operation: Operation) -> set[str]:
    return {*operation.request_shapes, *operation.reply_shapes}


def _whole(name: str, old: language.Shape, new: language.Shape, requested: bool) -> Iterator[Part]:
    if requested and old.extensible != new.extensible:
        passes = Part("further members pass", "notable")
        yield passes if new.extensible else Part("further members pass no more", "breaking")
    if old.base != new.base:
        yield Part(f"methods of {shown(old.base)} → {shown(new.base)}", "breaking" if old.base else "notable")
    if old.typed_as != new.typed_as:
        yield Part(f"TypedDict {old.typed_as or name} → {new.typed_as or name}", "breaking")


def _reply(old: language.Shape, new: language.Shape) -> Iterator[tuple[str, Part]]:
    for name in sorted(old.fields.keys() | new.fields.keys()):
        before, after = old.fields.get(name), new.fields.get(name)
        if before is not None and after is not None:
            yield from ((name, part) for part in _member(before, after))
        elif after is not None:
            yield name, Part(f"added: {after.type}", "notable")
        else:
            yield name, Part("removed", "breaking")


def _member(old: language.Field, new: language.Field) -> Iterator[Part]:
    if options(types.parse(old.type)) != options(types.parse(new.type)):
        yield Part(f"type {old.type} → {new.type}", "breaking")
    if old.nullable != new.nullable:
        yield Part("may be None now", "breaking") if new.nullable else Part("is never None now", "notable")
