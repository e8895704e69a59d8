"""Age of facts: how many each page states and since when, and the models in service that no living page names."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import attrs
import typer

from codegen.plan.resolve import resolve
from codegen.plan.resolved import Model
from codegen.spec import Spec

Than = Annotated[int, typer.Option("--older-than", help="Only pages that are older, in days.", min=0)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Day = Annotated[
    datetime.datetime | None,
    typer.Option("--day", formats=["%Y-%m-%d"], help="The day to count from. Left out: today, in UTC."),
]


@attrs.frozen(kw_only=True)
class Age:
    """A page, with how many facts rest on it."""

    page: str
    title: str
    read: datetime.date
    days: int
    standing: str
    rules: int
    """Rules, of one operation each, however many groups have them."""
    facts: int
    """Limits, rates, prices and retirements of models, and that a model is listed."""

    def __str__(self) -> str:
        counted = [(self.rules, "rule"), (self.facts, "fact of models")]
        said = [f"{count} {_plural(word, count)}" for count, word in counted if count]
        return f"{self.read}  {self.days:>5} days  {self.page} ({self.title}, {self.standing}): {' and '.join(said)}"


def _plural(word: str, count: int) -> str:
    first, *rest = word.split(" ")
    return " ".join([first + "s" * (count != 1), *rest])


@attrs.frozen(kw_only=True)
class Unnamed:
    """A model in service whose pages are none of the documentation of today."""

    api: str
    name: str
    pages: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.api} {self.name}: {', '.join(self.pages)}"


def ages(spec: Spec, day: datetime.date, older_than: int = 0) -> list[Age]:
    """The pages that facts rest on and that are older than so many days, the oldest first."""
    rules, facts = Counter[str](), Counter[str]()
    for operation in spec.operations:
        resolved = resolve(spec, operation)
        groups = resolved.groups or [resolved.any_model]
        rules.update(
            page for _, page in {(one.id, one.basis.edition.page) for group in groups for one in group.constraints}
        )
        facts.update(page for group in groups for model in group.models for page in _facts(model))
    found = [
        Age(
            page=name,
            title=page.title,
            read=page.read,
            days=(day - page.read).days,
            standing=page.standing.replace("_", " "),
            rules=rules[name],
            facts=facts[name],
        )
        for name, page in spec.pages.items()
        if rules[name] or facts[name]
    ]
    return sorted((one for one in found if one.days > older_than), key=lambda one: (one.read, one.page))


def unnamed(spec: Spec) -> list[Unnamed]:
    """Models in service whose facts rest on no page of the documentation that is still the newest of its kind."""
    succeeded = {page.succeeds for page in spec.pages.values()}
    first = [page.edition_of for page in spec.pages.values() if page.edition_of is not None]
    newest = {
        page.edition_of or name: max(
            other.read for key, other in spec.pages.items() if (page.edition_of or name) in (other.edition_of, key)
        )
        for name, page in spec.pages.items()
    }
    living = {
        name
        for name, page in spec.pages.items()
        if page.standing == "documentation"
        and name not in succeeded
        and ((page.edition_of is None and name not in first) or page.read == newest[page.edition_of or name])
    }
    return [
        Unnamed(api=resolved.api, name=model.name, pages=tuple(sorted(pages)))
        for resolved in (resolve(spec, operation) for operation in spec.operations)
        for group in resolved.groups
        for model in group.models
        if model.retirement is None and living.isdisjoint(pages := {*_facts(model)})
    ]


def _facts(model: Model) -> Iterator[str]:
    """The page of each fact of a model."""
    yield model.page
    yield from (model.limit_pages.get(limit, model.page) for limit in model.limits)
    if model.rates is not None and model.rates.source is not None:
        yield model.rates.source
    if model.model.price is not None:
        yield model.model.price.source
    if model.retirement is not None:
        yield model.retirement.basis.edition.page


def run(spec: Spec, older_than: int, *, as_json: bool, day: datetime.datetime | None = None) -> None:
    """Prints both. Exit 1 where a page is older than a threshold of more than 0 days."""
    when = (day or datetime.datetime.now(datetime.timezone.utc)).date()
    old, lost = ages(spec, when, older_than), unnamed(spec)
    if as_json:
        said = {
            "day": when.isoformat(),
            "pages": [attrs.asdict(one) | {"read": one.read.isoformat()} for one in old],
            "models": [attrs.asdict(one) for one in lost],
        }
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        limit = f" that are older than {older_than} days" if older_than else ""
        typer.echo(f"{len(old)} {_plural('page', len(old))}{limit}, the oldest first")
        for one in old:
            typer.echo(f"  {one}")
        typer.echo(f"{len(lost)} {_plural('model', len(lost))} in service that no living page names")
        for each in lost:
            typer.echo(f"  {each}")
    if older_than and old:
        raise typer.Exit(1)
