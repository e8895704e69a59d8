"""Values, as far as they are known without running the code: literals, and holes where the code decides."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

import attrs


@attrs.frozen(eq=False)
class ScalarValue:
    """Text, a number, true, false or None."""

    node: ast.AST
    value: str | float | bool | None
    """An int is one of these too."""


@attrs.frozen(eq=False)
class UnknownValue:
    """A value that the code decides when it runs."""

    node: ast.AST
    given: bool = False
    """Whether it cannot be None, which would leave an argument out."""


@attrs.frozen(eq=False)
class UnknownItems:
    """Any number of unknown items in a sequence: `*history`."""

    node: ast.AST


@attrs.frozen(eq=False)
class SequenceValue:
    """A list or a tuple."""

    node: ast.AST
    items: tuple[Value | UnknownItems, ...]
    fixed: bool = False
    """Whether it is a tuple: it cannot change under another name."""
    size: int = attrs.field(init=False, default=attrs.Factory(lambda self: _size(self.items), takes_self=True))
    """How many values it is, itself included, each as often as it stands there."""


@attrs.frozen(eq=False)
class Entry:
    """A member of an object."""

    key: ast.AST
    """Where its name stands."""
    value: Value


@attrs.frozen(eq=False)
class ObjectValue:
    """A dict with text keys, or the arguments of a call."""

    node: ast.AST
    entries: Mapping[str, Entry]
    open: bool = False
    """Whether it may have members besides: `**more`."""
    size: int = attrs.field(init=False, default=attrs.Factory(lambda self: _size(self.values()), takes_self=True))
    """How many values it is, itself included, each as often as it stands there."""

    def values(self) -> Iterator[Value]:
        """The values of its members."""
        return (entry.value for entry in self.entries.values())

    def get(self, name: str) -> Value | None:
        """The value of a member. None: it has none that is known."""
        entry = self.entries.get(name)
        return None if entry is None else entry.value

    def without(self, *names: str) -> ObjectValue:
        """The same with some members less."""
        kept = {name: entry for name, entry in self.entries.items() if name not in names}
        return attrs.evolve(self, entries=kept)

    def having(self, name: str, entry: Entry) -> ObjectValue:
        """The same with one more member, or another in its place."""
        return attrs.evolve(self, entries={**self.entries, name: entry})


Value = ScalarValue | UnknownValue | SequenceValue | ObjectValue


def _size(inner: Iterable[Value | UnknownItems]) -> int:
    return 1 + sum(map(size_of, inner))


def size_of(value: Value | UnknownItems) -> int:
    """How many values a value is."""
    return value.size if isinstance(value, SequenceValue | ObjectValue) else 1


def changeable(value: Value | UnknownItems) -> bool:
    """Whether other code can change it in place."""
    if isinstance(value, SequenceValue):
        return not value.fixed or any(changeable(item) for item in value.items)
    return isinstance(value, ObjectValue)


def text(value: Value | None) -> str | None:
    """The text that a value is. None: it is another value, or unknown."""
    return value.value if isinstance(value, ScalarValue) and isinstance(value.value, str) else None


def absent(value: Value | None) -> bool:
    """Whether an argument is surely left out: not there, or None."""
    return value is None or (isinstance(value, ScalarValue) and value.value is None)


def moved(value: Value, node: ast.AST) -> Value:
    """The same value as it stands at another place, where a name stands for it."""
    return attrs.evolve(value, node=node)
