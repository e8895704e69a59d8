"""Images in base64: the size of the text, and the sides that the image's header states."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import (
    Beyond,
    Condition,
    Constraint,
    Examples,
    Schema,
    Site,
    Spot,
    Turn,
    ValueConstraint,
)
from codegen.plan.constraints.item_count import bound_turn
from codegen.plan.constraints.number_range import span_turn
from codegen.plan.phrasing import interval
from codegen.spec import language, types
from codegen.support.words import say

ANY_SIDE = language.Range(language.Bound(1, open=False), language.Bound(None, open=True), "[1, inf)")


@attrs.frozen(kw_only=True)
class Image(ValueConstraint):
    """An image in base64."""

    kind = "image"
    code = "format"
    words = ("max_bytes", "sides")

    max_bytes: int | None
    sides: language.Range | None

    @property
    def ids(self) -> list[str]:
        codes = [self.code, "empty", *(["length"] if self.max_bytes else []), *(["range"] if self.sides else [])]
        return [f"{self.api}.{self.path}.{code}" for code in codes]

    @classmethod
    def read(cls, site: Site) -> Iterator[Self]:
        if site.has("image"):
            field = site.field
            yield cls(**site.common(cls.code), max_bytes=field.max_bytes, sides=field.sides)

    def applies(self, kind: types.Type) -> bool:
        return kind == types.Plain("image")

    def phrase(self) -> str:
        parts = ["an image in base64"]
        if self.max_bytes is not None:
            parts.append(say("at most {most} bytes as base64", most=f"{self.max_bytes:,}"))
        if self.sides is not None:
            parts.append(say("each side {bounds} pixels", bounds=interval(self.sides)))
        first, *rest = parts
        for part in rest:
            first = say("{part}, {other}", part=first, other=part)
        return first

    def python(self, at: Spot) -> Iterator[Condition]:
        sides = self.sides or ANY_SIDE
        bounds = f"{self.max_bytes}, {sides.low.value}, {sides.high.value}"
        yield Condition(None, f"check_base64_image({at.rule}, value, {at.place}, found, {bounds})")

    def json_schema(self) -> Schema | Beyond:
        return Beyond(f"the size of {self.path}: {self.phrase()}")

    def data(self) -> Schema:
        return {"max_bytes": self.max_bytes, "sides": self.sides and self.sides.text}

    def changed(self, old: Constraint) -> Iterator[Turn]:
        assert isinstance(old, Image)
        yield from bound_turn("at most {} bytes", old.max_bytes, self.max_bytes, -1)
        yield from span_turn("sides", old.sides or ANY_SIDE, self.sides or ANY_SIDE)

    def examples(self) -> Examples:
        inside, outside = ["aGk="], ["", "no image"]
        if self.max_bytes is not None:
            inside.append("A" * self.max_bytes)
            outside.append("A" * (self.max_bytes + 4))
        if self.sides is not None:
            low, high = self.sides.low.value, self.sides.high.value
            assert isinstance(low, int)
            assert isinstance(high, int)
            inside += [png(low, high), png(high, low)]
            outside += [png(low - 1, high), png(low, high + 1)]
        return Examples(tuple(inside), tuple(outside))


def png(width: int, height: int) -> str:
    """The header of a PNG in base64."""
    header = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)
    return base64.b64encode(header).decode()
