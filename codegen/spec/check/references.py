"""References and texts: sources that no page has, codes that no table has, sentences that say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import attrs

from codegen.spec import service
from codegen.spec.problems import Document, Place, Problem, near

PAGE_KEYS = {"source", "listed_by", "succeeds", "edition_of"}
TEXT_KEYS = {"doc", "meaning", "title", "note", "subject", "decided", "because"}


def emulator_code_problems(document: Document, content: service.ErrorsFile) -> Iterator[Problem]:
    for field in attrs.fields(service.ErrorsFile):
        table: service.ErrorTable = getattr(content, field.name)
        for reason, code in table.emulator_codes.items():
            if code not in table.codes:
                words = f"{code}: not a code of {field.name}{near(code, table.codes)}"
                yield document.problem((field.name, "emulator_codes", reason), words)


def reference_problems(document: Document, data: object, place: Place, pages: set[str]) -> Iterator[Problem]:
    """Sources that no page has, texts that are empty or would break a docstring."""
    if isinstance(data, dict):
        for key, value in cast("dict[object, object]", data).items():
            word, inner = str(key), (*place, str(key))
            for page in _cited(word, value, place):
                if page not in pages:
                    yield document.problem(inner, f"{page}: not a page of sources.yaml{near(str(page), pages)}")
            if word in TEXT_KEYS and isinstance(value, str):
                yield from _text(document, inner, word, value)
            yield from reference_problems(document, value, inner, pages)
    elif isinstance(data, list):
        for index, value in enumerate(cast("list[object]", data)):
            yield from reference_problems(document, value, (*place, index), pages)


def _cited(word: str, value: object, place: Place) -> list[object]:
    """The pages that a key and its value name."""
    if place[-1:] == ("says",):
        return [word]
    if word in PAGE_KEYS or place[-1:] == ("sources",):
        return [value]
    return cast("list[object]", value) if word == "repeats" else []


def _text(document: Document, place: Place, word: str, text: str) -> Iterator[Problem]:
    if not text.strip():
        yield document.problem(place, f"{word}: is empty; say it in a sentence")
    if '"""' in text or "\\" in text:
        yield document.problem(place, f'{word}: holds a backslash or """, which would break the generated docstring')
