"""Scalars and tags of YAML: the core schema of YAML 1.2, as far as JSON has such values."""

from __future__ import annotations

import math
import re
from typing import Literal

from qianfan_api.violations import shown
from qianfan_api.words import phrase, say

PLAIN = "?"
"""The tag of a scalar that has neither a tag nor quotes, as the YAML specification calls it."""
_TAG = "tag:yaml.org,2002:"
_STRING = _TAG + "str"
_FLOAT = _TAG + "float"
_LIST = _TAG + "seq"
_OBJECT = _TAG + "map"
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
}
_NUMBER = frozenset("+-.0123456789")
"""What numbers begin with."""
_WHOLE = re.compile(r"[-+]?[0-9]+")
_OF_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_SCALARS: dict[str, tuple[type, str]] = {
    _TAG + "null": (type(None), "null"),
    _TAG + "bool": (bool, "true or false"),
    _TAG + "int": (int, "a whole number"),
    _FLOAT: (float, "a number"),
}
_KNOWN = {_STRING, _LIST, _OBJECT, *_SCALARS}


def scalar(text: str, tag: str) -> object:
    """The value of a scalar.

    Args:
        text: As it is written, without quotes.
        tag: Spelt out, or PLAIN. Between quotes it is that of text.

    Raises:
        ValueError: JSON has no such value, or the tag says that it is another.
    """
    if tag == PLAIN:
        return _plain(text)
    if tag == _STRING:
        return text
    if tag not in _SCALARS:
        raise ValueError(misfit(tag, "scalar"))
    kind, words = _SCALARS[tag]
    value = _plain(text + ".0" if tag == _FLOAT and _WHOLE.fullmatch(text) else text)
    if type(value) is not kind:
        raise ValueError(
            say("{value}: must be {kind}, as {tag} says", value=shown(text), kind=phrase(words), tag=_written(tag))
        )
    return value


def misfit(tag: str, kind: Literal["scalar", "list", "object"]) -> str | None:
    """Why something cannot have a tag. None: it can."""
    if tag not in _KNOWN:
        return say("{tag}: JSON has no such value", tag=_written(tag))
    meant = {_LIST: "list", _OBJECT: "object"}.get(tag, "scalar")
    if meant == kind:
        return None
    if kind == "scalar":
        return say("{tag}: this is a scalar", tag=_written(tag))
    return say("{tag}: this is {kind}", tag=_written(tag), kind=phrase("an object" if kind == "object" else "a list"))


def _plain(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER:
        return text
    if _OF_BASE.fullmatch(text):
        return int(text, 0)
    if _WHOLE.fullmatch(text):
        try:
            return int(text)
        except ValueError:  # Python takes 4,300 digits
            raise ValueError(say("{value}: too large a number", value=f"{text[:19]}…")) from None
    if _DECIMAL.fullmatch(text):
        number = float(text)
        if math.isinf(number):
            raise ValueError(say("{value}: too large a number", value=text if len(text) <= 20 else f"{text[:19]}…"))
        return number
    if _NO_NUMBER.fullmatch(text):
        raise ValueError(say("{value}: JSON has no such number", value=text))
    return text


def _written(tag: str) -> str:
    """A tag as one writes it."""
    if tag.startswith(_TAG):
        return "!!" + tag[len(_TAG) :]
    return tag if tag.startswith("!") else f"!<{tag}>"
