"""Names in generated code: what the methods and classes use themselves, a parameter or an operation cannot have."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from codegen.names import camel, property_name
from codegen.spec import language, types
from codegen.spec.problems import Document, Problem

METHOD_NAMES = {
    *("self", "extra", "timeout", "deadline", "headers", "retry", "validate", "parameters"),
    *("request", "requests", "options", "target"),
    *("OPERATION", "OpenRequest", "Options", "Target", "target_of_model", "to_wire"),
}
"""The arguments and variables of the generated methods, and the methods of the generated requests."""


MODULES = {
    *("types", "operation", "operations", "validators", "names", "params", "requests", "completions", "entry"),
    *("handles", "async_handles", "namespace", "async_namespace"),
}
"""The modules of an operation's package: those within it have packages beside them."""


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
        elif name == "endpoint" and operation.model_in == "path":
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
        self._known: dict[tuple[str, str], tuple[Document, language.OperationFile]] = {}

    def problems(self, document: Document, operation: language.OperationFile) -> Iterator[Problem]:
        """What is wrong with the name of an operation, beside those that came before."""
        name = operation.operation
        if not all(map(_is_word, name.split("."))):
            words = "an operation's name is a word of Python in lower case, as plugin_endpoint: it becomes a module"
            yield document.problem(("operation",), f"{name!r}: {words}")
            return
        # image_2text and image2text are two modules, but their classes have one name.
        first = self._files.setdefault((operation.version, camel(name).casefold()), document.name)
        if first != document.name:
            yield document.problem(
                ("operation",), f"{name}: {first} has the operation of this name; one file describes it"
            )
            return
        self._known[operation.version, name] = (document, operation)

    def nested_problems(self) -> Iterator[Problem]:
        """Names within an operation that it has for something else. Asked once all are known."""
        for (version, name), (document, _) in self._known.items():
            above, _, own = name.rpartition(".")
            if above and own in MODULES:
                yield document.problem(("operation",), f"{name}: {own} is a module of each operation's package")
            if (version, above) in self._known:
                taken = _taken(self._known[version, above][1], own)
                if taken is not None:
                    yield document.problem(("operation",), f"{name}: client.{version}.{name} is {taken} of {above}")


def _is_word(name: str) -> bool:
    return re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) is not None and not keyword.iskeyword(name)


def _taken(operation: language.OperationFile, name: str) -> str | None:
    """What an operation's namespace has under a name. None: nothing."""
    if name in (("model", "endpoint") if operation.model_in != "none" else (operation.call, "stream")):
        return "a method"
    labels = (
        label
        for group in operation.groups.values()
        for model, stated in group.models.items()
        for label in (model, *stated.aliases)
    )
    return next((f"the model {label}" for label in labels if property_name(label) == name), None)
