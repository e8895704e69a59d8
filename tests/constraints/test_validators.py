"""Every constraint beside the validators: what is just inside passes, what is just outside is found, in its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from codegen.plan.constraints import Constraint
from codegen.plan.constraints.address import Address
from codegen.plan.constraints.answers import Answered
from codegen.plan.constraints.dialogue import Last, Opening
from codegen.plan.constraints.dispute import Disputed
from codegen.plan.constraints.filled_member import FilledMember
from codegen.plan.constraints.image import Image
from codegen.plan.constraints.item_count import ItemCount
from codegen.plan.constraints.nested_schema import NestedSchema
from codegen.plan.constraints.number_range import NumberRange
from codegen.plan.constraints.other_names import Unknown
from codegen.plan.constraints.reference import Reference
from codegen.plan.constraints.sides import Sides
from codegen.plan.constraints.support import Unsupported
from codegen.plan.constraints.unique import Unique
from codegen.plan.phrasing import condition, interval
from codegen.plan.resolve import Group, Model, Operation
from codegen.spec import language
from qianfan_api.registry import VALIDATORS
from qianfan_api.violations import Violation
from tests.constraints.trials import Trial, findings, trials
from tests.offenders import no_offenders
from tests.schemas.from_spec import GROUPS, OPERATIONS, ids

by_group = pytest.mark.parametrize(("operation", "group"), GROUPS, ids=ids)


@by_group
def test_inside_passes(operation: Operation, group: Group) -> None:
    no_offenders(
        f"{trial}: {trial.request} {one}"
        for trial in trials(operation, group)
        if trial.inside
        for model in trial.models
        for one in trial.own(trial.judged(model))
    )


@by_group
def test_outside_is_found_at_its_level_and_in_its_words(operation: Operation, group: Group) -> None:
    no_offenders(
        f"{trial}: {trial.request} {fault}"
        for trial in trials(operation, group)
        if not trial.inside
        for model in trial.models
        for fault in faults(trial, model, trial.own(trial.judged(model)))
    )


def faults(trial: Trial, model: Model | None, found: list[Violation]) -> Iterator[str]:
    """What is wrong with what is found outside."""
    if not found:
        yield "is not found"
    words = spoken(trial.constraint)
    for one in found:
        expected = level(trial, model, one)
        if one.level != expected:
            yield f"for {model and model.name}: {one.level}, not {expected}: {one}"
        if not any(all(word in one.message for word in choice) for choice in words):
            yield f"{one.message!r} has none of {words}"


def level(trial: Trial, model: Model | None, found: Violation) -> language.Level:
    """The level that the policy gives: error where a page that names the model says so."""
    one = trial.constraint
    if model is None:
        return "error" if one.rejects else "warning"
    if found.source == one.basis.words:
        return "error" if model.rejects(one) else "warning"
    if isinstance(one, Unsupported):
        # Of a model of which the operation's page does not speak, the parameter's page is the nearest.
        speak = found.source in {edition.words for edition in model.named_by}
        return "error" if speak and not model.model.unverified else "warning"
    # Over a limit of the model's: the page of the limit says so.
    soft = model.model.unverified or getattr(one, "limit", None) in model.soft_limits
    return "warning" if soft else one.level


Words = list[tuple[str, ...]]
"""Choices of words: a message must have all of one of them."""


def spoken(one: Constraint) -> Words:
    """What messages say of a constraint: its phrase, or the part of it that states the bounds."""
    match one:
        case ItemCount():
            words = [f"at least {one.least}", f"at most {one.most}", "must not be empty"]
            return [(word,) for word in words]
        case FilledMember():
            return [("must not be empty", *([f"unless {condition(one.unless)}"] if one.unless else []))]
        case NestedSchema():
            return [("must be",), ("required in a function's schema",)]
        case NumberRange() if one.limit is not None:
            # Of a model whose limit is not known, the least is all that is said.
            return [(one.phrase(),), (one.phrase().partition(" and ")[0],)]
        case Image():
            return [("image in base64",), ("must not be empty",), (f"{one.max_bytes or 0:,}",), *sides(one.sides)]
        case Sides():
            return [(one.phrase().partition(":")[0],), *sides(one.sides)]
        case Address():
            return [
                ("an address that begins with http:// or https://",),
                ("base64 without its type",),
                (f"data:{one.medium}/",),
                ("no base64 follows",),
            ]
        case Answered():
            return [("answers no call",), ("nobody answers this call",), ("another call has this id",)]
        case Unique():
            return [(f"stands in {one.name.split('[')[0]} twice",)]
        case Reference():
            return [(one.to.split("[")[0].split(".")[0],)]
        case Unknown():
            return [("not a known name",), ("must be an object",)]
        case Unsupported():
            return [(*one.takers[:2],)] if one.takers else [("nor of any model for sure",)]
        case Disputed():
            return [(one.phrase().removeprefix("sources disagree: "),), ("not a parameter of",)]
        case Opening():
            return [(*(one.dialogue.first or ()),)]
        case Last():
            return [(*(one.dialogue.last or ()),)]
        case _:
            return [(MESSAGES.get(one.kind, str)(one.phrase()),)]


def sides(span: language.Range | None) -> Words:
    return [("each side must be", interval(span))] if span else []


MESSAGES: dict[str, Callable[[str], str]] = {
    "length": lambda phrase: phrase.removesuffix(" characters"),
    "total": lambda phrase: phrase.partition("together ")[2].removesuffix(" characters"),
    "non_empty": lambda _: "must not be empty",
    "count": lambda phrase: phrase.removesuffix(" of messages"),
    "blank": lambda phrase: phrase.partition(" has ")[2],
}


@by_group
def test_every_id_is_printed_and_every_constraint_tried(operation: Operation, group: Group) -> None:
    every = [*trials(operation, group)]
    printed = {(id_of(one), found.rule) for one in every for found in one.own(one.judged(one.models[0]))}
    claimed = {(id_of(one), rule) for one in every for rule in one.constraint.ids if not is_implied(one.constraint)}
    no_offenders(f"{place} {kind}: {rule} is never printed" for (kind, place), rule in sorted(claimed - printed))


def is_implied(one: Constraint) -> bool:
    """Whether the other rules on a conversation leave nothing outside: turns and an odd number say who is last."""
    return isinstance(one, Last) and not one.examples().outside


def id_of(trial: Trial) -> tuple[str, str]:
    return trial.constraint.kind, trial.constraint.place


MODELS_OF = [(operation, operation.any_model) for operation in OPERATIONS if operation.models]


@pytest.mark.parametrize(("operation", "group"), MODELS_OF, ids=ids)
def test_any_model_is_refused_only_what_each_is_that_takes_it(operation: Operation, group: Group) -> None:
    no_offenders(
        f"{trial}: {trial.request} passes for {model.name}"
        for trial in trials(operation, group)
        if any(one.level == "error" for one in trial.own(trial.judged(None)))
        for model in takers(operation, trial.constraint)
        if not any(one.level == "error" for one in judged(operation, model, trial))
    )


def takers(operation: Operation, one: Constraint) -> list[Model]:
    """The models that a page of the documentation lists, and that take what a constraint is on."""
    name = one.place.split(".")[0].partition("[")[0]
    groups = [group for group in operation.groups if not name or group.parameter(name) is not None]
    return [model for group in groups for model in group.models if not model.model.unverified]


def judged(operation: Operation, model: Model, trial: Trial) -> list[Violation]:
    """What is found for a model."""
    found = findings(operation, model)
    VALIDATORS[operation.api]()[model.group](trial.request, found)
    return found.violations
