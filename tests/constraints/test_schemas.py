"""Every constraint beside the JSON Schemas: they refuse what it rejects, and say in words what they cannot refuse."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import jsonschema_rs
import pytest

from codegen.plan.constraints import Beyond
from codegen.plan.members import Member
from codegen.plan.resolve import Group, Model, Operation
from qianfan_api.models import CATALOGUES
from qianfan_typed.facts.schemas import Schema, group_schema, model_schema
from tests.constraints.trials import Trial, trials
from tests.offenders import no_offenders
from tests.schemas.from_spec import GROUPS, base, ids

by_group = pytest.mark.parametrize(("operation", "group"), GROUPS, ids=ids)


@functools.cache
def validator(api: str, group: str, model: str | None) -> jsonschema_rs.Draft202012Validator:
    """What judges by the schema of a group, or of a model."""
    schema = group_schema(api, group) if model is None else model_schema(CATALOGUES[api][model])
    return jsonschema_rs.Draft202012Validator(schema)


def refuses(operation: Operation, group: Group, model: Model | None, request: Schema) -> bool:
    """Whether a schema refuses a request. On V2 it is to name its model."""
    named = {"model": "any", **request} if operation.operation.model_in == "body" else request
    return not validator(operation.api, group.name, model and model.name).is_valid(named)


@by_group
def test_what_a_schema_refuses_the_validator_refuses(operation: Operation, group: Group) -> None:
    no_offenders(
        f"{trial}: {trial.request} is refused by the schema alone"
        for trial in trials(operation, group)
        if refuses(operation, group, trial.model, trial.request) and passes(trial)
    )


def passes(trial: Trial) -> bool:
    """Whether the validator has no error, for a model that a page of the documentation lists."""
    models = [one for one in trial.models if one is None or not one.model.unverified]
    return any(not [one for one in trial.judged(model) if one.level == "error"] for model in models)


@by_group
def test_a_schema_refuses_what_is_outside_where_it_can_say_so(operation: Operation, group: Group) -> None:
    no_offenders(
        f"{trial}: {trial.request} passes the schema"
        for trial in trials(operation, group)
        if not trial.inside and is_said(trial) and not refuses(operation, group, trial.model, trial.request)
    )


def is_said(trial: Trial) -> bool:
    """Whether the schema is to refuse it: the constraint rejects, and JSON Schema has words for it."""
    one = trial.constraint
    if not one.rejects or isinstance(one.json_schema(), Beyond):
        return False
    model = trial.models[0]
    soft = model is not None and getattr(one, "limit", None) in model.soft_limits
    # A pattern has the form of a size; it cannot compare the numbers in it.
    numbers = one.kind == "sides" and [found.code for found in trial.own(trial.judged(model))] == ["range"]
    return not soft and not numbers


@by_group
def test_a_schema_says_in_words_what_it_cannot_refuse(operation: Operation, group: Group) -> None:
    said = group_schema(operation.api, group.name)["description"]
    beyond = [(one, one.json_schema()) for one in group.constraints]
    no_offenders(f"{one.id}: {words} is not in {said!r}" for one, words in beyond if is_unsaid(words, said))


def is_unsaid(words: Schema | Beyond, said: str) -> bool:
    return isinstance(words, Beyond) and words.words not in said


@by_group
def test_each_member_has_its_words_in_the_schema(operation: Operation, group: Group) -> None:
    schema = group_schema(operation.api, group.name)
    properties = [(one, schema["properties"][one.name]) for one in group.parameters]
    for name, shape in group.shapes.items():
        # An object of a parameter that may be anything, since its type only warns, is not in the schema.
        inner = schema["$defs"].get(name, {"properties": {}})["properties"]
        properties += [(member, inner[word]) for word, member in shape.members.items() if inner]
    no_offenders(line for member, said in properties for line in unsaid(member, said["description"]))


def unsaid(member: Member, said: str) -> Iterator[str]:
    """The constraints of a member and of what it holds that a text lacks."""
    for one in member.walk():
        yield from (
            f"{rule.id}: {rule.shown()!r} is not in {said!r}"
            for rule in one.constraints
            if rule.kind != "required" and rule.shown() not in said
        )


@by_group
def test_what_a_group_does_not_take_is_refused_where_that_is_an_error(operation: Operation, group: Group) -> None:
    for one in [*group.unsupported, *group.disputes]:
        for value in ("f", None):
            refused = refuses(operation, group, None, {**base(group), one.path: value})
            assert refused is (one.rejects and value is not None), one.id
