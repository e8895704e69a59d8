"""Constraints with bounds: around them and far from them, the validator finds what the constraint does not hold for."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.plan.constraints import ValueConstraint
from codegen.plan.constraints.allowed_values import AllowedValues
from codegen.plan.constraints.image import Image, png
from codegen.plan.constraints.item_count import ItemCount
from codegen.plan.constraints.number_range import NumberRange
from codegen.plan.constraints.sides import Sides
from codegen.plan.constraints.text_length import TextLength
from codegen.plan.resolve import Model
from codegen.spec import language
from qianfan_api.registry import VALIDATORS
from qianfan_api.violations import pointer
from tests.constraints.trials import findings, for_a_model, sized
from tests.schemas.from_spec import SITES, Site

KINDS = ("range", "length", "items", "sides", "enum", "non_empty")


@attrs.frozen(eq=False)
class Bounded:
    """A constraint at a site of a right request."""

    site: Site
    constraint: ValueConstraint
    model: Model | None

    def __repr__(self) -> str:
        return f"{self.site.group.name} {self.constraint.id}"

    def finds(self, value: object) -> bool:
        """Whether the validator finds what breaks it, with a value of its type."""
        operation, group = self.site.operation, self.site.group
        found = findings(operation, self.model or next(iter(group.models), None))
        VALIDATORS[operation.api]()[group.name](self.site.changed(value), found)
        at = pointer(self.site.steps)
        return any(one.rule in self.constraint.ids and one.pointer == at for one in found.violations)


def bounded(kind: str) -> list[Bounded]:
    """Every constraint of a kind, once in each group."""
    found: dict[int, Bounded] = {}
    for site in SITES:
        for stated in site.member.constraints:
            if stated.kind == kind and id(stated) not in found:
                one, model = for_a_model(stated, site.group)
                assert isinstance(one, ValueConstraint)
                found[id(stated)] = Bounded(site, one, model)
    return list(found.values())


BOUNDED = {kind: bounded(kind) for kind in (*KINDS, "image")}


def around(*bounds: object, least: int = 0) -> st.SearchStrategy[int]:
    """Whole numbers near some bounds; limits of models that are not known bound nothing."""
    near = [st.integers(max(int(one) - 3, least), int(one) + 3) for one in bounds if isinstance(one, int | float)]
    return st.one_of(st.integers(least, 12), *near)


def values(one: ValueConstraint) -> st.SearchStrategy[Any]:
    """Values of a constraint's type, near its bounds and far from them; for a list or a map, how many it holds."""
    match one:
        case NumberRange():
            ends = [one.span.low.value, one.shared if one.limit else one.span.high.value]
            whole = st.integers() | around(*ends, least=-(10**6))
            if one.whole:
                return whole
            near = [st.floats(end - 1, end + 1) | st.just(end) for end in ends if isinstance(end, int | float)]
            return st.one_of(whole, st.floats(allow_nan=False), *near)
        case TextLength():
            most = one.shared if one.limit else one.most
            return st.builds(str.__mul__, st.sampled_from("x字😀"), around(most))
        case ItemCount():
            return around(one.least, one.most)
        case Sides():
            side = st.integers(-1, 10**6) | around(one.sides.low.value, one.sides.high.value)
            form = st.sampled_from(["{}x{}", "{}*{}", "{}X{}", "{}x{}\n", "0{}x{}", "{}x", "{} x {}"])
            return st.builds(str.format, st.just("{}x{}") | form, side, side) | st.text(max_size=5)
        case AllowedValues() if not isinstance(one.values[0], str):
            return st.integers() | st.sampled_from(one.values)
        case AllowedValues():
            near = st.builds(str.__add__, st.sampled_from([*map(str, one.values)]), st.text(max_size=2))
            return st.text(max_size=8) | near | near.map(str.upper)
        case _:
            return st.text(max_size=3)


@pytest.mark.parametrize("kind", KINDS)
def test_validator_finds_what_a_constraint_does_not_hold_for(kind: str) -> None:
    @settings(max_examples=400, deadline=None)
    @given(one=st.sampled_from(BOUNDED[kind]), data=st.data())
    def agree(one: Bounded, data: st.DataObject) -> None:
        value = data.draw(values(one.constraint))
        sent = sized(one.site, value) if kind == "items" else value
        assert one.finds(sent) is not one.constraint.holds(value)

    agree()


@settings(max_examples=200, deadline=None)
@given(one=st.sampled_from(BOUNDED["image"]), data=st.data())
def test_validator_finds_images_whose_sides_are_out_of_bounds(one: Bounded, data: st.DataObject) -> None:
    assert isinstance(one.constraint, Image)
    span = one.constraint.sides
    bounds = [span.low.value, span.high.value] if span else []
    width, height = (data.draw(st.integers(1, 10**6) | around(*bounds, least=1)) for _ in range(2))
    assert one.finds(png(width, height)) is not all(within(side, span) for side in (width, height))


def within(side: int, span: language.Range | None) -> bool:
    if span is None:
        return True
    assert isinstance(span.low.value, int)
    assert isinstance(span.high.value, int)
    return span.low.value <= side <= span.high.value


def test_every_kind_with_bounds_is_there_in_every_operation_that_has_one() -> None:
    for kind, found in BOUNDED.items():
        assert found, kind
    assert len({one.site.operation.api for kind in KINDS for one in BOUNDED[kind]}) > 5
