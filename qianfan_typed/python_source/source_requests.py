"""A request that a call makes, as far as the source shows it, and what is wrong with it."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import attrs

from qianfan_api.catalogue import Model
from qianfan_api.models import CATALOGUES
from qianfan_api.validation import check, validate
from qianfan_api.violations import Violation
from qianfan_typed.python_source.sure_violations import Check, Fault, faults
from qianfan_typed.python_source.values import Object, Scalar, Unknown, Value, absent, text


@attrs.frozen(kw_only=True)
class Request:
    """A call, or a literal given to `validate`, and the payload it stands for."""

    call: ast.Call
    api: str
    payload: Object
    name: str | None = None
    """The model's name. None: none is given."""
    check: Check | None = None
    """The rules. None: none are known, only the name is looked at."""
    named_at: ast.AST | None = None
    """Where the model's name stands, if it stands there in words."""

    def faults(self) -> list[Fault]:
        """What is surely wrong."""
        about_name = name_faults(self.api, self.name, self.named_at)
        return about_name if self.check is None else about_name + faults(self.payload, self.check)


def for_model(call: ast.Call, api: str, payload: Object, model: Model, named_at: ast.AST | None) -> Request:
    """A request to a model of the catalogue."""

    def rules(wire: Mapping[str, object]) -> list[Violation]:
        return check(api, wire, model)

    return Request(call=call, api=api, payload=payload, name=model.name, check=rules, named_at=named_at)


def for_any_model(call: ast.Call, api: str, payload: Object) -> Request:
    """A request that leaves the model to the platform: what no model of the catalogue takes is wrong.

    Advice is for some models, and this may be another.
    """

    def rules(wire: Mapping[str, object]) -> list[Violation]:
        return [found for found in validate(wire, api=api) if found.pointer != "/model" and found.level == "error"]

    return Request(call=call, api=api, payload=payload.without("model", "endpoint"), check=rules)


def for_name(call: ast.Call, api: str, payload: Object, name: Value) -> Request | None:
    """A request to a model that an argument names. None: what it names cannot be known."""
    word = text(name)
    if word is None:
        return None
    known = CATALOGUES[api].get(word)
    if known is None:
        return Request(call=call, api=api, payload=payload, name=word, named_at=name.node)
    return attrs.evolve(for_model(call, api, payload, known, name.node), name=word)


def name_faults(api: str, name: str | None, node: ast.AST | None) -> list[Fault]:
    """A name that the catalogue does not know, or a model that is retired: warnings."""
    if name is None or node is None:
        return []
    known = CATALOGUES[api].get(name)
    if known is None:
        return [Fault(violation=found, node=node) for found in validate({}, api=api, model=name)]
    if known.retired is None:
        return []
    advice = f"use {known.replaced_by}" if known.replaced_by else known.retired
    violation = Violation(
        pointer="/model",
        code="retired",
        message=f"{name}: retired; {advice}",
        level="warning",
        rule=f"{api}.model.retired",
        source=str(known.source),
    )
    return [Fault(violation=violation, node=node)]


def sent(arguments: Object, *left_out: str) -> Object:
    """What goes over the wire of a call's arguments: not the client's own, and none that is None."""
    kept = {
        name: entry
        for name, entry in arguments.entries.items()
        if name not in left_out and not (isinstance(entry.value, Scalar) and entry.value.value is None)
    }
    return attrs.evolve(arguments, entries=kept)


def may_be(value: Value | None, answer: object) -> bool:
    """Whether an argument may turn out to be something. One that is not there is None."""
    if isinstance(value, Unknown):
        return True
    return answer is None if absent(value) else isinstance(value, Scalar) and value.value == answer
