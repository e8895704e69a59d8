"""Code of the user's own: functions and classes that options name as `module:name`, and JSON Schemas in files."""

from __future__ import annotations

import difflib
import importlib
import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from qianfan_typed.answers.forms import Form, Misfit, form_of
from qianfan_typed.answers.tools import FunctionTool
from qianfan_typed.errors import ConfigurationError


def tool_of(said: str) -> FunctionTool[..., object]:
    """The function that `--tool` names. Raises ConfigurationError."""
    found = _found(said, "--tool", "function")
    if isinstance(found, FunctionTool):
        return cast("FunctionTool[..., object]", found)
    if not callable(found) or isinstance(found, type):
        raise _wrong("--tool", f"{said}: is {_kind(found)}, not a function")
    try:
        return FunctionTool(found)
    except TypeError as error:
        raise _wrong("--tool", str(error)) from None


def form_from(said: str) -> Form[Any]:
    """The form that `--schema` names: a file of a JSON Schema, or a class. Raises ConfigurationError, OSError."""
    path = Path(said)
    if path.is_file() or ":" not in said:
        return _form_of_file(path)
    found = _found(said, "--schema", "Class")
    try:
        return form_of(cast("type[Any]", found))
    except TypeError as error:
        raise _wrong("--schema", f"{said}: {error}") from None


def _found(said: str, option: str, noun: str) -> object:
    """What a module has by a name. The module is looked for in the working directory too."""
    name, _, attribute = said.partition(":")
    if not re.fullmatch(r"\w+(\.\w+)*:\w+(\.\w+)*", said):
        hint = name.removesuffix(".py").replace("/", ".")
        raise _wrong(option, f"{said}: write module:{noun}, as in {hint or 'weather'}:{attribute or noun}")
    here = str(Path.cwd())
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    try:
        found: object = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise _wrong(option, f"{said}: {name} needs a module that is not there: {error.name}") from error
        raise _wrong(option, f"{said}: there is no module {error.name}, neither here nor installed") from None
    except (Exception, SystemExit) as error:
        raise _wrong(option, f"{said}: {name} cannot be imported: {type(error).__name__}: {error}") from error
    for part in attribute.split("."):
        if not hasattr(found, part):
            near = difflib.get_close_matches(part, dir(found), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise _wrong(option, f"{said}: {name} has no {part}{hint}")
        found = getattr(found, part)
    return found


def _form_of_file(path: Path) -> Form[Any]:
    """The form that a JSON Schema describes. References lead nowhere outside of it."""
    from jsonschema import exceptions, validators
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        schema: object = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise _wrong("--schema", f"{path}: is no JSON: {error}") from None
    if not isinstance(schema, dict):
        raise _wrong("--schema", f"{path}: is {_kind(schema)}, not a JSON Schema: an object")
    kind: Any = validators.validator_for(cast("Mapping[str, Any]", schema), validators.Draft202012Validator)
    try:
        kind.check_schema(schema)
    except exceptions.SchemaError as error:
        raise _wrong("--schema", f"{path}: is no JSON Schema: {_pointer(error.path)}: {error.message}") from None
    best_match: Callable[[Any], exceptions.ValidationError | None] = cast("Any", exceptions).best_match
    validator = kind(schema, registry=Registry[Any]())

    def read(text: bytes) -> object:
        try:
            value: object = json.loads(text)
        except ValueError as error:
            raise Misfit(f"it is no JSON: {error}", "") from None
        try:
            found = best_match(validator.iter_errors(value))
        except Unresolvable as error:
            raise _wrong("--schema", f"{path}: {error.ref}: leads out of the file; write it in $defs") from None
        if found is not None:
            raise Misfit(found.message, _pointer(found.absolute_path))
        return value

    name = re.sub(r"[^A-Za-z0-9_-]", "_", path.name.partition(".")[0])[:64] or "answer"
    return Form(name, cast("Mapping[str, Any]", schema), False, read)


def _pointer(parts: Any) -> str:
    return "".join(f"/{part}" for part in parts)


def _kind(found: object) -> str:
    return "a class" if isinstance(found, type) else f"of type {type(found).__name__}"


def _wrong(option: str, words: str) -> ConfigurationError:
    return ConfigurationError(message=f"{option}: {words}", setting=option)
