"""What the language's classes cannot say: that names exist, are used and do not collide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from codegen.spec import language, service
from codegen.spec.check.documents import document_problems
from codegen.spec.check.fields import shape_problems
from codegen.spec.check.names import OperationNames
from codegen.spec.check.operations import OperationCheck
from codegen.spec.check.pages import models_of, page_problems
from codegen.spec.check.references import emulator_code_problems, reference_problems
from codegen.spec.problems import Document, Problem


def problems(files: Iterable[tuple[Document, Any]]) -> Iterator[Problem]:
    """Everything wrong across files whose structure is right."""
    files = list(files)
    pages = {name for _, content in files if isinstance(content, service.SourcesFile) for name in content.pages}
    platform = next((content for _, content in files if isinstance(content, service.PlatformFile)), None)
    operations = [content for _, content in files if isinstance(content, language.OperationFile)]
    shared: dict[str, language.Shape] = {}
    for document, content in files:
        yield from reference_problems(document, document.data, (), pages)
        if isinstance(content, language.ShapesFile):
            for name in content.shapes.keys() & shared.keys():
                yield document.problem(("shapes", name), f"{name}: another shapes file has a shape of this name")
            shared |= content.shapes
        if isinstance(content, service.ErrorsFile):
            yield from emulator_code_problems(document, content)
        if isinstance(content, service.DocumentsFile):
            yield from document_problems(document, content, operations, platform)
        if isinstance(content, service.SourcesFile):
            yield from page_problems(document, content.pages, models_of(files))
    used: set[str] = set()
    names = OperationNames()
    for document, content in files:
        if isinstance(content, language.OperationFile):
            yield from names.problems(document, content)
            operation = OperationCheck(document, content, shared, platform)
            yield from operation.problems()
            used |= operation.shapes_used()
    yield from names.nested_problems()
    for document, content in files:
        if isinstance(content, language.ShapesFile):
            yield from shape_problems(document, content.shapes, shared)
            for name in content.shapes.keys() - used:
                yield document.problem(("shapes", name), f"{name}: no operation uses this shape")
