"""Names of models and series on a page, as models of the spec."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import attrs

from codegen.plan import resolve

_SERIES = re.compile(r"\s*(?:系列|时)+\s*$")
_PROSE = re.compile(r"[\u4e00-\u9fff]")


@attrs.frozen
class Names:
    """The models of an operation, by every name and family, and what a page calls otherwise."""

    models: dict[str, resolve.Model]
    families: dict[str, list[str]]
    stated: Mapping[str, Sequence[str]] = attrs.field(factory=dict[str, Sequence[str]])
    """The page's own names, in lower case → names of models, as sources.yaml has them."""

    def find(self, words: Iterable[str]) -> tuple[set[str], list[str]]:
        """The models that words of a page mean, and the words that mean none."""
        found = set[str]()
        unknown: list[str] = []
        for word in words:
            name = _SERIES.sub("", word.strip().rstrip(".。")).lower()
            if name in self.stated:
                found |= {self.models[one.lower()].name for one in self.stated[name] if one.lower() in self.models}
            elif name in self.families and (name != word.strip().lower() or name not in self.models):
                found |= set(self.families[name])
            elif name in self.models:
                found.add(self.models[name].name)
            elif name and (series := self._series(name)):
                found |= series
            elif name:
                unknown.append(word.strip())
        return found, unknown

    def _series(self, name: str) -> set[str]:
        """The models whose names go on where a series' name ends: `ERNIE X1 Turbo` → ernie-x1-turbo-32k."""
        start = f"{plain(name)}-"
        return {model.name for word, model in self.models.items() if plain(word).startswith(start)}


def names_of(models: Iterable[resolve.Model], stated: Mapping[str, Sequence[str]]) -> Names:
    """Every name of some models, in lower case."""
    models = list(models)
    families: dict[str, list[str]] = {}
    for model in models:
        if model.model.family is not None:
            families.setdefault(model.model.family.lower(), []).append(model.name)
    named = {name.lower(): model for model in models for name in model.names}
    return Names(named, families, {_SERIES.sub("", name).lower(): means for name, means in stated.items()})


def plain(name: str) -> str:
    """A name without what spellings differ in: case, and a space for a hyphen."""
    return re.sub(r"[\s_]+", "-", name.strip().lower())


def is_prose(word: str) -> bool:
    """Whether a word of a list is a remark, not a name."""
    return bool(_PROSE.search(word))
