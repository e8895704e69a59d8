"""Profiles: those that groups extend are there, lead to no circle, and something extends each of them."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.spec import language
from codegen.spec.problems import Document, Place, Problem, near
from codegen.spec.profiles import extended


def profile_problems(document: Document, operation: language.OperationFile) -> Iterator[Problem]:
    """Everything wrong with an operation's profiles."""
    profiles = operation.profiles
    stated: list[tuple[Place, language.Profile]] = [
        *((("groups", name), group) for name, group in operation.groups.items()),
        *((("profiles", name), profile) for name, profile in profiles.items()),
    ]
    for place, profile in stated:
        for index, name in enumerate(profile.profiles):
            if name not in profiles:
                yield document.problem((*place, "profiles", index), f"{name}: not a profile{near(name, profiles)}")
    for name, profile in profiles.items():
        if name in _reached(operation, profile):
            yield document.problem(("profiles", name, "profiles"), f"{name}: extends itself")
        known = {*operation.parameters, *operation.sets}
        for index, word in enumerate(profile.takes):
            if word not in known:
                yield document.problem(
                    ("profiles", name, "takes", index), f"{word}: not a parameter{near(word, known)}"
                )
        for word in (*profile.narrow, *profile.disputed):
            if word.split(".")[0] not in operation.parameters:
                at = "narrow" if word in profile.narrow else "disputed"
                yield document.problem(
                    ("profiles", name, at, word), f"{word}: not a parameter{near(word, operation.parameters)}"
                )
    used = {name for group in operation.groups.values() for name in _reached(operation, group)}
    for name in profiles.keys() - used:
        yield document.problem(("profiles", name), f"{name}: no group extends this profile")


def whole_groups(operation: language.OperationFile) -> dict[str, language.Group]:
    """The groups with what their profiles say; as they stand where a profile is wrong."""
    sound = all(
        name in operation.profiles and name not in _reached(operation, operation.profiles[name])
        for group in operation.groups.values()
        for name in _reached(operation, group)
    )
    return {name: extended(operation, group) for name, group in operation.groups.items()} if sound else operation.groups


def _reached(operation: language.OperationFile, profile: language.Profile) -> set[str]:
    """The profiles that one extends, and those that they extend."""
    found: set[str] = set()
    pending = [*profile.profiles]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += operation.profiles[name].profiles if name in operation.profiles else []
    return found
