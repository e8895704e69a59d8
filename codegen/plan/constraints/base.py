"""Constraints: a documented rule on requests as a value, and what every kind of them can do.

A kind is one file of this folder: how it is read from the spec, what the validator runs, what JSON Schema says of it,
how it is phrased, what became of it since an older spec, and values just inside and just outside of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal

import attrs
from typing_extensions import Self

from codegen.plan.editions import Basis, Editions
from codegen.spec import language, types

Schema = dict[str, Any]
Projection = Literal["value", "object", "request"]
"""What a constraint looks at: one value; the members of an object together; a whole request."""


@attrs.frozen
class Spot:
    """Where a condition stands in a generated function: Python expressions."""

    rule: str
    """The rule's constant."""
    place: str = "place"
    """The place of the value, or of the object."""
    value: str = "value"
    """The value, or the object."""
    check: str = ""
    """The function that checks the value. Empty: none checks it alone."""

    def member(self, name: str) -> str:
        """The place of a member of the object."""
        return f'("{name}",)' if self.place == "()" else f'(*{self.place}, "{name}")'


@attrs.frozen
class Condition:
    """What a generated function runs: a finding under a test, or a call that finds by itself where there is no test."""

    test: str | None
    finding: str


@attrs.frozen
class Beyond:
    """What JSON Schema cannot say, in words."""

    words: str


@attrs.frozen
class Examples:
    """Values just inside and just outside of a constraint. Of one that looks at an object or at a whole request, its
    members: those that no example has may be anything, and what one of them lacks is left out."""

    inside: tuple[Any, ...] = ()
    outside: tuple[Any, ...] = ()


GIVEN = "<any right value>"
"""In examples of objects: the member is there, with any value that is right."""


def within(path: str, value: object) -> dict[str, Any]:
    """An object with a value at a dotted path: `functions[].name` → `{"functions": [{"name": value}]}`."""
    first, _, rest = path.partition(".")
    inner = within(rest, value) if rest else value
    return {first.removesuffix("[]"): [inner] if first.endswith("[]") else inner}


@attrs.frozen
class Turn:
    """What became of a constraint."""

    words: str
    way: Literal["narrowed", "widened", "changed"]


Apart = tuple[str, language.Level | None]
"""The page and the level of a rule that a group states apart from the rest of its parameter."""


@attrs.frozen(kw_only=True)
class Site:
    """A member of a request as a group takes it: what kinds of values read their constraints from."""

    api: str
    path: str
    """What the ids of its rules have between the operation and the code: `temperature`, `message.role`, `stop[]`."""
    place: str
    """Where it stands in a request: `messages[].role`."""
    field: language.Field
    type: types.Type
    page: str
    level: language.Level | None = None
    """A level that the spec states. None: as the page's standing gives it."""
    apart: Mapping[str, Apart] = attrs.field(factory=dict[str, Apart])
    """Codes of rules that a group states apart from the rest."""
    editions: Editions
    shared: Mapping[str, int] = attrs.field(factory=dict[str, int])
    """Limits that all models of the group share."""

    def common(self, code: str) -> dict[str, Any]:
        """What every constraint has, for one that ends in `code`."""
        page, level = self.apart.get(code, (self.page, self.level))
        basis = self.editions.basis(page, f"{self.path}.{code}")
        return {
            "api": self.api,
            "path": self.path,
            "place": self.place,
            "basis": basis,
            "level": basis.level if level is None or basis.dropped else level,
        }

    @property
    def alternatives(self) -> list[types.Type]:
        """The alternatives of its type."""
        return types.alternatives(self.type)

    def has(self, *names: str) -> bool:
        """Whether one of its alternatives is a plain type of one of these names."""
        return any(isinstance(one, types.Plain) and one.name in names for one in self.alternatives)


@attrs.frozen(kw_only=True)
class Constraint:
    """A documented rule on requests. Two are equal where they say the same, whichever models they hold for."""

    kind: ClassVar[str]
    code: ClassVar[str]
    """What the id of its violations ends with."""
    codes: ClassVar[tuple[str, ...]] = ()
    """Other endings, where it finds several things."""
    looks_at: ClassVar[Projection] = "value"

    api: str
    path: str
    place: str = attrs.field(eq=False)
    basis: Basis
    level: language.Level
    """error or warning, for the models that the basis names. For others it warns."""
    models: tuple[str, ...] | None = attrs.field(default=None, eq=False)
    """The models of the group for which it is an error. None: as the level says, for all of them."""
    everyone: bool = False
    """Whether it holds for every model although its basis does not name them all: each has a page that says so."""

    @property
    def id(self) -> str:
        """What violations call it: `v1.chat.temperature.range`. Of several things that it finds, the first."""
        return self.ids[0]

    @property
    def ids(self) -> list[str]:
        """Every id that its violations have."""
        return [".".join(filter(None, [self.api, self.path, code])) for code in (self.code, *self.codes)]

    @property
    def rejects(self) -> bool:
        """Whether it is an error for every model of the group."""
        return self.level == "error" and self.models is None

    def phrase(self) -> str:
        """The rule in words: what must hold."""
        raise NotImplementedError

    def sentences(self) -> Iterator[str]:
        """Every sentence of it that stands ready in what is generated: other languages have them whole."""
        yield self.phrase()

    def python(self, at: Spot) -> Iterator[Condition]:
        """What the validator runs."""
        raise NotImplementedError

    def json_schema(self) -> Schema | Beyond:
        """The keywords that say it, or in words what they cannot say."""
        raise NotImplementedError

    def applies(self, kind: types.Type) -> bool:
        """Of a value: whether it speaks of values of this type."""
        return True

    def data(self) -> Schema:
        """What it says, as plain data."""
        return {}

    def changed(self, old: Constraint) -> Iterator[Turn]:
        """What became of it since an older spec. Nothing: it says the same."""
        if self.data() != old.data():
            yield Turn(f"{old.phrase()} → {self.phrase()}", "changed")

    def examples(self) -> Examples:
        """Values just inside and just outside."""
        return Examples()

    def shown(self) -> str:
        """What a docstring says of it, beside the meaning. Empty: nothing, the signature says it."""
        return self.phrase()


class ValueConstraint(Constraint):
    """A constraint that is read from a member."""

    words: ClassVar[tuple[str, ...]] = ()
    """The keys of the spec language that it is read from."""

    @classmethod
    def read(cls, site: Site) -> Iterator[Self]:
        """The constraints of this kind on a member."""
        raise NotImplementedError

    def holds(self, value: object) -> bool:
        """Whether a value of its type keeps to it, as the page says it; what the validator finds must be the same."""
        raise NotImplementedError

    def written(self) -> dict[str, Any]:
        """How the spec language writes it."""
        return {}

    def widest(self, others: Sequence[Constraint]) -> Self | None:
        """What none of some constraints on the same member refuses. None: there is nothing that all of them refuse."""
        return self if all(other.data() == self.data() for other in others) else None


@attrs.frozen(kw_only=True)
class ObjectSite:
    """An object whose members rules speak of together: a shape's, or the request itself."""

    api: str
    path: str
    """What the ids of its rules have before a member's name: `message`. Empty: the request."""
    place: str
    """Where it stands in a request: `messages[]`. Empty: the request."""
    rules: language.Rules
    known: frozenset[str]
    """The members there are: a rule that speaks of others does not apply."""
    page: str
    described_by: str = ""
    """The page that describes the group."""
    editions: Editions
    shared: Mapping[str, int] = attrs.field(factory=dict[str, int])
    """Limits that all models of the group share."""
    limits: frozenset[str] = frozenset()
    """Limits that a model of the group has."""
    models: tuple[str, ...] = ()
    """The models of the group."""

    def common(
        self,
        member: str,
        code: str,
        source: str | None = None,
        level: language.Level | None = None,
        *,
        place: str | None = None,
    ) -> dict[str, Any]:
        """What every constraint has, for one on a member that ends in `code`."""
        path = f"{self.path}.{member}" if self.path else member
        basis = self.editions.basis(source or self.page, f"{path}.{code}")
        return {
            "api": self.api,
            "path": path,
            "place": place or (f"{self.place}.{member}" if self.place else member),
            "basis": basis,
            "level": basis.level if level is None or basis.dropped else level,
        }


class ObjectConstraint(Constraint):
    """A constraint across the members of an object."""

    looks_at: ClassVar[Projection] = "object"

    @classmethod
    def read(cls, site: ObjectSite) -> Iterator[Self]:
        """The constraints of this kind on an object."""
        raise NotImplementedError

    def subject(self) -> str:
        """What it is about, the same however it is laid out: by it a rule is found again in another spec."""
        return self.phrase()
