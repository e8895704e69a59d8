"""Facts of models, as commands select and print them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from qianfan_api.catalogue import Model
from qianfan_api.models import CATALOGUES
from qianfan_typed.cli.tables import Column, print_table
from qianfan_typed.facts.facts_file import facts

NO_MODELS = "no model is like that"
COLUMNS = (
    Column("model", last_to_go=True),
    Column("api"),
    Column("does", folds=True),
    Column("context", right=True),
    Column("output", right=True),
    Column("yuan/M in, out", right=True),
    Column("rpm", right=True),
    Column("tpm", right=True),
    Column("retirement"),
    Column("family"),
)


@attrs.frozen(kw_only=True)
class Selection:
    """Which models are asked for."""

    api: str | None = None
    """An operation, or a dialect. None: all."""
    takes: Sequence[str] = ()
    """Parameters or abilities that they must have."""
    family: str | None = None
    """A part of the family's name, or of the model's, in any case."""
    retired: bool = False
    """Whether those that are retired are there too."""

    def models(self) -> list[Model]:
        """The models, operation by operation."""
        return [model for name in self._apis() for model in CATALOGUES[name].values() if all(self._fits(name, model))]

    def _apis(self) -> list[str]:
        if self.api is None:
            return list(CATALOGUES)
        if self.api in ("v1", "v2"):
            return [name for name in CATALOGUES if name.startswith(f"{self.api}.")]
        from qianfan_typed.facts.schemas import operation

        return [operation(self.api)]

    def _fits(self, api: str, model: Model) -> Iterator[bool]:
        yield self.retired or model.retired is None or model.retired.announced
        for wanted in self.takes:
            yield wanted in model.abilities or wanted in taken(model)
        if self.family is not None:
            folded = self.family.casefold()
            yield folded in (model.family or "").casefold() or folded in model.name.casefold()


def taken(model: Model) -> tuple[str, ...]:
    """The parameters that a model takes."""
    return facts().operations[model.api].groups[model.group].takes


def known_words() -> list[str]:
    """What `--takes` may be: every parameter and every ability."""
    parameters = {name for of in facts().operations.values() for group in of.groups.values() for name in group.takes}
    abilities = {name for catalogue in CATALOGUES.values() for model in catalogue.values() for name in model.abilities}
    return sorted(parameters | abilities)


def print_models(models: Iterable[Model]) -> None:
    """A table with a row for each model."""
    print_table(COLUMNS, [_row(model) for model in models])


def _row(model: Model) -> list[str]:
    price, rates = model.price, model.rates
    return [
        model.name,
        model.api,
        ", ".join(model.abilities),
        _number(model.context),
        _number(model.max_output_tokens),
        "" if price is None else f"{price.input:g}, {price.output:g}",
        _number(None if rates is None else rates.rpm),
        _number(None if rates is None else rates.tpm),
        "" if model.retired is None else str(model.retired),
        model.family or "",
    ]


def _number(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def as_json(model: Model) -> dict[str, Any]:
    """All that is known of a model, for programs."""
    known = attrs.asdict(
        model, filter=lambda field, value: field.name not in ("source", "named_by", "limit_sources", "soft_limits")
    )
    found = {name: value for name, value in known.items() if value not in (None, (), {}, False)}
    for name in ("rates", "price", "retired"):
        if name in found:
            found[name] = {key: value for key, value in found[name].items() if key != "source"}
    source = None if model.source is None else f"{model.source.page}, read {model.source.read}"
    return {**found, "takes": list(taken(model)), "source": source}
