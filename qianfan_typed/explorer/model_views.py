"""Views of models: the list of all, and one with all that it takes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import attrs

from qianfan_api.catalogue import Model
from qianfan_api.models import CATALOGUES
from qianfan_api.operations import OPERATIONS
from qianfan_api.platform import DEFAULT_MODELS
from qianfan_api.violations import Source
from qianfan_typed.explorer.families import families
from qianfan_typed.explorer.samples import Sample, samples
from qianfan_typed.facts.explanations import Standing, explain_for
from qianfan_typed.facts.facts_file import facts
from qianfan_typed.facts.models import ModelFact, explain_model

LIMITS = (
    "context",
    "max_input_tokens",
    "max_output_tokens",
    "max_thinking_tokens",
    "default_output_tokens",
    "max_chars",
)


@attrs.frozen(kw_only=True)
class RetirementView:
    """The end of a model."""

    on: str | None
    announced: bool
    use: tuple[str, ...]


@attrs.frozen(kw_only=True)
class PriceView:
    """Yuan for a million tokens."""

    input: float | None
    output: float | None
    cached: float | None
    read: str
    """The day on which it was read."""


@attrs.frozen(kw_only=True)
class ModelView:
    """A model in the list."""

    api: str
    name: str
    property: str
    family: str
    aliases: tuple[str, ...]
    abilities: tuple[str, ...]
    limits: dict[str, int]
    rpm: int | None
    tpm: int | None
    price: PriceView | None
    takes: tuple[str, ...]
    retired: RetirementView | None
    unverified: bool
    deployed_only: bool
    """Whether it is served only as an endpoint of one's own."""


@attrs.frozen(kw_only=True)
class OperationView:
    """An operation."""

    api: str
    doc: str
    method: str
    path: str
    models: int
    default_model: str | None
    streams: bool
    sendable: bool
    """Whether JSON in the page is all that it needs."""
    text_at: tuple[str, ...]
    """Pointers to the text in a piece of a stream, or in a reply."""
    thought_at: tuple[str, ...]
    """Pointers to the thinking."""
    samples: tuple[Sample, ...]


@attrs.frozen(kw_only=True)
class ParameterView:
    """A parameter as a model takes it."""

    name: str
    standing: Standing


@attrs.frozen(kw_only=True)
class ModelSheet:
    """All that is known of a model."""

    model: ModelView
    facts: tuple[ModelFact, ...]
    parameters: tuple[ParameterView, ...]
    source: str | None
    url: str | None


_TEXT_AT: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "v1": (("/result",), ("/thoughts",)),
    "v2": (
        ("/choices/0/delta/content", "/choices/0/message/content", "/delta", "/output/0/content/0/text"),
        ("/choices/0/delta/reasoning_content", "/choices/0/message/reasoning_content"),
    ),
}
"""Dialect → where its replies have text and thinking. Of several that are there, the first counts."""


def model_views() -> list[ModelView]:
    """Every model, operation by operation."""
    return list(_views().values())


@cache
def _views() -> Mapping[tuple[str, str], ModelView]:
    models = [model for catalogue in CATALOGUES.values() for model in catalogue.values()]
    of = families(models)
    return {(model.api, model.name): _view(model, of[model.name]) for model in models}


def _view(model: Model, family: str) -> ModelView:
    limits = {name: getattr(model, name) for name in LIMITS}
    operation = facts().operations[model.api]
    price, end = model.price, model.retired
    return ModelView(
        api=model.api,
        name=model.name,
        property=model.property,
        family=family,
        aliases=model.aliases,
        abilities=model.abilities,
        limits={name: limit for name, limit in limits.items() if limit is not None},
        rpm=None if model.rates is None else model.rates.rpm,
        tpm=None if model.rates is None else model.rates.tpm,
        price=None
        if price is None
        else PriceView(input=price.input, output=price.output, cached=price.cached, read=price.source.read),
        takes=tuple(name for name in operation.groups[model.group].takes if operation.members[name].sent),
        retired=None if end is None else RetirementView(on=end.on, announced=end.announced, use=end.use),
        unverified=model.unverified,
        deployed_only=not model.prebuilt,
    )


@cache
def operation_views() -> list[OperationView]:
    """Every operation."""
    return [
        OperationView(
            api=api,
            doc=facts().operations[api].doc,
            method=operation.method,
            path=operation.path,
            models=len(CATALOGUES[api]),
            default_model=_default(api),
            streams=operation.chunk is not None,
            sendable=not operation.multipart,
            text_at=_TEXT_AT[operation.dialect][0],
            thought_at=_TEXT_AT[operation.dialect][1],
            samples=samples(api),
        )
        for api, operation in OPERATIONS.items()
    ]


def _default(api: str) -> str | None:
    """The model that is called where nobody names one; without such, the first in service that pages list."""
    named = DEFAULT_MODELS.get(api)
    if named in CATALOGUES[api]:
        return named
    usable = [one for one in CATALOGUES[api].values() if not one.retired and not one.unverified and one.prebuilt]
    return next((one.name for one in usable), next(iter(CATALOGUES[api]), None))


@cache
def model_sheet(api: str, name: str) -> ModelSheet:
    """All that is known of a model. Raises UnknownName."""
    (explained,) = explain_model(name, api)
    model = CATALOGUES[api][name]
    source: Source | None = model.source
    return ModelSheet(
        model=_views()[api, model.name],
        # The page has words of its own for what they are about.
        facts=tuple(attrs.evolve(one, about=str(one.about)) for one in explained.facts),
        parameters=tuple(
            ParameterView(name=name, standing=standing)
            for name, standing in explain_for(api, model.name).items()
            if (standing.taken and standing.type is not None) or standing.disputed
        ),
        source=explained.source,
        url=None if source is None else source.url,
    )
