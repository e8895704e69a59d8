"""Targets: whom the name of a model, or of a service of one's own, means; and what is doubtful about it."""

from __future__ import annotations

from typing import Any, TypeVar

from qianfan_api.handles import Operation, Target, endpoint_path
from qianfan_api.models import CATALOGUES
from qianfan_api.reply import Reply

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)


def target_of_model(operation: Operation[R, C], name: str) -> Target[R, C]:
    """Whom a model's name means. One that the catalogue does not know is doubtful."""
    model = CATALOGUES[operation.name].get(name)
    if model is not None:
        return Target(operation=operation, name=name, path=model.path, model=model)
    from qianfan_api.validation import unknown_model  # Late: it loads the rules.

    doubt = unknown_model(operation.name, name)
    return Target(operation=operation, name=name, path=_own_path(operation, name), doubt=doubt)


def target_of_service(operation: Operation[R, C], name: str, like: str | None) -> Target[R, C]:
    """Whom the name of a service means.

    Args:
        operation: What is asked of it.
        name: What stands in the path, or as the model in the body.
        like: The model it was made from. Doubtful where the catalogue does not know it. None: what the catalogue has
            under the name of the service; doubtful where that is a model's, and a path needs a service's.
    """
    catalogue, path, doubt = CATALOGUES[operation.name], _own_path(operation, name), None
    if like is not None:
        model = catalogue.get(like)
    else:
        model = catalogue.get(name) if path is None else catalogue.at_endpoint(name)
    if model is None and (like is not None or name in catalogue):
        from qianfan_api.validation import doubtful_endpoint

        doubt = doubtful_endpoint(operation.name, name, like)
    return Target(operation=operation, name=name, path=path, model=model, doubt=doubt)


def _own_path(operation: Operation[Any, Any], name: str) -> str | None:
    return endpoint_path(operation, name) if operation.model_in == "path" else None
