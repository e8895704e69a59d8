"""The pages of the spec: what an edition drops, defers or names is there."""

from __future__ import annotations

from fnmatch import fnmatchcase

from tests.offenders import no_offenders
from tests.schemas.from_spec import OPERATIONS, SPEC

GROUPS = [group for operation in OPERATIONS for group in [*operation.groups, operation.any_model]]


def test_whatever_an_edition_drops_or_defers_is_a_rule() -> None:
    rules = {f"{one.path}.{code}" for group in GROUPS for one in group.constraints for code in (one.code, *one.codes)}
    # A dialogue's parts go by their names: the first role's order is `messages.first`.
    rules |= {f"{one.path}.{one.kind}" for group in GROUPS for one in group.constraints}
    no_offenders(
        f"{name}: {pattern}"
        for name, page in SPEC.pages.items()
        for pattern in (*page.drops, *page.defers)
        if not any(fnmatchcase(rule, pattern) for rule in rules)
    )


def test_whomever_a_page_names_is_a_model() -> None:
    labels = {
        label
        for operation in OPERATIONS
        for model in operation.models
        for label in (*model.names, *model.model.versions, model.model.family or "")
    }
    no_offenders(
        f"{name}: {pattern}"
        for name, page in SPEC.pages.items()
        for pattern in page.names
        if not any(fnmatchcase(label, pattern) for label in labels)
    )


def test_every_documented_operation_has_a_rule_that_rejects() -> None:
    rejecting = {one.api for group in GROUPS for one in group.constraints if one.rejects}
    documented = {
        operation.api
        for operation in OPERATIONS
        if operation.operation.parameters
        and all(operation.basis(field.source, "").documented for field in operation.operation.parameters.values())
    }
    assert documented <= rejecting
