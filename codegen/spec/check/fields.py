"""Fields and shapes: names that Python has, types that exist, bounds and defaults that go with the type."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from typing import Any

from codegen.spec import language, types
from codegen.spec.check.rules import rule_problems
from codegen.spec.problems import Document, Place, Problem, near


def shape_problems(
    document: Document, shapes: dict[str, language.Shape], known: dict[str, language.Shape]
) -> Iterator[Problem]:
    for name, shape in shapes.items():
        place = ("shapes", name)
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
            yield document.problem(place, f"{name}: a shape's name is in CamelCase")
        for member, field in shape.fields.items():
            yield from field_problems(document, (*place, "fields", member), member, field, known)
        yield from rule_problems(document, (*place, "rules"), shape.rules, shape.fields, known)


def field_problems(
    document: Document, place: Place, name: str, field: language.Field, shapes: dict[str, language.Shape]
) -> Iterator[Problem]:
    if not name.isidentifier() or keyword.iskeyword(name):
        yield document.problem(place, f"{name}: Python has no such name; a parameter or member needs one")
    try:
        kind = types.parse(field.type)
    except types.TypeSyntaxError as error:
        yield document.problem((*place, "type"), str(error))
        return
    for shape in types.shapes_in(kind):
        if shape not in shapes:
            yield document.problem(
                (*place, "type"), f"{shape}: not a shape or a type{near(shape, {*shapes, *types.PLAIN})}"
            )
    options = kind.options if isinstance(kind, types.OneOf) else (kind,)
    if len([option for option in options if isinstance(option, types.ShapeRef | types.MapOf)]) > 1:
        yield document.problem(
            (*place, "type"), f"{field.type}: two kinds of object, which a value does not tell apart"
        )
    plain = {option.name for option in options if isinstance(option, types.Plain)}
    holders = [option for option in options if isinstance(option, types.ListOf | types.MapOf)]
    texts = "string" in plain or any(option == types.ListOf(types.Plain("string")) for option in options)
    fits = {
        "range": bool(plain & {"int", "float"}),
        "enum": bool(plain & {"string", "int"}),
        "min_items": bool(holders),
        "max_items": bool(holders),
        "max_length": texts,
        "non_empty": texts,
        "max_bytes": "image" in plain,
        "address": "string" in plain,
        "sides": bool(plain & {"image", "string"}),
    }
    for word, fit in fits.items():
        if getattr(field, word) not in (None, False) and not fit:
            yield document.problem((*place, word), f"{word}: does not go with the type {field.type} of {name}")
    yield from default_problems(document, place, name, field.default, field)


def default_problems(document: Document, place: Place, name: str, default: Any, field: Any) -> Iterator[Problem]:
    if default is None:
        return
    if not _fits(default, types.parse(field.type)):
        yield document.problem((*place, "default"), f"{default!r}: the default of {name} is no {field.type}")
        return
    if field.enum is not None and default not in field.enum:
        yield document.problem((*place, "default"), f"{default!r}: the default of {name} is not one of its values")
    if field.range is not None and not holds(field.range, default):
        yield document.problem((*place, "default"), f"{default!r}: the default of {name} is outside {field.range.text}")


def _fits(default: language.Scalar, kind: types.Type) -> bool:
    """Whether a default has its parameter's type."""
    kinds = kind.options if isinstance(kind, types.OneOf) else (kind,)
    plain = {option.name for option in kinds if isinstance(option, types.Plain)}
    match default:
        case bool():
            return "bool" in plain
        case int():
            return bool(plain & {"int", "float"})
        case float():
            return "float" in plain
        case _:
            return "string" in plain


def holds(interval: language.Range, value: float) -> bool:
    """Whether a number is in an interval; bounds that name a model's limit are open here."""
    low, high = interval.low, interval.high
    above = not isinstance(low.value, int | float) or (value > low.value if low.open else value >= low.value)
    below = not isinstance(high.value, int | float) or (value < high.value if high.open else value <= high.value)
    return above and below
