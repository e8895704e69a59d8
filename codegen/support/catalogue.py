"""The models of the platform: what they are called, take and allow."""

from __future__ import annotations

import difflib
import functools
import itertools
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

import attrs

from qianfan_api.tables import table
from qianfan_api.violations import Source, either, listed
from qianfan_api.words import Phrase, say


def _as_property(name: str) -> str:
    """A name as properties have it."""
    return "_".join(re.findall("[a-z0-9]+", name.lower()))


@attrs.frozen(kw_only=True)
class Retirement:
    """The end of a model."""

    on: str | None
    """The day on which it goes or went offline, as YYYY-MM-DD. None: it is gone, since when is not known."""
    use: tuple[str, ...]
    """Models to use in its place, the best first."""
    source: Source

    @property
    def announced(self) -> bool:
        """Whether the page that says so is older than the day. Whether it came to be, the service knows."""
        return self.on is not None and self.on > self.source.read

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> Phrase:
        """What became of it, and what to use."""
        if self.on is None:
            said = say("retired")
        elif self.announced:
            said = say("announced to end on {day}", day=self.on)
        else:
            said = say("retired on {day}", day=self.on)
        return say("{retired}; use {models}", retired=said, models=either(self.use)) if self.use else said


@attrs.frozen(kw_only=True)
class Rates:
    """How much of a model an account may ask for where it has no more of its own."""

    rpm: int | None
    """Requests a minute."""
    tpm: int | None
    """Tokens a minute."""
    source: Source

    def __str__(self) -> str:
        requests = None if self.rpm is None else say("{count} requests", count=f"{self.rpm:,}")
        tokens = None if self.tpm is None else say("{count} tokens", count=f"{self.tpm:,}")
        both = say("{requests} and {tokens}", requests=requests, tokens=tokens) if requests and tokens else None
        return say("{counted} a minute", counted=both or requests or tokens)


@attrs.frozen(kw_only=True)
class LongPrice:
    """The price of requests with more input: yuan for a million tokens."""

    tokens: int
    """Tokens of input above which it holds."""
    input: float
    output: float


@attrs.frozen(kw_only=True)
class Price:
    """What a model costs: yuan for a million tokens, on the day of its source."""

    input: float
    output: float
    cached: float | None
    """Input that comes from the cache. None: not known."""
    above: LongPrice | None
    """Requests with more input. None: the same, as far as is known."""
    source: Source

    def __str__(self) -> str:
        given, taken = f"{self.input:g}", f"{self.output:g}"
        said = say("{input} yuan a million tokens in, {output} out", input=given, output=taken)
        if self.cached is not None:
            said = say(
                "{input} yuan a million tokens in, {cached} cached, {output} out",
                input=given,
                cached=f"{self.cached:g}",
                output=taken,
            )
        if self.above is not None:
            said = say(
                "{price}; above {tokens} tokens {input} in, {output} out",
                price=said,
                tokens=f"{self.above.tokens:,}",
                input=f"{self.above.input:g}",
                output=f"{self.above.output:g}",
            )
        return say("{price} ({read})", price=said, read=self.source.read)


@attrs.frozen(kw_only=True)
class Model:
    """One model, as one operation serves it."""

    name: str
    """The name the platform gives it."""
    api: str
    """The operation: `v1.chat`."""
    group: str
    """The constraint group: models that take the same parameters with the same ranges."""
    property: str
    """The handle's name: `client.v1.chat.<property>`."""
    source: Source | None
    """The page that lists it. None: nobody said which."""
    named_by: frozenset[Source] | None = None
    """The editions of pages that name it: the rules of others warn. None: no rule asks."""
    path: str | None = None
    """V1: the path of its service. None: only as a deployed endpoint, or V2."""
    path_guessed: bool = False
    """Whether the path follows the pattern of the others and was seen nowhere."""
    aliases: tuple[str, ...] = ()
    """Other names for it."""
    family: str | None = None
    """The family the platform lists it under."""
    versions: tuple[str, ...] = ()
    """The version names the platform gives for it."""
    prebuilt: bool = True
    """Whether the platform serves it ready-made."""
    deployable: bool = False
    """Whether one can deploy it as an endpoint of one's own."""
    context: int | None = None
    """Tokens of input and output together."""
    max_chars: int | None = None
    """Characters of input."""
    max_input_tokens: int | None = None
    max_output_tokens: int | None = None
    default_output_tokens: int | None = None
    """Tokens of output at the most where a request does not say."""
    max_thinking_tokens: int | None = None
    limit_sources: Mapping[str, Source] = attrs.field(factory=dict[str, Source])
    """Limit → the page that states it, where that is another than the model's."""
    soft_limits: frozenset[str] = frozenset()
    """Limits that no page of the documentation states: going over them warns only."""
    defaults: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    """Parameter → what the platform takes where it is left out."""
    rates: Rates | None = None
    """Requests and tokens a minute. None: not known."""
    price: Price | None = None
    """What it costs. None: not known."""
    abilities: tuple[str, ...] = ()
    """What it can besides text."""
    retired: Retirement | None = None
    """When it goes or went offline, and what to use. None: in service, as far as pages say."""
    unverified: bool = False
    """Whether no page of the documentation lists what it takes: its rules warn, never reject."""


class Catalogue(Mapping[str, Model]):
    """The models of one operation, by name or alias."""

    def __init__(
        self,
        api: str,
        models: Iterable[Model],
        *,
        ignore_case: bool,
        model_in_body: bool,
        model_is_parameter: bool = False,
    ) -> None:
        self.api = api
        self.ignore_case = ignore_case
        """Whether the platform takes a name in any case."""
        self.model_in_body = model_in_body
        """Whether a request names its model in the body. Otherwise the path does."""
        self.model_is_parameter = model_is_parameter
        """Whether `model` in a request is a parameter like any other, and says nothing of whom it goes to."""
        self._models = {model.name: model for model in models}
        self._by_name = {
            self._key(name): model for model in self._models.values() for name in (model.name, *model.aliases)
        }
        self._by_path = {model.path: model for model in self._models.values() if model.path}

    def _key(self, name: str) -> str:
        return name.casefold() if self.ignore_case else name

    def __getitem__(self, name: str) -> Model:
        return self._by_name[self._key(name)]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._key(name) in self._by_name

    def __repr__(self) -> str:
        return f"<Catalogue {self.api}: {len(self)} models>"

    def listed(self) -> str:
        """The models' properties, the first of many."""
        return listed(model.property for model in self._models.values())

    def to_html(self) -> str:
        """The models as an HTML table, which notebooks show: what they are called, their limits, price and end."""
        head = ("property", "model", "context", "most input", "most output", "price", "")
        return table(
            head,
            (
                (
                    one.property,
                    one.name,
                    one.context,
                    one.max_input_tokens,
                    one.max_output_tokens,
                    one.price,
                    one.retired,
                )
                for one in self._models.values()
            ),
        )

    def _repr_html_(self) -> str:
        return self.to_html()

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)

    def at_path(self, path: str) -> Model | None:
        """The model whose service has this path."""
        return self._by_path.get(path)

    def at_endpoint(self, endpoint: str) -> Model | None:
        """The model whose service's path ends in `endpoint`."""
        return next((model for path, model in self._by_path.items() if path.rpartition("/")[2] == endpoint), None)

    @functools.cached_property
    def named_by(self) -> frozenset[Source]:
        """The editions of pages that name every model of the operation."""
        sets = [
            model.named_by for model in self._models.values() if model.named_by is not None and not model.unverified
        ]
        return sets[0].intersection(*sets[1:]) if sets else frozenset()

    def names(self) -> list[str]:
        """Every name and alias."""
        return [name for model in self._models.values() for name in (model.name, *model.aliases)]

    def nearest(self, name: str, most: int = 3) -> list[str]:
        """The known names that look most like `name`."""
        folded = {known.casefold(): known for known in self.names()}
        return [folded[match] for match in difflib.get_close_matches(name.casefold(), folded, most, 0.5)]

    def not_a_property(self, word: str) -> str:
        """What to write instead of a property that there is not: of the model with that version, or of one near it."""
        known = {
            _as_property(label): model.property
            for model in self._models.values()
            for label in (*model.versions, *model.aliases, model.name)
        }
        near = [word] if word in known else difflib.get_close_matches(word, known, 1)
        hint = f"; did you mean {known[near[0]]}?" if near else ""
        return f"{word}: no model of {self.api} is called so{hint}"

    def of_groups(self, groups: Container[str]) -> list[str]:
        """The models of some groups: those in service that a page of the documentation lists."""
        models = self._models.values()
        return [model.name for model in models if model.group in groups and not model.unverified and not model.retired]

    def kin(self, model: Model, ability: str) -> list[str]:
        """The models in service with an ability whose names begin most like a model's: those of its family."""
        able = [
            other
            for other in self._models.values()
            if ability in other.abilities and not other.unverified and not other.retired
        ]
        alike = {other.name: _alike(other.name, model.name) for other in able}
        most = max(alike.values(), default=0)
        return [name for name, count in alike.items() if count == most]


def _alike(one: str, other: str) -> int:
    """How many of their first words two names share: 2 for ernie-4.5-turbo and ernie-4.5-8k."""
    words = zip(re.split("[-.]", one), re.split("[-.]", other), strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], words))
