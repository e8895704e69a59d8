"""Models explained: what is known of one beside what it takes, as each operation that has it knows it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import attrs

from qianfan_api.catalogue import Model
from qianfan_api.models import CATALOGUES
from qianfan_api.violations import Source
from qianfan_api.words import Phrase, phrase, say
from qianfan_typed.facts.facts_file import facts
from qianfan_typed.facts.schemas import UnknownName, find_model

_LIMITS = {
    "context": phrase("{count} tokens of context"),
    "max_chars": phrase("{count} characters of input at most"),
    "max_input_tokens": phrase("{count} tokens of input at most"),
    "max_output_tokens": phrase("{count} tokens of output at most"),
    "default_output_tokens": phrase("{count} tokens of output where a request does not say"),
    "max_thinking_tokens": phrase("{count} tokens of thinking at most"),
}


@attrs.frozen(kw_only=True)
class ModelFact:
    """Something known of a model."""

    about: str
    """limits, rates, price, …"""
    said: str
    source: str | None = None
    """The page that says so, and the day it was read. None: the page that lists the model."""


@attrs.frozen(kw_only=True)
class ModelExplanation:
    """A model of an operation."""

    api: str
    name: str
    facts: tuple[ModelFact, ...]
    takes: tuple[str, ...]
    """Its parameters."""
    source: str | None
    """The page that lists it. None: none does."""


def explain_model(model: str, api: str | None = None) -> list[ModelExplanation]:
    """What is known of a model, by its name or an alias.

    Args:
        model: The name.
        api: The operation. None: all that have it.

    Raises:
        UnknownName: No operation has it, or not this one; the message has the nearest names.
    """
    if api is not None:
        return [_explained(find_model(api, model))]
    found = [catalogue[model] for catalogue in CATALOGUES.values() if model in catalogue]
    if not found:
        names = {name.casefold(): name for catalogue in CATALOGUES.values() for name in catalogue.names()}
        near = [names[match] for match in difflib.get_close_matches(model.casefold(), names, 3, 0.6)]
        hint = f"nearest: {', '.join(near)}" if near else "nothing looks like it"
        raise UnknownName(f"{model!r}: no model is called so; {hint}")
    return [_explained(one) for one in found]


def _explained(model: Model) -> ModelExplanation:
    of = facts().operations[model.api]
    return ModelExplanation(
        api=model.api,
        name=model.name,
        facts=tuple(_facts(model)),
        takes=tuple(name for name in of.groups[model.group].takes if of.members[name].sent),
        source=None if model.source is None else str(model.source),
    )


def _facts(model: Model) -> Iterator[ModelFact]:
    def fact(about: str, said: object, source: Source | None = None) -> ModelFact:
        return ModelFact(
            about=about,
            said=said if isinstance(said, str) else str(said),
            source=None if source in (None, model.source) else str(source),
        )

    if model.retired is not None:
        yield fact(phrase("retirement"), model.retired, model.retired.source)
    yield fact(phrase("call"), f"client.{model.api}.{model.property}")
    if other := [*model.aliases, *model.versions]:
        yield fact(phrase("other names"), ", ".join(dict.fromkeys(other)))
    for name, words in _LIMITS.items():
        number: int | None = getattr(model, name)
        if number is not None:
            said = Phrase(words, {"count": f"{number:,}"})
            if name in model.soft_limits:
                said = say("{limit} (only warns)", limit=said)
            yield fact(phrase("limits"), said, model.limit_sources.get(name))
    if model.rates is not None:
        yield fact(phrase("rates"), model.rates, model.rates.source)
    if model.price is not None:
        yield fact(phrase("price"), model.price, model.price.source)
    if model.abilities:
        yield fact(phrase("abilities"), ", ".join(model.abilities))
    if not model.prebuilt:
        yield fact(phrase("served"), say("only as an endpoint of your own"))
    if model.unverified:
        yield fact(phrase("standing"), say("no page of the documentation lists what it takes: its rules only warn"))
