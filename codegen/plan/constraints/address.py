"""Addresses of images and videos: http, https, or data: with the thing itself. Another text warns."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from typing_extensions import Self

from codegen.plan.constraints.base import Condition, Examples, Schema, Site, Spot, ValueConstraint
from codegen.spec import types
from codegen.support.words import say


@attrs.frozen(kw_only=True)
class Address(ValueConstraint):
    """Where an image or a video is."""

    kind = "address"
    code = "format"
    words = ("address",)

    medium: str
    """What it leads to."""

    @classmethod
    def read(cls, site: Site) -> Iterator[Self]:
        if site.field.address is not None and site.has("string"):
            yield attrs.evolve(cls(**site.common(cls.code), medium=site.field.address), level="warning")

    def applies(self, kind: types.Type) -> bool:
        return kind == types.Plain("string")

    def phrase(self) -> str:
        return say("an http(s) address, or data:{medium}/…;base64,…", medium=self.medium)

    def python(self, at: Spot) -> Iterator[Condition]:
        yield Condition(None, f'check_address({at.rule}, value, {at.place}, found, "{self.medium}")')

    def json_schema(self) -> Schema:
        return {"pattern": f"^([hH][tT][tT][pP][sS]?://|[dD][aA][tT][aA]:{self.medium}/)"}

    def data(self) -> Schema:
        return {"address": self.medium}

    def holds(self, value: object) -> bool:
        scheme, _, rest = str(value).partition(":")
        return bool(rest) and scheme.lower() in ("http", "https", "data")

    def examples(self) -> Examples:
        data = f"data:{self.medium}/png;base64,"
        inside = ("https://example.com/a.png", f"{data}iVBORw0KGgo=")
        return Examples(inside, ("a.png", "file:///a.png", "aGk=" * 40, f"{data}<>", "data:text/plain;base64,aGk="))
