"""Requests that calls make, as far as the source shows them, and what is wrong with each."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import attrs

from qianfan_api.catalogue import Model
from qianfan_api.models import CATALOGUES
from qianfan_api.validation import check, check_unknown, validate
from qianfan_api.violations import Violation
from qianfan_typed.python_source.names.values import ObjectValue, ScalarValue, Value, text
from qianfan_typed.python_source.requests.sure_violations import RequestRules, SourceViolation, sure_violations
from qianfan_typed.reports.codes import Unchecked


@attrs.frozen(kw_only=True)
class SourceRequest:
    """A call, or a literal given to `validate`, and the payload it stands for."""

    call: ast.Call
    api: str | None
    """The operation. None: it cannot be known."""
    payload: ObjectValue
    name: str | None = None
    """The model's name. None: none is given."""
    rules: RequestRules | None = None
    """The rules. None: none are known, only the name is looked at."""
    named_at: ast.AST | None = None
    """Where the model's name stands, if it stands there in words."""
    unchecked: Unchecked | None = None
    """Why it is not checked, or only against what holds for every model. None: it is."""

    def violations(self) -> list[SourceViolation]:
        """What is surely wrong."""
        if self.api is None:
            return []
        about_name = name_violations(self.api, self.name, self.named_at)
        if self.rules is None:
            return about_name
        # That the model is retired is said where its name stands, once.
        said = {found.violation.rule for found in about_name}
        about_payload = sure_violations(self.payload, self.rules)
        return about_name + [found for found in about_payload if found.violation.rule not in said]


def for_model(call: ast.Call, api: str, payload: ObjectValue, model: Model, named_at: ast.AST | None) -> SourceRequest:
    """A request to a model of the catalogue."""

    def rules(wire: Mapping[str, object]) -> list[Violation]:
        return check(api, wire, model)

    return SourceRequest(call=call, api=api, payload=payload, name=model.name, rules=rules, named_at=named_at)


def for_any_model(call: ast.Call, api: str, payload: ObjectValue) -> SourceRequest:
    """A request that leaves the model to the platform: what no model of the catalogue takes is wrong.

    Advice is for some models, and this may be another.
    """

    def rules(wire: Mapping[str, object]) -> list[Violation]:
        return [found for found in validate(wire, api=api) if found.pointer != "/model" and found.level == "error"]

    return SourceRequest(call=call, api=api, payload=payload.without("model", "endpoint"), rules=rules)


def for_unknown(call: ast.Call, api: str, payload: ObjectValue, reason: Unchecked) -> SourceRequest:
    """A request to a model or a service of which nothing is known: what no model takes gives a warning."""

    def rules(wire: Mapping[str, object]) -> list[Violation]:
        return check_unknown(api, wire, own=reason == "own_endpoint")

    return SourceRequest(call=call, api=api, payload=payload, rules=rules, unchecked=reason)


def unseen(call: ast.Call, reason: Unchecked, api: str | None = None) -> SourceRequest:
    """A call that sends a request of which too little can be seen."""
    return SourceRequest(call=call, api=api, payload=ObjectValue(call, {}, open=True), unchecked=reason)


def for_name(call: ast.Call, api: str, payload: ObjectValue, name: Value) -> SourceRequest | None:
    """A request to a model that an argument names. None: what it names cannot be known."""
    word = text(name)
    if word is None:
        return None
    known = CATALOGUES[api].get(word)
    if known is None:
        return attrs.evolve(for_unknown(call, api, payload, "unknown_model"), name=word, named_at=name.node)
    return attrs.evolve(for_model(call, api, payload, known, name.node), name=word)


def name_violations(api: str, name: str | None, node: ast.AST | None) -> list[SourceViolation]:
    """A name that the catalogue does not know, or a model that is retired: warnings."""
    if name is None or node is None:
        return []
    known = CATALOGUES[api].get(name)
    if known is None:
        said = validate({}, api=api, model=name)
        return [SourceViolation(violation=one, node=node) for one in said if one.code == "unknown_model"]
    return [SourceViolation(violation=found, node=node) for found in check(api, {}, known) if found.code == "retired"]


def sent(arguments: ObjectValue, *left_out: str) -> ObjectValue:
    """What goes over the wire of a call's arguments: not the client's own, and none that is None."""
    kept = {
        name: entry
        for name, entry in arguments.entries.items()
        if name not in left_out and not (isinstance(entry.value, ScalarValue) and entry.value.value is None)
    }
    return attrs.evolve(arguments, entries=kept)
