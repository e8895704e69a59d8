"""Plans the checks of an operation: one for each parameter that differs, one for each shape, one for each group."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import attrs

from codegen.names import constant, snake
from codegen.plan import functions, words
from codegen.plan.across import Across
from codegen.plan.faults import Fault, Rule, plain_faults, size_faults, source_tuple, steps
from codegen.plan.functions import Branch, Check, Checks, DisputeCheck, GroupCheck, ShapeCheck
from codegen.plan.resolve import Group, Operation, Parameter
from codegen.spec import language, types


def plan(operation: Operation, levels: dict[str, language.Level]) -> Checks:
    """The checks of an operation. `levels` says for each page whether its rules reject or warn."""
    return _Planner(operation, levels).plan()


class _Planner:
    def __init__(self, operation: Operation, levels: dict[str, language.Level]) -> None:
        self.operation = operation
        self.levels = levels
        self.out = Checks(operation)
        self.names: dict[tuple[object, ...], str] = {}
        self.range_levels: dict[str, language.Level] = {}
        self.items = set(_items(operation))

    def plan(self) -> Checks:
        for name in self.operation.request_shapes:
            self._shape(name)
        groups = [*self.operation.groups, self.operation.any_model]
        for name, field in self.operation.operation.parameters.items():
            rule = Rule(constant(name), f"{self.operation.api}.{name}", self._page(field.source), field.elsewhere)
            self.out.support[name] = rule
        for name in self._designators():
            field = language.Field(type="string", doc="")
            page = self.operation.operation.source
            self._check(name, name, types.Plain("string"), field, page, "error")
        for group in groups:
            if group.dialogue is not None:
                self.out.dialogues[group.dialogue.name] = group.dialogue
        self.out.groups.extend(self._group(group) for group in groups)
        return self.out

    def _page(self, source: str | None) -> str:
        return source or self.operation.operation.source

    def _rule(self, name: str, path: str, page: str, level: language.Level) -> Rule:
        rule = Rule(constant(name), f"{self.operation.api}.{path}", page, level)
        known = next((one for one in self.out.rules if one.constant == rule.constant), None)
        if known is None:
            self.out.rules.append(rule)
        elif known != rule:
            raise ValueError(f"two rules are called {rule.constant}: {known} and {rule}")
        return rule

    # --- values ---

    def _check(
        self, name: str, path: str, kind: types.Type, field: language.Field, page: str, level: language.Level
    ) -> str:
        """Plans the function that checks a field; gives its name."""
        rule = self._rule(name, path, page, level)
        bounds = words.hint(attrs.evolve(field, required=False, default=None))
        check = Check(
            name=functions.named(name),
            doc=f"`{path}`: {bounds or words.expectation(kind)}.",
            rule=rule,
            expected=words.expectation(kind),
            branches=_merged([self._branch(option, name, path, field, rule) for option in alternatives(kind)]),
        )
        self.out.checks.append(check)
        return check.name

    def _branch(self, kind: types.Type, name: str, path: str, field: language.Field, rule: Rule) -> Branch:
        at = f"{rule.constant}, place, value"
        match kind:
            case types.Plain("json_schema" | "object_schema" as word):
                return Branch("is_object(value)", [], delegate=f"check_{word}({rule.constant}, value, place, found)")
            case types.Plain("image"):
                sides = field.sides or language.Range(
                    language.Bound(1, open=False), language.Bound(None, open=True), ""
                )
                bounds = f"{field.max_bytes}, {sides.low.value}, {sides.high.value}"
                delegate = f"check_base64_image({rule.constant}, value, place, found, {bounds})"
                return Branch("isinstance(value, str)", [], delegate=delegate)
            case types.Plain(word):
                tests = {
                    "string": "isinstance(value, str)",
                    "int": "is_integer(value)",
                    "float": "is_number(value)",
                    "bool": "isinstance(value, bool)",
                    "object": "is_object(value)",
                }
                ranged = f"{self._range_rule(name, rule).constant}, place, value"
                size = None
                if word == "string" and field.sides is not None:
                    bounds = f"{field.sides.low.value}, {field.sides.high.value}"
                    size = f"check_sides({rule.constant}, value, place, found, {bounds})"
                return Branch(tests[word], list(plain_faults(field, at, ranged, word)), delegate=size)
            case types.ShapeRef(shape):
                return Branch("is_object(value)", [], delegate=f"{self._shape_check(shape)}(value, place, found)")
            case types.ListOf(item):
                return Branch(
                    "is_list(value)", list(size_faults(field, rule)), each=self._item(item, name, path, field, rule)
                )
            case types.MapOf(item):
                return Branch(
                    "is_object(value)",
                    list(size_faults(field, rule)),
                    values=self._item(item, name, path, field, rule),
                )
            case types.OneOf():
                raise AssertionError("options are never nested")

    def _item(self, kind: types.Type, name: str, path: str, field: language.Field, rule: Rule) -> str | None:
        """The check of a list's items or a map's values."""
        if isinstance(kind, types.ShapeRef):
            return self._shape_check(kind.name)
        inner = language.Field(type="", doc=field.doc)
        if types.Plain("string") in alternatives(kind):
            inner = attrs.evolve(inner, max_length=field.max_length, non_empty=field.non_empty, enum=field.enum)
        return self._check(f"{name}_item", f"{path}[]", kind, inner, rule.page, rule.level)

    def _range_rule(self, name: str, rule: Rule) -> Rule:
        """The rule of the range, where a group states it at another level than the type."""
        level = self.range_levels.get(rule.constant, rule.level)
        if level == rule.level:
            return rule
        return self._rule(f"{name}_range", rule.id.removeprefix(f"{self.operation.api}."), rule.page, level)

    # --- shapes ---

    def _shape_check(self, name: str) -> str:
        return f"check_{snake(name)}_object"

    def _shape(self, name: str) -> None:
        shape = self.operation.shapes[name]
        page = self.operation.shape_pages[name]
        path = snake(shape.typed_as or name)
        members: dict[str, str] = {}
        needed: list[Fault] = []
        for member, field in shape.fields.items():
            source = field.source or page
            level = field.level or self.levels[source]
            members[member] = self._check(
                f"{snake(name)}_{member}", f"{path}.{member}", types.parse(field.type), field, source, level
            )
            if field.required:
                rule = f"{constant(snake(name))}_{constant(member)}"
                needed.append(Fault(f'value.get("{member}") is None', f'found.missing({rule}, (*place, "{member}"))'))
        across = Across(
            make_rule=self._rule,
            levels=self.levels,
            name=snake(name),
            path=path,
            page=page,
            of="value",
            place="*place, ",
            known=set(shape.fields),
        )
        faults = [*needed, *across.faults(shape.rules)]
        of_items = name in self.items
        named = of_items or not shape.extensible
        self.out.shapes.append(
            ShapeCheck(
                name=self._shape_check(name),
                table=constant(snake(name)) + "_MEMBERS",
                doc=words.one_line(shape.doc),
                rule=self._rule(f"{snake(name)}_object", path, page, self.levels[page]) if named else None,
                members=members,
                faults=faults,
                extensible=shape.extensible,
                of_items=of_items,
            )
        )

    # --- groups ---

    def _group(self, group: Group) -> GroupCheck:
        members = {name: functions.named(name) for name in self._designators()}
        faults: list[Fault] = []
        for parameter in group.parameters:
            name = self._parameter(group, parameter)
            members[parameter.name] = name
            if parameter.field.required:
                rule = next(check.rule for check in self.out.checks if check.name == name)
                faults.append(
                    Fault(
                        f'payload.get("{parameter.name}") is None',
                        f'found.missing({rule.constant}, ("{parameter.name}",))',
                    )
                )
        for name, why in group.disputed.items():
            members[name] = self._disputed(group, name, why)
        rules = self.operation.operation.rules
        across = Across(
            make_rule=self._rule,
            levels=self.levels,
            name="",
            path="",
            page=self.operation.operation.source,
            of="payload",
            place="",
            known={parameter.name for parameter in group.parameters},
        )
        faults += across.faults(rules)
        return GroupCheck(
            group=group,
            name=f"check_{snake(group.name)}",
            table=constant(snake(group.name)),
            members=members,
            faults=faults,
            calls=list(self._calls(group, rules, set(members))),
        )

    def _designators(self) -> list[str]:
        """What says whom a request goes to: a name each."""
        names = {"body": ["model"], "path": ["model", "endpoint"], "none": []}[self.operation.operation.model_in]
        return [name for name in names if name not in self.operation.operation.parameters]

    def _parameter(self, group: Group, parameter: Parameter) -> str:
        """The check of a parameter; groups with the same rules share it."""
        field = attrs.evolve(parameter.field, required=False, default=None, doc="", source=None, level=None)
        key = (parameter.name, repr(field), parameter.page, parameter.level, parameter.range_level)
        if key not in self.names:
            taken = any(known[0] == parameter.name for known in self.names)
            name = f"{parameter.name}_{snake(group.name).removesuffix('_chat')}" if taken else parameter.name
            self.range_levels[constant(name)] = parameter.range_level
            if parameter.field.sent:
                self.names[key] = self._check(
                    name, parameter.name, parameter.type, parameter.field, parameter.page, parameter.level
                )
            else:
                self.names[key] = self._client_argument(parameter)
        return self.names[key]

    def _client_argument(self, parameter: Parameter) -> str:
        rule = self._rule(parameter.name, parameter.name, parameter.page, "warning")
        advice = "an argument of the official SDK: it never reaches the platform"
        finding = f'found.advise({rule.constant}, "client", place, {words.literal(advice)})'
        branch = Branch("value is not None", [Fault("True", finding)])
        self.out.checks.append(
            Check(functions.named(parameter.name), f"`{parameter.name}`: {advice}.", rule, "", [branch])
        )
        return functions.named(parameter.name)

    def _disputed(self, group: Group, name: str, dispute: language.Dispute) -> str:
        field = self.operation.operation.parameters[name]
        key = (name, "disputed", dispute.because, *dispute.models)
        if key not in self.names:
            stem = f"{name}_disputed"
            if any(known[:2] == key[:2] for known in self.names):
                stem = f"{stem}_{snake(group.name).removesuffix('_chat')}"
            rule = self._rule(stem, name, self._page(field.source), "warning")
            because = words.one_line(dispute.because)
            self.out.disputes.append(DisputeCheck(f"check_{stem}", name, rule, because, dispute.models))
            self.names[key] = f"check_{stem}"
        return self.names[key]

    def _calls(self, group: Group, rules: language.Rules, known: set[str]) -> Iterator[str]:
        """The rules that a function of the support does."""
        if group.dialogue is not None:
            subject = self.operation.operation.subject[0]
            order = f"{constant(group.dialogue.name)}_DIALOGUE"
            yield f'check_dialogue({order}, payload.get("{subject}"), ("{subject}",), found)'
        for refers in rules.refers:
            if refers.member.split(".")[0] in known:
                source = self._page(refers.source)
                name = refers.member.split(".")[0]
                rule = self._rule(f"{name}_refers", name, source, self.levels[source])
                yield f"check_reference({rule.constant}, payload, {steps(refers.member)}, {steps(refers.to)}, found)"
        for total in rules.total:
            if not group.has_limit(total.limit):
                continue
            source = self._page(total.source)
            texts = [steps(path) for path in total.of if path.split(".")[0].removesuffix("[]") in known]
            rule = self._rule(f"total_{total.limit}", f"{total.of[0].split('[')[0]}.total", source, self.levels[source])
            yield f'check_total({rule.constant}, payload, {source_tuple(texts)}, "{total.limit}", found)'


def _items(operation: Operation) -> Iterator[str]:
    """The shapes that are items of lists or values of maps."""
    groups = [*operation.groups, operation.any_model]
    kinds = [parameter.type for group in groups for parameter in group.parameters]
    for name in operation.request_shapes:
        kinds += [types.parse(field.type) for field in operation.shapes[name].fields.values()]
    for option in chain.from_iterable(map(alternatives, kinds)):
        match option:
            case types.ListOf(types.ShapeRef(name)) | types.MapOf(types.ShapeRef(name)):
                yield name
            case _:
                continue


def _merged(branches: list[Branch]) -> list[Branch]:
    """Types of which nothing more is checked share one branch, the last."""
    plain = [branch.test for branch in branches if branch.is_plain]
    if len(plain) < 2:
        return branches
    return [*(branch for branch in branches if not branch.is_plain), Branch(f"({' or '.join(plain)})", [])]


def alternatives(kind: types.Type) -> list[types.Type]:
    """The alternatives of a type, lists merged: no two have the same JSON type."""
    options: list[types.Type] = [*kind.options] if isinstance(kind, types.OneOf) else [kind]
    lists = [option.item for option in options if isinstance(option, types.ListOf)]
    if len(lists) < 2:
        return options
    merged = types.ListOf(types.OneOf(tuple(lists)))
    return [merged, *(option for option in options if not isinstance(option, types.ListOf))]
