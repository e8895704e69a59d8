"""Families of models: as the catalogue has them, else what their names begin with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from qianfan_api.catalogue import Model

_MOST = 50
"""A family of more models is told apart by the next word of their names, where two or more share it."""
_WORDS = re.compile(r"[^-_ ]+")
_BEGINNING = re.compile(r"[A-Za-z]+")


def families(models: Iterable[Model]) -> Mapping[str, str]:
    """Name of a model → its family. Models of both dialects are of one family, however they are spelt."""
    words = {model.name: _words(model) for model in models}
    first = Counter(own[0].casefold() for own in words.values())
    pairs = Counter(_key(own[:2]) for own in words.values())
    spelt = _spellings(words.values())
    found: dict[str, str] = {}
    for name, own in words.items():
        splits = first[own[0].casefold()] > _MOST and pairs[_key(own[:2])] > 1
        found[name] = " ".join(spelt[word.casefold()] for word in (own[:2] if splits else own[:1]))
    return found


def _words(model: Model) -> Sequence[str]:
    """The words of a name; the first without its numbers, as `qwen` of `qwen3-8b`."""
    words = _WORDS.findall(model.family or model.name)
    found = _BEGINNING.match(words[0])
    return [words[0] if found is None else found[0], *words[1:]]


def _key(words: Sequence[str]) -> str:
    return " ".join(words).casefold()


def _spellings(of: Iterable[Sequence[str]]) -> Mapping[str, str]:
    """Word in lower case → how it is written: with capitals, where anybody writes it so."""
    counts: dict[str, Counter[str]] = {}
    for words in of:
        for word in words[:2]:
            counts.setdefault(word.casefold(), Counter())[word] += 1
    return {
        key: max(counted, key=lambda word: (not word.islower(), counted[word], word)) for key, counted in counts.items()
    }
