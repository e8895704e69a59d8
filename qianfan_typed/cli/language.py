"""Language of the command line: `--lang` and QIANFAN_TYPED_LANG, and the help in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from qianfan_api.words import (
    LANGUAGES,
    UnknownLanguage,
    language_of,
    language_of_environment,
    phrase,
    speak,
    spoken,
    told,
)
from qianfan_typed.cli.terminal import give_up

_OF_TYPER = {
    "ARGUMENTS_PANEL_TITLE": phrase("Arguments"),
    "OPTIONS_PANEL_TITLE": phrase("Options"),
    "COMMANDS_PANEL_TITLE": phrase("Commands"),
    "ERRORS_PANEL_TITLE": phrase("Error"),
    "DEFAULT_STRING": phrase("[default: {}]"),
    "REQUIRED_LONG_STRING": phrase("[required]"),
}
"""Constant of Typer → what it says."""


def heed_environment() -> None:
    """Has the process speak the variable's language, or gives up where nothing is written in it."""
    try:
        language_of_environment()
    except UnknownLanguage as error:
        give_up(str(error))


def heed_option(name: str | None) -> None:
    """Has the process speak the option's language, or without it the variable's. Raises typer.BadParameter."""
    language = None if name is None else language_of(name)
    if name is not None and language is None:
        raise typer.BadParameter(f"{name!r}: must be one of {', '.join(LANGUAGES)}, or a locale of one: zh_CN.UTF-8")
    speak(language)


def language_names(incomplete: str) -> list[str]:
    """Completes the name of a language in the shell."""
    return [name for name in LANGUAGES if name.startswith(incomplete)]


def put_into_words(command: Any, context: Any) -> None:
    """Puts the help of a command, and of those within it, into the language that is spoken."""
    if spoken() == "en":
        return
    from typer import rich_utils

    for name, words in _OF_TYPER.items():
        setattr(rich_utils, name, told(words))
    for owner, name in texts(command, context):
        setattr(owner, name, told(getattr(owner, name)))


def texts(command: Any, context: Any) -> Iterator[tuple[Any, str]]:
    """What holds a text of the help, and the attribute that is the text: of a command and of all that it has."""
    every = [(command, _OF_COMMAND), *((one, _OF_PARAMETER) for one in command.get_params(context))]
    for owner, names in every:
        for name in names:
            if isinstance(text := getattr(owner, name, None), str) and text:
                yield owner, name
    for inner in getattr(command, "commands", {}).values():
        yield from texts(inner, type(context)(inner, parent=context))


_OF_COMMAND = ("help", "short_help", "epilog")
_OF_PARAMETER = ("help", "rich_help_panel", "show_default")
