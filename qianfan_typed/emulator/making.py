"""What the two dialects of the chat operation have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

import attrs

from qianfan_api.catalogue import Model
from qianfan_typed.emulator.answers import Answer, Question
from qianfan_typed.emulator.refusals import Refused
from qianfan_typed.emulator.wire import Json, is_object

OFFICIAL_SDK_KEY = "request_source"
"""The official SDKs name themselves in every body, under extra_parameters. The platform lets it pass."""


@attrs.frozen(kw_only=True)
class Frame:
    """What stands around an answer."""

    id: str
    created: int
    """Seconds since the epoch."""
    model: str


class Chat(Protocol):
    """A dialect of the chat operation: reads requests, writes replies and the pieces of streams."""

    @property
    def dialect(self) -> Literal["v1", "v2"]:
        """Which."""
        ...

    def question(self, wire: Json, name: str, model: Model | None, fixed_text: str | None) -> Question:
        """The request, read. `wire` may break every rule."""
        ...

    def reply(self, wire: Json, answer: Answer, frame: Frame) -> Json:
        """The reply as a whole."""
        ...

    def chunks(self, wire: Json, answer: Answer, frame: Frame) -> Iterator[Json]:
        """The reply in pieces."""
        ...

    def end(self) -> bytes | None:
        """What follows the last piece of a stream that is whole."""
        ...

    def error_piece(self, refusal: Refused, request_id: str, *, spread: bool) -> bytes:
        """An error in the middle of a stream."""
        ...


def without_sdk_name(wire: Json) -> Json:
    """The request without what the official SDKs add to it."""
    extra = wire.get("extra_parameters")
    if not is_object(extra) or OFFICIAL_SDK_KEY not in extra:
        return wire
    kept = {key: value for key, value in extra.items() if key != OFFICIAL_SDK_KEY}
    rest = {key: value for key, value in wire.items() if key != "extra_parameters"}
    return {**rest, "extra_parameters": kept} if kept else rest
