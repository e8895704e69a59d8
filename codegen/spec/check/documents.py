"""The documents' classes: operations, parameters and default models that they name and nobody has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from codegen.spec import language, service
from codegen.spec.problems import Document, Place, Problem, near

_CLASH = "{}: a parameter of its operations has this name"


def document_problems(
    document: Document,
    content: service.DocumentsFile,
    operations: Iterable[language.OperationFile],
    platform: service.PlatformFile | None,
) -> Iterator[Problem]:
    """Everything that spec/documents.yaml names and the rest of the spec does not have."""
    known = {f"{one.version}.{one.operation}": one for one in operations}
    defaults = platform.default_models.models if platform is not None and platform.default_models is not None else {}
    for name, row in content.classes.items():
        place: Place = ("classes", name)
        if row.like is not None and row.like not in content.classes:
            yield document.problem((*place, "like"), f"{row.like}: not a class{near(row.like, content.classes)}")
        for version, key in row.default_models.items():
            if key not in defaults:
                words = f"{key}: not a key of default_models in platform.yaml{near(key, defaults)}"
                yield document.problem((*place, "default_models", version), words)
        for version in sorted(row.operations.keys() ^ row.default_models.keys()):
            words = f"version {version}: operations and default_models must have the same versions"
            yield document.problem((*place, "operations"), words)
        for version, served in row.operations.items():
            for index, api in enumerate(served):
                if api not in known:
                    words = f"{api}: not an operation{near(api, known)}"
                    yield document.problem((*place, "operations", version, index), words)
        taken = {word for served in row.operations.values() for api in served for word in _parameters(known, api)}
        models = {model for served in row.operations.values() for api in served for model in _models(known, api)}
        for index, model in enumerate(row.functions_in_text):
            if model not in models:
                words = f"{model}: not a model of its operations{near(model, models)}"
                yield document.problem((*place, "functions_in_text", index), words)
        yield from _parameter_problems(document, place, row, taken)
        for option in row.options:
            if _is_clash(known, row, option):
                yield document.problem((*place, "options", option), _CLASH.format(option))
    for option in content.options:
        if any(_is_clash(known, row, option) for row in content.classes.values()):
            yield document.problem(("options", option), _CLASH.format(option))


def _models(known: Mapping[str, language.OperationFile], api: str) -> Iterable[str]:
    return [model for group in known[api].groups.values() for model in group.models] if api in known else ()


def _parameters(known: Mapping[str, language.OperationFile], api: str) -> Iterable[str]:
    return known[api].parameters if api in known else ()


def _parameter_problems(
    document: Document, place: Place, row: service.DocumentClass, taken: set[str]
) -> Iterator[Problem]:
    for name, subject in row.subjects.items():
        sent_as = subject.sent_as or name
        if sent_as not in taken:
            words = f"{sent_as}: not a parameter of its operations{near(sent_as, taken)}"
            yield document.problem((*place, "subjects", name), words)
    for index, name in enumerate(row.by_position):
        if name not in taken:
            words = f"{name}: not a parameter of its operations{near(name, taken)}"
            yield document.problem((*place, "by_position", index), words)


def _is_clash(known: Mapping[str, language.OperationFile], row: service.DocumentClass, option: str) -> bool:
    """Whether an operation sends a parameter of this name: they also list arguments of the official SDK."""
    return any(
        option in known[api].parameters and known[api].parameters[option].sent
        for served in row.operations.values()
        for api in served
        if api in known
    )
