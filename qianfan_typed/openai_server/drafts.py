"""Drafts: requests of ours in the making, and where each part of them came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeGuard

import attrs

from qianfan_typed.openai_server.refusals import param_of

Json: TypeAlias = dict[str, Any]


@attrs.define
class Draft:
    """A request of ours in the making."""

    wire: Json = attrs.field(factory=dict[str, Any])
    names: dict[str, str] = attrs.field(factory=dict[str, str])
    """Member of ours → field of OpenAI's, where that is another. `tools[].function`: what the index belongs to."""
    places: list[int] | None = None
    """For each message of ours, which of OpenAI's it comes from. None: they are the same."""
    dropped: list[str] = attrs.field(factory=list[str])
    """The fields that were left out though they ask for something."""

    def param(self, pointer: str) -> str:
        """The field of OpenAI's that a pointer into our request is about."""
        steps = pointer.split("/")[1:]
        if not steps:
            return ""
        if steps[0] == "messages" and self.places is not None and len(steps) > 1 and steps[1].isdecimal():
            at = int(steps[1])
            steps[1] = str(self.places[at]) if at < len(self.places) else steps[1]
        name = self.names.get(steps[0])
        if name is None:
            return param_of("/" + "/".join(steps))
        root, brackets, inner = name.partition("[]")
        rest = steps[1:]
        if brackets and rest and rest[0].isdecimal():
            return param_of("/" + "/".join([root, rest[0], *inner.strip(".").split("."), *rest[1:]]))
        return param_of("/" + "/".join([root, *rest]))


def is_object(value: object) -> TypeGuard[Json]:
    """Whether it is a JSON object that was decoded."""
    return type(value) is dict


def is_list(value: object) -> TypeGuard[list[object]]:
    """Whether it is a JSON list that was decoded."""
    return type(value) is list


def objects(value: object) -> list[Json]:
    """The objects among the items of a list."""
    return [one for one in value if is_object(one)] if is_list(value) else []


def text_of(value: object) -> str:
    """The string, or an empty one where it is something else."""
    return value if isinstance(value, str) else ""


def without(value: Mapping[str, Any], *names: str) -> Json:
    """An object without some members, and without those that are null."""
    return {name: one for name, one in value.items() if one is not None and name not in names}


def members(value: object) -> Json:
    """The object, or an empty one where it is something else."""
    return value if is_object(value) else {}
