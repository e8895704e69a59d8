"""Resolving: the spec's files into operations whose groups have their own constraints, and models their pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

import attrs

from codegen.names import property_name
from codegen.plan import narrowing
from codegen.plan.constraints import Constraint, ObjectConstraint, ObjectSite, ValueConstraint, on_object
from codegen.plan.constraints.dialogue import PARTS, DialogueSite
from codegen.plan.constraints.dispute import Disputed
from codegen.plan.constraints.idle import Idle
from codegen.plan.constraints.other_names import Unknown
from codegen.plan.constraints.retirement import Retired
from codegen.plan.constraints.support import Unsupported
from codegen.plan.editions import Edition, Editions
from codegen.plan.members import Parameter, ShapeMembers, parameter, shape_members, unknown
from codegen.plan.resolved import ANY_MODEL, Dialogue, Group, Model, Operation
from codegen.spec import Spec, language, placement, types
from codegen.spec.load import api
from codegen.spec.profiles import extended, taken

__all__ = [
    "ANY_MODEL",
    "Dialogue",
    "Group",
    "Model",
    "Operation",
    "Parameter",
    "level_of",
    "is_of_another_page",
    "lister",
    "resolve",
]


def level_of(spec: Spec, page: str, stated: language.Level | None) -> language.Level:
    """A rule that no page of the documentation states warns only."""
    if stated is not None:
        return stated
    return "error" if spec.pages[page].standing == "documentation" else "warning"


def resolve(spec: Spec, operation: language.OperationFile) -> Operation:
    """An operation with everything resolved."""
    return _Resolver(spec, operation).operation_resolved()


class _Resolver:
    def __init__(self, spec: Spec, operation: language.OperationFile) -> None:
        self.spec = spec
        self.operation = operation
        self.api = api(operation)
        self.editions = Editions(spec)
        self.shapes = {name: shared.shape for name, shared in spec.shapes.items()} | operation.shapes
        self.pages = {name: shared.source for name, shared in spec.shapes.items()}
        self.pages |= {name: shape.source or operation.source for name, shape in operation.shapes.items()}

    def operation_resolved(self) -> Operation:
        groups = [self._group(name, group) for name, group in self.operation.groups.items()]
        fields = self.operation.parameters.values()
        tops = [self.operation.reply, *([self.operation.stream.chunk] if self.operation.stream else [])]
        replies = [name for name in tops if name != placement.BYTES]
        roots = [name for field in fields for name in types.shapes_in(types.parse(field.type))]
        return Operation(
            api=self.api,
            operation=self.operation,
            groups=self._with_takers(groups),
            any_model=self._any_model(groups),
            shapes=self.shapes,
            shape_pages=self.pages,
            request_shapes=narrowing.reach(self.shapes, roots),
            reply_shapes=narrowing.reach(self.shapes, replies),
            editions=self.editions,
        )

    # --- groups ---

    def _group(self, name: str, stated: language.Group) -> Group:
        group = extended(self.operation, stated)
        page = group.source or self.operation.source
        takes = taken(self.operation, group)
        models = [self._model(name, group, *entry) for entry in group.models.items()]
        shared = _shared(models)
        narrowed = narrowing.narrowed(name, page, self.operation, self.shapes, group.narrow)
        pages = {shape: self.pages[narrowing.base_name(shape)] for shape in narrowed.shapes}

        def as_taken(one: str) -> Parameter:
            field = self.operation.parameters[one]
            pages = (field.source or self.operation.source, page)
            narrow, kind = group.narrow.get(one), narrowed.types.get(one)
            return parameter(self.api, one, field, narrow, pages, self.editions, shared, kind)

        parameters = [as_taken(one) for one in self.operation.parameters if one in takes]
        disputed = {
            word: language.Dispute(because=dispute) if isinstance(dispute, str) else dispute
            for word, dispute in group.disputed.items()
        }
        return self._held(
            Group(
                name=name,
                doc=group.doc,
                page=page,
                parameters=parameters,
                disputed=disputed,
                disputable=[as_taken(one) for one in disputed],
                unsupported=[],
                disputes=[self._dispute(word, dispute) for word, dispute in disputed.items()],
                dialogue=self._dialogue(group.dialogue),
                across=self._across(parameters, models, shared, page),
                shapes=self._shapes(parameters, narrowed.shapes, pages, shared),
                others=self._others(),
                models=models,
            )
        )

    def _shapes(
        self,
        parameters: list[Parameter],
        shapes: Mapping[str, language.Shape],
        pages: Mapping[str, str],
        shared: Mapping[str, int],
    ) -> dict[str, ShapeMembers]:
        """The objects that the parameters hold, with their places in a request."""
        places = narrowing.places({one.name: one.type for one in parameters if one.field.sent}, shapes)
        fields = [field for name in places for field in shapes[name].fields.values()]
        items = {*narrowing.items([*(one.type for one in parameters), *(types.parse(one.type) for one in fields)])}
        found: dict[str, ShapeMembers] = {}
        for name, place in places.items():
            made = shape_members(self.api, name, shapes[name], pages[name], place, self.editions, shared)
            found[name] = attrs.evolve(made, others=attrs.evolve(made.others, item=name in items))
        return found

    def _others(self) -> Unknown:
        others = unknown(self.api, "", "", self.operation.source, self.editions)
        return attrs.evolve(others, level=self.operation.unknown or others.level)

    def _across(
        self, parameters: list[Parameter], models: list[Model], shared: Mapping[str, int], page: str
    ) -> tuple[ObjectConstraint, ...]:
        return on_object(
            ObjectSite(
                api=self.api,
                path="",
                place="",
                rules=self.operation.rules,
                known=frozenset(one.name for one in parameters),
                page=self.operation.source,
                described_by=page,
                editions=self.editions,
                shared=shared,
                limits=frozenset(limit for model in models for limit in model.limits),
                models=tuple(model.name for model in models),
            )
        )

    def _dispute(self, name: str, dispute: language.Dispute) -> Disputed:
        basis = self.editions.basis(lister(self.operation, name), f"{name}.{Disputed.code}")
        return Disputed(
            api=self.api,
            path=name,
            place=name,
            basis=basis,
            level="warning",
            because=dispute.because,
            only=tuple(dispute.models),
        )

    def _dialogue(self, name: str | None) -> Dialogue | None:
        name = name or next(iter(self.operation.dialogues), None)
        return None if name is None else self._dialogue_of(name, self.operation.dialogues[name])

    def _dialogue_of(self, name: str, dialogue: language.Dialogue) -> Dialogue:
        subject = self.operation.subject[0]
        roles: list[language.Scalar] = [
            role
            for shape in types.shapes_in(types.parse(self.operation.parameters[subject].type))
            for role in self.shapes[shape].fields["role"].enum or ()
        ]
        if dialogue.turns is not None:
            # A role that takes no turn at all is found by the rule on roles.
            named = {*dialogue.lead, *(dialogue.first or ()), *(dialogue.last or ())}.union(*dialogue.turns)
            roles = [role for role in roles if role in named]
        site = DialogueSite(
            api=self.api,
            subject=subject,
            dialogue=dialogue,
            roles=tuple(map(str, roles)),
            page=self.operation.source,
            editions=self.editions,
        )
        parts = tuple(part for kind in PARTS for part in kind.read(site))
        return Dialogue(name=name, dialogue=dialogue, parts=parts, roles=roles)

    def _held(self, group: Group) -> Group:
        """A group in which every constraint knows the models that it is an error for."""
        verified = [model for model in group.models if not model.model.unverified]

        @cache
        def named_by(edition: Edition) -> tuple[str, ...] | None:
            names = tuple(model.name for model in verified if edition in model.named_by)
            return None if len(names) == len(verified) else names

        return narrowing.mapped(group, lambda one: attrs.evolve(one, models=named_by(one.basis.edition)))

    def _with_takers(self, groups: list[Group]) -> list[Group]:
        """Groups that know who takes what they do not."""
        for group in groups:
            for name, field in self.operation.parameters.items():
                if group.parameter(name) is None and name not in group.disputed:
                    group.unsupported.extend(self._unsupported(name, field, group, groups))
        return [self._held(group) for group in groups]

    def _unsupported(
        self, name: str, field: language.Field, group: Group, groups: list[Group]
    ) -> Iterator[Unsupported]:
        """That a group does not take a parameter: by the page that says who does, else by the operation's."""
        takers = tuple(
            model.name
            for other in groups
            if other.parameter(name) is not None
            for model in other.models
            if not model.model.unverified and not model.model.retired
        )
        basis, own = (
            self.editions.basis(page, f"{name}.{Unsupported.code}")
            for page in (lister(self.operation, name), self.operation.source)
        )
        foreign = is_of_another_page(self.operation, name)
        by_own = [
            model.name
            for model in group.models
            if foreign and own.edition in model.named_by and basis.edition not in model.named_by
        ]
        rest = [model.name for model in group.models if model.name not in by_own]
        for page, names in (basis, rest), (own, by_own):
            if names or (names is rest and not by_own):
                level = "warning" if page.dropped else field.elsewhere
                yield Unsupported(
                    api=self.api,
                    path=name,
                    place=name,
                    basis=page,
                    level=level,
                    takers=takers,
                    only=(*sorted(names),) if rest and by_own else (),
                    neutral=field.neutral,
                )

    # --- models ---

    def _model(self, group_name: str, group: language.Group, name: str, model: language.Model) -> Model:
        page = model.source or group.source or self.operation.source
        limits: dict[str, int] = {}
        pages: dict[str, str] = {}
        for stated, default_page in ((group.limits, group.source or self.operation.source), (model.limits, page)):
            for word, limit in stated.items():
                value, source = (
                    (limit, default_page) if isinstance(limit, int) else (limit.value, limit.source or default_page)
                )
                limits[word] = value
                pages[word] = source
        labels = {name, *model.aliases, *model.versions, *([model.family] if model.family else [])}
        apart = (model.retired, model.rates, model.price)
        sources = {page, *pages.values(), *(one.source for one in apart if one is not None and one.source)}
        named_by = () if model.unverified else self.editions.named_by(sources, labels)
        speaking = {edition.page for edition in named_by}
        return Model(
            name=name,
            model=model,
            group=group_name,
            handle=property_name(name),
            page=page,
            listed=model.source is not None or not model.unverified,
            named_by=named_by,
            limits=limits,
            limit_pages={
                word: source
                for word, source in pages.items()
                if source != page or (model.unverified and model.source is None)
            },
            soft_limits=sorted(word for word, source in pages.items() if not self._hard(source, model, speaking)),
            rates=model.rates and attrs.evolve(model.rates, source=model.rates.source or page),
            retirement=self._retirement(name, model, page),
        )

    def _hard(self, source: str, model: language.Model, speaking: set[str]) -> bool:
        """Whether a page's limit rejects: it is documentation, and speaks of the model."""
        return self.spec.pages[source].standing == "documentation" and (model.unverified or source in speaking)

    def _retirement(self, name: str, model: language.Model, page: str) -> Retired | None:
        if model.retired is None:
            return None
        stated = model.retired
        return Retired(
            api=self.api,
            path="model",
            place="model",
            basis=self.editions.basis(stated.source or page, "model.retired"),
            level="warning",
            model=name,
            on=stated.on,
            use=tuple(stated.use),
        )

    # --- all models ---

    def _any_model(self, groups: list[Group]) -> Group:
        """What every group allows at the most: a request that breaks this is refused whatever the model."""
        source = self.operation.source
        if self.operation.model_in == "none":
            parameters = [
                parameter(self.api, name, field, None, (field.source or source, source), self.editions, {})
                for name, field in self.operation.parameters.items()
            ]
            return self._any_of(self.operation.doc, parameters, {}, None, [])
        loose = narrowing.loosest([group.dialogue for group in groups if group.dialogue is not None])
        parameters = [
            narrowing.widest([found for group in groups if (found := group.parameter(name)) is not None], len(groups))
            for name in self.operation.parameters
            if any(group.parameter(name) for group in groups)
        ]
        disputed = {
            name: language.Dispute(because="only some sources list it")
            for group in groups
            for name in group.disputed
            if not any(other.parameter(name) for other in groups)
        }
        models = [model for group in groups for model in group.models]
        dialogue = None if loose is None else self._dialogue_of(*loose)
        made = self._any_of("Every model: what none of them would refuse.", parameters, disputed, dialogue, models)
        stated = [one for group in groups if not group.is_unverified for one in group.constraints]
        idle = {one.path for one in stated if isinstance(one, Idle)}
        alike: dict[tuple[str, str], list[Constraint]] = defaultdict(list)
        for one in stated:
            alike[one.kind, one.path].append(one)

        def held(one: Constraint) -> Constraint:
            same = alike.get((one.kind, one.path), [])
            return attrs.evolve(one, level="warning") if one.path in idle else _held_by_all(one, same)

        return attrs.evolve(narrowing.mapped(made, held), models=[])

    def _plain_parameter(self, name: str) -> Parameter:
        """A parameter as the operation has it."""
        field = self.operation.parameters[name]
        pages = (field.source or self.operation.source, self.operation.source)
        return parameter(self.api, name, field, None, pages, self.editions, {}, None)

    def _any_of(
        self,
        doc: str,
        parameters: list[Parameter],
        disputed: dict[str, language.Dispute],
        dialogue: Dialogue | None,
        models: list[Model],
    ) -> Group:
        return self._held(
            Group(
                name=ANY_MODEL,
                doc=doc,
                page=self.operation.source,
                parameters=parameters,
                disputed=disputed,
                disputable=[self._plain_parameter(one) for one in disputed],
                unsupported=[],
                disputes=[self._dispute(word, dispute) for word, dispute in disputed.items()],
                dialogue=dialogue,
                across=self._across(parameters, [], {}, self.operation.source),
                shapes=self._shapes(parameters, self.shapes, self.pages, {}),
                others=self._others(),
                models=models,
            )
        )


def lister(operation: language.OperationFile, name: str) -> str:
    """The page that says which models take a parameter."""
    field = operation.parameters[name]
    return field.listed_by or field.source or operation.source


def is_of_another_page(operation: language.OperationFile, name: str) -> bool:
    """Whether another page than the operation's describes a parameter, and says which models take it."""
    field = operation.parameters[name]
    return field.listed_by is None and field.source not in (None, operation.source)


def _shared(models: list[Model]) -> dict[str, int]:
    """Limits that all models of a group share."""
    every = [model.limits for model in models]
    first = every[0] if every else {}
    return {name: value for name, value in first.items() if all(limits.get(name) == value for limits in every)}


def _held_by_all(one: Constraint, same: list[Constraint]) -> Constraint:
    """A constraint on a value in any model's request: it rejects where each group rejects, by whichever page.

    Args:
        one: The constraint.
        same: What the groups state of its kind, at its place.
    """
    if one.level == "warning" or not isinstance(one, ValueConstraint):
        return one
    if one.models is None:
        # Its own page names every model; a group may say it by a page that does not.
        return one if all(other.rejects for other in same) else attrs.evolve(one, level="warning")
    rejected = bool(same) and all(other.rejects for other in same)
    return attrs.evolve(one, models=None, everyone=True) if rejected else one
