"""Words: sentences that know what they are made of, and the catalogue that says them in another language.

English is what is written in the code; a sentence is looked up where it is shown to a person, and nowhere else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
VARIABLE = "QIANFAN_TYPED_LANG"
"""The variable that says the language where nobody says it: `zh`, or a locale such as `zh_CN.UTF-8`."""


class Phrase(str):
    """A sentence in English that keeps its template and what was put into it: `told` says it in another language."""

    __slots__ = ("slots", "template")

    template: str
    """The sentence with its slots: `{value}: must be {allowed}`. It is what the catalogue has."""
    slots: Mapping[str, object]
    """Slot → what stands there. Phrases are said in the other language too; all else stays as it is."""

    def __new__(cls, template: str, slots: Mapping[str, object]) -> Phrase:
        """Makes the sentence. Without slots the template is the sentence, braces and all."""
        made = super().__new__(cls, template.format_map(slots) if slots else template)
        made.template = template
        made.slots = slots
        return made

    def __reduce__(self) -> tuple[type[Phrase], tuple[str, Mapping[str, object]]]:
        """To other processes with all that it knows."""
        return Phrase, (self.template, self.slots)


def say(template: str, /, **slots: object) -> Phrase:
    """A sentence of a template: `say("{value}: must be {allowed}", value="1.7", allowed=phrase("at most 1.0"))`."""
    return Phrase(template, slots)


def phrase(text: str) -> Phrase:
    """Words as they stand in the catalogue, for a slot. What is a phrase already stays one."""
    return text if isinstance(text, Phrase) else Phrase(text, {})


def told(text: str, language: Language | None = None) -> str:
    """A sentence as a person gets it: plain text, in the language that is spoken.

    Args:
        text: A `Phrase`, or words that the catalogue has as they are. What it does not have stays English.
        language: The language. None: the one that `speak` or QIANFAN_TYPED_LANG says; English without.
    """
    language = language or spoken()
    return str(text) if language == "en" else said(text, catalogue(language))


def said(text: str, known: Mapping[str, str]) -> str:
    """A sentence by a catalogue."""
    if not isinstance(text, Phrase):
        return known.get(text, text)
    template = known.get(text.template, text.template)
    if not text.slots:
        return template
    return template.format_map(
        {name: said(value, known) if isinstance(value, Phrase) else value for name, value in text.slots.items()}
    )


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """English → the other language, as it was generated from `codegen/words/`."""
    found: dict[str, str] = json.loads(
        files(__package__ or "qianfan_api").joinpath(f"words_{language}.json").read_text("utf-8")
    )
    return found


def language_of(name: str) -> Language | None:
    """The language that a name or a locale stands for: `zh`, `zh_CN.UTF-8`, `zh-Hans`, `en`. None: none of these."""
    word = name.strip().partition(".")[0].replace("_", "-").partition("-")[0].lower()
    return next((one for one in LANGUAGES if one == word), None)


class UnknownLanguage(ValueError):
    """A language that nothing here is written in."""

    def __init__(self, where: str, name: str) -> None:
        super().__init__(
            f"{where}: {name!r}: nothing here is written in it; must be one of {', '.join(LANGUAGES)}, "
            "or a locale of one: zh_CN.UTF-8"
        )


_chosen: Language | None = None


def speak(language: Language | None) -> None:
    """Has the process speak a language. None: what the variable says, again."""
    global _chosen
    _chosen = language


def spoken() -> Language:
    """The language of the process. A variable that names none leaves English: who reads settings refuses it."""
    return _chosen or language_of(os.environ.get(VARIABLE, "")) or "en"


def language_of_environment() -> Language:
    """What the variable says; English without. Raises UnknownLanguage."""
    name = os.environ.get(VARIABLE, "").strip()
    if not name or name in ("C", "POSIX", "C.UTF-8"):
        return "en"
    found = language_of(name)
    if found is None:
        raise UnknownLanguage(VARIABLE, name)
    return found


def tell(template: str, /, **slots: object) -> str:
    """A sentence of a template, at once in the language that is spoken: where nobody asks for it in another."""
    return told(say(template, **slots))


def wording(error: Exception) -> str:
    """What an error says, as the phrase that it was made with: `str` of it is English alone."""
    first: object = error.args[0] if error.args else None
    return first if isinstance(first, Phrase) else str(error)
