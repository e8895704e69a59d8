"""The whole text that datamodel-code-generator gives for one small schema: an upgrade that changes it shows here."""

from __future__ import annotations

import pytest

from codegen.plan import shapes
from codegen.plan.resolve import Operation, resolve
from tests.codegen.conftest import SmallSpec

REPLY = """\
  ChatReply:
    doc: An answer.
    fields:
      said: {type: string, doc: What it says.}
      created: {type: int, doc: "When it was made, in seconds."}
      share: {type: float, doc: How sure it is.}
      done: {type: bool, doc: Whether it is whole.}
      reason: {type: string, nullable: true, enum: [stop, length], doc: Why it ended.}
      usage: {type: Usage, doc: What it took.}
      detail: {type: Usage, nullable: true, doc: What it took in detail.}
      parts: {type: "list[Part]", doc: Its parts.}
      tags: {type: "list[string]", nullable: true, doc: Words about it.}
      extra: {type: object, doc: What else there is.}
  Usage:
    doc: What something took.
    fields:
      tokens: {type: int, doc: How many tokens.}
  Part:
    doc: |
      A part
      of an answer.
    fields:
      usage: {type: Usage, doc: What it took.}
"""
REQUEST = """\
  Message:
    doc: What somebody says.
    fields:
      role: {type: string, required: true, enum: [user, bot], doc: Who speaks.}
      content: {type: "string | list[Piece]", required: true, doc: What is said.}
      name: {type: string, max_length: 8, doc: Who it is.}
      weight: {type: int, range: "[1, 9]", default: 5, doc: How much it counts.}
      labels: {type: "map[string]", max_items: 2, doc: Words about it.}
      schema: {type: json_schema, doc: A schema.}
  Piece:
    doc: A piece of a message.
    fields:
      kind: {type: string, required: true, enum: [text], doc: Of what kind.}
      text: {type: string, doc: Its text.}
"""
ATTRS = '''\
@attrs.frozen(kw_only=True, slots=False)
class Usage:
    """What something took."""
    tokens: int = 0
    """How many tokens."""


@attrs.frozen(kw_only=True, slots=False)
class Part:
    """A part of an answer."""
    usage: Usage = attrs.field(factory=Usage)
    """What it took."""




@attrs.frozen(kw_only=True, slots=False, eq=False)
class ChatReply(Reply):
    """An answer."""
    said: str = ""
    """What it says."""
    created: int = 0
    """When it was made, in seconds."""
    share: float = 0.0
    """How sure it is."""
    done: bool = False
    """Whether it is whole."""
    reason: str | None = None
    """Why it ended."""
    usage: Usage = attrs.field(factory=Usage)
    """What it took."""
    detail: Usage | None = None
    """What it took in detail."""
    parts: list[Part] = attrs.field(factory=list[Part])
    """Its parts."""
    tags: list[str] | None = None
    """Words about it."""
    extra: dict[str, Any] = attrs.field(factory=dict[str, Any])
    """What else there is."""


'''
TYPED_DICTS = '''\
class _PieceRequired(TypedDict):
    """What Piece requires."""
    kind: Literal['text']
    """required, "text". Of what kind."""




class Piece(_PieceRequired, total=False):
    """A piece of a message."""
    text: str | None
    """Its text."""


class _MessageRequired(TypedDict):
    """What Message requires."""
    role: Literal['user', 'bot']
    """required, one of "user", "bot". Who speaks."""
    content: str | Sequence[Piece]
    """required. What is said."""




class Message(_MessageRequired, total=False):
    """What somebody says."""
    name: str | None
    """at most 8 characters. Who it is."""
    weight: int | None
    """at least 1 and at most 9, default 5. How much it counts."""
    labels: Mapping[str, str] | None
    """at most 2 members. Words about it."""
    schema: Mapping[str, Any] | None
    """A schema."""




'''


@pytest.fixture
def operation(small: SmallSpec) -> Operation:
    old = small.files["v1/chat.yaml"]
    start = old.index("  ChatReply:")
    small.files["v1/chat.yaml"] = old[:start] + REPLY + old[old.index("sets:") :]
    small.files["shapes/shared.yaml"] = "source: manual\nshapes:\n" + REQUEST
    spec = small.load()
    return resolve(spec, spec.operations[0])


def test_replies_become_attrs_classes_with_a_default_for_every_field(operation: Operation) -> None:
    assert shapes.reply_classes(operation, {}) == ATTRS


def test_requests_become_typed_dicts(operation: Operation) -> None:
    assert shapes.typed_dicts([operation]) == (TYPED_DICTS, ["Piece", "Message"])
