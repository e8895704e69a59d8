"""Payloads out of a JSON Schema, mostly right, and ways to spoil them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]
Place = tuple[Any, int | str]
"""A list or an object within a payload, and the index or key of one of its items."""

WORDS = ["a", "你好", "user", "function", "tool", "f", " ", "data:,", "aGk="]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 5000),
    st.floats(-3, 3, width=32),
    st.sampled_from(["", *WORDS, "x" * 21, "x" * 1100]),
    st.just([]),
    st.just({}),
    st.lists(st.sampled_from([None, 1, "", "a", {}, []]), max_size=3),
    st.dictionaries(st.sampled_from(["role", "content", "type", "name", "a"]), st.sampled_from([None, 1, "a"])),
)
TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"]
SUBSCHEMAS = st.recursive(
    st.booleans() | st.fixed_dictionaries({"type": st.sampled_from(TYPES)}),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), max_size=2) | st.none(),
            "properties": st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2) | st.none(),
            "items": inner | st.lists(inner, max_size=2) | st.none(),
            "required": st.lists(st.sampled_from(["a", "b"]), max_size=2) | st.none(),
            "anyOf": st.lists(inner, max_size=2),
        },
    ),
    max_leaves=4,
)
ARGUMENTS = st.fixed_dictionaries(
    {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from(["a", "b"]), SUBSCHEMAS, max_size=2)},
    optional={"required": st.lists(st.sampled_from(["a", "b"]), max_size=2), "$ref": st.just("#")},
)
WRITTEN: dict[str, st.SearchStrategy[Any]] = {
    "JsonSchema": SUBSCHEMAS.filter(lambda value: not isinstance(value, bool)),
    "ObjectSchema": ARGUMENTS,
}
"""Definitions that are any JSON Schema: made by hand, for the schema of a schema leads to itself."""


def values(schema: Schema, definitions: dict[str, Schema]) -> st.SearchStrategy[Any]:
    """Values that a schema takes, apart from its conditions across members."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return WRITTEN[name] if name in WRITTEN else values(definitions[name], definitions)
    if "anyOf" in schema:
        options = [one for one in schema["anyOf"] if one != {"type": "null"}]
        return st.one_of([values(one, definitions) for one in options])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = schema.get("type", "any")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    return _MAKERS[kind](schema, definitions)


def _object(schema: Schema, definitions: dict[str, Schema]) -> st.SearchStrategy[Any]:
    properties: dict[str, Schema] = schema.get("properties", {})
    extra = schema.get("additionalProperties", True)
    if not properties and extra is not False:
        inner = JUNK if extra is True else values(extra, definitions)
        most = schema.get("maxProperties", 4)
        sizes = st.integers(0, 3) | st.just(most)
        return sizes.flatmap(lambda n: st.fixed_dictionaries({f"k{index}": inner for index in range(n)}))
    needed = {*schema["required"], *(name for one in schema.get("allOf", []) for name in _demanded(one))}
    members = {name: values(one, definitions) for name, one in properties.items()}
    must = {name: members[name] for name in members if name in needed}
    may = [name for name in members if name not in needed]
    chosen = st.lists(st.sampled_from(may), max_size=5, unique=True) if may else st.just([])
    return chosen.flatmap(lambda names: st.fixed_dictionaries(must | {name: members[name] for name in names}))


def _demanded(condition: Schema) -> list[str]:
    return condition.get("then", condition).get("required", [])


def _array(schema: Schema, definitions: dict[str, Schema]) -> st.SearchStrategy[Any]:
    least = schema.get("minItems", 0)
    most = schema.get("maxItems", least + 3)
    sizes = st.integers(least, min(most, least + 3)) | st.sampled_from([least, most])
    items = values(schema.get("items", {}), definitions)
    return sizes.flatmap(lambda n: st.lists(items, min_size=n, max_size=n))


def _string(schema: Schema, definitions: dict[str, Schema]) -> st.SearchStrategy[str]:
    most = schema.get("maxLength", 1000)
    return st.sampled_from(WORDS) | st.sampled_from(["x" * most, "字" * min(most, 30)])


def _integer(schema: Schema, definitions: dict[str, Schema]) -> st.SearchStrategy[int]:
    low, high = _bounds(schema)
    return st.integers(low, high) | st.sampled_from([low, high])


def _number(schema: Schema, definitions: dict[str, Schema]) -> st.SearchStrategy[float]:
    low, high = _bounds(schema)
    return st.floats(low, high) | st.sampled_from([low, high])


def _bounds(schema: Schema) -> tuple[int, int]:
    """The range; an open bound is in it as well, and wrong."""
    low = schema.get("minimum", schema.get("exclusiveMinimum", -1000))
    high = schema.get("maximum", schema.get("exclusiveMaximum", low + 10**6))
    return low if low == int(low) and not isinstance(low, float) else int(low), int(high)


_MAKERS: dict[str, Callable[[Schema, dict[str, Schema]], st.SearchStrategy[Any]]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": lambda schema, definitions: st.booleans(),
    "null": lambda schema, definitions: st.none(),
    "any": lambda schema, definitions: JUNK,
}


def payload(draw: st.DrawFn, schema: Schema, others: list[str]) -> Schema:
    """A payload of a schema, spoilt in up to three places. `others`: names that the schema may not have."""
    made: Schema = copied(draw(values(schema, schema["$defs"])))
    for _ in range(draw(st.integers(0, 3))):
        spoil = draw(st.sampled_from(WAYS))
        spoil(draw, made, others)
    return made


def copied(value: Any) -> Any:
    """A deep copy: a strategy may give one object twice."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def places(value: Any) -> Iterator[Place]:
    """Every place in a payload."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield value, key
        yield from places(item)


def _somewhere(draw: st.DrawFn, payload: Schema, kind: type | tuple[type, ...] = object) -> Place | None:
    found = [(holder, key) for holder, key in places(payload) if isinstance(holder[key], kind)]
    return draw(st.sampled_from(found)) if found else None


def drop(draw: st.DrawFn, payload: Schema, others: list[str]) -> None:
    if place := _somewhere(draw, payload):
        del place[0][place[1]]


def null(draw: st.DrawFn, payload: Schema, others: list[str]) -> None:
    if place := _somewhere(draw, payload):
        place[0][place[1]] = None


def replace(draw: st.DrawFn, payload: Schema, others: list[str]) -> None:
    if place := _somewhere(draw, payload):
        place[0][place[1]] = copied(draw(JUNK))


def step_out(draw: st.DrawFn, payload: Schema, others: list[str]) -> None:
    if place := _somewhere(draw, payload, (int, float)):
        place[0][place[1]] += draw(st.sampled_from([-1000, -1, -0.5, -1e-9, 1e-9, 0.5, 1, 5000]))


def misspell(draw: st.DrawFn, payload: Schema, others: list[str]) -> None:
    if place := _somewhere(draw, payload, str):
        place[0][place[1]] += draw(st.sampled_from(["x", " ", "x" * 21, "x" * 3000]))


def add_member(draw: st.DrawFn, payload: Schema, others: list[str]) -> None:
    holders = [payload, *(holder[key] for holder, key in places(payload) if isinstance(holder[key], dict))]
    holder = draw(st.sampled_from(holders))
    holder[draw(st.sampled_from(["other", "name", "type", "role", "", *others]))] = copied(draw(JUNK))


def resize(draw: st.DrawFn, payload: Schema, others: list[str]) -> None:
    if place := _somewhere(draw, payload, (list, dict)):
        value = place[0][place[1]]
        if isinstance(value, dict):
            value |= {f"m{index}": "a" for index in range(draw(st.sampled_from([1, 17])))}
        else:
            value[:] = copied(value * draw(st.sampled_from([0, 2, 17])))


WAYS = [drop, null, replace, step_out, misspell, add_member, resize]
