"""The spec resolved: operations with their groups, parameters and models, and every constraint on a request."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

import attrs

from codegen.plan.constraints import Constraint, ObjectConstraint
from codegen.plan.constraints.dialogue import DialoguePart
from codegen.plan.constraints.dispute import Disputed
from codegen.plan.constraints.other_names import Unknown
from codegen.plan.constraints.retirement import Retired
from codegen.plan.constraints.support import Unsupported
from codegen.plan.editions import Basis, Edition, Editions
from codegen.plan.members import Parameter, ShapeMembers
from codegen.spec import language

ANY_MODEL = "AnyModel"
"""The group that stands for all: what no model of the operation would refuse."""


@attrs.frozen(kw_only=True)
class Dialogue:
    """An order of roles with its name and the rules that it consists of."""

    name: str
    dialogue: language.Dialogue
    parts: tuple[DialoguePart, ...]
    roles: list[language.Scalar]
    """Every role that a message may have at all."""

    def part(self, kind: str) -> DialoguePart | None:
        """The rule on a part."""
        return next((one for one in self.parts if one.kind == kind), None)

    @property
    def page(self) -> str:
        """The page of its first part."""
        return self.parts[0].basis.edition.page if self.parts else ""

    @property
    def level(self) -> language.Level:
        """error where one of its parts rejects."""
        return "error" if any(one.level == "error" for one in self.parts) else "warning"


@attrs.frozen(kw_only=True)
class Model:
    """A model with its limits and pages."""

    name: str
    model: language.Model
    group: str
    handle: str
    """The name of its property."""
    page: str
    """The page that its limits are from, where they state none."""
    listed: bool
    """Whether that page lists it: nobody says so of an unverified model without a source."""
    named_by: tuple[Edition, ...]
    """The editions of the documentation that name it: their rules hold for it, those of others warn."""
    limits: dict[str, int]
    limit_pages: dict[str, str]
    """The page of each limit that another page than the model's states."""
    soft_limits: list[str]
    rates: language.Rates | None
    """With its page."""
    retirement: Retired | None

    @property
    def names(self) -> list[str]:
        """Its name and its aliases."""
        return [self.name, *self.model.aliases]

    @property
    def callable(self) -> bool:
        """Whether it can be called without deploying it first."""
        return self.model.prebuilt

    def rejects(self, one: Constraint) -> bool:
        """Whether breaking a constraint is an error for it."""
        return one.level == "error" and not self.model.unverified and one.basis.edition in self.named_by


@attrs.define(kw_only=True, slots=False)
class Group:
    """A constraint group, or all of them together."""

    name: str
    doc: str
    page: str
    parameters: list[Parameter]
    disputed: dict[str, language.Dispute]
    disputable: list[Parameter]
    """The parameters that are disputed, as a group that takes them has them."""
    unsupported: list[Unsupported]
    disputes: list[Disputed]
    dialogue: Dialogue | None
    across: tuple[ObjectConstraint, ...]
    """The rules across parameters."""
    shapes: dict[str, ShapeMembers]
    """Shape → its members, as this group has them."""
    others: Unknown
    """The rule on parameters that no model has."""
    models: list[Model]

    @property
    def arguments(self) -> list[Parameter]:
        """The parameters that a call may give: stream has a method of its own, SDK arguments are never sent."""
        every = [*self.parameters, *self.disputable]
        return [one for one in every if one.field.sent and one.name != "stream"]

    def has_limit(self, limit: str) -> bool:
        """Whether any of its models states a limit."""
        return any(limit in model.limits for model in self.models)

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of a name."""
        return next((one for one in self.parameters if one.name == name), None)

    @property
    def is_unverified(self) -> bool:
        """Whether no page lists any of its models: its rules only warn."""
        return all(model.model.unverified for model in self.models)

    @property
    def is_any(self) -> bool:
        """Whether it stands for all groups."""
        return self.name == ANY_MODEL

    @cached_property
    def constraints(self) -> list[Constraint]:
        """Every constraint on its requests, each with the models that it is an error for."""
        return [*self._constraints()]

    def _constraints(self) -> Iterator[Constraint]:
        for one in self.parameters:
            for inner in one.walk():
                yield from inner.constraints
        for shape in self.shapes.values():
            for member in shape.members.values():
                for inner in member.walk():
                    yield from inner.constraints
            yield from shape.across
            if shape.others.ids:
                yield shape.others
        yield from self.across
        yield self.others
        if self.dialogue is not None:
            yield from self.dialogue.parts
        yield from self.unsupported
        yield from self.disputes


@attrs.frozen(kw_only=True)
class Operation:
    """An operation with everything resolved."""

    api: str
    operation: language.OperationFile
    groups: list[Group]
    any_model: Group
    shapes: dict[str, language.Shape]
    shape_pages: dict[str, str]
    request_shapes: list[str]
    reply_shapes: list[str]
    editions: Editions

    @property
    def version(self) -> Literal["v1", "v2"]:
        return self.operation.version

    @property
    def models(self) -> list[Model]:
        """Every model, in the spec's order."""
        return [model for group in self.groups for model in group.models]

    def basis(self, page: str | None, rule: str) -> Basis:
        """What a rule rests on; of the operation's own page where it names none."""
        return self.editions.basis(page or self.operation.source, rule)
