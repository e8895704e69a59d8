"""Namespaces: the handles that `client.v1.chat.…` leads to. They send nothing until they are called."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any, NoReturn, cast

import attrs

from qianfan_api.handles import Handle, Options, Undeployed
from qianfan_api.models import CATALOGUES
from qianfan_api.operations import OPERATIONS
from qianfan_api.v1 import V1
from qianfan_api.v2 import V2

AnyHandle = Handle[Any, Any, Any]
OPTIONS: frozenset[str] = frozenset(field.name for field in attrs.fields(Options))
"""Arguments of `create` and `stream` that do not go over the wire."""
_SOME_NAME = "your_endpoint"


class _Idle:
    """A runner that carries nothing out: handles are only looked at."""

    def create(self, *request: object) -> NoReturn:
        raise AssertionError("a checked call is never carried out")

    stream = create


@functools.cache
def namespace(api: str) -> Any:
    """The generated namespace of an operation, as `client.v1.chat`. None: there is no such operation."""
    if api not in OPERATIONS:
        return None
    version, *names = api.split(".")
    # Namespaces take any runner: what they do not carry out, they do not look into.
    idle = cast("Any", _Idle())
    space: Any = {"v1": V1, "v2": V2}[version](idle)
    for name in names:
        space = getattr(space, name, None)
    return space


def stands_within(api: str, name: str) -> bool:
    """Whether an operation's namespace has others within it under a name, as `client.v2.images.edits`."""
    within = f"{api}.{name}"
    return any(other == within or other.startswith(f"{within}.") for other in OPERATIONS)


def by_property(api: str, name: str) -> AnyHandle | Undeployed[AnyHandle] | None:
    """The handle that a property of a namespace gives. None: it has no such property."""
    space = namespace(api)
    if name.startswith("_") or not isinstance(inspect.getattr_static(space, name, None), property):
        return None
    return _quietly(lambda: getattr(space, name))


def by_name(api: str, name: str) -> AnyHandle | Undeployed[AnyHandle] | None:
    """The handle of `.model(name)`. None: the catalogue does not know the name."""
    space = namespace(api)
    if name not in CATALOGUES[api] or not hasattr(space, "model"):
        return None
    return _quietly(lambda: space.model(name))


def by_endpoint(api: str, name: str | None, like: str | None) -> AnyHandle | None:
    """The handle of `.endpoint(name, like=…)`. A name that is None is not known, and stands for any."""
    space = namespace(api)
    if not hasattr(space, "endpoint") or (like is not None and like not in CATALOGUES[api]):
        return None
    if name is None and like is None and CATALOGUES[api]:
        return None
    found = _quietly(lambda: space.endpoint(name or _SOME_NAME, **({} if like is None else {"like": like})))
    return None if isinstance(found, Undeployed) else found


def deployed(model: Undeployed[AnyHandle]) -> AnyHandle:
    """The handle of `.at(…)`, whatever the endpoint is called."""
    return model.at(_SOME_NAME)


@functools.cache
def positions(method: Any) -> tuple[str, ...]:
    """The names of the arguments that a method takes by position."""
    parameters = inspect.signature(method).parameters.values()
    return tuple(one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD and one.name != "self")


def _quietly(ask: Callable[[], Any]) -> AnyHandle | Undeployed[AnyHandle] | None:
    """Asks without the warning that a retired model gives: it becomes a finding."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found: AnyHandle | Undeployed[AnyHandle] | None = ask()
        except (TypeError, ValueError, KeyError):
            return None
    return found
