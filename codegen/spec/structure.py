"""Makes language objects out of plain data; every fault becomes a problem with its place."""

from __future__ import annotations

import datetime
import difflib
import re
import types
from collections.abc import Iterator
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import attrs
import cattrs
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn

from codegen.spec import language, service
from codegen.spec.problems import Document, Place, Problem, SpecError

T = TypeVar("T")

_RANGE = re.compile(r"^\s*([\[(])\s*([^,\s]+)\s*,\s*([^,\s\])]+)\s*([\])])\s*$")


class Misfit(ValueError):
    """A value that is not what the language expects; the message says what is."""

    def __init__(self, message: str, at: Place = ()) -> None:
        super().__init__(message)
        self.at = at


def parse_range(text: object) -> language.Range:
    """`(0, 1.0]` as a Range. Raises Misfit."""
    expected = "expected an interval such as '(0, 1.0]' or '[2, max_output_tokens]'"
    match = _RANGE.match(text) if isinstance(text, str) else None
    if match is None:
        raise Misfit(f"{text!r} is not a range: {expected}")
    left, low, high, right = match.groups()
    lower = language.Bound(_bound(low, text), left == "(")
    upper = language.Bound(_bound(high, text), right == ")")
    if isinstance(lower.value, str) or (isinstance(upper.value, str) and lower.value is None):
        raise Misfit(f"{text!r}: only the upper bound may name a limit, and beside it the lower bound is a number")
    if isinstance(lower.value, int | float) and isinstance(upper.value, int | float):
        empty = lower.value > upper.value or (lower.value == upper.value and (lower.open or upper.open))
        if empty:
            raise Misfit(f"{text!r} holds no number: its lower bound is not below its upper bound")
    return language.Range(lower, upper, " ".join(str(text).split()))


def _bound(word: str, text: object) -> float | int | str | None:
    if word in ("inf", "-inf"):
        return None
    if word in get_args(language.LimitName):
        return word
    try:
        return float(word) if "." in word or "e" in word else int(word)
    except ValueError:
        known = ", ".join(get_args(language.LimitName))
        raise Misfit(f"{word!r} in {text!r} is neither a number, inf nor a limit of a model ({known})") from None


def _scalar(value: object, _: object) -> Any:
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    raise Misfit(f"{value!r}: expected a single value")


def _strict(kind: type, words: str) -> Any:
    def structure(value: object, _: object) -> Any:
        if type(value) is not kind:
            raise Misfit(f"{value!r}: expected {words}")
        return value

    return structure


def _is_literal(kind: Any) -> bool:
    origin: object = get_origin(kind)
    return origin is Literal


def _literal(value: object, kind: Any) -> Any:
    if value not in get_args(kind):
        raise Misfit(f"{value!r}: expected one of {', '.join(map(str, get_args(kind)))}")
    return value


def _limit(value: object, _: object) -> Any:
    return value if type(value) is int else converter.structure(value, language.Limit)


def _dispute(value: object, _: object) -> Any:
    return value if isinstance(value, str) else converter.structure(value, language.Dispute)


def _until(value: object, _: object) -> Any:
    return value if isinstance(value, str) else converter.structure(value, language.EndEvent)


def _names(value: object, _: object) -> Any:
    names = cast("list[object]", value) if isinstance(value, list) else [value]
    if names and all(isinstance(name, str) and name for name in names):
        return names if isinstance(value, list) else names[0]
    raise Misfit(f"{value!r}: expected the name of an event, or a list of names")


def _length(value: object, _: object) -> Any:
    if value is None or type(value) is int or value in get_args(language.LimitName):
        return value
    raise Misfit(
        f"{value!r}: expected a whole number or a limit of a model ({', '.join(get_args(language.LimitName))})"
    )


def _error_codes(value: object, _: object) -> Any:
    if not isinstance(value, dict):
        raise Misfit(f"{value!r}: expected code: {{…}} pairs")
    entries = cast("dict[object, object]", value)
    return {str(code): converter.structure(entry, service.ErrorCode) for code, entry in entries.items()}


def _make_converter() -> cattrs.Converter:
    made = cattrs.Converter(detailed_validation=True, forbid_extra_keys=True)
    made.register_structure_hook(str, _strict(str, "text"))
    made.register_structure_hook(bool, _strict(bool, "true or false"))
    made.register_structure_hook(int, _strict(int, "a whole number"))
    made.register_structure_hook(datetime.date, _strict(datetime.date, "a date, as 2025-01-13"))
    made.register_structure_hook_func(lambda kind: kind == language.Scalar, _scalar)
    made.register_structure_hook_func(lambda kind: kind == language.Scalar | None, _scalar)
    made.register_structure_hook_func(lambda kind: kind == int | language.Limit, _limit)
    made.register_structure_hook_func(lambda kind: kind == int | language.LimitName | None, _length)
    made.register_structure_hook_func(lambda kind: kind == str | language.Dispute, _dispute)
    made.register_structure_hook_func(lambda kind: kind == str | language.EndEvent, _until)
    made.register_structure_hook_func(lambda kind: kind == str | list[str], _names)
    made.register_structure_hook_func(lambda kind: kind == dict[str, service.ErrorCode], _error_codes)
    made.register_structure_hook_func(_is_literal, _literal)
    made.register_structure_hook_factory(attrs.has, _class_hook)
    return made


def _class_hook(kind: Any) -> Any:
    if kind is language.Range:
        return _range
    hints = get_type_hints(kind)
    structure = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)

    def checked(value: object, target: Any) -> Any:
        if not isinstance(value, dict):
            raise Misfit(f"{value!r}: expected keys: {', '.join(_keys(kind))}")
        entries = cast("dict[str, object]", value)
        # cattrs would take the letters of a text for a list's items.
        misfits = [
            misfit for name, entry in entries.items() if (misfit := _holder_misfit(hints.get(name), name, entry))
        ]
        if misfits:
            raise ClassValidationError(f"{kind.__name__} does not fit", misfits, kind)
        return structure(entries, target)

    return checked


def _holder_misfit(hint: Any, name: str, entry: object) -> Misfit | None:
    """A single value where the language wants a list or pairs."""
    holders = {get_origin(option) or option for option in (get_args(hint) if get_origin(hint) in _UNIONS else (hint,))}
    if list in holders and str not in holders and not isinstance(entry, list) and entry is not None:
        return Misfit(f"{entry!r}: expected a list", (name,))
    if dict in holders and not isinstance(entry, dict):
        return Misfit(f"{entry!r}: expected name: value pairs", (name,))
    return None


_UNIONS = (Union, types.UnionType)


def _range(value: object, _: object) -> language.Range:
    return parse_range(value)


def _keys(kind: Any) -> list[str]:
    return [field.name for field in attrs.fields(kind)]


converter = _make_converter()


def structure(document: Document, kind: type[T]) -> T:
    """The document as an object of the language. Raises SpecError with everything that is wrong."""
    try:
        return converter.structure(document.data, kind)
    except (BaseValidationError, Misfit) as error:
        raise SpecError(_problems(document, error, ())) from error


def _problems(document: Document, error: BaseException, place: Place) -> Iterator[Problem]:
    if isinstance(error, BaseValidationError):
        group: Any = error  # the type of its exceptions is lost in cattrs' stubs
        for inner in group.exceptions:
            if isinstance(inner, KeyError):
                name = str(inner.args[0])
                yield document.problem(place, f"{name}: missing; {_meaning(group.cl, name)}")
            else:
                yield from _problems(document, inner, (*place, *_step(inner)))
    elif isinstance(error, ForbiddenExtraKeysError):
        known = _keys(error.cl)
        for word in sorted(error.extra_fields):
            near = difflib.get_close_matches(word, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
            yield document.problem((*place, word), f"{word}: not a key of {error.cl.__name__}; {hint}")
    else:
        yield document.problem(place, str(error).replace(" @ $", ""))


def _step(error: BaseException) -> Place:
    if isinstance(error, Misfit) and error.at:
        return error.at
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return (note.name,)
        if isinstance(note, IterableValidationNote):
            return (note.index,)
    return ()


def _meaning(kind: type[attrs.AttrsInstance], name: str) -> str:
    return str(attrs.fields_dict(kind)[name].metadata["doc"])
