"""Types as a page writes them, held against the spec's."""

from __future__ import annotations

import re

from codegen.spec import types

_WORDS = {"str": "string", "boolean": "bool", "integer": "int", "number": "float", "dict": "object", "array": "list"}
_SCALARS = {"string", "int", "float", "bool"}
_HOLDER = re.compile(r"^(list|array|map)\s*[\[(<](.*)[\])>]$", re.IGNORECASE)
_JSON = {"json_schema": "object", "object_schema": "object", "image": "string"}


def page_type(text: str) -> frozenset[str]:
    """The types that a cell allows: `List[dict]` → list[object], `string / tool_choice` → string and object."""
    return frozenset(_page_word(word.strip()) for word in re.split(r"\s/\s|\s\|\s|或", text) if word.strip())


def _page_word(word: str) -> str:
    holder = _HOLDER.match(word)
    if holder is None:
        plain = _WORDS.get(word.lower(), word.lower())
        return plain if plain in _SCALARS or plain == "list" else "object"
    name, inner = holder.group(1).lower(), holder.group(2).strip()
    return f"map[{_page_word(inner.split(',')[-1].strip())}]" if name == "map" else f"list[{_page_word(inner)}]"


def named_shape(text: str) -> str | None:
    """The object that a cell names: `List(message)` → message. None: it names none."""
    for word in re.split(r"\s/\s|\s\|\s", text):
        inner = word.strip()
        while holder := _HOLDER.match(inner):
            inner = holder.group(2).strip()
        known = _WORDS.get(inner.lower(), inner.lower())
        if re.fullmatch(r"[A-Za-z_]\w*", inner) and known not in _SCALARS | {"object", "list"}:
            return inner.lower()
    return None


def spec_type(kind: types.Type) -> frozenset[str]:
    """The types that the spec allows, in the same words."""
    match kind:
        case types.Plain(name):
            return frozenset({_JSON.get(name, name)})
        case types.ShapeRef():
            return frozenset({"object"})
        case types.ListOf(item):
            return frozenset(f"list[{one}]" for one in spec_type(item))
        case types.MapOf(value):
            return frozenset(f"map[{one}]" for one in spec_type(value))
        case types.OneOf(options):
            return frozenset(one for option in options for one in spec_type(option))


def agree(page: frozenset[str], spec: frozenset[str]) -> bool:
    """Whether they are the same: a bare `list` stands for a list of anything, `object` also for a map."""
    loose = frozenset(word if word in spec else _loosened(word, spec) for word in page)
    return loose == spec


def _loosened(word: str, spec: frozenset[str]) -> str:
    holders = {"list": "list[", "object": "map["}
    return next((one for one in spec if word in holders and one.startswith(holders[word])), word)
