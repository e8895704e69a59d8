"""Holds the platform's models against the spec's."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Literal

import attrs

from codegen.spec import Spec, language
from codegen.spec.load import api
from codegen.sync.asking import Answer, Found
from codegen.sync.facts import Fact, facts


@attrs.frozen(kw_only=True)
class Change:
    """A model that differs."""

    kind: Literal["new", "gone", "moved", "changed", "lacking"]
    version: str
    name: str
    text: str
    found: Found | None = None
    path: str | None = None
    facts: tuple[Fact, ...] = ()
    """changed: what the spec has otherwise. lacking: what it has not."""
    known: Known | None = None


@attrs.frozen(kw_only=True)
class Rule:
    """A --like rule: names that match the pattern go beside a model."""

    pattern: str
    model: str

    def fits(self, name: str) -> bool:
        """Whether a name matches, in any case."""
        return fnmatchcase(name.lower(), self.pattern.lower())


@attrs.frozen
class Known:
    """A model of the spec."""

    operation: language.OperationFile
    group: str
    name: str
    model: language.Model

    @property
    def api(self) -> str:
        """Its operation: v2.chat."""
        return api(self.operation)


def known(spec: Spec, version: str) -> list[Known]:
    """The models of a dialect."""
    return [
        Known(operation, group, name, model)
        for operation in spec.operations
        if operation.version == version
        for group, stated in operation.groups.items()
        for name, model in stated.models.items()
    ]


def changes(spec: Spec, answer: Answer) -> Iterator[Change]:
    """Where the platform and the spec differ, by dialect: new, moved, changed, gone."""
    if "v1" in answer.models:
        yield from _v1(spec, answer.models["v1"])
    if "v2" in answer.models:
        yield from _v2(spec, answer.models["v2"])


def path_of(spec: Spec, url: str | None) -> str | None:
    """A service's path as the spec has it. None: its address is not under the prefix of models."""
    if not url:
        return None
    for prefix in spec.platform.prefixes.values():
        _, found, path = url.partition(prefix + "/")
        if found:
            return path.strip("/")
    return None


def _v1(spec: Spec, services: list[Found]) -> Iterator[Change]:
    models = known(spec, "v1")
    names = {name.lower(): one for one in models for name in (one.name, *one.model.aliases)}
    paths = {one.model.path: one for one in models if one.model.path is not None}
    seen = set[str]()
    for service in services:
        path = path_of(spec, service.url)
        one = names.get(service.name.lower())
        beside = paths.get(path) if path else None
        seen |= {each.name for each in (one, beside) if each is not None}
        if one is not None and path is not None and one.model.path != path:
            text = f"{one.model.path or 'no path'} → {path}"
            yield Change(kind="moved", version="v1", name=one.name, text=text, found=service, path=path)
        elif one is None and beside is not None:
            text = f"the platform calls {beside.name} so ({path}): an alias?"
            yield Change(kind="changed", version="v1", name=service.name, text=text, found=service, path=path)
        elif one is None:
            text = f"{service.kind or 'service'} at {path or service.url or 'no address'}"
            yield Change(kind="new", version="v1", name=service.name, text=text, found=service, path=path)
    kinds = {path.partition("/")[0] for service in services if (path := path_of(spec, service.url))}
    for one in models:
        listable = one.model.prebuilt and one.model.path is not None and one.model.path.partition("/")[0] in kinds
        if listable and one.name not in seen:
            yield Change(kind="gone", version="v1", name=one.name, text=_standing(one))


def _v2(spec: Spec, listed: list[Found]) -> Iterator[Change]:
    models = known(spec, "v2")
    names = {name: one for one in models for name in (one.name, *one.model.aliases)}
    for found in listed:
        one = names.get(found.name)
        if one is None:
            context = found.limits.get("context")
            text = ", ".join([found.kind or "no type", *([f"context {context}"] if context else [])])
            yield Change(kind="new", version="v2", name=found.name, text=text, found=found)
        else:
            yield from _facts(spec, one, found)
    present = {found.name for found in listed}
    for one in models:
        if present.isdisjoint((one.name, *one.model.aliases)):
            yield Change(kind="gone", version="v2", name=one.name, text=_standing(one))


def _facts(spec: Spec, one: Known, found: Found) -> Iterator[Change]:
    """What the spec has otherwise, what it lacks, and prices that nobody here understands."""
    every = list(facts(spec, one.operation, one.group, one.name, found))
    kinds: list[tuple[Literal["changed", "lacking"], list[Fact]]] = [
        ("changed", [fact for fact in every if fact.stands is not None]),
        ("lacking", [fact for fact in every if fact.stands is None]),
    ]
    for kind, some in kinds:
        if some:
            text = "; ".join(map(str, some))
            yield Change(kind=kind, version="v2", name=one.name, text=text, found=found, facts=tuple(some), known=one)
    if found.unread is not None:
        text = f"a price in a form that is not understood: {found.unread}"
        yield Change(kind="changed", version="v2", name=one.name, text=text, found=found, known=one)


def _standing(one: Known) -> str:
    words = ["retired" if one.model.retired else "", "unverified" if one.model.unverified else ""]
    return ", ".join([one.api, *filter(None, words)])
