"""Rules as they hold for a model: how they are phrased for it, at which level, and the page that says so."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from qianfan_api.models import CATALOGUES
from qianfan_api.routing import naming_members
from qianfan_api.validation import ANY_MODEL
from qianfan_api.violations import Level
from qianfan_typed.facts.facts_file import ConstraintFacts, ModelFacts, OperationFacts, facts
from qianfan_typed.reports.codes import REQUEST_RULES

ANY = "any model"
"""Stands for the model where a request names none, or the operation has none."""


@attrs.frozen(kw_only=True)
class StatedRule:
    """A rule as it holds for some models."""

    id: str
    """The id that violations have, to switch it off by."""
    phrase: str
    """What must hold."""
    level: Level
    """What it is to break it."""
    because: str | None = None
    """Why it only warns, where the page would have it be an error."""
    source: str | None = None
    """The page that says so, and the day it was read. None: it is no page's rule."""
    url: str | None = None
    """The page's address, if it has one."""


@attrs.frozen
class Subject:
    """A model that rules may hold for."""

    name: str
    group: str
    model: ModelFacts | None = None


def subjects(of: OperationFacts) -> list[Subject]:
    """Every model of an operation. Of one without models, what stands for all."""
    models = [Subject(name, model.group, model) for name, model in of.models.items()]
    return models or [any_model()]


def any_model() -> Subject:
    """What stands for every model."""
    return Subject(ANY, ANY_MODEL)


def stated(one: ConstraintFacts, subject: Subject, called: str | None = None) -> StatedRule | None:
    """A rule as it holds for a model. None: it does not.

    Args:
        one: The rule.
        subject: The model.
        called: The id that was asked for, where the rule has several.
    """
    if subject.group not in one.groups or (one.only and subject.name not in one.only):
        return None
    level, because = _level(one, subject)
    phrase, source, url = one.phrase, _source(one), facts().pages[one.page].url if one.page else None
    model = subject.model
    if model is not None and one.limit is not None:
        most = model.limits.get(one.limit)
        if most is None and one.kind != "range":
            return None
        if most is None:
            phrase = phrase.replace(f" and at most the model's {one.limit}", "")
        else:
            # A limit has a page of its own, and the level that goes with it.
            phrase = phrase.replace(f"the model's {one.limit}", str(most))
            page = facts().pages[model.limit_pages.get(one.limit, model.page)]
            source, url = str(page), page.url
            if one.level == "error" and not model.unverified:
                level, because = ("warning", _NOT_STATED) if one.limit in model.soft_limits else ("error", None)
    return StatedRule(id=called or one.id, phrase=phrase, level=level, because=because, source=source, url=url)


_NOT_NAMED = "the page does not name the model"
_NOT_STATED = "no page of the documentation states the limit"
NOT_LISTED = "no page of the documentation lists the model"
"""Why a rule only warns that would be an error."""


def _level(one: ConstraintFacts, subject: Subject) -> tuple[Level, str | None]:
    if one.level == "warning":
        return "warning", None
    if subject.model is not None and subject.model.unverified:
        return "warning", NOT_LISTED
    named = one.error_for.get(subject.group)
    return ("error", None) if named is None or subject.name in named else ("warning", _NOT_NAMED)


def _source(one: ConstraintFacts) -> str | None:
    """Where it comes from, in the words of violations."""
    if not one.page:
        return None
    title = facts().pages[one.page].title
    return (
        f"{title}, read {one.read}"
        if one.dropped is None
        else (f"{title}: {one.read} said so; {one.dropped} no longer does")
    )


def about_the_model(api: str) -> Iterator[ConstraintFacts]:
    """What is said of the request as a whole and of whom it is for. No page states most of it."""
    of = facts().operations[api]
    everyone = (*of.groups,)
    catalogue = CATALOGUES[api]
    members = naming_members(api)
    for name in members:
        yield _ours(api, f"{name}.type", name, "a string", everyone)
    if catalogue.model_in_body and members:
        yield _ours(api, "model.missing", "model", "required", (ANY_MODEL,))
    if members:
        words = "a name or an alias that the catalogue has: of another one nothing is checked"
        yield _ours(api, "model.unknown_model", "model", words, everyone, "warning")
    for name, model in of.models.items():
        if model.retired is not None:
            page = facts().pages[model.retired.page]
            rule = _ours(api, "model.retired", "model", str(catalogue[name].retired), (model.group,), "warning")
            yield ConstraintFacts(
                **{field: getattr(rule, field) for field in ("id", "kind", "at", "level", "phrase", "groups")},
                page=model.retired.page,
                read=page.read,
                only=(name,),
            )
    for name, own in REQUEST_RULES.items():
        yield _ours(api, name, "", own.words, everyone, own.level)


def _ours(
    api: str, rule: str, at: str, phrase: str, groups: tuple[str, ...], level: Level = "error"
) -> ConstraintFacts:
    kind = rule.rpartition(".")[2]
    return ConstraintFacts(
        id=f"{api}.{rule}", kind=kind, at=at, level=level, page="", read="", phrase=phrase, groups=groups
    )
