"""Rules across members: every path leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from codegen.spec import language, types
from codegen.spec.problems import Document, Place, Problem, near


def rule_problems(
    document: Document,
    place: Place,
    rules: language.Rules,
    fields: dict[str, language.Field],
    shapes: dict[str, language.Shape],
) -> Iterator[Problem]:
    for word in attrs.fields_dict(language.Rules):
        for index, rule in enumerate(getattr(rules, word)):
            for key, path in _paths(rule):
                fault = _resolve(path, fields, shapes)
                if fault:
                    yield document.problem((*place, word, index, *key), fault)


def _paths(rule: Any) -> Iterator[tuple[Place, str]]:
    for word in ("member", "to"):
        if hasattr(rule, word):
            yield (word,), getattr(rule, word)
    for word in ("when", "unless", "only_when"):
        condition = getattr(rule, word, None)
        if condition is not None:
            yield (word, "member"), condition.member
    for word in ("one_of", "of"):
        for index, path in enumerate(getattr(rule, word, ())):
            yield (word, index), path


def _resolve(path: str, fields: dict[str, language.Field], shapes: dict[str, language.Shape]) -> str | None:
    """What is wrong with a dotted path, or None."""
    for step in path.split("."):
        name = step.removesuffix("[]")
        if name not in fields:
            return f"{name}: nothing of this name here{near(name, fields)}"
        named = [shapes[shape] for shape in types.shapes_in(types.parse(fields[name].type)) if shape in shapes]
        fields = {member: field for shape in named for member, field in shape.fields.items()}
    return None
