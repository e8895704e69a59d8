"""Plans the checks of an operation: one for each parameter that differs, one for each shape, one for each group."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codegen.names import constant, snake
from codegen.plan import check_model, narrowing
from codegen.plan.check_model import (
    Branch,
    Check,
    Checks,
    DisputeCheck,
    GroupCheck,
    RuleConstant,
    ShapeCheck,
)
from codegen.plan.constraints import Condition, Constraint, ObjectConstraint, Site, Spot
from codegen.plan.constraints.dispute import Disputed
from codegen.plan.foreign import foreign_names
from codegen.plan.members import Member, ShapeMembers, member, stem
from codegen.plan.phrasing import one_line
from codegen.plan.plain_types import TYPES
from codegen.plan.resolve import is_of_another_page, lister
from codegen.plan.resolved import Group, Operation
from codegen.spec import Spec, language, types


def plan(spec: Spec, operation: Operation) -> Checks:
    """The checks of an operation."""
    return _Planner(spec, operation).plan()


class _Planner:
    def __init__(self, spec: Spec, operation: Operation) -> None:
        self.spec = spec
        self.operation = operation
        self.out = Checks(operation)
        self.members: dict[tuple[object, ...], str] = {}
        """What is checked → the function that checks it: groups with the same rules share one."""
        self.names: set[str] = set()
        self.shapes: dict[tuple[object, ...], str] = {}
        self.items = set(_items(operation))

    def plan(self) -> Checks:
        groups = [*self.operation.groups, self.operation.any_model]
        parameters = self.operation.operation.parameters
        for name, field in parameters.items():
            basis = self.operation.basis(lister(self.operation.operation, name), f"{name}.unsupported")
            level: language.Level = "warning" if basis.dropped else field.elsewhere
            self.out.support[name] = RuleConstant(constant(name), f"{self.operation.api}.{name}", basis, level)
            if is_of_another_page(self.operation.operation, name):
                own = self.operation.basis(None, f"{name}.unsupported")
                self.out.of_other_pages[name] = attrs.evolve(self.out.support[name], basis=own)
        self.out.foreign = foreign_names(self.spec, self.operation.api, "request", parameters)
        for group in groups:
            if group.dialogue is not None:
                self.out.dialogues[group.dialogue.name] = group.dialogue
        self.out.groups.extend(self._group(group) for group in groups)
        return self.out

    # --- rules ---

    def _rule(self, stem: str, one: Constraint) -> RuleConstant:
        """The constant of a constraint's rule: rules of one member share it where they rest on the same."""
        plain = self._constant(stem, one)
        for name in (stem, f"{stem}_{one.kind}", f"{stem}_{one.kind}_{one.level}"):
            rule = attrs.evolve(plain, constant=constant(name))
            known = next((other for other in self.out.rules if other.constant == rule.constant), None)
            if known is None:
                self.out.rules.append(rule)
            if known is None or known == rule:
                return rule
        raise ValueError(f"two rules are called {constant(stem)}: {plain}")

    def _constant(self, stem: str, one: Constraint) -> RuleConstant:
        return RuleConstant(constant(stem), f"{one.api}.{one.path}", one.basis, one.level, one.everyone)

    # --- values ---

    def _check(self, one: Member, group: Group, name: str | None = None) -> str:
        """Plans the function that checks a member; gives its name."""
        shapes = tuple(self._shape(group.shapes[shape], group) for shape in types.shapes_in(one.type))
        says = tuple(rule for rule in one.constraints if rule.kind != "required")
        key = (one.path, one.type, says, self._key(one.items), shapes)
        if key in self.members:
            return self.members[key]
        stem = self._free(name or one.name, group)
        kind = one.whole
        at = Spot(self._rule(stem, kind).constant, check=check_model.named(stem))
        expected = next(iter(kind.python(at))).finding
        phrases = [phrase for rule in says if (phrase := rule.shown())]
        check = Check(
            name=check_model.named(stem),
            doc=f"`{one.path}`: {', '.join(phrases) or kind.phrase()}.",
            otherwise=expected if kind.kind == "type" else "",
            branches=_merged([self._branch(option, one, stem, group) for option in types.alternatives(one.type)]),
        )
        if kind.kind != "type":
            check = attrs.evolve(check, branches=[Branch("value is not None", [Condition(None, expected)])])
        self.out.checks.append(check)
        self.members[key] = check.name
        return check.name

    def _key(self, one: Member | None) -> object:
        return None if one is None else (one.constraints, self._key(one.items))

    def _free(self, name: str, group: Group) -> str:
        """A name that no other check has: with the group's where another group has the plain one."""
        group_name = snake(group.name).removesuffix("_chat")
        for candidate in (name, f"{name}_{group_name}", *(f"{name}_{group_name}_{n}" for n in range(2, 100))):
            if candidate not in self.names:
                self.names.add(candidate)
                return candidate
        raise ValueError(f"too many checks are called {name}")

    def _branch(self, kind: types.Type, one: Member, stem: str, group: Group) -> Branch:
        conditions = [
            condition
            for rule in one.constraints
            if rule.kind not in ("type", "required") and rule.applies(kind)
            for condition in rule.python(Spot(self._rule(stem, rule).constant))
        ]
        match kind:
            case types.Plain(word):
                return Branch(TYPES[word].test, conditions)
            case types.ShapeRef(shape):
                call = f"{self._shape(group.shapes[shape], group)}(value, place, found)"
                return Branch("is_object(value)", [*conditions, Condition(None, call)])
            case types.ListOf(item):
                return Branch("is_list(value)", conditions, each=self._item(item, one, stem, group))
            case types.MapOf(item):
                return Branch("is_object(value)", conditions, values=self._item(item, one, stem, group))
            case types.OneOf():
                raise AssertionError("options are never nested")

    def _item(self, kind: types.Type, one: Member, stem: str, group: Group) -> str:
        """The check of a list's items or a map's values."""
        if isinstance(kind, types.ShapeRef):
            return self._shape(group.shapes[kind.name], group)
        assert one.items is not None
        return self._check(one.items, group, f"{stem}_item")

    # --- shapes ---

    def _shape(self, shape: ShapeMembers, group: Group) -> str:
        """Plans the function that checks an object; gives its name."""
        key = (
            shape.name,
            shape.across,
            tuple((one.constraints, self._key(one.items)) for one in shape.members.values()),
        )
        if key in self.shapes:
            return self.shapes[key]
        own = self._free(f"{stem(shape.name)}_object", group).removesuffix("_object")
        name = f"check_{own}_object"
        self.shapes[key] = name
        prefix = "" if own == stem(shape.name) else own
        members = {
            word: self._check(one, group, f"{prefix}_{word}" if prefix else None) for word, one in shape.members.items()
        }
        of_items = shape.name in self.items
        named = of_items or not shape.shape.extensible
        self.out.shapes.append(
            ShapeCheck(
                name=name,
                table=f"{constant(own)}_MEMBERS",
                doc=one_line(shape.shape.doc),
                rule=self._object_rule(own, shape) if named else None,
                members=members,
                conditions=[*self._conditions(own, shape, "value", "place")],
                extensible=shape.shape.extensible,
                of_items=of_items,
                foreign=foreign_names(self.spec, self.operation.api, shape.name.partition(".")[0], shape.shape.fields),
            )
        )
        return name

    def _object_rule(self, own: str, shape: ShapeMembers) -> RuleConstant:
        rule = self._constant(f"{own}_object", shape.others)
        self.out.rules.append(rule)
        return rule

    def _conditions(self, own: str, shape: ShapeMembers, value: str, place: str) -> Iterator[Condition]:
        for word, one in shape.members.items():
            required = one.constraint("required")
            if required is not None:
                yield from required.python(Spot(self._rule(f"{own}_{word}", required).constant, place, value))
        for rule in shape.across:
            yield from self._across(rule, own, value, place)

    def _across(self, rule: ObjectConstraint, own: str, value: str, place: str) -> Iterator[Condition]:
        member = rule.path.rpartition(".")[2] if rule.path.count(".") else rule.path
        stem = "_".join(filter(None, [own, member, rule.kind]))
        yield from rule.python(Spot(self._rule(stem, rule).constant, place, value))

    # --- groups ---

    def _group(self, group: Group) -> GroupCheck:
        members = {name: self._designator(name, group) for name in self._designators()}
        conditions: list[Condition] = []
        for parameter in group.parameters:
            members[parameter.name] = self._check(parameter, group)
            required = parameter.constraint("required")
            if required is not None:
                name = members[parameter.name].removeprefix("check_")
                conditions += required.python(Spot(self._rule(name, required).constant, "()", "payload"))
        for dispute in group.disputes:
            members[dispute.path] = self._disputed(group, dispute)
        across = [condition for rule in group.across for condition in self._across(rule, "", "payload", "()")]
        return GroupCheck(
            group=group,
            name=f"check_{snake(group.name)}",
            table=constant(snake(group.name)),
            members=members,
            conditions=[*conditions, *(one for one in across if one.test is not None)],
            calls=[*self._dialogue(group), *(one.finding for one in across if one.test is None)],
        )

    def _designators(self) -> list[str]:
        """What says whom a request goes to: a name each."""
        names = {"body": ["model"], "path": ["model", "endpoint"], "none": []}[self.operation.operation.model_in]
        return [name for name in names if name not in self.operation.operation.parameters]

    def _designator(self, name: str, group: Group) -> str:
        return self._check(designator(self.operation, name), group)

    def _disputed(self, group: Group, dispute: Disputed) -> str:
        key = ("disputed", dispute)
        if key not in self.members:
            name = self._free(f"{dispute.path}_disputed", group)
            rule = self._rule(name, dispute)
            because = one_line(dispute.because)
            self.out.disputes.append(DisputeCheck(f"check_{name}", dispute.path, rule, because, dispute.only))
            self.members[key] = f"check_{name}"
        return self.members[key]

    def _dialogue(self, group: Group) -> Iterator[str]:
        if group.dialogue is not None:
            subject = self.operation.operation.subject[0]
            order = f"{constant(group.dialogue.name)}_DIALOGUE"
            yield f'check_dialogue({order}, payload.get("{subject}"), ("{subject}",), found)'


def designator(operation: Operation, name: str) -> Member:
    """What says whom a request goes to: text, whatever the model."""
    field = language.Field(type="string", doc="")
    site = Site(
        api=operation.api,
        path=name,
        place=name,
        field=field,
        type=types.Plain("string"),
        page=operation.operation.source,
        editions=operation.editions,
    )
    made = member(name, site)
    return attrs.evolve(made, constraints=tuple(attrs.evolve(one, everyone=True) for one in made.constraints))


def _items(operation: Operation) -> Iterator[str]:
    """The shapes that are items of lists or values of maps."""
    groups = [*operation.groups, operation.any_model]
    kinds = [parameter.type for group in groups for parameter in group.parameters]
    kinds += [one.type for group in groups for shape in group.shapes.values() for one in shape.members.values()]
    yield from narrowing.items(kinds)


def _merged(branches: list[Branch]) -> list[Branch]:
    """Types of which nothing more is checked share one branch, the last."""
    plain = [branch.test for branch in branches if branch.is_plain]
    if len(plain) < 2:
        return branches
    return [*(branch for branch in branches if not branch.is_plain), Branch(f"({' or '.join(plain)})", [])]
