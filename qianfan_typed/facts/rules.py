"""Rules as they hold for a model: how they are phrased for it, at which level, and the page that says so."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import msgspec

from qianfan_api.models import CATALOGUES
from qianfan_api.routing import naming_members
from qianfan_api.validation import ANY_MODEL
from qianfan_api.violations import Level
from qianfan_api.words import phrase, say
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


def stated(one: ConstraintFacts, subject: Subject, called: str | None = None) -> Iterator[StatedRule]:
    """A rule as it holds for a model, if it does: in two where a limit of the model rests on another page.

    Args:
        one: The rule.
        subject: The model.
        called: The id that was asked for, where the rule has several.
    """
    if subject.group not in one.groups or (one.only and subject.name not in one.only):
        return
    level, because = _level(one, subject)
    url = facts().pages[one.page].url if one.page else None
    plain = StatedRule(
        id=called or one.id, phrase=phrase(one.phrase), level=level, because=because, source=_source(one), url=url
    )
    if subject.model is None or one.limit is None:
        yield plain
        if one.neutral is not None and level == "error":
            asked = say("{value} asks for nothing", value=one.neutral)
            yield attrs.evolve(plain, phrase=asked, level="warning", because=None)
    else:
        yield from _with_limit(plain, one, one.limit, subject.model)


def _with_limit(plain: StatedRule, one: ConstraintFacts, limit: str, model: ModelFacts) -> Iterator[StatedRule]:
    """A limit of the model has a page of its own, and the level that goes with it; the lower bound has not."""
    least, both, _ = plain.phrase.rpartition(" and at most ")
    most = model.limits.get(limit)
    if most is None:
        if both:
            yield attrs.evolve(plain, phrase=phrase(least))
        return
    page = facts().pages[model.limit_pages.get(limit, model.page)]
    words = phrase(plain.phrase.replace(f"the model's {limit}", str(most)))
    bounded = attrs.evolve(plain, phrase=words, source=str(page), url=page.url)
    if one.level == "error" and not model.unverified:
        soft = limit in model.soft_limits
        bounded = attrs.evolve(bounded, level="warning" if soft else "error", because=_NOT_STATED if soft else None)
    if both and (bounded.level, bounded.source) != (plain.level, plain.source):
        yield attrs.evolve(plain, phrase=phrase(least))
        bounded = attrs.evolve(bounded, phrase=say("at most {high}", high=most))
    yield bounded


_NOT_NAMED = phrase("the page does not name the model")
_NOT_STATED = phrase("no page of the documentation states the limit")
NOT_LISTED = phrase("no page of the documentation lists the model")
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
        say("{page}, read {read}", page=title, read=one.read)
        if one.dropped is None
        else say("{page}: {read} said so; {dropped} no longer does", page=title, read=one.read, dropped=one.dropped)
    )


def refused_elsewhere(of: OperationFacts) -> Iterator[ConstraintFacts]:
    """Of a parameter that is disputed for some models of a group: that the others do not take it."""
    for dispute in of.constraints:
        support = [one for one in of.constraints if one.kind == "support" and one.at == dispute.at]
        if dispute.kind == "dispute" and dispute.only and support:
            rest = {
                group: [name for name, model in of.models.items() if model.group == group and name not in dispute.only]
                for group in dispute.groups
            }
            named = {
                group: tuple(name for name in names if support[0].page in of.models[name].named_by)
                for group, names in rest.items()
            }
            only = tuple(name for names in rest.values() for name in names)
            yield msgspec.structs.replace(support[0], groups=dispute.groups, only=only, error_for=named)


def about_the_model(api: str) -> Iterator[ConstraintFacts]:
    """What is said of the request as a whole and of whom it is for. No page states most of it."""
    of = facts().operations[api]
    everyone = (*of.groups,)
    catalogue = CATALOGUES[api]
    members = naming_members(api)
    for name in members:
        yield _ours(api, f"{name}.type", name, phrase("a string"), everyone)
    if catalogue.model_in_body and members:
        yield _ours(api, "model.missing", "model", phrase("required"), (ANY_MODEL,))
    if members:
        words = phrase("a name or an alias that the catalogue has: of another one nothing is checked")
        yield _ours(api, "model.unknown_model", "model", words, everyone, "warning")
    for name, model in of.models.items():
        if model.retired is not None:
            page = facts().pages[model.retired.page]
            rule = _ours(api, "model.retired", "model", str(catalogue[name].retired), (model.group,), "warning")
            yield msgspec.structs.replace(rule, page=model.retired.page, read=page.read, only=(name,))
    for name, own in REQUEST_RULES.items():
        yield _ours(api, name, "", own.words, everyone, own.level)


def _ours(
    api: str, rule: str, at: str, phrase: str, groups: tuple[str, ...], level: Level = "error"
) -> ConstraintFacts:
    kind = rule.rpartition(".")[2]
    return ConstraintFacts(
        id=f"{api}.{rule}", kind=kind, at=at, level=level, page="", read="", phrase=phrase, groups=groups
    )
