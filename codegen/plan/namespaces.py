"""Namespaces: which stands within which, as `client.v2.images.edits` within `client.v2.images`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import attrs

from codegen.names import camel
from codegen.plan.phrasing import one_line
from codegen.plan.resolve import Operation


@attrs.define(slots=False)
class Namespace:
    """What a dotted name leads to: an operation, others within it, or both."""

    api: str
    operation: Operation | None = None
    within: dict[str, Namespace] = attrs.field(factory=dict[str, "Namespace"])

    @property
    def name(self) -> str:
        """The name of its property."""
        return self.api.rpartition(".")[2]

    @property
    def class_name(self) -> str:
        version, _, name = self.api.partition(".")
        return version.upper() + camel(name)

    @cached_property
    def doc(self) -> str:
        if self.operation is not None:
            return one_line(self.operation.operation.doc)
        return f"The operations of {self.api}: {', '.join(self.within)}."

    @property
    def is_method(self) -> bool:
        """Whether it is a method of the one that it stands within: an operation that is called as it is named."""
        if self.operation is None or self.within or self.api.count(".") < 2:
            return False
        return self.operation.operation.model_in == "none" and self.operation.operation.call == self.name

    @property
    def methods(self) -> list[Namespace]:
        """Those within it that are methods."""
        return [one for one in self.within.values() if one.is_method]

    @property
    def properties(self) -> list[Namespace]:
        """Those within it that are properties."""
        return [one for one in self.within.values() if not one.is_method]

    def walk(self) -> Iterator[Namespace]:
        """It and all within it."""
        yield self
        for one in self.within.values():
            yield from one.walk()


def namespaces(operations: list[Operation]) -> dict[str, Namespace]:
    """Version → its operations, by their names."""
    found: dict[str, Namespace] = {}
    for operation in operations:
        version, *names = operation.api.split(".")
        space = found.setdefault(version, Namespace(version))
        for name in names:
            space = space.within.setdefault(name, Namespace(f"{space.api}.{name}"))
        space.operation = operation
    return found
