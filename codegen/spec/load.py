"""Reads a folder of spec files into one object, or says everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs

from codegen.spec import check, language, service
from codegen.spec.documents import read
from codegen.spec.problems import Document, Problem, SpecError
from codegen.spec.structure import structure


@attrs.frozen
class Shared:
    """A shape of a shapes file, with the source that its file names."""

    shape: language.Shape
    source: str


@attrs.define(slots=False, eq=False)
class Spec:
    """Everything in `spec/`. Two are never equal, so that a spec can be a key of what is made of it once."""

    sources: service.SourcesFile
    platform: service.PlatformFile
    errors: service.ErrorsFile
    foreign: service.ForeignFile
    documents: service.DocumentsFile
    shapes: dict[str, Shared]
    operations: list[language.OperationFile]

    @property
    def pages(self) -> dict[str, service.Page]:
        """The pages that facts come from, by short name."""
        return self.sources.pages

    @cached_property
    def apis(self) -> list[str]:
        """The names of the operations: v1.chat, …"""
        return [api(operation) for operation in self.operations]


def api(operation: language.OperationFile) -> str:
    """An operation's full name: `v1.chat`."""
    return f"{operation.version}.{operation.operation}"


_KINDS: dict[str, type[Any]] = {
    "sources.yaml": service.SourcesFile,
    "platform.yaml": service.PlatformFile,
    "errors.yaml": service.ErrorsFile,
    "foreign_names.yaml": service.ForeignFile,
    "documents.yaml": service.DocumentsFile,
    "shapes/*.yaml": language.ShapesFile,
    "v1/*.yaml": language.OperationFile,
    "v2/*.yaml": language.OperationFile,
}

_OPTIONAL = {"foreign_names.yaml", "documents.yaml"}


def load(folder: Path) -> Spec:
    """The spec in a folder. Raises SpecError with every problem of every file."""
    problems: list[Problem] = []
    files: list[tuple[Document, Any]] = []
    for pattern, kind in _KINDS.items():
        paths = sorted(folder.glob(pattern))
        if not paths and "*" not in pattern and pattern not in _OPTIONAL:
            problems.append(Problem(f"{folder.name}/{pattern}", 1, 1, "the file is missing"))
        for path in paths:
            try:
                document = read(path, folder.parent)
                files.append((document, structure(document, kind)))
            except SpecError as error:
                problems += error.problems
    if problems:
        raise SpecError(problems)
    problems += check.problems(files)
    if problems:
        raise SpecError(problems)
    return _assemble([content for _, content in files])


def _assemble(contents: list[Any]) -> Spec:
    def of(kind: type[Any]) -> Iterator[Any]:
        return (content for content in contents if isinstance(content, kind))

    return Spec(
        sources=next(of(service.SourcesFile)),
        platform=next(of(service.PlatformFile)),
        errors=next(of(service.ErrorsFile)),
        foreign=next(of(service.ForeignFile), service.ForeignFile(source="", names={})),
        documents=next(of(service.DocumentsFile), service.DocumentsFile(source="", options={}, classes={})),
        shapes={
            name: Shared(shape, shape.source or file.source)
            for file in of(language.ShapesFile)
            for name, shape in file.shapes.items()
        },
        operations=list(of(language.OperationFile)),
    )
