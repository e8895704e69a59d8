"""The scope of a page: which operation it is held against, and which models it speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from codegen.audit.names import Names, names_of
from codegen.audit.phrases import Fact
from codegen.plan import resolve
from codegen.spec import service


@attrs.define
class Scope:
    """An operation and the models of it that a page speaks of."""

    operation: resolve.Operation
    names: Names
    models: set[str]
    page: str
    before: frozenset[str] = frozenset()
    """The pages that this one succeeds."""
    _groups: dict[str, resolve.Group] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._groups = {model.name: group for group in self.operation.groups for model in group.models}

    def group(self, model: str) -> resolve.Group:
        """The group of a model."""
        return self._groups[model]

    def model(self, name: str) -> resolve.Model:
        """A model."""
        return self.names.models[name.lower()]

    def parameter(self, model: str, name: str) -> resolve.Parameter | None:
        """A parameter as a model takes it."""
        return self.group(model).parameter(name)

    def disputed(self, model: str, name: str) -> bool:
        """Whether the spec records that sources disagree on whether a model takes a parameter."""
        dispute = self.group(model).disputed.get(name)
        return dispute is not None and (not dispute.models or model in dispute.models)

    def of(self, fact: Fact, named: set[str]) -> tuple[set[str], list[str]]:
        """The models that a fact is about, and words that name none. `named`: those of the row's other facts."""
        if fact.models is None:
            return (self.models - named if fact.others else self.models), []
        found, unknown = self.names.find(fact.models)
        explicit = {model for model in found if any(word.lower() in self._known(model) for word in fact.models)}
        return (found & self.models) | explicit, unknown

    def _known(self, model: str) -> set[str]:
        return {name.lower() for name in self.model(model).names}


def scope_of(
    operation: resolve.Operation, key: str, pages: dict[str, service.Page], listed: Iterable[str] | None
) -> Scope:
    """The models that a page speaks of: those it lists, else those the spec has from it, else all.

    `listed`: None where a page leaves the list of models to another page.
    """
    names = names_of(operation.models, pages[key].calls)
    found = {names.models[name.lower()].name for name in listed or () if name.lower() in names.models}
    own = {model.name for model in operation.models if model.page == key and listed is not None}
    models = found or own or {model.name for model in operation.models}
    return Scope(operation, names, models, key, frozenset(editions_before(pages, key)))


def editions_before(pages: dict[str, service.Page], key: str) -> Iterator[str]:
    """The editions before a page, the nearest first, and the pages that it succeeds."""
    page = pages[key]
    if page.edition_of is not None:
        earlier = [other for other, one in pages.items() if one.edition_of == page.edition_of and one.read < page.read]
        yield from sorted(earlier, key=lambda other: pages[other].read, reverse=True)
        yield page.edition_of
    passed = {key}
    before = pages[page.edition_of or key].succeeds
    while before is not None and before not in passed:
        yield before
        passed.add(before)
        before = pages[before].succeeds
