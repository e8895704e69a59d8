"""Values, as far as they are known without running the code: literals, and holes where the code decides."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

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
    beginning: str = ""
    """How a text begins whose rest the code decides: an address, before the token in it."""


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
    passed_on: bool = False
    """Whether those besides are none but what callers add: `**more` is a parameter."""
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


class Site(NamedTuple):
    """A place where the code chooses. Values that are chosen at the same place go together."""

    node: object
    """A conditional, a loop, a function whose callers choose, …"""
    kind: Literal["branch", "default"]
    """default: what holds where nothing else is said, of a parameter or a setting. branch: anything else."""


@attrs.frozen(eq=False)
class ChoiceValue:
    """One of several values."""

    node: ast.AST
    site: Site
    options: tuple[Value, ...]
    each: bool = True
    """Whether each of them surely comes by. Otherwise it is one of them, and nobody knows which."""
    others: bool = False
    """Whether it may be another value still."""
    size: int = attrs.field(init=False, default=attrs.Factory(lambda self: _size(self.options), takes_self=True))
    """How many values it is, itself included, each as often as it stands there."""


Value = ScalarValue | UnknownValue | SequenceValue | ObjectValue | ChoiceValue


def _size(inner: Iterable[Value | UnknownItems]) -> int:
    return 1 + sum(map(size_of, inner))


def size_of(value: Value | UnknownItems) -> int:
    """How many values a value is."""
    return value.size if isinstance(value, SequenceValue | ObjectValue | ChoiceValue) else 1


def changeable(value: Value | UnknownItems) -> bool:
    """Whether other code can change it in place."""
    if isinstance(value, SequenceValue):
        return not value.fixed or any(changeable(item) for item in value.items)
    if isinstance(value, ChoiceValue):
        return any(changeable(option) for option in value.options)
    return isinstance(value, ObjectValue)


def text(value: Value | None) -> str | None:
    """The text that a value is. None: it is another value, or unknown."""
    return value.value if isinstance(value, ScalarValue) and isinstance(value.value, str) else None


def absent(value: Value | None) -> bool:
    """Whether an argument is surely left out: not there, or None."""
    return value is None or (isinstance(value, ScalarValue) and value.value is None)


def moved(value: Value, node: ast.AST) -> Value:
    """The same value as it stands at another place, where a name stands for it. Choices stay where they are written."""
    return value if isinstance(value, ChoiceValue) else attrs.evolve(value, node=node)


def rewritten(value: Value, change: Callable[[Value], Value | None]) -> Value:
    """A value with others in place of some of its parts, from the outside.

    Args:
        value: The value.
        change: Gives what stands instead of a part. None: its own parts are asked for.
    """
    instead = change(value)
    if instead is not None:
        return instead
    match value:
        case SequenceValue(items=items):
            inner = tuple(one if isinstance(one, UnknownItems) else rewritten(one, change) for one in items)
            same = all(one is other for one, other in zip(inner, items, strict=True))
            return value if same else attrs.evolve(value, items=inner)
        case ObjectValue(entries=entries):
            members = {name: rewritten(entry.value, change) for name, entry in entries.items()}
            if all(members[name] is entry.value for name, entry in entries.items()):
                return value
            made = {name: attrs.evolve(entry, value=members[name]) for name, entry in entries.items()}
            return attrs.evolve(value, entries=made)
        case ChoiceValue(options=options):
            return attrs.evolve(value, options=tuple(rewritten(option, change) for option in options))
        case _:
            return value


def relocated(value: Value, node: ast.AST) -> Value:
    """A value of another file, with all of it at one place of this one."""

    def change(part: Value) -> Value | None:
        match part:
            case ScalarValue() | UnknownValue():
                return attrs.evolve(part, node=node)
            case SequenceValue(items=items):
                inner = (UnknownItems(node) if isinstance(one, UnknownItems) else relocated(one, node) for one in items)
                return SequenceValue(node, tuple(inner), part.fixed)
            case ObjectValue(entries=entries):
                members = {name: Entry(node, relocated(entry.value, node)) for name, entry in entries.items()}
                return attrs.evolve(part, node=node, entries=members)
            case ChoiceValue():
                return attrs.evolve(part, node=node, options=tuple(relocated(one, node) for one in part.options))

    return rewritten(value, change)
