"""Names of models and series in a page, as models of the spec."""

from __future__ import annotations

import re
from collections.abc import Iterable

import attrs

from codegen.plan import resolve

_SERIES = re.compile(r"\s*(?:系列|时)+\s*$")
_PROSE = re.compile(r"[\u4e00-\u9fff]")


@attrs.frozen
class Names:
    """The models of an operation, by every name and family."""

    models: dict[str, resolve.Model]
    families: dict[str, list[str]]

    def find(self, words: Iterable[str]) -> tuple[set[str], list[str]]:
        """The models that words of a page mean, and the words that mean none."""
        found = set[str]()
        unknown: list[str] = []
        for word in words:
            name = _SERIES.sub("", word.strip().rstrip(".。")).lower()
            if name in self.families and (name != word.strip().lower() or name not in self.models):
                found |= set(self.families[name])
            elif name in self.models:
                found.add(self.models[name].name)
            elif name:
                unknown.append(word.strip())
        return found, unknown


def names_of(operation: resolve.Operation) -> Names:
    """Every name of an operation's models, in lower case."""
    families: dict[str, list[str]] = {}
    for model in operation.models:
        if model.model.family is not None:
            families.setdefault(model.model.family.lower(), []).append(model.name)
    return Names({name.lower(): model for model in operation.models for name in model.names}, families)


def is_prose(word: str) -> bool:
    """Whether a word of a list is a remark, not a name."""
    return bool(_PROSE.search(word))
