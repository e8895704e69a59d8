"""Every constraint beside the facts that are written: each is there, with its page and day, and nothing else is."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

import qianfan_api
from codegen.plan import check_plan
from codegen.plan.constraints import Constraint
from codegen.plan.editions import Editions
from codegen.plan.resolve import Operation
from qianfan_api.models import CATALOGUES
from qianfan_api.violations import Source
from tests.constraints.trials import trials
from tests.offenders import no_offenders
from tests.schemas.from_spec import GROUPS, OPERATIONS, SPEC, ids

Facts = dict[str, Any]
FACTS: Facts = json.loads((resources.files(qianfan_api) / "facts.json").read_text("utf-8"))
by_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=ids)


def written(operation: Operation) -> list[Facts]:
    found: list[Facts] = FACTS["operations"][operation.api]["constraints"]
    return found


def row(group: str, one: Constraint) -> tuple[object, ...]:
    """What is to be written of a constraint that a group has."""
    edition = one.basis.edition
    dropped = None if one.basis.dropped is None else str(one.basis.dropped)
    models = None if one.models is None else [*one.models]
    stands = (edition.page, str(edition.read), dropped)
    return (group, one.ids, one.kind, one.place, one.level, *stands, models, one.phrase(), *one.data().items())


def rows(fact: Facts) -> list[tuple[object, ...]]:
    """What is written, for each group that has it."""
    fact = dict(fact)
    ids = [fact.pop("id"), *fact.pop("also", [])]
    plain = [fact.pop(name) for name in ("kind", "at", "level", "page", "read")]
    dropped, phrase, groups = fact.pop("dropped", None), fact.pop("phrase"), fact.pop("groups")
    models = fact.pop("error_for", {})
    fact.pop("takers", None)
    return [(group, ids, *plain, dropped, models.get(group), phrase, *fact.items()) for group in groups]


@by_operation
def test_facts_have_each_constraint_and_nothing_else(operation: Operation) -> None:
    expected = {repr(row(group.name, one)) for op, group in GROUPS if op is operation for one in group.constraints}
    found = [repr(row) for fact in written(operation) for row in rows(fact)]
    no_offenders([f"not written: {one}" for one in expected.difference(found)])
    no_offenders([f"no constraint: {one}" for one in set(found) - expected])
    assert len(found) == len(set(found))


@by_operation
def test_facts_name_every_page_and_day_that_messages_name(operation: Operation) -> None:
    """What a validator finds has the words of the page, the day and the constraint's id, as the facts have them."""
    known = {one for fact in written(operation) for one in [fact["id"], *fact.get("also", [])]}
    sources = {str(Source(one.title, str(one.read))) for one in Editions(SPEC).every.values()}
    lines: set[str] = set()
    for op, group in GROUPS:
        for trial in trials(op, group) if op is operation else ():
            for found in trial.judged(trial.models[0]):
                if found.rule not in known:
                    lines.add(f"{found.rule}: not in the facts")
                if found.source not in sources and not found.source.endswith(" no longer does"):
                    lines.add(f"{found.rule}: no page is called {found.source}")
    no_offenders(sorted(lines))


@by_operation
def test_facts_name_what_is_found_of_every_object(operation: Operation) -> None:
    """That it has a member of another name and, of what a list or a map holds, that it is none."""
    known = {one for fact in written(operation) for one in [fact["id"], *fact.get("also", [])]}
    checks = [check for check in check_plan.plan(SPEC, operation).shapes if check.rule is not None]
    printed = {f"{check.rule.id}.type" for check in checks if check.rule is not None and check.of_items}
    printed |= {f"{check.rule.id}.unknown" for check in checks if check.rule is not None and not check.extensible}
    assert printed <= known


@by_operation
def test_facts_have_each_model_with_its_end(operation: Operation) -> None:
    found: Facts = FACTS["operations"][operation.api]["models"]
    assert list(found) == list(CATALOGUES[operation.api])
    for name, model in CATALOGUES[operation.api].items():
        retired = found[name].get("retired")
        assert (retired is None) is (model.retired is None), name
        if retired is not None and model.retired is not None:
            assert retired["on"] == model.retired.on, name
            assert retired["use"] == [*model.retired.use], name
            edition = FACTS["pages"][retired["page"]]
            assert edition["read"] == model.retired.source.read, name
            assert edition["title"] == model.retired.source.page, name
