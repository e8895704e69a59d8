"""Statements of a page, one after another, held against an operation of the spec."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from codegen.audit import members, parameters, silence
from codegen.audit.findings import Audited, Decisions, Finding, contradiction, missing, shown
from codegen.audit.members import Member, Said
from codegen.audit.scope import Scope
from codegen.plan import resolve
from codegen.spec import types

SECTIONS = {
    "请求参数": "request",
    "Body参数": "request",
    "返回参数": "reply",
    "响应参数": "reply",
    "响应说明": "reply",
    "Header参数": "transport",
    "Headers参数": "transport",
    "Query参数": "transport",
    "错误码": "transport",
    "支持模型列表": "models",
}
"""What the headings of a page stand above. transport: headers, tokens and errors, the client's, no operation's."""
_TARGETS = {"model", "endpoint"}
"""Names that say where a request goes: on V1 the path says it, on V2 a member that every request has."""


@attrs.define
class Walk:
    """One page held against one operation."""

    scope: Scope
    decisions: Decisions
    audited: list[Audited] = attrs.field(factory=list[Audited])
    seen: dict[str, list[Said]] = attrs.field(factory=dict[str, list[Said]])
    """Subject → what the page says of it."""

    @property
    def operation(self) -> resolve.Operation:
        return self.scope.operation

    def add(self, line: int, subject: str, findings: Iterable[Finding]) -> None:
        """Keeps what was found on a line. 0: on none."""
        self.audited.append(self.decisions.audited(line, subject, findings))

    def parameter(self, said: Said, section: str) -> str | None:
        """Holds a statement on a parameter, or on a member of the reply, and gives back the type that the spec has."""
        operation = self.operation.operation
        if section == "reply":
            replies = [operation.reply, *([operation.stream.chunk] if operation.stream else [])]
            whole = replies[:1] if "stream=false" in said.plain else replies
            return self.member(said, replies[1:] if "stream=true" in said.plain or said.values("streamed") else whole)
        if said.name in operation.parameters:
            field = operation.parameters[said.name]
            member = Member(subject=said.name, name=said.name, field=field, rules=operation.rules)
            self._see(said.name, said)
            self.add(said.line, said.name, parameters.parameter_differs(self.scope, member, said))
            return field.type
        if said.name in _TARGETS and operation.model_in != "none":
            self.add(said.line, said.name, self._target(said))
        else:
            self.add(
                said.line, said.name, [missing(said.name, "parameter", said.whole, "no such parameter", said.line)]
            )
        return None

    def _target(self, said: Said) -> Iterator[Finding]:
        for value in said.values("one_value"):
            if self.scope.names.find([str(value)])[1]:
                yield missing(said.name, "model", str(value), "no such model", said.line)
        if self.operation.operation.model_in == "body" and said.required is False:
            yield contradiction(said.name, "required", "false", "true", said.line)
        if said.type.lower() != "string":
            yield contradiction(said.name, "type", said.type, "string", said.line)
        for text in said.reading.unread:
            yield shown(said.name, text, "The model that answers.", said.line)

    def member(
        self, said: Said, shapes: list[str], beside: Iterable[str] = (), *, section: str = "reply"
    ) -> str | None:
        """Holds a statement on a member against the shapes that have it; where none has, against those `beside`."""
        having = [shape for shape in shapes if said.name in self.operation.shapes[shape].fields]
        having = having or [shape for shape in beside if said.name in self.operation.shapes[shape].fields]
        title = f"{'/'.join(shapes) or 'object'}.{said.name}"
        if not having:
            self.add(said.line, title, [missing(title, "member", said.whole, "no such member", said.line)])
            return None
        findings: list[Finding] = []
        for shape in having:
            found = self.operation.shapes[shape]
            member = Member(
                subject=f"{shape}.{said.name}", name=said.name, field=found.fields[said.name], rules=found.rules
            )
            self._see(member.subject, said)
            findings += self._differs(member, shape, said, section)
        self.add(said.line, title, findings)
        return " | ".join(self.operation.shapes[shape].fields[said.name].type for shape in having)

    def _see(self, subject: str, said: Said) -> None:
        self.seen.setdefault(subject, []).append(said)

    def _differs(self, member: Member, shape: str, said: Said, section: str) -> Iterator[Finding]:
        if section == "reply":
            yield from members.reply_differs(member, said)
            return
        subject = self.operation.operation.subject
        spoken = [one for name in subject for one in inner(self.operation.operation.parameters[name].type)]
        yield from members.types_differ(member, said)
        yield from members.required_differs(member, said)
        yield from members.facts_differ(member, said)
        yield from members.unread(member, said)
        if shape in spoken and member.name == "role":
            yield from parameters.roles_differ(self.scope, member, said)
        else:
            yield from members.values_differ(member, said)
            yield from members.models_differ(member, said)
        if shape in spoken and member.name != "role":
            yield from parameters.blank_differs(self.scope, member, said)
        yield from silence.of_member(self.scope, shape, member, said)

    def close(self) -> None:
        """Finds what the spec has from this page, or from an edition before it, and the page does not have."""
        if self.seen:
            for finding in silence.of_page(self.scope, self.seen):
                self.add(0, finding.subject, [finding])


def inner(kind: str | None) -> list[str]:
    """The shapes in a type."""
    return list(dict.fromkeys(types.shapes_in(types.parse(kind)))) if kind is not None else []
