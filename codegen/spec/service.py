"""The spec language of what holds for the platform as a whole: its pages, its hosts and its error codes."""

from __future__ import annotations

import datetime
from typing import Literal

import attrs

from codegen.spec.language import Field, key

Standing = Literal["documentation", "sdk", "third_party"]
SubjectType = Literal["text", "texts", "messages", "text or messages"]
Interface = Literal["1", "2"]
"""A version, as the documents' classes call it."""
ErrorKind = Literal[
    "invalid_request",
    "authentication",
    "permission",
    "not_found",
    "rate_limited",
    "quota",
    "unsafe",
    "overloaded",
    "server",
]


# --- sources -----------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Page:
    """A page that facts come from, or a later edition of one."""

    title: str = key("The page's title, as people would search for it.")
    read: datetime.date = key("The day to which the page's facts go back: its own date, else the newest in it.")
    url: str | None = key("Where it is, if it has an address.", default=None)
    standing: Standing = key(
        "documentation: the platform's own pages. What only an sdk or a third_party states warns, never rejects.",
        default="documentation",
    )
    edition_of: str | None = key(
        "The page that this is a later edition of: what it neither drops nor defers of that page it still says.",
        default=None,
    )
    drops: list[str] = key(
        "Editions: rules that it no longer says, by their ids without the operation, * for any text: messages.order. "
        "They warn.",
        factory=list,
    )
    defers: list[str] = key(
        "Editions: rules for which it points to a page that is not at hand, or that are in a part of it that is not. "
        "They hold for the models that the edition before it names, and warn for others.",
        factory=list,
    )
    names: list[str] = key(
        "Models, aliases or families that it names, * for any text. Besides those whose source it is.", factory=list
    )
    repeats: list[str] = key(
        "Pages whose rules it states as well, for the models that it names: pages of one form for each model.",
        factory=list,
    )
    succeeds: str | None = key(
        "The page whose place it took. What still cites that one is no longer said, and warns.", default=None
    )
    note: str | None = key("Anything a reader should know of it.", default=None)
    opening: str | None = key("The first line of the page as text, where that is not its title.", default=None)
    audits: list[str] = key("The operations that the page describes: `codegen audit` holds it to them.", factory=list)
    calls: dict[str, list[str]] = key(
        "What the page calls a model or a series by a name of its own → the models. An empty list: none of the spec's.",
        factory=dict,
    )
    judged: dict[str, str] = key(
        "Words that `codegen audit` could not read and a person did: what it calls them, with =value only for "
        "just that value → what the spec makes of them.",
        factory=dict,
    )


@attrs.frozen(kw_only=True)
class SourcesFile:
    """spec/sources.yaml."""

    pages: dict[str, Page] = key("Short name → page. Every fact names one of them.")


# --- names of other APIs -----------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class ForeignFile:
    """spec/foreign_names.yaml. What the platform does with them is not known: they warn."""

    source: str = key("The page that has them.")
    names: dict[str, dict[str, list[str]]] = key(
        "Operation → where in its requests (request, or a shape's name) → names that no page of the platform has there."
    )


# --- platform ----------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Host:
    """A host of the platform."""

    url: str = key("Scheme and host.")
    setting: str = key("The environment variable that replaces it.")
    doc: str = key("What it serves.")
    source: str = key("The page that says so.")


@attrs.frozen(kw_only=True)
class Endpoint:
    """An endpoint outside the operations: it hands out tokens."""

    http: str = key("Method and path.")
    host: str = key("One of the hosts.")
    doc: str = key("What it does.")
    source: str = key("The page that says so.")


@attrs.frozen(kw_only=True)
class DefaultModels:
    """The models that the official SDK's classes call where none is named. On the wire there is no default."""

    source: str = key("The page that says so.")
    models: dict[str, str] = key("Dialect and class → model: v1.chat, v1.function, …")


@attrs.frozen(kw_only=True)
class PlatformFile:
    """spec/platform.yaml."""

    hosts: dict[str, Host] = key("Short name → host.")
    prefixes: dict[str, str] = key("What paths begin with. Operations may name one in braces.", factory=dict)
    endpoints: dict[str, Endpoint] = key("Short name → endpoint.")
    default_models: DefaultModels | None = key(
        "What the documents' classes call where no model is named.", default=None
    )


# --- the documents' classes ---------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Subject:
    """What a call of a documents' class is about: an item of its batches is one, or a tuple of them."""

    type: SubjectType = key("What it is.")
    sent_as: str | None = key("The parameter that it is sent as, where that has another name.", default=None)
    doc: str | None = key("What it means. Left out: what the parameter means.", default=None)


@attrs.frozen(kw_only=True)
class DocumentClass:
    """A class of the platform's documents: it holds a model and is called by `do`."""

    doc: str = key("What it is for, with a call.")
    call: str = key("What a call does, in a sentence.")
    operations: dict[Interface, list[str]] = key("Version → the operations that serve it, the usual one first.")
    default_models: dict[Interface, str] = key("Version → the key of its default in default_models of platform.yaml.")
    subjects: dict[str, Subject] = key("What a call is about, by position.")
    by_position: list[str] = key("Parameters that may stand behind the subjects, by position.", factory=list)
    positions: list[str] = key("What its `do` takes by position in the official SDK.")
    made_with: list[str] = key(
        "What its constructor takes by position in the official SDK.", factory=lambda: ["model", "endpoint"]
    )
    options: dict[str, Field] = key("Arguments of its calls that are no parameters, beside those of all.", factory=dict)
    creates: bool = key("Whether `create` and `acreate` give the reply itself.", default=False)
    functions_in_text: list[str] = key(
        "Models that are told of functions in the first message and call them in their text, as their page shows.",
        factory=list,
    )
    like: str | None = key("The class whose calls it has.", default=None)


@attrs.frozen(kw_only=True)
class DocumentsFile:
    """spec/documents.yaml."""

    source: str = key("The page that shows them.")
    options: dict[str, Field] = key("Arguments of every call that are no parameters of an operation.")
    not_sent: list[str] = key("Further arguments of the official SDK that never reach the platform.", factory=list)
    classes: dict[str, DocumentClass] = key("Class → what its calls are made of.")


# --- errors ------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class ErrorCode:
    """One error code."""

    kind: ErrorKind = key("The family it belongs to: decides the exception class.")
    meaning: str = key("What happened and what to do, in one line.")
    words: str | None = key("The platform's own message, where a page shows it.", default=None)
    retryable: bool = key("Whether the same request may succeed later.", default=False)
    refresh: bool = key("Whether a fresh token mends it.", default=False)
    http: int | None = key("The HTTP status it comes with; None: 200.", default=None)
    type: str | None = key("V2: the value of error.type.", default=None)
    source: str | None = key("The page that says so, where it is not the table's.", default=None)


@attrs.frozen(kw_only=True)
class ErrorTable:
    """The error codes of one dialect."""

    source: str = key("The page that lists them.")
    emulator_codes: dict[str, str] = key(
        "What is wrong with a request → the code that the emulator answers, of those below.", factory=dict
    )
    codes: dict[str, ErrorCode] = key("Code → meaning.")


@attrs.frozen(kw_only=True)
class ErrorsFile:
    """spec/errors.yaml."""

    v1: ErrorTable = key("HTTP 200 with error_code, an int.")
    v2: ErrorTable = key("HTTP 4xx/5xx with error.code, a string.")
    iam: ErrorTable = key("The signature and bearer token service.")
    oauth: ErrorTable = key("The access token service.")
