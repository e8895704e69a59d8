"""Functions as tools: what a model is told of a function, and how its arguments are checked."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Generic, ParamSpec, TypeVar, cast, overload

import msgspec

from qianfan_api.shapes import Function, Tool
from qianfan_typed.answers.docstrings import Described, described
from qianfan_typed.answers.forms import Misfit, misfit, topped
from qianfan_typed.decoders import make_decoder

P = ParamSpec("P")
T = TypeVar("T")

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PLAIN = (str, int, float, bool, type(None))


class FunctionTool(Generic[P, T]):
    """A function that a model may have called. Called by you, it is the function."""

    def __init__(self, function: Callable[P, T], *, name: str | None = None, description: str | None = None) -> None:
        """
        Args:
            function: Each parameter has a type hint; what has a default may be left out.
            name: Letters, digits, `_` and `-`. None: the function's.
            description: What it does: the model decides by it. None: what its docstring says first.

        Raises:
            TypeError: A parameter has no hint, or one that cannot come from JSON; it is named.
        """
        self.function: Callable[P, T] = function
        self.name: str = name or str(getattr(function, "__name__", type(function).__name__))
        if not _NAME.fullmatch(self.name):
            raise TypeError(f"{self.name!r}: no name for a function: at most 64 letters, digits, _ and -; give name=")
        said = described(inspect.getdoc(function))
        self.description: str = said.summary if description is None else description
        """What it does."""
        self._arguments: Any = _arguments(function, self.name, said)
        self.parameters: Mapping[str, Any] = topped(msgspec.json.schema(self._arguments))
        """The JSON Schema of its arguments."""
        self.__name__: str = self.name
        self.__doc__: str | None = function.__doc__
        self.__wrapped__: Callable[P, T] = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls the function."""
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<FunctionTool {self.name}{inspect.signature(self.function)}>"

    def to_tool(self) -> Tool:
        """The tool, as `tools` of V2 takes it."""
        function = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return cast("Tool", {"type": "function", "function": function})

    def to_function(self) -> Function:
        """The function, as `functions` of V1 takes it."""
        return {"name": self.name, "description": self.description, "parameters": self.parameters}

    def read_arguments(self, text: str) -> dict[str, Any]:
        """The keyword arguments that a model wrote, each of the type of its hint.

        Raises:
            ValueError: They are no JSON, or do not fit the hints. It says where.
        """
        try:
            given = msgspec.json.decode(text.strip() or "{}", type=dict[str, object])
            read = msgspec.convert(given, self._arguments)
        except msgspec.DecodeError as error:
            found: Misfit = misfit(error)
            raise ValueError(str(found)) from None
        return {name: getattr(read, name) for name in given}


@overload
def function_tool(function: Callable[P, T], /) -> FunctionTool[P, T]: ...
@overload
def function_tool(
    *, name: str | None = None, description: str | None = None
) -> Callable[[Callable[P, T]], FunctionTool[P, T]]: ...
def function_tool(
    function: Callable[P, T] | None = None, /, *, name: str | None = None, description: str | None = None
) -> FunctionTool[P, T] | Callable[[Callable[P, T]], FunctionTool[P, T]]:
    """Makes a tool of a function with type hints and a docstring, to be given to `handle.run(…, tools=[…])`.

    Args:
        function: The function, sync or async. Its docstring, in the style of Google, NumPy or Sphinx, describes it.
        name: What the model calls it. None: the function's name.
        description: What it does. None: the first part of its docstring.

    Raises:
        TypeError: A parameter has no hint, or one that cannot come from JSON; it is named.
    """
    if function is not None:
        return FunctionTool(function, name=name, description=description)
    return lambda decorated: FunctionTool(decorated, name=name, description=description)


def _arguments(function: Callable[..., object], name: str, said: Described) -> type[msgspec.Struct]:
    """A class whose fields are the function's parameters."""
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except NameError as error:
        raise TypeError(f"{name}: a type hint cannot be resolved: {error}") from None
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for one in inspect.signature(function).parameters.values():
        if one.kind not in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY):
            raise TypeError(f"{name}: parameter {one.name}: a model gives arguments by name; name each of them")
        if one.name not in hints:
            raise TypeError(f"{name}: parameter {one.name}: has no type hint; write one, as in {one.name}: str")
        hint = hints[one.name]
        _require_json(hint, f"{name}: parameter {one.name}")
        if one.name in said.parameters:
            hint = Annotated[hint, msgspec.Meta(description=said.parameters[one.name])]
        if one.default is one.empty:
            fields.append((one.name, hint))
        elif isinstance(one.default, _PLAIN):
            fields.append((one.name, hint, one.default))
        else:
            # The function has the default; the schema says only that it may be left out.
            fields.append((one.name, hint | msgspec.UnsetType, msgspec.UNSET))
    try:
        made = msgspec.defstruct(name, fields, kw_only=True, forbid_unknown_fields=True)
        # Looked at now, and not by the threads of two calls at once.
        make_decoder(made)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name}: {error}") from None
    return made


def _require_json(hint: Any, place: str) -> None:
    try:
        msgspec.json.schema(hint)
        make_decoder(hint)
    except (TypeError, NameError) as error:
        reason = str(error).splitlines()[-1]
        raise TypeError(f"{place}: {inspect.formatannotation(hint)} cannot come from JSON: {reason}") from None
