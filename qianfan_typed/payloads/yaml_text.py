"""Text of a YAML file, as far as it is one, and written so that ruamel.yaml reads it as YAML 1.2."""

from __future__ import annotations

import codecs
import re

from qianfan_api.words import say
from qianfan_typed.reports.findings import Position

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What YAML has nowhere. Others may stand between quotes only, and are let pass elsewhere too."""
_LINE_END = re.compile(r"\r\n?|\n")
_MISREAD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters like others in YAML 1.2. ruamel.yaml breaks lines at some, and counts or takes others not at all."""
_SURROGATES = re.compile("[\ud800-\udfff]+")


class UnreadableYaml(ValueError):
    """Why a text, or a value in it, cannot be read, and where."""

    def __init__(self, position: Position, message: str) -> None:
        super().__init__(message)
        self.position: Position = position


class YamlText:
    """A text as far as it is one.

    Args:
        data: UTF-8, with or without a byte order mark.
    """

    def __init__(self, data: bytes) -> None:
        text, wrong = _decoded(data.removeprefix(codecs.BOM_UTF8))
        found = _FORBIDDEN.search(text)
        if found is not None:
            text = text[: found.start()]
            code = f"{ord(found[0]):02x}"
            wrong = say(
                'not YAML: the character U+00{upper}; write it in double quotes, as "\\x{code}"',
                upper=code.upper(),
                code=code,
            )
        self.cut: UnreadableYaml | None = None if wrong is None else UnreadableYaml(_end(text), wrong)
        """Why it ends before the file does."""
        self._names: dict[int, int] = {}
        self.disguised: str = self._disguise(text)
        """For ruamel.yaml: other characters stand for those that it misreads."""

    def _disguise(self, text: str) -> str:
        there = sorted(set(_MISREAD.findall(text)))
        if not there:
            return text
        written = text.lower()
        free = (code for code in range(0x10FFFD, 0x100000, -1) if chr(code) not in text and f"{code:x}" not in written)
        self._names = dict(zip(free, map(ord, there), strict=False))
        return text.translate({misread: code for code, misread in self._names.items()})

    def restored(self, text: str) -> str:
        """A scalar's text, as the file has it.

        Raises:
            ValueError: It has half of a surrogate pair.
        """
        if text.isascii():
            return text
        text = text.translate(self._names) if self._names else text
        # JSON writes `\ud83d\ude00` for a character beyond the first 65,536.
        try:
            return _SURROGATES.sub(_joined, text)
        except UnicodeDecodeError:
            raise ValueError("not YAML: half of a surrogate pair is no character") from None


def _decoded(data: bytes) -> tuple[str, str | None]:
    """A text up to where it is not UTF-8, and what is wrong there."""
    try:
        return data.decode(), None
    except UnicodeDecodeError as error:
        return data[: error.start].decode(), "not UTF-8"


def _end(text: str) -> Position:
    """Where a text ends."""
    line, start = 1, 0
    for line_end in _LINE_END.finditer(text):
        line, start = line + 1, line_end.end()
    return line, len(text) - start + 1


def _joined(pairs: re.Match[str]) -> str:
    return pairs[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")
