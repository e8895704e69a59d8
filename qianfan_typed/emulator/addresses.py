"""Whom a request calls: the operation and the model, by the path or by the body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from qianfan_api.catalogue import Catalogue, Model
from qianfan_api.models import CATALOGUES
from qianfan_typed.emulator.exchange import AnyOperation
from qianfan_typed.emulator.lenient_json import Json, text_of
from qianfan_typed.emulator.refusals import refused

_ENDPOINT = "{endpoint}"


@attrs.frozen
class Called:
    """Whom a request calls."""

    operation: AnyOperation
    name: str
    """The model as the request names it, or the endpoint. Of an operation that knows no models, its own name."""
    model: Model | None
    """None: no rules of a model are known."""


def called_by_path(operations: Sequence[AnyOperation], path: str) -> Called:
    """The model that has a V1 path; a deployable model's own name, or any other endpoint of its kind. Raises Refused.

    Args:
        operations: Those whose paths begin alike.
        path: What follows, without slashes around it.
    """
    for operation in operations:
        model = CATALOGUES[operation.name].at_path(path)
        if model is not None:
            return Called(operation, model.name, model)
    for operation in operations:
        endpoint = _endpoint(operation, path)
        if endpoint:
            return Called(operation, endpoint, _deployed(CATALOGUES[operation.name], endpoint))
    raise refused("v1", "endpoint" if _kind(path) in set(_kinds(operations)) else "path", f"/{path}")


def _endpoint(operation: AnyOperation, path: str) -> str | None:
    """The service of one's own that a path names."""
    before, _, after = (operation.deployed_path or "").strip("/").partition(_ENDPOINT)
    if not before or not path.startswith(before) or not path.endswith(after):
        return None
    endpoint = path[len(before) : len(path) - len(after)]
    return endpoint if "/" not in endpoint else None


def _deployed(catalogue: Catalogue, endpoint: str) -> Model | None:
    """The model that one has to deploy, where the endpoint has its name."""
    return next((model for model in catalogue.values() if not model.path and model.property == endpoint), None)


def _kinds(operations: Sequence[AnyOperation]) -> Iterator[str]:
    for operation in operations:
        if operation.deployed_path:
            yield _kind(operation.deployed_path)
        yield from (_kind(model.path) for model in CATALOGUES[operation.name].values() if model.path)


def _kind(path: str) -> str:
    return path.partition("/")[0]


def called_by_name(operation: AnyOperation, wire: Json) -> Called:
    """The model that a body names. An unknown name passes: it may be a service of one's own. Raises Refused."""
    name = text_of(wire.get("model"))
    if not name:
        raise refused(operation.dialect, "model", "/model must be a string that is not empty")
    return Called(operation, name, CATALOGUES[operation.name].get(name))
