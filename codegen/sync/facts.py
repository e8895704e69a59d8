"""Facts of a model: what the spec has, with the day of its page, beside what the platform lists."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import attrs

from codegen.spec import Spec, language
from codegen.spec.profiles import extended
from codegen.sync.asking import Found
from codegen.sync.prices import Price


@attrs.frozen(kw_only=True)
class Fact:
    """Something that the platform lists of a model and that the spec lacks, or has otherwise."""

    name: str
    """context, max_input_tokens, max_output_tokens, price or vision."""
    listed: int | Price | bool
    stands: int | Price | None
    """What the spec has. None: nothing."""
    page: str | None
    """The page that says so."""
    read: datetime.date | None

    def __str__(self) -> str:
        if self.stands is None:
            return self.name if self.listed is True else f"{self.name} {self.listed}"
        return f"{self.name} {self.stands} ({self.page}, read {self.read}) → {self.listed}"

    def outdated(self, day: datetime.date) -> bool:
        """Whether a list of this day is the later source."""
        return self.read is None or self.read < day


def facts(spec: Spec, operation: language.OperationFile, group: str, name: str, found: Found) -> Iterator[Fact]:
    """Where a model's facts differ."""
    stated = extended(operation, operation.groups[group])
    model = operation.groups[group].models[name]
    own = model.source or stated.source or operation.source
    limits: dict[Any, tuple[int, str]] = {}
    for each, page in ((stated.limits, stated.source or operation.source), (model.limits, own)):
        for limit, value in each.items():
            said = language.Limit(value=value) if isinstance(value, int) else value
            limits[limit] = (said.value, said.source or page)
    for which, listed in found.limits.items():
        stands = limits.get(which)
        if stands is None:
            yield _fact(spec, which, listed, None, None)
        elif stands[0] != listed:
            yield _fact(spec, which, listed, *stands)
    if found.price is not None:
        price = _price(model.price)
        if price != found.price:
            yield _fact(spec, "price", found.price, price, None if model.price is None else model.price.source)
    if found.sees and "vision" not in model.abilities:
        yield _fact(spec, "vision", True, None, None)


def _fact(spec: Spec, name: str, listed: int | Price | bool, stands: int | Price | None, page: str | None) -> Fact:
    return Fact(name=name, listed=listed, stands=stands, page=page, read=spec.pages[page].read if page else None)


def _price(price: language.Price | None) -> Price | None:
    if price is None:
        return None
    above = price.above
    return Price(
        input=price.input,
        output=price.output,
        tokens=None if above is None else above.tokens,
        above=None if above is None else (above.input, above.output),
    )
