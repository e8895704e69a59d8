"""Attributes: the values of `self.model`, of constants of classes, of members of enums and of settings objects."""

from __future__ import annotations

import ast

from qianfan_typed.python_source.names.bound_names import BoundNames
from qianfan_typed.python_source.names.choices import doubted, one_of
from qianfan_typed.python_source.names.classes import Classes, decorators
from qianfan_typed.python_source.names.reading import ValueReader
from qianfan_typed.python_source.names.values import Site, UnknownValue, Value, changeable, moved

_WITH_FIELDS = frozenset({"dataclass", "define", "frozen", "mutable", "attrs", "s"})
"""Decorators that make a constructor of a class's fields."""
_FIELDS_INHERITED = frozenset({"NamedTuple", "BaseModel", "BaseSettings"})
"""Classes whose heirs have such a constructor."""
_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum"})


class AttributeValues:
    """The values of attributes of a module's classes and objects."""

    def __init__(self, names: BoundNames, classes: Classes, reader: ValueReader) -> None:
        self.names = names
        self.classes = classes
        self.reader = reader

    def value(self, node: ast.Attribute, depth: int) -> Value:
        """What an attribute is where it is read."""
        member = node.value
        if node.attr == "value" and isinstance(member, ast.Attribute):
            of = self.classes.named(member.value)
            if of is not None and _bases(of) & _ENUMS:
                return moved(self._of_class(of, member, depth), node)
        of = self.classes.named(node.value)
        if of is not None and _bases(of) & _ENUMS and not _bases(of) & {"str", "StrEnum"}:
            return UnknownValue(node, given=True)
        made = None if of is not None else self.classes.made_by(node.value)
        if made is not None:
            return self._of_object(made, node, depth)
        of = of or self.classes.of_self(node.value)
        return UnknownValue(node) if of is None else self._of_class(of, node, depth)

    def _of_class(self, of: ast.ClassDef, node: ast.Attribute, depth: int) -> Value:
        """`self.model`, `Settings.MODEL`."""
        found = self.classes.attribute(of, node.attr)
        if found is None or not found.bindings or found.functions:
            return UnknownValue(node)
        values = [self.names.of_binding(binding, depth + 1) for binding in found.bindings]
        if any(map(changeable, values)) and not self.names.changes.attribute_is_left_alone(node.attr):
            return UnknownValue(node, given=True)
        value = one_of(node, Site((of, node.attr), "branch"), values, each=False)
        conditions = self.names.flow.conditions
        doubt = 2 if conditions.ask_for_attribute(node.attr) else int(conditions.above(node))
        return moved(doubted(value, doubt), node)

    def _of_object(self, made: ast.Call, node: ast.Attribute, depth: int) -> Value:
        """`settings.model`, where the module makes the object."""
        of = self.classes.named(made.func)
        if of is None:
            return UnknownValue(node)
        constructor = self.classes.method(of, "__init__")
        if constructor is not None:
            return self.names.for_call(self._of_class(of, node, depth), constructor, made)
        if not decorators(of) & _WITH_FIELDS and not _bases(of) & _FIELDS_INHERITED:
            return UnknownValue(node) if made.args or made.keywords else self._of_class(of, node, depth)
        annotated = (one.target for one in of.body if isinstance(one, ast.AnnAssign))
        fields = tuple(target.id for target in annotated if isinstance(target, ast.Name))
        given = self.reader.arguments(made, fields)
        set_at = self.classes.attribute(of, node.attr)
        in_place = set_at is None or any(isinstance(one.node, ast.Attribute) for one in set_at.bindings)
        if given is None or given.open or in_place or node.attr not in fields:
            return UnknownValue(node)
        value = given.get(node.attr) or self._of_class(of, node, depth)
        return UnknownValue(node) if changeable(value) else moved(value, node)


def _bases(of: ast.ClassDef) -> set[str]:
    return {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in of.bases}
