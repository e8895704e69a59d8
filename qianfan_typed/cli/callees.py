"""Callees: whom a command calls, as its options and the keys at hand say."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

if TYPE_CHECKING:
    from qianfan_api.handles import Target
    from qianfan_typed.config import Settings


class Dialect(str, Enum):
    """A dialect of the platform's interface."""

    v1 = "v1"
    v2 = "v2"


ApiOption: TypeAlias = Annotated[
    Dialect | None, typer.Option("--api", help="V1 or V2. Left out: as the model and the keys say.", show_default=False)
]
EndpointOption: TypeAlias = Annotated[
    str | None, typer.Option("--endpoint", help="A service of your own: the last part of its address.", metavar="NAME")
]
ListModels: TypeAlias = Annotated[
    bool, typer.Option("--list-model", "--list-models", help="List the models that there are, and end.")
]


def find_target(
    apis: tuple[str, ...], settings: Settings, *, api: Dialect | None, model: str | None, endpoint: str | None
) -> Target[Any, Any]:
    """The target of a call.

    Args:
        apis: The operations that the command may call; the first is the one where nothing decides.
        settings: Whose keys say which of them can be called.
        api: The dialect that was asked for.
        model: The model that was asked for. None: the one that the official SDK takes.
        endpoint: The service that was asked for.

    Raises:
        ConfigurationError: Two of the options, or one and the operation, do not go together.
    """
    from qianfan_api.platform import DEFAULT_MODELS
    from qianfan_typed.errors import ConfigurationError
    from qianfan_typed.sdk.targets import operation, target_of_endpoint, target_of_model

    if model is not None and endpoint is not None:
        raise ConfigurationError(message="--model and --endpoint: say one of them", setting="model")
    if api is not None:
        fit = [name for name in apis if name.startswith(f"{api.value}.")]
        if not fit:
            other = apis[0].partition(".")[0]
            raise ConfigurationError(message=f"--api {api.value}: this command has {other} alone", setting="api")
        name = fit[0]
    else:
        name = _name(apis, settings, model)
    if endpoint is not None:
        return target_of_endpoint(operation(name), endpoint)
    wanted = model or DEFAULT_MODELS.get(name)
    if wanted is None:
        raise ConfigurationError(message="say a model with --model; --list-model shows them", setting="model")
    return target_of_model(operation(name), wanted, warn=model is not None)


def _name(apis: tuple[str, ...], settings: Settings, model: str | None) -> str:
    """The operation: where the model is, spelt like that or in another case; else what the keys at hand can call."""
    from qianfan_api.models import CATALOGUES
    from qianfan_api.platform import DEFAULT_MODELS

    callable_ = [name for name in apis if _serves(settings, name)] or list(apis)
    if model is None:
        return next((name for name in callable_ if name in DEFAULT_MODELS), callable_[0])
    spelt = [name for name in apis if model in CATALOGUES[name].names()]
    known = spelt or [name for name in apis if model in CATALOGUES[name]]
    both = [name for name in known if name in callable_]
    return next(iter((*both, *known, *callable_)))


def _serves(settings: Settings, name: str) -> bool:
    """Whether the keys at hand serve an operation."""
    keys = settings.access_key is not None or settings.no_auth
    if name.startswith("v2."):
        return keys or settings.bearer_token is not None
    return (keys or settings.ak is not None or settings.access_token is not None) and settings.v2_alone is None
