"""Members: parameters of a group and members of its objects, each with its constraints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from codegen.names import snake
from codegen.plan.constraints import Constraint, ObjectConstraint, ObjectSite, Site, on_object, on_value
from codegen.plan.constraints.base import Apart
from codegen.plan.constraints.client_argument import ClientArgument
from codegen.plan.constraints.idle import Idle
from codegen.plan.constraints.other_names import Unknown
from codegen.plan.editions import Editions
from codegen.spec import language, types

BOUNDS = {
    "range": "range",
    "enum": "enum",
    "max_items": "items",
    "max_length": "length",
    "idle": "effect",
    "required": "missing",
}
"""What a group may narrow → the code of the rule that says it."""


@attrs.frozen(kw_only=True)
class Member:
    """A value of a request: a parameter, a member of an object, an item of a list or a value of a map."""

    name: str
    """The stem of its check's name."""
    path: str
    """What the ids of its rules have between the operation and the code."""
    field: language.Field
    type: types.Type
    constraints: tuple[Constraint, ...]
    items: Member | None = None
    """What its lists or maps hold, where that is no object."""

    def constraint(self, kind: str) -> Constraint | None:
        """Its constraint of a kind."""
        return next((one for one in self.constraints if one.kind == kind), None)

    @property
    def whole(self) -> Constraint:
        """What holds for any value: its type, or that none is looked at."""
        return self.constraint("type") or self.constraints[0]

    def walk(self) -> Iterator[Member]:
        """Itself and what is inside its lists."""
        yield self
        if self.items is not None:
            yield from self.items.walk()


@attrs.frozen(kw_only=True)
class Parameter(Member):
    """A parameter as one group takes it."""

    page: str
    """The page that states what is particular to the group, else the parameter's."""

    @property
    def level(self) -> language.Level:
        """The level of its type."""
        return self.whole.level

    @property
    def range_level(self) -> language.Level:
        """The level of its range."""
        found = self.constraint("range")
        return found.level if found is not None else self.level


@attrs.frozen(kw_only=True)
class ShapeMembers:
    """An object of a request with its members and the rules across them."""

    name: str
    shape: language.Shape
    page: str
    path: str
    """What the ids of its rules begin with: `message`."""
    members: dict[str, Member]
    across: tuple[ObjectConstraint, ...]
    others: Unknown
    """The rule on members of other names."""


def member(name: str, site: Site) -> Member:
    """A member with its constraints."""
    idle = site.field.idle
    return Member(
        name=name,
        path=site.path,
        field=site.field,
        type=site.type,
        constraints=on_value(site) if idle is None else (Idle(**_warning(site, Idle.code), words=idle),),
        items=_items(name, site) if idle is None else None,
    )


def _items(name: str, site: Site) -> Member | None:
    """What the lists or maps of a member hold: of the field's bounds only those of texts are the item's."""
    for option in site.alternatives:
        inner = (
            option.item
            if isinstance(option, types.ListOf)
            else option.value
            if isinstance(option, types.MapOf)
            else None
        )
        if inner is None or isinstance(inner, types.ShapeRef):
            continue
        bare = language.Field(type="", doc=site.field.doc)
        if types.Plain("string") in types.alternatives(inner):
            field = site.field
            bare = attrs.evolve(bare, max_length=field.max_length, non_empty=field.non_empty, enum=field.enum)
        within = attrs.evolve(site, path=f"{site.path}[]", place=f"{site.place}[]", field=bare, type=inner)
        return member(f"{name}_item", within)
    return None


def parameter(
    api: str,
    name: str,
    field: language.Field,
    narrow: language.Narrow | None,
    pages: tuple[str, str],
    editions: Editions,
    shared: Mapping[str, int],
    kind: types.Type | None = None,
) -> Parameter:
    """A parameter as a group takes it.

    Args:
        api: The operation.
        name: The parameter.
        field: What the operation says of it.
        narrow: What the group changes.
        pages: The page of the operation's field, and the group's.
        editions: The editions of every page.
        shared: Limits that all models of the group share.
        kind: Its type, where shapes in it are narrowed. None: the field's.
    """
    page, group_page = pages
    apart: dict[str, Apart] = {}
    if narrow is not None:
        changes: dict[str, Any] = {
            word: value
            for word in ("range", "enum", "default", "required", "max_items", "max_length", "idle", "doc")
            if (value := getattr(narrow, word)) is not None
        }
        stated = narrow.source or (group_page if changes.keys() - {"default", "doc"} else page)
        for word, code in BOUNDS.items():
            if word in changes or (word != "required" and (narrow.source is not None or narrow.level is not None)):
                apart[code] = (stated, narrow.level)
        field = attrs.evolve(field, **changes)
    else:
        stated = page
    site = Site(
        api=api,
        path=name,
        place=name,
        field=field,
        type=kind or types.parse(field.type),
        page=page,
        level=field.level,
        apart=apart,
        editions=editions,
        shared=shared,
    )
    made = member(name, site) if field.sent else None
    return Parameter(
        name=name,
        path=name,
        field=field,
        type=site.type,
        constraints=made.constraints if made is not None else (ClientArgument(**_warning(site, ClientArgument.code)),),
        items=made.items if made is not None else None,
        page=stated if apart else page,
    )


def _warning(site: Site, code: str) -> dict[str, Any]:
    return {**site.common(code), "level": "warning"}


def shape_members(
    api: str, name: str, shape: language.Shape, page: str, place: str, editions: Editions, shared: Mapping[str, int]
) -> ShapeMembers:
    """An object with its members and the rules across them."""
    path = snake(shape.typed_as or base_name(name))
    members: dict[str, Member] = {}
    for word, field in shape.fields.items():
        site = Site(
            api=api,
            path=f"{path}.{word}",
            place=f"{place}.{word}",
            field=field,
            type=types.parse(field.type),
            page=field.source or page,
            level=field.level,
            editions=editions,
            shared=shared,
        )
        members[word] = member(f"{stem(name)}_{word}", site)
    across = on_object(
        ObjectSite(
            api=api,
            path=path,
            place=place,
            rules=shape.rules,
            known=frozenset(shape.fields),
            page=page,
            editions=editions,
            shared=shared,
        )
    )
    others = unknown(api, path, place, page, editions)
    others = attrs.evolve(others, extensible=shape.extensible)
    return ShapeMembers(name=name, shape=shape, page=page, path=path, members=members, across=across, others=others)


def unknown(api: str, path: str, place: str, page: str, editions: Editions) -> Unknown:
    """The rule that an object has no members of other names."""
    basis = editions.basis(page, f"{path}.{Unknown.code}" if path else Unknown.code)
    return Unknown(api=api, path=path, place=place, basis=basis, level=basis.level)


def base_name(shape: str) -> str:
    """The shape that a narrowed one is made from: `V1Message` of `V1Message.ChatLawChat`."""
    return shape.partition(".")[0]


def stem(shape: str) -> str:
    """What the names of a shape's checks begin with."""
    return snake(shape.replace(".", "_of_"))
