"""Retirement: a model that is or will be gone is a warning that names what to use, and a struck-through property."""

from __future__ import annotations

import pytest

from tests.constraints.conftest import Small


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("Past", "Past: retired on 2025-01-01; use Tiny-1 or Giant [Roster, read 2025-08-01]"),
        ("Soon", "Soon: announced to end on 2999-12-31; use Tiny-1 [Small models, read 2025-02-01]"),
        ("Gone", "Gone: retired [Roster, read 2025-08-01]"),
    ],
    ids=["past", "announced", "without day and successor"],
)
def test_retired_model_warns(small: Small, model: str, said: str) -> None:
    assert small.found(model) == [f"warning /model model.retired: {said}"]


def test_retired_model_is_checked_all_the_same(small: Small) -> None:
    found = small.found("Past", tone="z")
    assert [one.split(":")[0] for one in found] == ["error /tone tone.enum", "warning /model model.retired"]


def test_retired_model_takes_no_parameter_for_others(small: Small) -> None:
    """Who takes what a model does not: those in service."""
    [found] = small.found("Giant", length=1)
    assert found.startswith(
        "error /length length.unsupported: not a parameter of Giant; Tiny-1, Tiny-2 and 4 more take it"
    )


def test_property_of_a_retired_model_is_struck_through(small: Small) -> None:
    namespace = small.text("qianfan_api/v1/chat/namespace.py")
    for words in (
        "Past: retired on 2025-01-01; use Tiny-1 or Giant.",
        "Soon: announced to end on 2999-12-31; use Tiny-1.",
        "Gone: retired.",
    ):
        assert f'@deprecated("{words}")' in namespace


def test_facts_have_the_day_the_successors_and_the_page(small: Small) -> None:
    models = small.facts["models"]
    assert models["Past"]["retired"] == {"on": "2025-01-01", "use": ["Tiny-1", "Giant"], "page": "roster"}
    assert models["Soon"]["retired"] == {"on": "2999-12-31", "use": ["Tiny-1"], "page": "small"}
    assert models["Gone"]["retired"] == {"on": None, "use": [], "page": "roster"}
    assert "retired" not in models["Tiny-1"]
