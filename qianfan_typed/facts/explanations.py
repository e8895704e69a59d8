"""What is known of a parameter, model by model."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

import attrs

from qianfan_api import sources
from qianfan_api.catalogue import Model
from qianfan_api.models import CATALOGUES
from qianfan_api.validation import ANY_MODEL
from qianfan_api.violations import Level, Source
from qianfan_typed.facts.schemas import Schema, UnknownName, group_schema, model_schema, operation

_URLS = {str(one): one.url for one in vars(sources).values() if isinstance(one, Source)}
_KINDS_OF_FAULT = {"type", "range", "enum", "missing", "empty", "length", "items", "format", "schema", "unsupported"}
"""What a violation's rule ends with; what stands before it is the parameter."""


@attrs.frozen(kw_only=True)
class Facts:
    """What is known of a parameter, for one model."""

    taken: bool = True
    """Whether the model takes it."""
    disputed: str | None = None
    """Who says that the model takes it, where sources disagree."""
    description: str = ""
    type: str | None = None
    required: str | None = None
    """`always`, or under which condition. None: it may be left out."""
    range: str | None = None
    """The interval as the pages write it, with the model's own limit: `(0, 1.0]`, `[2, 2048]`."""
    values: tuple[str | int | bool, ...] = ()
    sizes: tuple[str, ...] = ()
    default: str | int | float | bool | None = None
    level: Level = "error"
    """What it is to break a rule on it, or to send it to a model that does not take it."""
    range_level: Level = "error"
    source: str | None = None
    """The page that says so, and the day it was read."""
    limit_source: str | None = None
    """The page that states the model's own limit, where the range or the size has one."""

    @property
    def url(self) -> str | None:
        """The page's address, if it has one."""
        return _URLS.get(self.source or "")


@attrs.frozen(kw_only=True)
class Row:
    """Models of which the same is known."""

    models: tuple[str, ...]
    facts: Facts


@attrs.frozen(kw_only=True)
class Explanation:
    """A parameter across the models of its operation."""

    api: str
    parameter: str
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        return f"{self.api}.{self.parameter}"

    @property
    def taken(self) -> list[Row]:
        """The rows of the models that take it."""
        return [row for row in self.rows if row.facts.taken]

    def of(self, model: Model) -> Facts:
        """What is known of it for one model."""
        return next(row.facts for row in self.rows if model.name in row.models)

    def takers(self) -> list[str]:
        """The models that take it, those in service that the documentation lists."""
        catalogue = CATALOGUES[self.api]
        names = [name for row in self.taken for name in row.models]
        return [
            name for name in names if name in catalogue and not (catalogue[name].retired or catalogue[name].unverified)
        ]


def explain(path: str) -> Explanation:
    """What is known of a parameter.

    Args:
        path: Operation and parameter: `v1.chat.temperature`; a member of an object or of a list's items after a dot:
            `v1.chat.functions.name`. The rule of a violation on a parameter does as well.

    Raises:
        UnknownName: There is no such operation, or it has no such parameter.
    """
    api, steps = _parted(path)
    steps = _known(api, steps)
    parameter = ".".join(steps)
    rows: dict[Facts, list[str]] = {}
    for model in CATALOGUES[api].values():
        rows.setdefault(_facts(model_schema(model), steps, model), []).append(model.name)
    if not rows:
        rows[_facts(group_schema(api, ANY_MODEL), steps, None)] = ["every model"]
    ordered = [Row(models=tuple(models), facts=facts) for facts, models in rows.items()]
    return Explanation(api=api, parameter=parameter, rows=tuple(ordered))


def _parted(path: str) -> tuple[str, list[str]]:
    """The operation's full name and the steps to the parameter."""
    steps = path.replace("[]", "").split(".")
    for length in range(len(steps), 0, -1):
        try:
            return operation(".".join(steps[:length])), steps[length:]
        except UnknownName:
            continue
    return operation(".".join(steps[:2])), []


def _known(api: str, steps: list[str]) -> list[str]:
    """The steps to a parameter that there is, without the kind of fault that ends a rule. Raises UnknownName."""
    whole = group_schema(api, ANY_MODEL)
    found = whole
    for index, step in enumerate(steps):
        members = dict(_members(found, whole["$defs"]))
        if step not in members:
            if index and index == len(steps) - 1 and step in _KINDS_OF_FAULT:
                return steps[:index]
            raise UnknownName(_nearest(".".join([api, *steps[:index]]), step, list(members)))
        found = members[step]
    if not steps:
        raise UnknownName(f"{api}: say a parameter of it as well: {', '.join(_names(whole))}")
    return steps


def _nearest(owner: str, step: str, names: list[str]) -> str:
    near = difflib.get_close_matches(step, names, 3, 0.5)
    if not names:
        return f"{step!r}: {owner} has no members"
    return f"{step!r}: not known in {owner}; " + (
        f"nearest: {', '.join(near)}" if near else f"known: {', '.join(names)}"
    )


def _names(schema: Schema) -> list[str]:
    return list(schema["properties"])


def _members(schema: Schema, definitions: Schema) -> Iterator[tuple[str, Schema]]:
    """The members of an object, of a list's items, or of any of several types."""
    if "$ref" in schema:
        yield from _members(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        return
    yield from schema.get("properties", {}).items()
    for inner in [*schema.get("anyOf", []), *(schema[key] for key in ("items", "x-expected") if key in schema)]:
        yield from _members(inner, definitions)


# --- the facts of a schema ---


def _facts(whole: Schema, steps: list[str], model: Model | None) -> Facts:
    lenient = model is not None and model.unverified
    found = whole
    holder: Schema | None = whole
    source: str | None = None
    for step in steps:
        holder = _holder(found, step, whole["$defs"])
        if holder is None:
            break
        found = holder["properties"][step]
        source = found.get("x-source", source)
    if found.get("x-taken") is False:
        return Facts(taken=False, disputed=found.get("x-disputed"), level="warning")
    level: Level = "warning" if lenient else found.get("x-level", "error")
    if holder is None:
        return Facts(taken=False, level="warning" if lenient else "error")
    if found.get("x-sent") is False:
        return Facts(description=found["description"], level="warning", source=source)
    expected = _given(found.get("x-expected", found))
    limit = _limit(expected) or _limit_in(found.get("x-range"))
    soft = model is not None and limit in model.soft_limits
    named = model is not None and limit is not None and getattr(model, limit) is not None
    return Facts(
        description=found.get("description", ""),
        type=_type(expected),
        required=_required(holder, steps[-1], found),
        range=_range(found.get("x-range"), limit, model),
        values=tuple(_values(expected)),
        sizes=tuple(_sizes(found, expected, model)),
        default=_default(found, steps, model),
        level=level,
        range_level="warning" if lenient or soft else found.get("x-range-level", level),
        source=source,
        limit_source=str(model.limit_sources.get(limit, model.source)) if named and model and limit else None,
    )


def _holder(schema: Schema, step: str, definitions: Schema) -> Schema | None:
    """The object that has a member."""
    if "$ref" in schema:
        return _holder(definitions[schema["$ref"].rpartition("/")[2]], step, definitions)
    if step in schema.get("properties", {}):
        return schema
    inner = [*schema.get("anyOf", []), *(schema[key] for key in ("items", "x-expected") if key in schema)]
    return next((found for one in inner if (found := _holder(one, step, definitions)) is not None), None)


def _given(schema: Schema) -> Schema:
    """The schema of a value that is not null."""
    if isinstance(schema.get("type"), list):
        return {**schema, "type": next(kind for kind in schema["type"] if kind != "null")}
    options = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    return options[0] if len(options) == 1 else {**schema, "anyOf": options} if options else schema


_WORDS = {"integer": "whole number", "boolean": "true or false"}


def _type(schema: Schema) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "$ref" in schema:
        name: str = schema["$ref"].rpartition("/")[2]
        return {"JsonSchema": "JSON Schema", "ObjectSchema": "JSON Schema of an object"}.get(name, f"object ({name})")
    match schema.get("type"):
        case "array":
            items = _type(schema["items"])
            return f"list of ({items})" if " or " in items else f"list of {items}"
        case "object" if isinstance(schema.get("additionalProperties"), dict):
            return f"object of {_type(schema['additionalProperties'])}"
        case "string" if "contentEncoding" in schema:
            return "image in base64"
        case str(kind):
            return _WORDS.get(kind, kind)
        case _:
            return "any"


def _options(schema: Schema) -> Iterator[Schema]:
    """The schema, or each of its alternatives."""
    yield from schema.get("anyOf", [schema])


def _parts(schema: Schema) -> Iterator[Schema]:
    """The alternatives, and what is within their lists and maps."""
    for one in _options(schema):
        yield one
        for key in ("items", "additionalProperties"):
            inner: Schema = one.get(key) or {}
            yield from _options(inner)


def _values(schema: Schema) -> Iterator[Any]:
    for one in _parts(schema):
        yield from one.get("enum", [])


def _limit(schema: Schema) -> str | None:
    """The limit of the model that bounds a value."""
    named = (one.get("x-maximum") or one.get("x-max-length") for one in _parts(schema))
    return next((name for name in named if name), None)


def _limit_in(text: str | None) -> str | None:
    """The limit of the model that stands in an interval: `[1, max_output_tokens]`."""
    words: list[str] = re.findall("[a-z_]+", text or "")
    return next((word for word in words if word != "inf"), None)


def _range(text: str | None, name: str | None, model: Model | None) -> str | None:
    if text is None or name is None:
        return text
    most = getattr(model, name) if model is not None else None
    return text.replace(name, "the model's limit" if most is None else str(most))


def _sizes(found: Schema, schema: Schema, model: Model | None) -> Iterator[str]:
    unit = {"Items": "items", "Properties": "members", "Length": "characters"}
    said: set[str] = set()
    for depth, one in [(0, one) for one in _options(schema)] + [(1, one) for one in _parts(schema)]:
        for word, things in unit.items():
            words = _between(one.get(f"min{word}"), _most(one, word, model), things)
            each = " each" if depth and things == "characters" and schema.get("type") == "array" else ""
            if words and words not in said:
                said.add(words)
                yield words + each
    if "x-max-bytes" in found:
        yield f"at most {found['x-max-bytes']:,} bytes as base64"
    if "x-sides" in found:
        yield f"each side {found['x-sides']} pixels"


def _most(schema: Schema, word: str, model: Model | None) -> int | None:
    name = schema.get("x-max-length") if word == "Length" else None
    return schema.get(f"max{word}") if name is None or model is None else getattr(model, name)


def _between(least: int | None, most: int | None, things: str) -> str:
    if least == most and most is not None:
        parts = [f"exactly {most}"]
    else:
        parts = [*([f"at least {least}"] if least else []), *([f"at most {most}"] if most is not None else [])]
    things = things[:-1] if parts and parts[-1].endswith(" 1") else things
    return f"{' and '.join(parts)} {things}" if parts else ""


def _default(found: Schema, steps: list[str], model: Model | None) -> Any:
    default = found.get("default")
    return model.defaults.get(steps[0], default) if model is not None and len(steps) == 1 else default


def _required(holder: Schema, name: str, found: Schema) -> str | None:
    if name in holder.get("required", []) or found.get("x-required"):
        return "always"
    for one in holder.get("allOf", []):
        if name in one.get("then", {}).get("required", []):
            return _said(one["if"])
    return None


def _said(condition: Schema) -> str:
    """A condition of a schema in words."""
    if "allOf" in condition:
        return " and ".join(_said(one) for one in condition["allOf"])
    negated = "not" in condition
    [(name, value)] = (condition["not"] if negated else condition)["properties"].items()
    what = f"{name} is {str(value['const']).lower()}" if "const" in value else f"{name} is given"
    return f"{'unless' if negated else 'when'} {what}"
