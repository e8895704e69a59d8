"""The checks of an operation, as the validators' template places them.

One function for each parameter that differs, one for each shape, one for each group. A function gets the value, its
place and the findings; it never stops at the first fault.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from codegen.names import constant, snake
from codegen.plan import words
from codegen.plan.resolve import Dialogue, Group, Operation, Parameter
from codegen.spec import language, types


@attrs.frozen
class Rule:
    """A rule constant: `TEMPERATURE = Rule("v1.chat.temperature", CHAT_V1)`."""

    constant: str
    id: str
    page: str
    level: language.Level


@attrs.frozen
class Fault:
    """Under a condition, a finding."""

    condition: str
    finding: str


@attrs.frozen
class Branch:
    """What holds for values of one JSON type."""

    test: str
    faults: list[Fault]
    each: str | None = None
    """The check of a list's items."""
    values: str | None = None
    """The check of a map's values."""
    delegate: str | None = None
    """The check that does the rest."""

    @property
    def is_plain(self) -> bool:
        """Whether the type is all that is checked."""
        return not (self.faults or self.each or self.values or self.delegate)


@attrs.frozen
class Check:
    """A function that checks one value."""

    name: str
    doc: str
    rule: Rule
    expected: str
    branches: list[Branch]


@attrs.frozen
class ShapeCheck:
    """A function that checks an object."""

    name: str
    table: str
    doc: str
    rule: Rule
    members: dict[str, str]
    faults: list[Fault]
    extensible: bool


@attrs.frozen
class GroupCheck:
    """A function that checks a whole request."""

    group: Group
    name: str
    table: str
    members: dict[str, str]
    faults: list[Fault]
    calls: list[str]


@attrs.define
class Checks:
    """All checks of an operation."""

    operation: Operation
    rules: list[Rule] = attrs.field(factory=list[Rule])
    checks: list[Check] = attrs.field(factory=list[Check])
    shapes: list[ShapeCheck] = attrs.field(factory=list[ShapeCheck])
    groups: list[GroupCheck] = attrs.field(factory=list[GroupCheck])
    dialogues: dict[str, Dialogue] = attrs.field(factory=dict[str, Dialogue])
    support: dict[str, Rule] = attrs.field(factory=dict[str, Rule])


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

    def plan(self) -> Checks:
        for name in self.operation.request_shapes:
            self._shape(name)
        groups = [*self.operation.groups, self.operation.any_model]
        for name, field in self.operation.operation.parameters.items():
            rule = Rule(constant(name), f"{self.operation.api}.{name}", self._page(field.source), field.elsewhere)
            self.out.support[name] = rule
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
        check = Check(
            name=f"check_{name}",
            doc=f"`{path}`: {words.hint(attrs.evolve(field, required=False, default=None)) or words.expectation(kind)}.",
            rule=rule,
            expected=words.expectation(kind),
            branches=[self._branch(option, name, path, field, rule) for option in _options(kind)],
        )
        self.out.checks.append(check)
        return check.name

    def _branch(self, kind: types.Type, name: str, path: str, field: language.Field, rule: Rule) -> Branch:
        at = f"{rule.constant}, place, value"
        match kind:
            case types.Plain("json_schema" | "object_schema" as word):
                return Branch("is_object(value)", [], delegate=f"check_{word}({rule.constant}, value, place, found)")
            case types.Plain(word):
                tests = {
                    "string": "isinstance(value, str)",
                    "int": "is_integer(value)",
                    "float": "is_number(value)",
                    "bool": "isinstance(value, bool)",
                    "object": "is_object(value)",
                }
                ranged = f"{self._range_rule(name, rule).constant}, place, value"
                return Branch(tests[word], list(_plain_faults(field, at, ranged, word)))
            case types.ShapeRef(shape):
                return Branch("is_object(value)", [], delegate=f"{self._shape_check(shape)}(value, place, found)")
            case types.ListOf(item):
                return Branch(
                    "is_list(value)", list(_size_faults(field, rule)), each=self._item(item, name, path, field, rule)
                )
            case types.MapOf(item):
                return Branch(
                    "is_object(value)",
                    list(_size_faults(field, rule)),
                    values=self._item(item, name, path, field, rule),
                )
            case types.OneOf():
                raise AssertionError("options are never nested")

    def _item(self, kind: types.Type, name: str, path: str, field: language.Field, rule: Rule) -> str | None:
        """The check of a list's items or a map's values."""
        if isinstance(kind, types.ShapeRef):
            return self._shape_check(kind.name)
        inner = language.Field(type="", doc=field.doc)
        if kind == types.Plain("string"):
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
        faults = [
            *needed,
            *self._member_faults(shape.rules, path, snake(name), page, "value", "*place, ", set(shape.fields)),
        ]
        self.out.shapes.append(
            ShapeCheck(
                name=self._shape_check(name),
                table=constant(snake(name)) + "_MEMBERS",
                doc=words.one_line(shape.doc),
                rule=self._rule(f"{snake(name)}_object", path, page, self.levels[page]),
                members=members,
                faults=faults,
                extensible=shape.extensible,
            )
        )

    def _member_faults(
        self, rules: language.Rules, path: str, name: str, page: str, of: str, place: str, known: set[str]
    ) -> Iterator[Fault]:
        """The rules across members that one condition can say."""
        prefix = f"{path}." if path else ""
        stem = f"{name}_" if name else ""
        for need in rules.need:
            conditions = [need.when, need.unless]
            if need.member not in known or any(one is not None and one.member not in known for one in conditions):
                continue
            source = need.source or page
            rule = self._rule(
                f"{stem}{need.member}_needed", f"{prefix}{need.member}", source, need.level or self.levels[source]
            )
            tests = [f'{of}.get("{need.member}") is None']
            tests += [_holds(of, need.when)] if need.when else []
            tests += [_holds_not(of, need.unless)] if need.unless else []
            why = f"when {_said(need.when)}" if need.when else f"unless {_said(need.unless)}" if need.unless else ""
            yield Fault(
                " and ".join(reversed(tests)),
                f'found.missing({rule.constant}, ({place}"{need.member}",), {words.literal(why)})',
            )
        for filled in rules.filled:
            if filled.member not in known:
                continue
            source = filled.source or page
            rule = self._rule(f"{stem}{filled.member}_filled", f"{prefix}{filled.member}", source, self.levels[source])
            tests = [f'{of}.get("{filled.member}") in EMPTY']
            tests += [_holds_not(of, filled.unless)] if filled.unless else []
            why = f"unless {_said(filled.unless)}" if filled.unless else ""
            yield Fault(
                " and ".join(tests), f'found.empty({rule.constant}, ({place}"{filled.member}",), {words.literal(why)})'
            )
        for effect in rules.effect:
            if {effect.member, effect.only_when.member} <= known:
                rule = self._rule(
                    f"{stem}{effect.member}_effect", f"{prefix}{effect.member}", effect.source or page, "warning"
                )
                yield Fault(
                    f'{of}.get("{effect.member}") is not None and {_holds_not(of, effect.only_when)}',
                    f'found.advise({rule.constant}, "effect", ({place}"{effect.member}",), '
                    f"{words.literal(f'has an effect only when {_said(effect.only_when)}')})",
                )
        for prefer in rules.prefer:
            members = [member for member in prefer.one_of if member in known]
            if prefer.taking is not None and prefer.taking not in known:
                continue
            if len(members) > 1:
                last = members[-1]
                advice = f"set {' or '.join(members)}, not both"
                rule = self._rule(f"{stem}{'_or_'.join(members)}", f"{prefix}{last}", prefer.source or page, "warning")
                yield Fault(
                    " and ".join(f'{of}.get("{member}") is not None' for member in members),
                    f'found.advise({rule.constant}, "prefer", ({place}"{last}",), {words.literal(advice)})',
                )

    # --- groups ---

    def _group(self, group: Group) -> GroupCheck:
        members = {name: "check_model" for name in self._designators()}
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
        faults += self._member_faults(rules, "", "", self.operation.operation.source, "payload", "", set(members))
        return GroupCheck(
            group=group,
            name=f"check_{snake(group.name)}",
            table=constant(snake(group.name)),
            members=members,
            faults=faults,
            calls=list(self._calls(group, rules, set(members))),
        )

    def _designators(self) -> list[str]:
        return ["model"] if self.operation.operation.model_in == "body" else ["model", "endpoint"]

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
        self.out.checks.append(Check(f"check_{parameter.name}", f"`{parameter.name}`: {advice}.", rule, "", [branch]))
        return f"check_{parameter.name}"

    def _disputed(self, group: Group, name: str, why: str) -> str:
        field = self.operation.operation.parameters.get(name)
        page = self._page(field.source if field else None)
        stem = f"{name}_disputed"
        key = (name, "disputed", why)
        if key not in self.names:
            if any(known[:2] == key[:2] for known in self.names):
                stem = f"{stem}_{snake(group.name).removesuffix('_chat')}"
            rule = self._rule(stem, name, page, "warning")
            finding = f"found.disputed({rule.constant}, place, {words.literal(words.one_line(why))})"
            branch = Branch("value is not None", [Fault("True", finding)])
            self.out.checks.append(Check(f"check_{stem}", f"`{name}`: sources disagree on it.", rule, "", [branch]))
            self.names[key] = f"check_{stem}"
        return self.names[key]

    def _calls(self, group: Group, rules: language.Rules, known: set[str]) -> Iterator[str]:
        """The rules that a function of the support does."""
        if group.dialogue is not None and self.operation.operation.subject in known:
            subject = self.operation.operation.subject
            yield f'check_dialogue({constant(group.dialogue.name)}_DIALOGUE, payload.get("{subject}"), ("{subject}",), found)'
        for refers in rules.refers:
            if refers.member.split(".")[0] in known:
                source = self._page(refers.source)
                name = refers.member.split(".")[0]
                rule = self._rule(f"{name}_refers", name, source, self.levels[source])
                yield f"check_reference({rule.constant}, payload, {_steps(refers.member)}, {_steps(refers.to)}, found)"
        for total in rules.total:
            source = self._page(total.source)
            texts = [_steps(path) for path in total.of if path.split(".")[0].removesuffix("[]") in known]
            rule = self._rule(f"total_{total.limit}", f"{total.of[0].split('[')[0]}.total", source, self.levels[source])
            yield f'check_total({rule.constant}, payload, {_tuple(texts)}, "{total.limit}", found)'


def _options(kind: types.Type) -> list[types.Type]:
    """The alternatives of a type, lists merged: no two have the same JSON type."""
    options: list[types.Type] = [*kind.options] if isinstance(kind, types.OneOf) else [kind]
    lists = [option.item for option in options if isinstance(option, types.ListOf)]
    if len(lists) < 2:
        return options
    merged = types.ListOf(types.OneOf(tuple(lists)))
    return [merged, *(option for option in options if not isinstance(option, types.ListOf))]


def _plain_faults(field: language.Field, at: str, ranged: str, kind: str) -> Iterator[Fault]:
    if field.non_empty and kind == "string":
        yield Fault("not value", f"found.empty({at.removesuffix(', value')})")
    if field.enum is not None and kind in ("string", "int"):
        allowed = _tuple([words.literal(value) for value in field.enum])
        for value, hint in field.hints.items():
            confused = f"{at}, {allowed}, {words.literal(hint)}"
            yield Fault(f"value == {words.literal(value)}", f"found.not_one_of({confused})")
        yield Fault(f"value not in {allowed}", f"found.not_one_of({at}, {allowed})")
    if field.max_length is not None and kind == "string":
        most = field.max_length
        yield Fault(f"len(value) > {most}", f"found.too_long({at.removesuffix(', value')}, len(value), {most})")
    if field.range is not None and kind in ("int", "float"):
        yield from _range_faults(field.range, ranged)


def _range_faults(span: language.Range, at: str) -> Iterator[Fault]:
    low, high = span.low, span.high
    bounds = [bound.value for bound in (low, high)]
    if not any(isinstance(bound, str) for bound in bounds):
        if high.value is None:
            yield Fault(
                f"value {'<=' if low.open else '<'} {low.value}",
                f"found.out_of_range({at}, {words.literal(words.interval(span))})",
            )
            return
        left = "" if low.value is None else f"{low.value} {'<' if low.open else '<='} "
        right = "" if high.value is None else f" {'<' if high.open else '<='} {high.value}"
        yield Fault(f"not {left}value{right}", f"found.out_of_range({at}, {words.literal(words.interval(span))})")
        return
    # A bound that is a limit of the model: one finding with the number that holds for this model.
    least = words.interval(attrs.evolve(span, high=language.Bound(None, open=True)))
    test = f"value {'<=' if low.open else '<'} {low.value}"
    yield Fault(
        f'{test} or found.exceeds(value, "{high.value}")',
        f'found.out_of_limit({at}, {words.literal(least)}, "{high.value}")',
    )


def _size_faults(field: language.Field, rule: Rule) -> Iterator[Fault]:
    at = f"{rule.constant}, place, len(value)"
    if field.min_items is not None:
        if field.min_items == 1:
            yield Fault("not value", f"found.empty({rule.constant}, place)")
        else:
            yield Fault(f"len(value) < {field.min_items}", f"found.too_few({at}, {field.min_items})")
    if field.max_items is not None:
        yield Fault(f"len(value) > {field.max_items}", f"found.too_many({at}, {field.max_items})")


def _holds(of: str, when: language.When) -> str:
    if when.equals is None:
        return f'{of}.get("{when.member}") is not None'
    if isinstance(when.equals, bool):
        return f'{of}.get("{when.member}") is {when.equals}'
    return f'{of}.get("{when.member}") == {words.literal(when.equals)}'


def _holds_not(of: str, when: language.When) -> str:
    if when.equals is None:
        return f'{of}.get("{when.member}") is None'
    if isinstance(when.equals, bool):
        return f'{of}.get("{when.member}") is not {when.equals}'
    return f'{of}.get("{when.member}") != {words.literal(when.equals)}'


def _said(when: language.When | None) -> str:
    if when is None:
        return ""
    if when.equals is None:
        return f"{when.member} is given"
    value = str(when.equals).lower() if isinstance(when.equals, bool) else when.equals
    return f"{when.member} is {value}"


def _steps(path: str) -> str:
    """`messages[].content` → `("messages", "[]", "content")`."""
    steps = path.replace("[]", ".[]").split(".")
    return _tuple([words.literal(step) for step in steps])


def _tuple(items: list[str]) -> str:
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
