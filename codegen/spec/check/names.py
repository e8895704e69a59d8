"""Names in generated code: what the methods and classes use themselves, a parameter or an operation cannot have."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from codegen.names import camel
from codegen.spec import language, types
from codegen.spec.problems import Document, Problem

METHOD_NAMES = {
    *("self", "extra", "timeout", "validate", "parameters"),
    *("request", "requests", "options", "target"),
    *("OPERATION", "OpenRequest", "Options", "Target", "_target", "to_wire"),
}
"""The arguments and variables of the generated methods, and the methods of the generated requests."""


def parameter_name_problems(document: Document, operation: language.OperationFile) -> Iterator[Problem]:
    """Parameters whose names the generated code uses for something else."""
    for name, field in operation.parameters.items():
        fault = None
        if name in METHOD_NAMES:
            fault = f'the generated methods use this name; leave it out, callers send it as extra={{"{name}": …}}'
        elif name.startswith("_"):
            fault = f'attrs drops the first _ of an argument; leave it out, callers send it as extra={{"{name}": …}}'
        elif name == "stream" and not (operation.stream and _is_bool(field)):
            fault = "expected the bool that asks for chunks, in an operation whose `stream` says which shape they have"
        elif name == "model" and operation.model_in == "body":
            fault = "`model_in: body` sends the handle's model under this name; leave it out"
        elif name == "endpoint" and operation.model_in != "body":
            fault = "a payload names here the service that it is for; leave it out"
        if fault is not None:
            yield document.problem(("parameters", name), f"{name}: {fault}")


def _is_bool(field: language.Field) -> bool:
    try:
        return types.parse(field.type) == types.Plain("bool")
    except types.TypeSyntaxError:
        return True  # said at its type


class OperationNames:
    """Finds operations that have no name of their own in Python."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], str] = {}

    def problems(self, document: Document, operation: language.OperationFile) -> Iterator[Problem]:
        """What is wrong with the name of an operation, beside those that came before."""
        name = operation.operation
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or keyword.iskeyword(name):
            words = "an operation's name is a word of Python in lower case, as plugin_endpoint: it becomes a module"
            yield document.problem(("operation",), f"{name!r}: {words}")
            return
        # image_2text and image2text are two modules, but their classes have one name.
        first = self._files.setdefault((operation.version, camel(name).casefold()), document.name)
        if first != document.name:
            yield document.problem(
                ("operation",), f"{name}: {first} has the operation of this name; one file describes it"
            )
