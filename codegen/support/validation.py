"""Checks requests against the documented rules, in the form that goes over the wire."""

from __future__ import annotations

import datetime
import difflib
import functools
from collections.abc import Mapping

import attrs

from qianfan_api.catalogue import Model
from qianfan_api.checks import is_object
from qianfan_api.encodability import beside, is_encodable
from qianfan_api.models import CATALOGUES
from qianfan_api.registry import PARAMETER_RULES, RULES_READ, SECOND_HAND, VALIDATORS, ApiName, Validator
from qianfan_api.routing import recipient, serves_instead
from qianfan_api.violations import Findings, Level, Rule, Source, Violation, kind_of, shown

__all__ = ["Violation", "check", "validate"]

ANY_MODEL = "AnyModel"
ANY_NAME = "any model"


def validate(
    payload: Mapping[str, object], *, api: ApiName | str, model: str | None = None, max_age: int | None = None
) -> list[Violation]:
    """What the platform would refuse in a request, all of it, and what its pages advise against.

    Args:
        payload: The request's JSON object. It may name its `model`; on V1 also its `endpoint`.
        api: The operation: `v1.chat` (or `chat`), `v2.chat` (or `chat.v2`), …
        model: The model, if the payload does not say it or another is meant.
        max_age: Days. A rule whose source was read longer ago only warns. None: however old, a rule holds.

    Returns:
        The violations, errors and warnings, in the order of the payload. Of a model that the catalogue does not know
        a warning names the nearest names, and others say what no model of the operation takes; so they do of a service
        of one's own. What JSON cannot say has the code `encoding`. An empty list: nothing is wrong.

    Raises:
        ValueError: `api` is not an operation.
        TypeError: `payload` is not an object.
    """
    api = operation_name(api)
    _require_object(payload)
    found = _broken(api, payload, model, max_age)
    return found if is_encodable(payload) else found + beside(found, _without_files(api, payload))


def _without_files(api: str, payload: Mapping[str, object]) -> dict[str, object]:
    """The parameters that are written as text: a file stands in a form as it is."""
    from qianfan_api.operations import OPERATIONS  # Late: it loads every reply's class.

    placed = OPERATIONS[api].placed
    return {name: value for name, value in payload.items() if name not in placed or placed[name].written != "file"}


def _broken(api: str, payload: Mapping[str, object], model: str | None, max_age: int | None) -> list[Violation]:
    """The rules that a request breaks."""
    whom = recipient(api, payload, model)
    if whom.kind == "nobody":
        return _check_any(api, payload, max_age)
    if whom.kind == "unknown":
        return [unknown_model(api, whom.name), *check_unknown(api, payload)]
    if whom.model is None:
        return check_unknown(api, payload, own=True)
    return check(api, payload, whom.model, max_age=max_age)


def _require_object(payload: object) -> None:
    if not is_object(payload):
        raise TypeError(f"payload: {shown(payload)}: must be an object, not {kind_of(payload)}")


def check(
    api: str, payload: Mapping[str, object], model: Model | None, *, max_age: int | None = None
) -> list[Violation]:
    """What is wrong with a request to a model. For callers that know the model; None has no rules."""
    if model is None:
        return []
    found = Findings(model.name, model, _stale_before(max_age))
    VALIDATORS[api]()[model.group](payload, found)
    if model.retired is not None:
        found.retired(_model_rule(api), ("model",))
    return found.violations


def check_unknown(api: str, payload: Mapping[str, object], *, own: bool = False) -> list[Violation]:
    """What no model of an operation takes, as warnings: for models and services of which nothing else is known.

    Args:
        api: The operation: `v1.chat`.
        payload: The request's JSON object.
        own: Whether it goes to a service of one's own, which may take other numbers and have other parameters.
    """
    found = Findings(ANY_NAME)
    VALIDATORS[api]()[ANY_MODEL](payload, found)
    return [
        attrs.evolve(one, level="warning")
        for one in found.violations
        if not own or not (one.code == "range" or (one.code == "unknown" and one.pointer.count("/") == 1))
    ]


def operation_name(api: str) -> str:
    """`chat` and `chat.v2` as `v1.chat` and `v2.chat`. Raises ValueError with the names there are."""
    if api in VALIDATORS:
        return api
    name, _, version = api.rpartition(".")
    for candidate in (f"{version}.{name}", f"v1.{api}"):
        if candidate in VALIDATORS:
            return candidate
    near = difflib.get_close_matches(api, VALIDATORS, 1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(VALIDATORS)}"
    raise ValueError(f"api: {api!r}: not an operation; {hint}")


def _stale_before(max_age: int | None) -> str | None:
    if max_age is None:
        return None
    return (datetime.date.today() - datetime.timedelta(days=max_age)).isoformat()


def source_of(api: str, parameter: str) -> Source | None:
    """The page that describes a parameter. None: no page does."""
    rule = PARAMETER_RULES[api]().get(parameter)
    return None if rule is None else rule.source


def _check_any(api: str, payload: Mapping[str, object], max_age: int | None) -> list[Violation]:
    found = Findings(ANY_NAME, None, _stale_before(max_age), _named_by(api))
    if CATALOGUES[api].model_in_body and payload.get("model") is None:
        # No model is named, so no page need name it: the operation's own says that one is.
        level: Level = "warning" if api in SECOND_HAND else "error"
        found.missing(Rule(f"{api}.model", RULES_READ[api], level, everyone=True), ("model",))
    validator: Validator = VALIDATORS[api]()[ANY_MODEL]
    validator(payload, found)
    return found.violations


def _named_by(api: str) -> frozenset[Source] | None:
    """The pages that name every model. None: the operation has no models, its pages speak of it alone."""
    catalogue = CATALOGUES[api]
    return catalogue.named_by if len(catalogue) else None


@functools.lru_cache(256)
def unknown_model(api: str, name: str) -> Violation:
    """What there is to say of a model that an operation does not have: which one has it, or the nearest names."""
    near = CATALOGUES[api].nearest(name)
    other = serves_instead(api, name)
    if other is not None:
        hint = f"{other} has it"
    else:
        hint = f"nearest: {', '.join(near)}" if near else "nothing looks like it"
    message = f"{name}: not a known model of {api}, so only what holds for all is checked; {hint}"
    found = Findings(name)
    found.add(_model_rule(api, "warning"), "unknown_model", ("model",), message)
    return found.violations[0]


def doubtful_endpoint(api: str, name: str, like: str | None) -> Violation:
    """What there is to say of a service that is like no known model, or whose name is a model's."""
    if like is not None:
        return unknown_model(api, like)
    model = CATALOGUES[api][name]
    ready = f"write client.{api}.{model.property}"
    own = f"for a service of your own write .endpoint('its_name', like='{model.name}')"
    message = f"{name}: a model's name, not that of a service; {f'{ready}, or {own}' if model.prebuilt else own}"
    return Violation(
        pointer="/endpoint", code="endpoint", message=message, level="warning", rule="client.endpoint", source=""
    )


def _model_rule(api: str, level: str = "error") -> Rule:
    return Rule(f"{api}.model", RULES_READ[api], "warning" if level == "warning" else "error")
