"""The documents' classes: what their calls take, by version, and what stands in the docstrings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import attrs

from codegen.names import camel
from codegen.plan import python_types
from codegen.plan.phrasing import one_line, plain
from codegen.spec import language, service, types

SUBJECTS: Mapping[service.SubjectType, str] = {
    "text": "str",
    "texts": "list[str] | tuple[str, ...]",
    "messages": "MessagesInput",
    "text or messages": "str | MessagesInput",
}
"""What a call is about → its annotation."""


@attrs.frozen
class Argument:
    """An argument of a call."""

    name: str
    annotation: str
    doc: str
    required: bool
    disputed: bool = False
    """Whether sources disagree about it: it can be given, and warns."""


@attrs.frozen
class Served:
    """An operation that serves a class, with what its models take between them."""

    api: str
    reply: str
    chunk: str | None
    arguments: list[Argument]
    has_models: bool

    def alias(self, name: str) -> str:
        """A name of the operation's that other operations have as well: `V1ChatReply`."""
        version, _, operation = self.api.partition(".")
        return f"{version.upper()}{camel(operation)}{name}"


@attrs.frozen
class Version:
    """A version of the platform's interface, as a class has it."""

    number: str
    served: list[Served]
    arguments: list[Argument]
    """What its models take between them, subjects apart."""

    @property
    def reply(self) -> str:
        return " | ".join(one.alias("Reply") for one in self.served)

    @property
    def chunk(self) -> str:
        return " | ".join(one.alias("Chunk") for one in self.served)

    @property
    def model(self) -> str:
        """The annotation of a model's name: editors complete those that are known, and any other passes."""
        names = [one.alias("Name") for one in self.served if one.has_models]
        return " | ".join([*names, "str"])


@attrs.frozen
class Calls:
    """The calls of a class."""

    name: str
    row: service.DocumentClass
    versions: list[Version]
    subjects: list[Argument]
    by_position: list[Argument]
    options: list[Argument]

    @property
    def doc(self) -> str:
        return one_line(self.row.doc)

    @property
    def call(self) -> str:
        return one_line(self.row.call)

    @property
    def module(self) -> str:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.name).lower()

    @property
    def is_versioned(self) -> bool:
        return len(self.versions) > 1

    @property
    def streams(self) -> bool:
        """Whether its answers may come in pieces."""
        return all(one.chunk is not None for version in self.versions for one in version.served)

    @property
    def served(self) -> list[Served]:
        return [one for version in self.versions for one in version.served]

    @property
    def item(self) -> str:
        """The type of an item of a batch."""
        each = [one.annotation for one in self.subjects]
        return each[0] if len(each) == 1 else f"tuple[{', '.join(each)}]"

    @property
    def items(self) -> str:
        """The argument that a batch's items are given as."""
        return f"{self.subjects[0].name}_list"

    @property
    def item_words(self) -> str:
        """What an item of a batch is, in words."""
        names = [one.name for one in self.subjects]
        return f"`{names[0]}` of a call" if len(names) == 1 else f"a tuple of {' and '.join(f'`{n}`' for n in names)}"

    @property
    def own_type(self) -> str:
        """The class as its own base reads in an overload: without the parameters of its type."""
        return f"{self.name}Calls"

    @property
    def explained(self) -> list[Argument]:
        """The keywords of its calls, in the docstring's order, with what each version says of them."""
        said: dict[str, dict[str, str]] = {}
        for version in self.versions:
            for one in version.arguments:
                said.setdefault(one.name, {})[version.number] = one.doc
        return [Argument(name, "", _merged(docs, len(self.versions)), False) for name, docs in said.items()]


def calls_of(file: service.DocumentsFile, operations: Mapping[str, Served]) -> Iterator[Calls]:
    """The classes that have calls of their own.

    Args:
        file: The classes.
        operations: The operations that they name.
    """
    for name, row in file.classes.items():
        if row.like is None:
            yield _calls(name, row, file, operations)


def _calls(
    name: str, row: service.DocumentClass, file: service.DocumentsFile, operations: Mapping[str, Served]
) -> Calls:
    # What a subject becomes in the request is the class's affair: a prompt to a model of chat is a message.
    about = {word for subject, one in row.subjects.items() for word in (subject, one.sent_as)}
    apart = {*about, *row.by_position, "messages", "prompt", "query"}
    every: dict[str, dict[str, Argument]] = {
        number: _together(operations[api].arguments for api in served) for number, served in row.operations.items()
    }
    versions = [
        Version(number, [operations[api] for api in served], _without(apart, every[number]))
        for number, served in row.operations.items()
    ]
    subjects = [_subject(word, one, every) for word, one in row.subjects.items()]
    by_position = [_by_position(word, every) for word in row.by_position]
    options = [*map(_option, (file.options | row.options).items())]
    return Calls(name, row, versions, subjects, by_position, options)


_Every = Mapping[str, Mapping[str, Argument]]
"""Version → what its models take between them, by name."""


def _without(names: set[str | None], every: Mapping[str, Argument]) -> list[Argument]:
    return [one for one in every.values() if one.name not in names]


def _subject(name: str, subject: service.Subject, every: _Every) -> Argument:
    doc = subject.doc or _said(subject.sent_as or name, every)
    return Argument(name, SUBJECTS[subject.type], one_line(doc), True)


def _by_position(name: str, every: _Every) -> Argument:
    first = next(found[name] for found in every.values() if name in found)
    return attrs.evolve(first, required=False, doc=_said(name, every))


def _said(name: str, every: _Every) -> str:
    return _merged({number: found[name].doc for number, found in every.items() if name in found}, len(every))


def _merged(docs: Mapping[str, str], versions: int) -> str:
    """What the versions say of an argument. `docs`: by version."""
    if len(docs) == versions and len(set(docs.values())) == 1:
        return next(iter(docs.values()))
    return " ".join(f"V{number}: {doc}" for number, doc in docs.items())


def _option(item: tuple[str, language.Field]) -> Argument:
    name, field = item
    default = "" if field.default is None else f"Default {plain(field.default)}. "
    return Argument(name, option_type(field), f"{default}{one_line(field.doc)}", False)


def option_type(field: language.Field) -> str:
    """The annotation of an option. It is read here and not sent: a set is as good as a list."""
    annotation = python_types.request(types.parse(field.type), tuple(field.enum) if field.enum else None, {})
    return annotation.replace("Sequence[", "Collection[")


def _together(several: Iterable[list[Argument]]) -> dict[str, Argument]:
    """What several operations take between them: of an argument's words, those of the first that has it."""
    found: dict[str, Argument] = {}
    for arguments in several:
        for one in arguments:
            known = found.setdefault(one.name, one)
            if one.annotation != known.annotation:
                found[one.name] = attrs.evolve(known, annotation=f"{known.annotation} | {one.annotation}")
    return found
