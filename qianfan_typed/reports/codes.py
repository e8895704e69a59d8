"""Rules of the project's own: what it says of files, batch lines and clients, which no page of the platform states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from qianfan_api.batch_file import BATCH_FILE
from qianfan_api.violations import Level, one_of

SYNTAX = "file.syntax"
UNREADABLE = "file.unreadable"
UNDECIDED = "file.undecided"
KIND = "file.kind"
EMPTY = "file.empty"
CHANGED = "file.changed"
LIMIT = "file.limit"
STOPPED = "file.stopped"
INTERNAL = "file.internal"
NOT_CHECKED = frozenset({SYNTAX, UNREADABLE, UNDECIDED, KIND, EMPTY, CHANGED, LIMIT, STOPPED, INTERNAL})
"""Rules of findings that say why something could not be checked."""
OPENAI_PATH = "batch.url.openai"
ONCE_A_FILE = frozenset({OPENAI_PATH, UNDECIDED, KIND, CHANGED, STOPPED, INTERNAL})
"""Those that hold for all that follows in a file, and are said of it once."""
DUPLICATE_NAME = "file.duplicate_name"
UNKNOWN_CODE = "comment.unknown_code"
UNUSED = "comment.unused"

Unchecked = Literal[
    "unreadable", "undecided", "other_kind", "unknown_model", "own_endpoint", "no_model", "unknown_name", "switched_off"
]
"""Why a request that was seen was not checked, or only against what holds for every model."""
UNCHECKED: Mapping[Unchecked, str] = {
    "unreadable": "unreadable",
    "undecided": "for an operation not known",
    "other_kind": "no requests but of another kind",
    "unknown_model": "to an unknown model",
    "own_endpoint": "to an endpoint of one's own",
    "no_model": "without a model",
    "unknown_name": "by a name not known here",
    "switched_off": "with validate off",
}
"""Reason → how it is said of a number of requests."""


@attrs.frozen
class OwnRule:
    """A rule of the project's own."""

    words: str
    """What must hold."""
    level: Level = "error"
    source: str = ""
    """The page that says it. Empty: none does."""


REQUEST_RULES: Mapping[str, OwnRule] = {
    "request.type": OwnRule("A request is an object."),
    "request.missing": OwnRule("The request, which must be an object, is there."),
}
"""What comes after an operation's name, or after `file` where the operation is not known."""

_FORM, _LINES, _SIZE = BATCH_FILE.rule, BATCH_FILE.lines_rule, BATCH_FILE.bytes_rule


def _of_the_form(words: str) -> OwnRule:
    return OwnRule(words, _FORM.level, _FORM.origin)


_BATCH_RULES: Mapping[str, OwnRule] = {
    **{f"{one}.missing": _of_the_form(f"A line of a batch file has {one}.") for one in ("method", "url")},
    "custom_id.type": _of_the_form("The custom_id of a line of a batch file is a string."),
    "custom_id.unique": _of_the_form("No two lines of a batch file have the same custom_id."),
    "method.enum": _of_the_form(f"The method of a line of a batch file is {BATCH_FILE.method}."),
    "url.type": _of_the_form("The url of a line of a batch file is a string."),
    "url.enum": _of_the_form(f"The url of a line of a batch file is {one_of(BATCH_FILE.urls)}."),
    **{
        f"{one}.same": OwnRule(f"All lines of a batch file have the same {one}.", rule.level, rule.origin)
        for one, rule in BATCH_FILE.same.items()
    },
    "file.lines": OwnRule(f"A batch file has at most {BATCH_FILE.max_lines:,} requests.", _LINES.level, _LINES.origin),
    "file.size": OwnRule(f"A batch file has at most {BATCH_FILE.max_bytes:,} bytes.", _SIZE.level, _SIZE.origin),
}
"""What is said of batch files of V2. Of lines with another address no page speaks: there they warn."""

OWN_RULES: Mapping[str, OwnRule] = {
    SYNTAX: OwnRule("The file, or this record of it, is what its name or its beginning says: JSON, YAML or Python."),
    UNREADABLE: OwnRule("The file is there and can be read."),
    UNDECIDED: OwnRule("Each request says which operation it is for, by its url or its api, or --api says it for all."),
    KIND: OwnRule("What is to be checked is a request, or a file of a kind that holds requests."),
    EMPTY: OwnRule("A file that is named has a request in it."),
    CHANGED: OwnRule("The file stays as it is while it is read."),
    LIMIT: OwnRule("The file, each record of it, and the time that it takes are within what a check can bear."),
    STOPPED: OwnRule("The process that checks a part of the file is not ended by another."),
    INTERNAL: OwnRule("The check itself does not fail. Where it does, please report it."),
    DUPLICATE_NAME: OwnRule("No name stands twice in an object: which of the two counts is up to who reads it."),
    UNKNOWN_CODE: OwnRule("A comment `# qianfan: ignore[…]` names codes and rules that there are.", "warning"),
    UNUSED: OwnRule("A comment `# qianfan: ignore` switches something off.", "warning"),
    **{f"file.{name}": rule for name, rule in REQUEST_RULES.items()},
    "unchecked.unknown_model": OwnRule("The catalogue knows the model. Counts with --strict alone.", "warning"),
    "unchecked.own_endpoint": OwnRule("The model behind the endpoint is known. Counts with --strict alone.", "warning"),
    "unchecked.no_model": OwnRule("The request or --model names a model. Counts with --strict alone.", "warning"),
    "unchecked.unknown_name": OwnRule("The source shows what a call is for. Counts with --strict alone.", "warning"),
    "unchecked.switched_off": OwnRule("The client of a call validates. Counts with --strict alone.", "warning"),
    **{f"{BATCH_FILE.rule.id}.{name}": rule for name, rule in _BATCH_RULES.items()},
    OPENAI_PATH: OwnRule("The url of a line of a batch file is the platform's, which begins with /v2.", "warning"),
    "client.stream": OwnRule("create() gives a reply in one piece. For one in pieces call stream()."),
    "client.type": OwnRule("A request has only values that can be sent: what JSON can say, and files."),
    "client.encoding": OwnRule(
        "A request has only what JSON, and UTF-8, can say: no half of a character, no NaN, no bytes."
    ),
    "client.endpoint": OwnRule("endpoint(name) is given the name of a service, not that of a model.", "warning"),
    "client.missing": OwnRule("What stands in the path of a call is given."),
    "client.path": OwnRule("What stands in the path of a call is text that can be one step of it."),
}
"""Every rule that is not an operation's, by id."""
