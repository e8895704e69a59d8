"""Profiles: what several groups have in common, put into each group that extends them."""

from __future__ import annotations

from typing import TypeVar

import attrs

from codegen.spec import language

P = TypeVar("P", bound=language.Profile)


def extended(operation: language.OperationFile, group: language.Group) -> language.Group:
    """A group with what its profiles say; what it says itself counts. A parameter that it takes is not disputed."""
    whole = _whole(operation, group)
    takes = taken(operation, whole)
    return attrs.evolve(whole, disputed={name: why for name, why in whole.disputed.items() if name not in takes})


def taken(operation: language.OperationFile, profile: language.Profile) -> set[str]:
    """The parameters that a profile takes, those of its sets too."""
    return {one for word in profile.takes for one in operation.sets.get(word, [word])}


def _whole(operation: language.OperationFile, profile: P) -> P:
    whole = profile
    for name in reversed(profile.profiles):
        whole = _under(whole, _whole(operation, operation.profiles[name]))
    return whole


def _under(one: P, base: language.Profile) -> P:
    """What one says, and what a profile says besides."""
    return attrs.evolve(
        one,
        takes=list(dict.fromkeys([*base.takes, *one.takes])),
        disputed={**base.disputed, **one.disputed},
        narrow={**base.narrow, **{name: _narrowed(base.narrow.get(name), own) for name, own in one.narrow.items()}},
        dialogue=one.dialogue or base.dialogue,
        limits={**base.limits, **one.limits},
        source=one.source or base.source,
    )


def _narrowed(base: language.Narrow | None, own: language.Narrow) -> language.Narrow:
    if base is None:
        return own
    stated = {field.name: getattr(own, field.name) for field in attrs.fields(language.Narrow)}
    return attrs.evolve(base, **{name: value for name, value in stated.items() if value is not None})
