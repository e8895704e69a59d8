"""Targets: models' names and endpoints, made into what a call goes to. An unknown name is never refused."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, TypeVar

import attrs

from qianfan_api.catalogue import Model
from qianfan_api.handles import Operation, Target, endpoint_path
from qianfan_api.models import CATALOGUES
from qianfan_api.operations import OPERATIONS
from qianfan_api.reply import Reply
from qianfan_api.validation import validate
from qianfan_typed.core.frames import outside
from qianfan_typed.errors import ConfigurationError, RequestWarning

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)


@attrs.frozen(kw_only=True)
class QfLLMInfo:
    """What is known of a model."""

    endpoint: str
    """V1: the path of its service. Of a model that is only served where it was deployed, and on V2: empty."""
    required_keys: frozenset[str]
    """The parameters that a request must have."""
    optional_keys: frozenset[str]
    """The parameters that it may have."""
    max_input_chars: int | None
    max_input_tokens: int | None
    deprecated: bool
    """Whether it is retired."""
    api_type: str
    """The operation: `v1.chat`."""
    model: Model = attrs.field(repr=False)
    """All that the catalogue knows of it."""


def operation(api: str) -> Operation[Any, Any]:
    """An operation by its name."""
    return OPERATIONS[api]


def target_of_model(
    operation: Operation[R, C], name: str, *, warn: bool, lookup: Callable[[str], str | None] | None = None
) -> Target[R, C]:
    """The target that a model's name stands for.

    Args:
        operation: What is asked of it.
        name: Its name, in any case where the platform takes it so.
        warn: Whether to warn of a name that nobody knows. It passes, and no rules apply.
        lookup: V1: gives the path of a model that the catalogue does not know, or None.

    Raises:
        ConfigurationError: The platform does not serve the model ready-made.
    """
    known = CATALOGUES[operation.name].get(name)
    if operation.model_in == "body":
        if known is None and warn:
            _warn_of_unknown(operation, name)
        return Target(operation=operation, name=name, model=known)
    if known is None:
        path = lookup(name) if lookup is not None else None
        if path is None and warn:
            _warn_of_unknown(operation, name)
        return Target(operation=operation, name=name, path=path or _service_path(operation, name))
    if known.path is None:
        raise ConfigurationError(
            message=f"{known.name} is served only where you deployed it: pass endpoint=…, what stands after the last / "
            "of your service's address",
            setting="endpoint",
        )
    return Target(operation=operation, name=known.name, path=known.path, model=known)


def target_of_endpoint(operation: Operation[R, C], endpoint: str) -> Target[R, C]:
    """The target that an endpoint stands for: a service of one's own, or of a model of the catalogue."""
    if operation.model_in == "body":
        return Target(operation=operation, name=endpoint, model=CATALOGUES[operation.name].get(endpoint))
    known = CATALOGUES[operation.name].at_endpoint(endpoint)
    path = known.path if known is not None else _service_path(operation, endpoint)
    return Target(operation=operation, name=endpoint, path=path, model=known)


def _service_path(operation: Operation[Any, Any], name: str) -> str:
    try:
        return endpoint_path(operation, name)
    except ValueError:
        known = ", ".join(CATALOGUES[operation.name])
        raise ConfigurationError(message=f"{name}: must be one of {known}", setting="model") from None


def _warn_of_unknown(operation: Operation[Any, Any], name: str) -> None:
    # The name is all that is asked of here: that there are no messages is no fault.
    found = [one for one in validate({"model": name}, api=operation.name) if one.code == "unknown_model"]
    for violation in found:
        warnings.warn(RequestWarning(name, violation), stacklevel=outside())


def model_names(apis: tuple[str, ...]) -> set[str]:
    """The models of some operations that the platform serves ready-made, by every name.

    Those that have a day of retirement are there: whether V1 ended on it is not said, and a call warns.
    """
    served = (model for api in apis for model in CATALOGUES[api].values() if model.prebuilt)
    return {
        name
        for model in served
        if model.retired is None or model.retired.on is not None
        for name in (model.name, *model.aliases)
    }


def model_info(apis: tuple[str, ...], name: str) -> QfLLMInfo:
    """What is known of a model.

    Raises:
        KeyError: No operation of these knows the name. The error names those that look most like it.
    """
    for api in apis:
        model = CATALOGUES[api].get(name)
        if model is not None:
            required, optional = _keys_of_group(api, model.group)
            return QfLLMInfo(
                endpoint=f"/{model.path}" if model.path else "",
                required_keys=required,
                optional_keys=optional,
                max_input_chars=model.max_chars,
                max_input_tokens=model.max_input_tokens,
                deprecated=model.retired is not None,
                api_type=api,
                model=model,
            )
    near = [known for api in apis for known in CATALOGUES[api].nearest(name)]
    raise KeyError(f"{name}: not a known model; nearest: {', '.join(near) or 'none'}")


@functools.cache
def _requests(api: str) -> Mapping[str, type[Any]]:
    """The request classes of an operation, by group."""
    module = import_module(f"qianfan_api.{api}.requests")
    return {name[: -len("Request")]: getattr(module, name) for name in module.__all__}


def _keys_of_group(api: str, group: str) -> tuple[frozenset[str], frozenset[str]]:
    fields = attrs.fields(_requests(api)[group])
    required = frozenset(field.name for field in fields if field.default is attrs.NOTHING)
    return required, frozenset(field.name for field in fields) - required


@functools.cache
def parameters_of(api: str) -> frozenset[str]:
    """Every parameter that some model of an operation takes."""
    return frozenset(name for group in _requests(api) for keys in _keys_of_group(api, group) for name in keys)
