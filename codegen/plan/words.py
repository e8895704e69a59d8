"""How rules read: in docstrings, in messages and in Python."""

from __future__ import annotations

from codegen.spec import language, types


def number(value: object) -> str:
    """A bound as people write it."""
    return str(value).replace("_", " ") if isinstance(value, str) else repr(value)


def interval(span: language.Range) -> str:
    """`(0, 1.0]` → `above 0 and at most 1.0`."""
    low, high = span.low, span.high
    if low.value == high.value:
        return number(low.value)
    parts: list[str] = []
    if low.value is not None:
        parts.append(f"{'above' if low.open else 'at least'} {number(low.value)}")
    if high.value is not None:
        parts.append(f"{'below' if high.open else 'at most'} {number(high.value)}")
    return " and ".join(parts)


def literal(value: object) -> str:
    """A value as Python source."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)


def row(values: list[language.Scalar], last: str = "or") -> str:
    """`text, json_object or json_schema`."""
    words = [str(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def hint(field: language.Field) -> str:
    """What stands before a parameter's meaning: its range, values, sizes and default."""
    parts: list[str] = []
    if field.required:
        parts.append("required")
    if field.range is not None:
        parts.append(field.range.text.replace("max_output_tokens", "the model's limit"))
    if field.enum is not None and types.parse(field.type) != types.Plain("bool"):
        parts.append(row(field.enum))
    if field.max_items is not None:
        parts.append(f"at most {field.max_items} items")
    if field.max_length is not None:
        of = " each" if field.type.startswith("list") else ""
        most = "the model's limit of" if isinstance(field.max_length, str) else field.max_length
        parts.append(f"at most {most} characters{of}")
    if field.max_bytes is not None:
        parts.append(f"at most {field.max_bytes:,} bytes as base64")
    if field.sides is not None:
        parts.append(f"each side {interval(field.sides)} pixels")
    if field.default is not None:
        parts.append(f"default {str(field.default).lower() if isinstance(field.default, bool) else field.default}")
    return ", ".join(parts)


def one_line(text: str) -> str:
    """Text without line breaks."""
    return " ".join(text.split())


def described(field: language.Field) -> str:
    """A parameter's entry in a docstring: range and default first, on one line."""
    before = hint(field)
    doc = one_line(field.doc)
    return f"{before}. {doc}" if before else doc


def annotation(kind: types.Type, field: language.Field | None = None, *, names: dict[str, str] | None = None) -> str:
    """The Python type that a request accepts."""
    match kind:
        case types.Plain("string") | types.Plain("int") if field is not None and field.enum is not None:
            return f"Literal[{', '.join(literal(value) for value in field.enum)}]"
        case types.Plain(name):
            plain = {"string": "str", "int": "int", "float": "float", "bool": "bool", "image": "str"}
            return plain.get(name, "Mapping[str, object]")
        case types.ShapeRef(name):
            return (names or {}).get(name, name)
        case types.ListOf(types.Plain("string")):
            # Not Sequence[str]: a plain string is one, and would pass where a list is meant.
            return "list[str] | tuple[str, ...]"
        case types.ListOf(item):
            return f"Sequence[{annotation(item, names=names)}]"
        case types.MapOf(value):
            return f"Mapping[str, {annotation(value, names=names)}]"
        case types.OneOf(options):
            return " | ".join(annotation(option, field, names=names) for option in options)


def expectation(kind: types.Type) -> str:
    """What a value must be, in words."""
    match kind:
        case types.Plain(name):
            return {
                "string": "a string",
                "int": "a whole number",
                "float": "a number",
                "bool": "true or false",
                "object": "an object",
                "json_schema": "a JSON Schema object",
                "object_schema": "a JSON Schema object",
                "image": "a string, an image in base64",
            }[name]
        case types.ShapeRef() | types.MapOf():
            return "an object"
        case types.ListOf(types.Plain("string")):
            return "a list of strings"
        case types.ListOf():
            return "a list"
        case types.OneOf(options):
            return " or ".join(dict.fromkeys(expectation(option) for option in options))
