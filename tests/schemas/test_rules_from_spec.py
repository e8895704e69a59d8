"""Every rule of the spec, at each site of each group of each operation: what it takes, and what it finds beside that.

Bounds and values are read from the spec here; tests/constraints has them from the constraints made of it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest

from codegen.plan.constraints.image import png
from codegen.plan.resolve import Group, Operation
from codegen.spec import language, types
from qianfan_api.models import CATALOGUES
from qianfan_api.violations import pointer
from tests.schemas.from_spec import (
    GROUPS,
    SITES,
    Site,
    Steps,
    base,
    held_at,
    ids,
    judged,
    model_of,
    placed,
    requests,
    variants,
)

Value = Any
by_group = pytest.mark.parametrize(("operation", "group"), GROUPS, ids=ids)


def sites(operation: Operation, group: Group) -> Iterator[Site]:
    """The sites of a group whose values are looked at."""
    own = (site for site in SITES if site.operation is operation and site.group is group)
    return (site for site in own if site.field.idle is None)


def options(site: Site) -> list[types.Type]:
    return types.alternatives(site.kind)


# --- one value ---


@by_group
def test_right_request_is_right(operation: Operation, group: Group) -> None:
    across = ("effect", "prefer", "reference", "order", "missing", "duplicate", "unanswered")
    for request, _ in requests(operation, group):
        assert [one for one in judged(operation, group, request) if one.code not in across] == []


EXAMPLES: dict[str, Value] = {
    "string": "fff",
    "int": 1,
    "float": 0.5,
    "bool": True,
    "list": [1],
    "object": {"a": 1},
}
"""A value of each JSON type."""


def json_types(kind: types.Type) -> set[str]:
    match kind:
        case types.OneOf(alternatives):
            return set().union(*(json_types(one) for one in alternatives))
        case types.ListOf():
            return {"list"}
        case types.Plain("float"):
            return {"int", "float"}
        case types.Plain("image" | "file"):
            return {"string"}
        case types.Plain("int" | "bool" | "string" as word):
            return {word}
        case _:
            return {"object"}


@by_group
def test_value_of_every_other_type_is_found(operation: Operation, group: Group) -> None:
    for site in sites(operation, group):
        for name in EXAMPLES.keys() - json_types(site.kind):
            assert site.found(EXAMPLES[name]) == [("type", site.level())], (pointer(site.steps), name)


@by_group
def test_left_out_is_found_where_it_is_required_and_nowhere_else(operation: Operation, group: Group) -> None:
    for site in sites(operation, group):
        if isinstance(site.steps[-1], int):
            continue
        [*_, last] = site.steps
        needed = any(rule.member == last for rule in rules_at(site))
        if site.required:
            assert site.found_without() == [("missing", site.level("required"))], pointer(site.steps)
            assert site.found(None) == [("missing", site.level("required"))], pointer(site.steps)
        elif not needed and len(site.steps) < 2:
            assert site.found_without() == site.found(None) == [], pointer(site.steps)


def rules_at(site: Site) -> list[language.Need]:
    shapes = [rule for shape in site.operation.shapes.values() for rule in shape.rules.need]
    return [*site.operation.operation.rules.need, *shapes]


@by_group
def test_values_of_an_enum_are_taken_and_none_beside_them(operation: Operation, group: Group) -> None:
    for site in sites(operation, group):
        if site.field.enum is None or not {"string", "int"} & json_types(site.kind):
            continue
        for value in site.field.enum:
            assert site.found(value) == [], (pointer(site.steps), value)
        others = [f"{value}x" for value in site.field.enum] if "string" in json_types(site.kind) else [-1, 99]
        for value in [*others, *site.field.hints]:
            assert site.found(value) == [("enum", site.level("enum"))], (pointer(site.steps), value)
        for value, hint in site.field.hints.items():
            assert [words for words in site.said(value) if words.endswith(f"; {hint}")], pointer(site.steps)


@by_group
def test_sizes_hold_at_their_bounds_and_beside_them(operation: Operation, group: Group) -> None:
    for site in sites(operation, group):
        containers = [one for one in options(site) if isinstance(one, types.ListOf | types.MapOf)]
        for kind in containers:
            least, most = site.field.min_items, site.field.max_items
            for count in {n + by for n in (least, most) if n is not None for by in (-1, 0, 1) if n + by >= 0}:
                found = site.found(sized(kind, site, count))
                value = sized(kind, site, count)
                if least is not None and count < least:
                    code = "empty" if least == 1 else "items"
                    assert found == [(code, site.level("items"))], (pointer(site.steps), count)
                elif most is not None and count > most:
                    assert found == [("items", site.level("items"))], (pointer(site.steps), count)
                    things = "members" if isinstance(kind, types.MapOf) else "items"
                    assert f"{count} {things}: must be at most {most}" in site.said(value)
                else:
                    assert found == [], (pointer(site.steps), count)


def sized(kind: types.ListOf | types.MapOf, site: Site, count: int) -> Value:
    found = next(variants(site.group, site.member, kind)).value
    if isinstance(kind, types.MapOf):
        return {f"k{index}": found["a"] for index in range(count)}
    return [found[0]] * count


@by_group
def test_lengths_hold_at_their_bounds_and_beside_them(operation: Operation, group: Group) -> None:
    for site in sites(operation, group):
        if types.Plain("string") not in options(site):
            continue
        if site.field.non_empty:
            assert site.found("") == [("empty", site.level("non_empty"))], pointer(site.steps)
        model = model_of(group)
        most = site.field.max_length
        if isinstance(most, str):
            most = model.limits.get(most) if model is not None else None
        if most is None:
            continue
        soft = model is not None and site.field.max_length in model.soft_limits
        level = "warning" if soft else site.level("length")
        for letter in "x字":
            assert site.found(letter * most) == [], pointer(site.steps)
            assert site.found(letter * (most + 1)) == [("length", level)], pointer(site.steps)
            whose = f" for {model.name}" if model is not None and isinstance(site.field.max_length, str) else ""
            assert f"{most + 1} characters: must be at most {most}{whose}" in site.said(letter * (most + 1))


@by_group
def test_ranges_hold_at_their_bounds_and_beside_them(operation: Operation, group: Group) -> None:
    for site in sites(operation, group):
        span = site.field.range
        if span is None:
            continue
        step = 1 if site.kind == types.Plain("int") else 1e-6
        model = model_of(group)
        for bound, outwards in ((span.low, -1), (span.high, 1)):
            value, level = bound.value, site.level("range")
            if isinstance(value, str):
                level = "warning" if model is not None and value in model.soft_limits else level
                value = model.limits.get(value) if model is not None else None
            if value is None:
                assert site.found(outwards * 10**12) == [], pointer(site.steps)
                continue
            assert site.found(value + outwards * step) == [("range", level)], (pointer(site.steps), value)
            if span.low.value != span.high.value:
                assert site.found(value - outwards * step) == [], (pointer(site.steps), value)
            assert site.found(value) == ([("range", level)] if bound.open else []), (pointer(site.steps), value)


def page_level(operation: Operation) -> str:
    """What a rule of the operation's own page is: of one that third parties read, a warning."""
    return operation.basis(None, "parameters.unknown").level


@by_group
def test_parameter_is_taken_unsupported_disputed_or_unknown(operation: Operation, group: Group) -> None:
    needed = base(group)
    model = model_of(group)
    for name, field in operation.operation.parameters.items():
        if group.parameter(name) is not None:
            continue
        found = [(one.pointer, one.code, one.level) for one in judged(operation, group, {**needed, name: "f"})]
        dispute = group.disputed.get(name)
        if dispute is not None and (not dispute.models or (model is not None and model.name in dispute.models)):
            assert (f"/{name}", "disputed", "warning") in found
        else:
            rule = next((one for one in group.unsupported if one.path == name), None)
            assert (f"/{name}", "unsupported", rule.level if rule else field.elsewhere) in found
        assert not [one for one in judged(operation, group, {**needed, name: None}) if one.pointer == f"/{name}"]
    found = [(one.pointer, one.code, one.level) for one in judged(operation, group, {**needed, "other": "f"})]
    assert found == [("/other", "unknown", operation.operation.unknown or page_level(operation))]
    assert judged(operation, group, {**needed, "other": None}) == []


@by_group
def test_member_of_no_name_is_found_unless_the_object_takes_any(operation: Operation, group: Group) -> None:
    for site in sites(operation, group):
        for kind in options(site):
            if not isinstance(kind, types.ShapeRef) or not isinstance(site.value, dict):
                continue
            shape = group.shapes[kind.name]
            request = site.changed({**site.value, "other": 1})
            found = [one for one in judged(operation, group, request) if one.pointer == f"{pointer(site.steps)}/other"]
            level = operation.basis(shape.page, f"{shape.path}.unknown").level
            assert [(one.code, one.level) for one in found] == ([] if shape.shape.extensible else [("unknown", level)])
            request = site.changed({**site.value, "other": None})
            assert not [one for one in judged(operation, group, request) if one.pointer.endswith("/other")]


@by_group
def test_model_and_endpoint_are_names(operation: Operation, group: Group) -> None:
    names = {"body": ["model"], "path": ["model", "endpoint"], "none": []}[operation.operation.model_in]
    for name in names:
        if name in operation.operation.parameters:
            continue
        needed = base(group)
        assert judged(operation, group, {**needed, name: "f"}) == judged(operation, group, {**needed, name: None}) == []
        found = judged(operation, group, {**needed, name: 5})
        assert [(one.pointer, one.code, one.level) for one in found] == [(f"/{name}", "type", page_level(operation))]


@by_group
def test_images_hold_at_their_bounds_and_beside_them(operation: Operation, group: Group) -> None:
    for site in sites(operation, group):
        if site.kind != types.Plain("image"):
            continue
        assert site.found("no image") == [("format", site.level())]
        assert site.found("") == [("empty", site.level())]
        most = site.field.max_bytes
        if most is not None:
            assert site.found("A" * most) == []
            assert site.said("A" * (most + 4)) == [f"{most + 4:,} bytes of base64: must be at most {most:,}"]
            assert site.found("A" * (most + 1)) == [("length", site.level())]
        if site.field.sides is not None:
            low, high = site.field.sides.low.value, site.field.sides.high.value
            assert isinstance(low, int)
            assert isinstance(high, int)
            for side in (low, high):
                assert site.found(png(side, high)) == site.found(png(high, side)) == []
            for side in (low - 1, high + 1):
                assert site.found(png(side, high)) == site.found(png(high, side)) == [("range", site.level())]
                assert site.said(png(side, high))[0].endswith(f": each side must be at least {low} and at most {high}")


@by_group
def test_sizes_as_text_hold_at_their_bounds_and_beside_them(operation: Operation, group: Group) -> None:
    for site in sites(operation, group):
        if site.kind != types.Plain("string") or site.field.sides is None:
            continue
        low, high = site.field.sides.low.value, site.field.sides.high.value
        assert isinstance(low, int)
        assert isinstance(high, int)
        for text in (f"{low}x{low}", f"{high}x{low}", f"{high}x{high}"):
            assert site.found(text) == []
        for text in (f"{low - 1}x{high}", f"{high}x{low - 1}", f"{high + 1}x{low}", f"{low}x{high + 1}"):
            assert site.found(text) == [("range", site.level())]
            assert site.said(text) == [f'"{text}": each side must be at least {low} and at most {high}']
        for text in ("", "x", f"{low}", f"{low}x", f"{low}*{low}", f"{low}X{low}", f"0{low}x{low}", f"{low}x{low}\n"):
            assert site.found(text) == [("format", site.level())]
        assert site.said("x") == [f'"x": must be width and height in pixels, such as {low}x{high}']


# --- several members ---


Owner = tuple[Operation, Group, dict[str, Value], Steps, language.Rules, set[str], str]
"""An object in a right request: where it is, its rules, its members and what the ids of its rules begin with."""


def owners(operation: Operation, group: Group) -> Iterator[Owner]:
    """The request and every object in it that has rules across members."""
    names = {parameter.name for parameter in group.parameters}
    whole = {
        parameter.name: next(variants(group, parameter)).value for parameter in group.parameters if parameter.field.sent
    }
    body = operation.operation
    yield operation, group, whole, (), body.rules, names, ""
    for site in sites(operation, group):
        for kind in options(site):
            if isinstance(kind, types.ShapeRef) and isinstance(site.value, dict):
                shape = group.shapes[kind.name]
                yield operation, group, site.request, site.steps, shape.shape.rules, set(shape.members), shape.path


def at(owner: Owner, code: str, member: str, **members: Value) -> list[str]:
    """The levels at which a code is found at a member, with some members changed; None leaves one out."""
    operation, group, request, steps, *_ = owner
    changed = {name: value for name, value in {**held_at(request, steps), **members}.items() if value is not None}
    violations = judged(operation, group, placed(request, steps, changed) if steps else changed)
    return [one.level for one in violations if one.code == code and one.pointer == pointer((*steps, member))]


def level_at(owner: Owner, path: str, member: str, kind: str) -> language.Level:
    """The level of a rule on a member of an object."""
    group = owner[1]
    across = [*group.across, *(rule for shape in group.shapes.values() for rule in shape.across)]
    name = f"{path}.{member}" if path else member
    [level] = {rule.level for rule in across if rule.kind == kind and rule.path == name}
    return level


def holding(owner: Owner, when: language.When) -> list[Value]:
    """Values with which a condition holds."""
    return [value_of(owner, when.member)] if when.equals is None else [when.equals]


def not_holding(owner: Owner, when: language.When, others: list[language.When]) -> list[Value]:
    """Values with which a condition does not hold, nor any other on the same member."""
    values: list[Value] = [None]
    if isinstance(when.equals, bool):
        values.append(not when.equals)
    elif isinstance(when.equals, str):
        values.append("none of them")
    return [value for value in values if all(other.equals != value for other in others)]


def value_of(owner: Owner, member: str) -> Value:
    return held_at(owner[2], owner[3])[member]


@by_group
def test_member_is_needed_under_its_condition_and_only_then(operation: Operation, group: Group) -> None:
    for owner in owners(operation, group):
        rules, known, path = owner[4:]
        for need in rules.need:
            conditions = [one for one in (need.when, need.unless) if one is not None]
            if not {need.member, *(one.member for one in conditions)} <= known:
                continue
            level = level_at(owner, path, need.member, "need")
            whens = [one.when for one in rules.need if one.when is not None and one.member == need.member]
            for condition in conditions:
                name = condition.member
                yes, no = holding(owner, condition), not_holding(owner, condition, whens)
                broken, kept = (yes, no) if condition is need.when else (no, yes)
                for value in broken:
                    assert at(owner, "missing", need.member, **{name: value, need.member: None}) == [level]
                    given = {name: value, need.member: value_of(owner, need.member)}
                    assert at(owner, "missing", need.member, **given) == []
                for value in kept:
                    assert at(owner, "missing", need.member, **{name: value, need.member: None}) == []


@by_group
def test_member_is_filled_under_its_condition_and_only_then(operation: Operation, group: Group) -> None:
    for owner in owners(operation, group):
        rules, known, path = owner[4:]
        for filled in rules.filled:
            if filled.member not in known:
                continue
            level = level_at(owner, path, filled.member, "filled")
            unless = filled.unless
            for empty in ("", []):
                if unless is None:
                    assert at(owner, "empty", filled.member, **{filled.member: empty}) == [level]
                    continue
                for value in not_holding(owner, unless, []):
                    assert at(owner, "empty", filled.member, **{filled.member: empty, unless.member: value}) == [level]
                for value in holding(owner, unless):
                    assert at(owner, "empty", filled.member, **{filled.member: empty, unless.member: value}) == []
            without = {unless.member: None} if unless else {}
            assert at(owner, "empty", filled.member, **{filled.member: "f", **without}) == []


@by_group
def test_member_without_effect_warns_and_with_effect_does_not(operation: Operation, group: Group) -> None:
    for owner in owners(operation, group):
        rules, known, _ = owner[4:]
        for effect in rules.effect:
            if not {effect.member, effect.only_when.member} <= known:
                continue
            name = effect.only_when.member
            for value in not_holding(owner, effect.only_when, []):
                assert at(owner, "effect", effect.member, **{name: value}) == ["warning"]
                assert at(owner, "effect", effect.member, **{name: value, effect.member: None}) == []
            for value in holding(owner, effect.only_when):
                assert at(owner, "effect", effect.member, **{name: value}) == []


@by_group
def test_members_that_are_better_not_set_together_warn_only_together(operation: Operation, group: Group) -> None:
    for owner in owners(operation, group):
        rules, known, _ = owner[4:]
        preferred = {member for rule in rules.prefer for member in rule.one_of}
        alone: dict[str, Value] = dict.fromkeys(preferred & known)
        for rule in rules.prefer:
            members = [member for member in rule.one_of if member in known]
            applies = len(members) > 1 and group.page not in rule.unsaid_on
            together = {**alone, **{member: value_of(owner, member) for member in members}}
            last = rule.one_of[-1]
            assert at(owner, "prefer", last, **together) == (["warning"] if applies else [])
            for member in members:
                assert at(owner, "prefer", last, **{**together, member: None}) == []


@by_group
def test_name_must_be_there_where_it_refers_to(operation: Operation, group: Group) -> None:
    for rule in operation.operation.rules.refers:
        if group.parameter(rule.member.split(".")[0]) is None:
            continue
        level = next(one.level for one in group.across if one.kind == "refers" and one.place == rule.member)
        steps = tuple(rule.member.split("."))
        whole = {**next(owners(operation, group))[2], **naming(operation, group, steps)}
        names = rule.to.split("[")[0]

        def found(whole: dict[str, Value] = whole, steps: Steps = steps, **changed: Value) -> list[str]:
            request = {name: value for name, value in {**whole, **changed}.items() if value is not None}
            violations = judged(operation, group, request)
            return [one.level for one in violations if (one.pointer, one.code) == (pointer(steps), "reference")]

        if names in whole:
            assert found() == []
            assert found(**{names: [*whole[names], *whole[names]]}) == []
        assert found(**{names: []}) == found(**{names: None}) == [level]
        assert found(**{steps[0]: None}) == []


@by_group
def test_texts_together_stay_within_the_limit_of_each_model(operation: Operation, group: Group) -> None:
    for total in operation.operation.rules.total:
        paths = [path for path in total.of if group.parameter(path.split("[")[0]) is not None]
        for model in group.models:
            most = model.limits.get(total.limit)
            for path in paths if most is not None else ():
                assert most is not None
                rule = next(one for one in group.across if one.kind == "total")
                level = "warning" if total.limit in model.soft_limits else rule.level
                most *= total.each or 1
                for length, expected in ((most, []), (most + 1, [level])):
                    request = {**base(group), path: "字" * (length - 1)}
                    if "[]" in path:
                        request = {**base(group), "messages": [{"role": "user", "content": "字" * length}]}
                    violations = judged(operation, group, request, model)
                    assert [one.level for one in violations if one.rule.endswith(".total.length")] == expected


def naming(operation: Operation, group: Group, steps: Steps) -> dict[str, Value]:
    """A value of a parameter that has a member at some steps."""
    [request] = [request for request, sites in requests(operation, group) if any(site.steps == steps for site in sites)]
    return {str(steps[0]): request[str(steps[0])]}


# --- the order of roles ---


def grammar(dialogue: language.Dialogue) -> re.Pattern[str]:
    """The order of roles as a regular expression over one letter for each role."""
    lead = f"[{letters(dialogue.lead)}]?" if dialogue.lead else ""
    if dialogue.turns is None:
        return re.compile(f"{lead}.*")
    turns = [turn_of(one, dialogue.runs) for one in dialogue.turns]
    prefixes = "".join(f"(?:{one}" for one in turns)
    return re.compile(f"{lead}(?:{''.join(turns)})*(?:{prefixes}{')?' * len(turns)})")


def turn_of(roles: list[str], runs: list[str]) -> str:
    """One turn: a role, or several times a role that may follow itself."""
    return f"(?:{'|'.join(f'{letters([role])}+' if role in runs else letters([role]) for role in roles)})"


def letters(roles: list[str]) -> str:
    return "".join(ROLES[role] for role in roles)


ROLES = {"user": "u", "assistant": "a", "system": "s", "tool": "t", "function": "f"}


@by_group
def test_order_of_roles_is_the_dialogue_of_the_spec(operation: Operation, group: Group) -> None:
    if group.dialogue is None:
        return
    dialogue = group.dialogue.dialogue
    order = grammar(dialogue)
    names = [str(role) for role in group.dialogue.roles]
    for count in range(1, 5):
        for roles in itertools.product(names, repeat=count):
            text = letters(list(roles))
            first = roles[0] in dialogue.first if dialogue.first is not None and roles[0] not in dialogue.lead else True
            # A role that has no turn there at all is out of order, not a wrong opening.
            opened = first or not (dialogue.turns is None or roles[0] in dialogue.turns[0])
            ordered = order.fullmatch(text) is not None
            counted = not dialogue.odd or count % 2 == 1
            ended = dialogue.last is None or roles[-1] in dialogue.last
            messages = [{"role": role, "content": "f", "name": "f", "tool_call_id": "f"} for role in roles]
            found = judged(operation, group, {**base(group), operation.operation.subject[0]: messages})
            faults = [(one.rule, one.level) for one in found if one.code in ("order", "count", "last")]
            expected = "order" if not ordered else "count" if not counted else "last" if not ended else None
            kinds = [None if opened else "first", expected]
            parts = [part for kind in kinds if kind is not None if (part := group.dialogue.part(kind)) is not None]
            assert faults == [(part.id, part.level) for part in parts], roles


def test_every_site_has_been_reached() -> None:
    """Each member of each shape of a request is a site somewhere, so that no rule is left untried."""
    reached = {(site.operation.api, site.member.path) for site in SITES}
    for operation, group in GROUPS:
        for shape in group.shapes.values():
            for name, member in shape.members.items():
                assert (operation.api, member.path) in reached, f"{operation.api} {shape.name}.{name}"
    assert {operation.api for operation, _ in GROUPS} == set(CATALOGUES)
