"""Operations: the wire, the parameters and shapes that something uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from codegen.spec import language, placement, service, types
from codegen.spec.check.fields import field_problems, shape_problems
from codegen.spec.check.models import ModelsCheck, parameter_problems
from codegen.spec.check.names import parameter_name_problems
from codegen.spec.check.placement import placement_problems
from codegen.spec.check.profiles import whole_groups
from codegen.spec.check.rules import rule_problems
from codegen.spec.problems import Document, Problem, near

RESERVED_FIELDS = {"event", "meta", "raw", "get", "to_dict", "json", "text", "to_message", "statistic"}


@attrs.frozen
class OperationCheck:
    """Checks one operation."""

    document: Document
    operation: language.OperationFile
    shared: dict[str, language.Shape]
    platform: service.PlatformFile | None

    @property
    def shapes(self) -> dict[str, language.Shape]:
        """The shapes it may name."""
        return self.shared | self.operation.shapes

    def problems(self) -> Iterator[Problem]:
        """Everything wrong with it."""
        yield from self._wire()
        yield from parameter_name_problems(self.document, self.operation)
        for name, field in self.operation.parameters.items():
            yield from field_problems(self.document, ("parameters", name), name, field, self.shapes)
        yield from shape_problems(self.document, self.operation.shapes, self.shapes)
        yield from rule_problems(
            self.document, ("rules",), self.operation.rules, self.operation.parameters, self.shapes
        )
        yield from self._unused()
        yield from ModelsCheck(self.document, self.operation).problems()

    def _wire(self) -> Iterator[Problem]:
        operation, document = self.operation, self.document
        for word, name in (("reply", operation.reply), ("stream", operation.stream and operation.stream.chunk)):
            if name and name not in self.shapes and (word, name) != ("reply", placement.BYTES):
                yield document.problem((word,), f"{name}: not a shape{near(name, self.shapes)}")
        if operation.stream is not None:
            yield from self._until(operation.stream)
        tops = {operation.reply, operation.stream.chunk if operation.stream else operation.reply}
        for name in tops & operation.shapes.keys():
            for member in operation.shapes[name].fields.keys() & RESERVED_FIELDS:
                yield document.problem(
                    ("shapes", name, "fields", member), f"{member}: every reply has a method of this name"
                )
        if not re.fullmatch(r"(GET|POST|PUT|DELETE) [/{]\S*", operation.http):
            yield document.problem(
                ("http",), f"{operation.http!r}: expected a method and a path, as POST /v2/embeddings"
            )
        if self.platform is not None:
            if operation.host not in self.platform.hosts:
                yield document.problem(
                    ("host",),
                    f"{operation.host}: not a host of platform.yaml{near(operation.host, self.platform.hosts)}",
                )
            yield from placement_problems(document, operation, self.platform.prefixes)
        yield from parameter_problems(document, operation, ("subject",), operation.subject)
        if operation.wait is not None:
            yield from self._wait(operation.wait)
        if operation.batch_file is not None:
            urls = operation.batch_file.urls
            if urls not in operation.parameters:
                words = f"not a parameter of {operation.operation}{near(urls, operation.parameters)}"
                yield document.problem(("batch_file", "urls"), f"{urls}: {words}")
            elif not operation.parameters[urls].enum:
                yield document.problem(("batch_file", "urls"), f"{urls}: has no enum, which the urls would be")

    def _wait(self, wait: language.Wait) -> Iterator[Problem]:
        """A task that nobody could ask for, or that would never be done."""
        operation, document = self.operation, self.document
        if operation.model_in != "none" or len(operation.subject) != 1:
            yield document.problem(("wait",), "needs model_in: none, and a subject that names the task alone")
        fields = self.shapes[operation.reply].fields if operation.reply in self.shapes else {}
        if fields and wait.status not in fields:
            words = f"not a member of {operation.reply}{near(wait.status, fields)}"
            yield document.problem(("wait", "status"), f"{wait.status}: {words}")

    def _until(self, stream: language.Stream) -> Iterator[Problem]:
        """A stream without an end: every call would raise StreamCut."""
        if isinstance(stream.until, language.EndEvent) or stream.until == "[DONE]" or stream.chunk not in self.shapes:
            return
        fields = self.shapes[stream.chunk].fields
        if stream.until not in fields:
            words = f"not a member of {stream.chunk}, nor [DONE]{near(stream.until, {*fields, '[DONE]'})}"
            yield self.document.problem(("stream", "until"), f"{stream.until}: {words}")
        elif fields[stream.until].type != "bool":
            words = f"expected a bool, which the last {stream.chunk} has as true"
            yield self.document.problem(("stream", "until"), f"{stream.until}: {words}")

    def _unused(self) -> Iterator[Problem]:
        operation, document = self.operation, self.document
        groups = whole_groups(operation).values()
        taken = {name for group in groups for name in (*group.takes, *group.disputed)}
        taken |= {name for word in taken & operation.sets.keys() for name in operation.sets[word]}
        for name in operation.parameters.keys() - taken if operation.model_in != "none" else ():
            yield document.problem(("parameters", name), f"{name}: no group takes this parameter")
        for name in operation.sets.keys() - taken:
            yield document.problem(("sets", name), f"{name}: no group takes this set")
        for name in operation.sets.keys() & operation.parameters.keys():
            yield document.problem(("sets", name), f"{name}: a parameter has this name")
        for name, members in operation.sets.items():
            yield from parameter_problems(document, operation, ("sets", name), members)
        first = next(iter(operation.dialogues), None)
        in_use = {group.dialogue or first for group in groups}
        for name in operation.dialogues.keys() - in_use:
            yield document.problem(("dialogues", name), f"{name}: no group has this dialogue")
        for name in operation.shapes.keys() & self.shared.keys():
            yield document.problem(("shapes", name), f"{name}: a shapes file has a shape of this name")
        for name in operation.shapes.keys() - self.shapes_used():
            yield document.problem(("shapes", name), f"{name}: nothing uses this shape")

    def shapes_used(self) -> set[str]:
        """The shapes that its parameters and its replies reach."""
        operation = self.operation
        pending: set[str] = {operation.reply, *([operation.stream.chunk] if operation.stream else [])}
        fields = list(operation.parameters.values())
        found: set[str] = set()
        while pending or fields:
            for field in fields:
                try:
                    pending |= set(types.shapes_in(types.parse(field.type)))
                except types.TypeSyntaxError:
                    continue
            new = {name for name in pending if name in self.shapes} - found
            found |= new
            fields = [field for name in new for field in self.shapes[name].fields.values()]
            pending.clear()
        return found
