"""Constraints: each kind of rule in a file of its own, found by standing here.

A kind that is read from a member is a `ValueConstraint`, one that is read from the rules across members an
`ObjectConstraint`. To add one, add its file and its key in the spec language: nothing else lists kinds.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import TypeVar

import attrs

from codegen.plan.constraints.base import (
    GIVEN,
    Beyond,
    Condition,
    Constraint,
    Examples,
    ObjectConstraint,
    ObjectSite,
    Schema,
    Site,
    Spot,
    Turn,
    ValueConstraint,
)
from codegen.spec import language

__all__ = [
    "GIVEN",
    "Beyond",
    "Condition",
    "Constraint",
    "Examples",
    "ObjectConstraint",
    "ObjectSite",
    "Schema",
    "Site",
    "Spot",
    "Turn",
    "ValueConstraint",
    "on_object",
    "on_value",
]

C = TypeVar("C", bound=Constraint)

_MODULES = [
    importlib.import_module(f"{__name__}.{module.name}")
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name)
]


def _kinds(base: type[C]) -> Iterator[type[C]]:
    # What stands in the modules: attrs leaves a second, unused class of each among the subclasses.
    for module in _MODULES:
        for one in vars(module).values():
            own = isinstance(one, type) and one.__module__ == module.__name__
            if own and issubclass(one, base) and "kind" in vars(one):
                yield one


_VALUE_KINDS = list(_kinds(ValueConstraint))
_ORDER = [field.name for field in attrs.fields(language.Rules)]
_OBJECT_KINDS = sorted(_kinds(ObjectConstraint), key=lambda kind: _ORDER.index(kind.kind))
KINDS: dict[str, type[Constraint]] = {kind.kind: kind for kind in _kinds(Constraint)}
"""Every kind, by name."""


def on_value(site: Site) -> tuple[Constraint, ...]:
    """The constraints on a member."""
    return tuple(found for kind in _VALUE_KINDS for found in kind.read(site))


def on_object(site: ObjectSite) -> tuple[ObjectConstraint, ...]:
    """The constraints across the members of an object."""
    return tuple(found for kind in _OBJECT_KINDS for found in kind.read(site))
