"""Facts of the platform as they are generated: `facts.json`, which no call ever reads."""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec

import qianfan_api
from qianfan_api.violations import Level
from qianfan_api.words import say

Scalar = str | int | float | bool | None


class Page(msgspec.Struct, frozen=True):
    """One edition of a page."""

    title: str
    read: str
    url: str | None = None
    standing: str = ""
    """documentation, sdk or third_party."""
    edition_of: str | None = None
    """The first edition of the page. None: it is the first."""
    drops: tuple[str, ...] = ()
    """Ids of rules, without the operation, that it no longer says."""
    defers: tuple[str, ...] = ()
    """Ids of rules for which it points to another page."""

    def __str__(self) -> str:
        return say("{page}, read {read}", page=self.title, read=self.read)


class EndFacts(msgspec.Struct, frozen=True):
    """The end of a model."""

    page: str


class ModelFacts(msgspec.Struct, frozen=True):
    """What is known of a model."""

    group: str
    page: str = ""
    """The page that lists it. Empty: none does."""
    limits: dict[str, int] = {}
    limit_pages: dict[str, str] = {}
    """Limit → its page, where that is another than the model's."""
    soft_limits: tuple[str, ...] = ()
    """Limits that only warn."""
    unverified: bool = False
    """Whether no page of the documentation lists it."""
    retired: EndFacts | None = None
    named_by: tuple[str, ...] = ()
    """The pages whose rules hold for it; those of others warn."""


class GroupFacts(msgspec.Struct, frozen=True):
    """What models of a group take."""

    doc: str
    takes: tuple[str, ...]
    defaults: dict[str, Scalar]
    meanings: dict[str, str]
    """Parameter → what it means to this group, where that is something else."""


class MemberFacts(msgspec.Struct, frozen=True):
    """A parameter, or a member of an object in a request."""

    rule: str
    """What the ids of its rules have between the operation and the code."""
    type: str
    doc: str
    default: Scalar = None
    sent: bool = True


class ConstraintFacts(msgspec.Struct, frozen=True):
    """A documented rule."""

    id: str
    kind: str
    at: str
    """Where in a request: `messages[].role`."""
    level: Level
    page: str
    read: str
    phrase: str
    groups: tuple[str, ...]
    dropped: str | None = None
    """The day of the page's edition that no longer says it."""
    also: tuple[str, ...] = ()
    """Other ids that its violations have."""
    error_for: dict[str, tuple[str, ...]] = {}
    """Group → the models that it is an error for, where that is not all of them."""
    only: tuple[str, ...] = ()
    """The models that it holds for. None: all of its groups."""
    limit: str | None = None
    """The limit of the model that bounds it."""
    of: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    interval: str | None = None
    most: Scalar = None
    """Of a count: how many at the most."""
    values: tuple[Scalar, ...] = ()
    neutral: Scalar | None = None
    """A value that asks for nothing: sent to a model that does not take the parameter, it only warns."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id that its violations have."""
        return (self.id, *self.also)

    @property
    def places(self) -> tuple[str, ...]:
        """The members that it speaks of."""
        return (self.at, *self.of, *self.one_of)


class OperationFacts(msgspec.Struct, frozen=True):
    """What is known of an operation."""

    doc: str
    http: str
    source: str
    models: dict[str, ModelFacts]
    groups: dict[str, GroupFacts]
    members: dict[str, MemberFacts]
    """Place in a request → member."""
    constraints: tuple[ConstraintFacts, ...]


class Facts(msgspec.Struct, frozen=True):
    """All that is known."""

    pages: dict[str, Page]
    operations: dict[str, OperationFacts]


_decode = msgspec.json.Decoder(Facts).decode
"""Made here: msgspec crashes where two threads have it look at one class for the first time."""


@cache
def facts() -> Facts:
    """The facts, read once."""
    return _decode((resources.files(qianfan_api) / "facts.json").read_bytes())
