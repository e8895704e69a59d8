"""Printable text: what stands in a checked file, in a form that moves no cursor, hides nothing and begins no command.

A name in a payload may hold escape sequences, line breaks, or marks that turn the order of what is shown; a file may be
called `::error::all is well`, which the logs of CI servers take for a command.
"""

from __future__ import annotations

import re
import unicodedata

_COMMAND = re.compile(r"##(?=\[|vso\[)")
"""Azure DevOps, and runners of GitHub, take it for the beginning of a command wherever it stands in a line."""


def printable(text: str) -> str:
    """A text on one line: characters that are not shown as themselves become `\\x1b`, `\\u202e`."""
    if not text.isprintable():
        text = "".join(one if _is_shown(one) else _escape(one) for one in text)
    return _COMMAND.sub(r"\\x23#", text) if "##" in text else text


def printable_path(path: str) -> str:
    """A path that may begin a line. One that would begin a command there begins with `./`."""
    text = printable(path)
    return f"./{text}" if text.lstrip().startswith("::") else text


def printable_json(text: str) -> str:
    """JSON with the same value, in which texts hold no such characters as themselves."""
    if not text.isprintable():
        text = "".join(one if one == "\n" or _is_shown(one) else _json_escape(one) for one in text)
    return _COMMAND.sub(r"\\u0023#", text) if "##" in text else text


def _is_shown(character: str) -> bool:
    # Spaces of other widths are no harm, and Chinese texts have them.
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(character: str) -> str:
    return "".join(f"\\u{unit:04x}" for unit in _utf16(character))


def _utf16(character: str) -> list[int]:
    data = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]
