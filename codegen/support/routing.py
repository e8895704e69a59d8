"""Routing: which operation a path leads to, and whom a path or a payload is for."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Literal
from urllib.parse import unquote, urlsplit

import attrs

from qianfan_api.catalogue import Catalogue, Model
from qianfan_api.models import CATALOGUES


@attrs.frozen(kw_only=True)
class Recipient:
    """Whom a request is for."""

    kind: Literal["model", "endpoint", "unknown", "nobody"]
    """
    model: the catalogue knows it, by its name or by the endpoint of its service.
    endpoint: a service of one's own. unknown: a name that the catalogue does not have. nobody: nothing names anybody.
    """
    name: str = ""
    """As the request has it; of an endpoint or a path that is a model's, the model's name."""
    model: Model | None = None
    """The catalogue's entry whose rules hold. None: none are known."""


NOBODY = Recipient(kind="nobody")


@attrs.frozen(kw_only=True)
class Route:
    """Where a path leads."""

    api: str
    """The operation: `v1.chat`."""
    recipient: Recipient = NOBODY
    """Whom the path names. Nobody: the body says it, or the operation has no models."""
    parameters: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """What stands in the path for the operation's other braces."""


def naming_members(api: str) -> tuple[str, ...]:
    """The members of a payload that say whom it is for; of two that are there, the first counts."""
    catalogue = CATALOGUES[api]
    if catalogue.model_is_parameter:
        return ()
    return ("model",) if catalogue.model_in_body else ("endpoint", "model")


def recipient(
    api: str, payload: Mapping[str, object], model: object = None, *, default: str | None = None
) -> Recipient:
    """Whom a payload is for.

    Args:
        api: The operation: `v1.chat`.
        payload: The request's JSON object.
        model: The model, where the caller knows it: it goes before the payload. What is no string names nobody.
        default: The model where the payload names nobody.
    """
    if model is not None:
        return named(api, model) if isinstance(model, str) else NOBODY
    catalogue = CATALOGUES[api]
    if catalogue.model_is_parameter:
        return _sole(catalogue)
    name = payload.get("model")
    if not catalogue.model_in_body:
        endpoint = payload.get("endpoint")
        if isinstance(endpoint, str):
            return _at_endpoint(api, endpoint)
        if endpoint is not None:
            default = None
    if isinstance(name, str):
        return named(api, name)
    return NOBODY if name is not None or default is None else named(api, default)


@functools.lru_cache(4096)
def named(api: str, name: str) -> Recipient:
    """Whom a model's name or alias is for."""
    model = CATALOGUES[api].get(name)
    return Recipient(kind="unknown" if model is None else "model", name=name, model=model)


def serves_instead(api: str, name: str) -> str | None:
    """The operation of the same dialect that has a model which another was asked for. None: none has it."""
    version = api.partition(".")[0]
    others = (other for other in CATALOGUES.values() if other.api != api and other.api.startswith(f"{version}."))
    return next((other.api for other in others if name in other), None)


def not_a_property(api: str, word: str) -> str:
    """What to write instead of a model's property that there is not."""
    version, _, operation = api.partition(".")
    others = [other for other in CATALOGUES.values() if other.api != api]
    # Those of the same version first, then the same operation of the other one.
    others.sort(key=lambda other: (not other.api.startswith(f"{version}."), other.api.partition(".")[2] != operation))
    for other in others:
        if any(model.property == word for model in other.values()):
            return f"{word}: no model of {api} is called so; client.{other.api}.{word} is there"
    return CATALOGUES[api].not_a_property(word)


def _sole(catalogue: Catalogue) -> Recipient:
    """The model of an operation that has one alone."""
    return named(catalogue.api, next(iter(catalogue))) if len(catalogue) == 1 else NOBODY


@functools.lru_cache(4096)
def _at_endpoint(api: str, endpoint: str) -> Recipient:
    model = CATALOGUES[api].at_endpoint(endpoint)
    return Recipient(kind="endpoint", name=endpoint) if model is None else named(api, model.name)


@functools.lru_cache(4096)
def route(url: str, method: str | None = None) -> Route | None:
    """Where a URL or a path leads. None: nothing is there.

    Args:
        url: With or without its host, percent-encoded.
        method: Only operations that are called so. None: whatever the method.
    """
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    deployed: Route | None = None
    for api, found in _matches(path, method):
        of_model = found.pop("path", None)
        if of_model is None:
            return Route(api=api, parameters=found)
        model = CATALOGUES[api].at_path(of_model.strip("/"))
        if model is not None:
            return Route(api=api, recipient=named(api, model.name), parameters=found)
        endpoint = _endpoint(api, of_model)
        if endpoint is not None and deployed is None:
            deployed = Route(api=api, recipient=_at_endpoint(api, endpoint), parameters=found)
    return deployed


def paths() -> list[str]:
    """The paths that are the same whatever a request is for."""
    return list(dict.fromkeys(template.path.rstrip("/") for template in _templates() if "{" not in template.path))


@attrs.frozen
class _Template:
    """A path of an operation, with its braces."""

    path: str
    api: str
    method: str


@functools.cache
def _templates() -> tuple[_Template, ...]:
    """Every path of every operation; those with fewer braces first, those that leave all to the model last."""
    # Late: operations bring the classes of every reply, which whoever only validates does without.
    from qianfan_api.operations import OPERATIONS

    templates = [
        _Template(path, name, operation.method)
        for name, operation in OPERATIONS.items()
        for path in (operation.path, *operation.also)
    ]
    return tuple(sorted(templates, key=lambda template: ("{path}" in template.path, template.path.count("{"))))


def _matches(path: str, method: str | None) -> Iterator[tuple[str, dict[str, str]]]:
    """The operations whose path it may be, with what stands for the braces."""
    for template in _templates():
        if method is None or method == template.method:
            found = _pattern(template.path).fullmatch(path)
            if found is not None:
                yield template.api, {name: unquote(text) for name, text in found.groupdict().items()}


def _endpoint(api: str, path: str) -> str | None:
    """The service of one's own that a path names, which follows the operation's prefix."""
    from qianfan_api.operations import OPERATIONS

    template = OPERATIONS[api].deployed_path
    found = None if template is None else _pattern(template).fullmatch(path)
    return None if found is None else found["endpoint"]


@functools.cache
def _pattern(template: str) -> re.Pattern[str]:
    """A slash at the end is let pass. `{path}` stands for several steps, other braces for one."""
    literal, *rest = re.split(r"\{(\w+)\}", template.rstrip("/"))
    pattern = re.escape(literal)
    for name, after in zip(rest[::2], rest[1::2], strict=True):
        pattern += f"(?P<{name}>{'.+' if name == 'path' else '[^/]+'}){re.escape(after)}"
    return re.compile(f"{pattern}/?")
