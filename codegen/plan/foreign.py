"""Foreign names: what other APIs, or the other dialect, call things in a request."""

from __future__ import annotations

from collections.abc import Mapping

from codegen.plan.check_model import ForeignNames
from codegen.spec import Spec, language


def foreign_names(spec: Spec, api: str, where: str, fields: Mapping[str, language.Field]) -> ForeignNames:
    """The names that are none in an object: those that a member here has elsewhere, and those that none has.

    Args:
        spec: The spec.
        api: The operation.
        where: `request`, or the name of a shape.
        fields: What the object has.
    """
    instead: dict[str, tuple[str, language.Level]] = {
        other: (name, level) for name, field in fields.items() for other, level in field.other_names.items()
    }
    names = spec.foreign.names.get(api, {}).get(where, [])
    return ForeignNames(instead, [name for name in names if name not in fields])
