"""Parameters of models as options: made from the facts, read as the operation that is called has them."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Annotated, Any, cast

import attrs
import typer

from qianfan_typed.cli.completions import parameter_values
from qianfan_typed.facts.facts_file import MemberFacts, facts

PANEL = "Parameters of the model (explain says what each may be)"
"""Under which the help has them."""
_SUBJECT = frozenset({"model", "endpoint", "messages", "prompt", "input", "query", "documents", "image", "stream"})
"""What commands take in their own way."""
_SWITCH = "true or false"
_TEXTS = "list of string"
_METAVARS = {"number": "NUMBER", "whole number": "NUMBER", "string": "TEXT", _TEXTS: "TEXT"}


@attrs.frozen
class Given:
    """What the options say, as text: what it means depends on the operation."""

    values: Mapping[str, object]

    def of(self, api: str) -> dict[str, object]:
        """The parameters of a request of an operation. What it has not goes along: the rules say what to write."""
        members = facts().operations[api].members
        return {
            name: read_value(value, members[name].type if name in members else "string")
            for name, value in self.values.items()
            if value is not None and value != []
        }


def fact_parameters(apis: tuple[str, ...], *, but: Set[str]) -> list[inspect.Parameter]:
    """An option for each parameter that some model of the operations takes.

    Args:
        apis: The operations.
        but: Parameters that the command has options of its own for.
    """
    found: dict[str, dict[str, MemberFacts]] = {}
    for api in apis:
        for name, member in facts().operations[api].members.items():
            plain = name.isidentifier() and member.sent
            if plain and name not in but and name not in _SUBJECT:
                found.setdefault(name, {})[api] = member
    return [_option(name, members, apis) for name, members in found.items()]


def _option(name: str, members: Mapping[str, MemberFacts], apis: tuple[str, ...]) -> inspect.Parameter:
    dashed = name.replace("_", "-")
    types = {member.type for member in members.values()}
    words = next(iter(members.values())).doc
    if len(members) < len(apis):
        words += f" ({' and '.join(api.partition('.')[0].upper() for api in members)} alone.)"
    given: dict[str, Any] = {"help": words, "rich_help_panel": PANEL, "show_default": False}
    annotation: object
    if types == {_SWITCH}:
        annotation = Annotated[bool | None, typer.Option(f"--{dashed}/--no-{dashed}", **given)]
    else:
        metavar = _METAVARS.get(next(iter(types)), "JSON") if len(types) == 1 else "TEXT|JSON"
        given.update(metavar=metavar, autocompletion=parameter_values(name, tuple(members)))
        option = typer.Option(f"--{dashed}", **given)
        annotation = Annotated[list[str] | None, option] if types == {_TEXTS} else Annotated[str | None, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def read_value(value: object, kind: str) -> object:
    """A value as the request has it. What cannot be read stays as it is: the rules say what it must be.

    Args:
        value: What the option says.
        kind: The parameter's type, as the facts name it.

    Raises:
        OSError: The file that `@file` names cannot be read.
    """
    if not isinstance(value, str):
        return value
    if kind == "string":
        return value
    if kind in ("number", "whole number"):
        number = _json(value)
        return number if isinstance(number, (int, float)) and not isinstance(number, bool) else value
    text = Path(value[1:]).read_text("utf-8") if value.startswith("@") else value
    found = _json(text)
    if found is None and kind == _TEXTS:
        return [text]
    return text if found is None or ("string" in kind and not _is_compound(found)) else found


def _is_compound(value: object) -> bool:
    return isinstance(value, dict | list)


def _json(text: str) -> object:
    try:
        return cast("object", json.loads(text))
    except ValueError:
        return None
