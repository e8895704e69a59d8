"""Rules of the project's own: what it says of files, batch lines and clients, which no page of the platform states."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from qianfan_api.violations import Level

SYNTAX = "file.syntax"
UNREADABLE = "file.unreadable"
UNDECIDED = "file.undecided"
NOT_CHECKED = frozenset({SYNTAX, UNREADABLE, UNDECIDED})
"""Rules of findings that say why something could not be checked."""


@attrs.frozen
class OwnRule:
    """A rule of the project's own."""

    words: str
    """What must hold."""
    level: Level = "error"


REQUEST_RULES: Mapping[str, OwnRule] = {
    "request.type": OwnRule("A request is an object."),
    "request.missing": OwnRule("The request, which must be an object, is there."),
}
"""What comes after an operation's name, or after `file` where the operation is not known."""

OWN_RULES: Mapping[str, OwnRule] = {
    SYNTAX: OwnRule("The file, or this record of it, is what its name or its beginning says: JSON, YAML or Python."),
    UNREADABLE: OwnRule("The file is there and can be read."),
    UNDECIDED: OwnRule("Each request says which operation it is for, by its url or its api, or --api says it for all."),
    **{f"file.{name}": rule for name, rule in REQUEST_RULES.items()},
    "batch.custom_id.type": OwnRule("The custom_id of a line of a batch file is a string.", "warning"),
    "batch.method.enum": OwnRule("The method of a line of a batch file is the one that its operation has.", "warning"),
    "batch.url.type": OwnRule("The url of a line of a batch file is a string.", "warning"),
    "batch.url.enum": OwnRule("The url of a line of a batch file is the path of an operation.", "warning"),
    "client.stream": OwnRule("create() gives a reply in one piece. For one in pieces call stream()."),
    "client.type": OwnRule("A request has only values that can be sent: what JSON can say, and files."),
    "client.missing": OwnRule("What stands in the path of a call is given."),
    "client.path": OwnRule("What stands in the path of a call is text that can be one step of it."),
}
"""Every rule that is not an operation's, by id."""
