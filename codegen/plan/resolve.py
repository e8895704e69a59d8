"""The spec resolved: every group with its own parameters, every model with its own limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import attrs

from codegen.names import property_name
from codegen.spec import Spec, language, types
from codegen.spec.load import api

ANY_MODEL = "AnyModel"
"""The group that stands for all: what no model of the operation would refuse."""


@attrs.frozen(kw_only=True)
class Parameter:
    """A parameter as one group takes it."""

    name: str
    field: language.Field
    type: types.Type
    page: str
    level: language.Level
    range_level: language.Level
    """The level of its range, where a group states it apart."""


@attrs.frozen(kw_only=True)
class Dialogue:
    """An order of roles with its name, page and level."""

    name: str
    dialogue: language.Dialogue
    page: str
    level: language.Level
    roles: list[language.Scalar]
    """Every role that a message may have at all."""


@attrs.frozen(kw_only=True)
class Model:
    """A model with its limits and page."""

    name: str
    model: language.Model
    group: str
    handle: str
    """The name of its property."""
    page: str
    limits: dict[str, int]
    limit_pages: dict[str, str]
    """The page of each limit that another page than the model's states."""
    soft_limits: list[str]

    @property
    def names(self) -> list[str]:
        """Its name and its aliases."""
        return [self.name, *self.model.aliases]

    @property
    def callable(self) -> bool:
        """Whether it can be called without deploying it first."""
        return self.model.prebuilt


@attrs.frozen(kw_only=True)
class Group:
    """A constraint group, or all of them together."""

    name: str
    doc: str
    page: str
    parameters: list[Parameter]
    disputed: dict[str, language.Dispute]
    dialogue: Dialogue | None
    models: list[Model]

    @property
    def arguments(self) -> list[Parameter]:
        """The parameters that a call gives: stream has a method of its own, SDK arguments are never sent."""
        return [one for one in self.parameters if one.field.sent and one.name != "stream"]

    def has_limit(self, limit: str) -> bool:
        """Whether any of its models states a limit."""
        return any(limit in model.limits for model in self.models)

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of a name."""
        return next((one for one in self.parameters if one.name == name), None)

    @property
    def is_any(self) -> bool:
        """Whether it stands for all groups."""
        return self.name == ANY_MODEL


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

    @property
    def version(self) -> Literal["v1", "v2"]:
        return self.operation.version

    @property
    def models(self) -> list[Model]:
        """Every model, in the spec's order."""
        return [model for group in self.groups for model in group.models]


def level_of(spec: Spec, page: str, stated: language.Level | None) -> language.Level:
    """A rule that no page of the documentation states warns only."""
    if stated is not None:
        return stated
    return "error" if spec.pages[page].standing == "documentation" else "warning"


def resolve(spec: Spec, operation: language.OperationFile) -> Operation:
    """An operation with everything resolved."""
    shapes = {name: shared.shape for name, shared in spec.shapes.items()} | operation.shapes
    pages = {name: shared.source for name, shared in spec.shapes.items()}
    pages |= {name: shape.source or operation.source for name, shape in operation.shapes.items()}
    groups = [_group(spec, operation, name, group) for name, group in operation.groups.items()]
    fields = operation.parameters.values()
    replies = [operation.reply, *([operation.stream.chunk] if operation.stream else [])]
    return Operation(
        api=api(operation),
        operation=operation,
        groups=groups,
        any_model=_any_model(spec, operation, groups),
        shapes=shapes,
        shape_pages=pages,
        request_shapes=_reach(shapes, [name for field in fields for name in types.shapes_in(types.parse(field.type))]),
        reply_shapes=_reach(shapes, replies),
    )


def _reach(shapes: dict[str, language.Shape], roots: list[str]) -> list[str]:
    """The shapes that some shapes lead to, those inside first."""
    found: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in found or name in path:
            return
        for field in shapes[name].fields.values():
            for inner in types.shapes_in(types.parse(field.type)):
                visit(inner, (*path, name))
        found.append(name)

    for root in roots:
        visit(root, ())
    return found


def _group(spec: Spec, operation: language.OperationFile, name: str, group: language.Group) -> Group:
    takes = {one for word in group.takes for one in operation.sets.get(word, [word])}
    page = group.source or operation.source
    parameters = [
        _parameter(spec, operation, one, group.narrow.get(one), page) for one in operation.parameters if one in takes
    ]
    return Group(
        name=name,
        doc=group.doc,
        page=page,
        parameters=parameters,
        disputed={
            word: language.Dispute(because=dispute) if isinstance(dispute, str) else dispute
            for word, dispute in group.disputed.items()
        },
        dialogue=_dialogue(spec, operation, group.dialogue),
        models=[_model(spec, operation, name, group, *entry) for entry in group.models.items()],
    )


def _parameter(
    spec: Spec, operation: language.OperationFile, name: str, narrow: language.Narrow | None, group_page: str
) -> Parameter:
    field = operation.parameters[name]
    page = field.source or operation.source
    level = level_of(spec, page, field.level)
    range_level = level
    if narrow is not None:
        changes: dict[str, Any] = {
            word: value
            for word in ("range", "enum", "default", "required", "max_items", "max_length", "doc")
            if (value := getattr(narrow, word)) is not None
        }
        field = attrs.evolve(field, **changes)
        if narrow.source is not None or changes.keys() - {"default", "doc"}:
            page = narrow.source or group_page
        range_level = level_of(spec, page, narrow.level)
    kind = types.parse(field.type)
    return Parameter(name=name, field=field, type=kind, page=page, level=level, range_level=range_level)


def _dialogue(spec: Spec, operation: language.OperationFile, name: str | None) -> Dialogue | None:
    name = name or next(iter(operation.dialogues), None)
    if name is None:
        return None
    dialogue = operation.dialogues[name]
    page = dialogue.source or operation.source
    subject = operation.parameters[operation.subject[0]]
    shapes = {name: shared.shape for name, shared in spec.shapes.items()} | operation.shapes
    roles = [
        role for name in types.shapes_in(types.parse(subject.type)) for role in shapes[name].fields["role"].enum or ()
    ]
    level = level_of(spec, page, dialogue.level)
    return Dialogue(name=name, dialogue=dialogue, page=page, level=level, roles=roles)


def _model(
    spec: Spec,
    operation: language.OperationFile,
    group_name: str,
    group: language.Group,
    name: str,
    model: language.Model,
) -> Model:
    page = model.source or group.source or operation.source
    limits: dict[str, int] = {}
    pages: dict[str, str] = {}
    for stated, default_page in ((group.limits, group.source or operation.source), (model.limits, page)):
        for word, limit in stated.items():
            value, source = (
                (limit, default_page) if isinstance(limit, int) else (limit.value, limit.source or default_page)
            )
            limits[word] = value
            pages[word] = source
    return Model(
        name=name,
        model=model,
        group=group_name,
        handle=property_name(name),
        page=page,
        limits=limits,
        limit_pages={word: source for word, source in pages.items() if source != page},
        soft_limits=sorted(word for word, source in pages.items() if spec.pages[source].standing != "documentation"),
    )


def _any_model(spec: Spec, operation: language.OperationFile, groups: list[Group]) -> Group:
    """What every group allows at the most: a request that breaks this is refused whatever the model."""
    if operation.model_in == "none":
        parameters = [_parameter(spec, operation, name, None, operation.source) for name in operation.parameters]
        return Group(
            name=ANY_MODEL,
            doc=operation.doc,
            page=operation.source,
            parameters=parameters,
            disputed={},
            dialogue=None,
            models=[],
        )
    dialogues = {group.dialogue.name: group.dialogue for group in groups if group.dialogue is not None}
    return Group(
        name=ANY_MODEL,
        doc="Every model: what none of them would refuse.",
        page=operation.source,
        parameters=[
            _widest([found for group in groups if (found := group.parameter(name)) is not None], len(groups))
            for name in operation.parameters
            if any(group.parameter(name) for group in groups)
        ],
        disputed={
            name: language.Dispute(because="only some sources list it")
            for group in groups
            for name in group.disputed
            if not any(other.parameter(name) for other in groups)
        },
        dialogue=_loosest(list(dialogues.values())),
        models=[],
    )


def _loosest(dialogues: list[Dialogue]) -> Dialogue | None:
    """An order that none of them forbids: the operation's own, or where one has no turns, only what may stand last."""
    if all(one.dialogue.turns is not None for one in dialogues):
        return next(iter(dialogues), None)
    lasts = [one.dialogue.last for one in dialogues]
    last = None if None in lasts else list(dict.fromkeys(role for roles in lasts for role in roles or ()))
    free = next(one for one in dialogues if one.dialogue.turns is None)
    loose = language.Dialogue(doc=free.dialogue.doc, last=last)
    return attrs.evolve(free, name=f"{free.name}_any_model", dialogue=loose)


def _widest(takes: list[Parameter], groups: int) -> Parameter:
    first = takes[0]
    fields = [one.field for one in takes]
    enums = [field.enum for field in fields]
    return attrs.evolve(
        first,
        level="error" if all(one.level == "error" for one in takes) else "warning",
        range_level="error" if all(one.range_level == "error" for one in takes) else "warning",
        field=attrs.evolve(
            first.field,
            required=len(takes) == groups and all(field.required for field in fields),
            default=None,
            range=_hull([field.range for field in fields]),
            enum=None if None in enums else list(dict.fromkeys(value for enum in enums for value in enum or ())),
            max_items=_most(field.max_items for field in fields),
            max_length=_longest([field.max_length for field in fields]),
        ),
    )


def _longest(limits: list[int | language.LimitName | None]) -> int | language.LimitName | None:
    numbers = [limit for limit in limits if isinstance(limit, int)]
    return max(numbers) if len(numbers) == len(limits) else limits[0] if len(set(limits)) == 1 else None


def _most(limits: Iterator[int | None]) -> int | None:
    values = list(limits)
    return None if None in values else max(value for value in values if value is not None)


def _hull(ranges: list[language.Range | None]) -> language.Range | None:
    if None in ranges:
        return None
    spans = [one for one in ranges if one is not None]
    if len(set(spans)) == 1:
        return spans[0]
    low = _outer([one.low for one in spans], min)
    high = _outer([one.high for one in spans], max)
    left, right = "(" if low.open else "[", ")" if high.open else "]"
    text = f"{left}{'-inf' if low.value is None else low.value}, {'inf' if high.value is None else high.value}{right}"
    return language.Range(low, high, text)


def _outer(bounds: list[language.Bound], pick: Any) -> language.Bound:
    values = [bound.value for bound in bounds]
    if not all(isinstance(value, int | float) for value in values):
        names = set(values)
        return bounds[0] if len(names) == 1 else language.Bound(None, open=True)
    value = pick(values)
    return language.Bound(value, all(bound.open for bound in bounds if bound.value == value))
