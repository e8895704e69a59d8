"""The text of a YAML file, as far as it is one."""

from __future__ import annotations

import codecs
import re

Place = tuple[int, int]
"""Line and column, from 1, in characters."""

_ENCODINGS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What YAML has nowhere. Others may stand between quotes only, and are let pass elsewhere too."""
BREAK = re.compile(r"\r\n?|\n")
"""A line's end."""
_OLD_BREAKS = "\x85\u2028\u2029"
"""Line breaks of YAML 1.1, and in YAML 1.2 characters like others. ruamel.yaml breaks lines there all the same."""
_SURROGATES = re.compile("[\ud800-\udfff]+")


class Fault(ValueError):
    """Why a text, or a value in it, cannot be read, and where."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place: Place = place


class Source:
    """A text as far as it is one, and the fault that ends it.

    Args:
        data: UTF-8, with or without a byte order mark.
    """

    def __init__(self, data: bytes) -> None:
        self._fault: Fault | None = None
        self._names: dict[int, int] = {}
        text, wrong = _decoded(data)
        found = _FORBIDDEN.search(text)
        if found is not None:
            text = text[: found.start()]
            wrong = (
                f'not YAML: the character U+{ord(found[0]):04X}; write it in double quotes, as "\\x{ord(found[0]):02x}"'
            )
        if wrong is not None:
            self._fault = Fault(_end(text), wrong)
        self._rest: str = self._disguised(text)
        self._at = 0

    def read(self, size: int) -> str:
        """The next characters. Empty: the text is at its end.

        Raises:
            Fault: It goes on with what is no text.
        """
        piece = self._rest[self._at : self._at + size]
        self._at += len(piece)
        if not piece and self._fault is not None:
            raise self._fault
        return piece

    def restored(self, text: str, place: Place) -> str:
        """A scalar's text, as the file has it.

        Raises:
            Fault: It has half of a surrogate pair.
        """
        if text.isascii():
            return text
        if self._names:
            text = text.translate(self._names)
        # JSON writes `\ud83d\ude00` for a character beyond the first 65,536.
        if _SURROGATES.search(text):
            try:
                text = _SURROGATES.sub(_joined, text)
            except UnicodeDecodeError:
                raise Fault(place, "not YAML: half of a surrogate pair is no character") from None
        return text

    def _disguised(self, text: str) -> str:
        """The text with characters of nobody's for the old line breaks."""
        there = [one for one in _OLD_BREAKS if one in text]
        if not there:
            return text
        written = text.lower()
        free = (code for code in range(0x10FFFD, 0x100000, -1) if chr(code) not in text and f"{code:x}" not in written)
        self._names = {code: ord(one) for one, code in zip(there, free, strict=False)}
        return text.translate({old: code for code, old in self._names.items()})


def _decoded(data: bytes) -> tuple[str, str | None]:
    """A text up to where it is not UTF-8, and what is wrong there."""
    for mark, name in _ENCODINGS.items():
        if data.startswith(mark):
            return "", f"not UTF-8 but {name}"
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode(), None
    except UnicodeDecodeError as error:
        return data[: error.start].decode(), "not UTF-8"


def _end(text: str) -> Place:
    """Where a text ends."""
    line, start = 1, 0
    for one in BREAK.finditer(text):
        line, start = line + 1, one.end()
    return line, len(text) - start + 1


def _joined(pairs: re.Match[str]) -> str:
    return pairs[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")
