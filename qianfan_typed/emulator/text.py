"""Text as the emulator counts, cuts and serves it."""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterator, Sequence

_ALPHABET = string.digits + string.ascii_lowercase
_TOKEN = re.compile(r"\s*(?:[A-Za-z0-9_]{1,8}|[^\sA-Za-z0-9_])|\s+")
_SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]+[”’」』)）\"']*|[^。！？；!?;\n]+")
_CLAUSE = re.compile(r"[^。！？；!?;\n，、：,:]*[。！？；!?;\n，、：,:]+[”’」』)）\"']*|[^。！？；!?;\n，、：,:]+")


def tokens(text: str) -> list[str]:
    """The text cut into tokens: a Chinese character, a mark or up to 8 letters of a word. Joined, they are the text.

    No tokenizer of the platform is known; this one gives plausible counts and always the same.
    """
    return _TOKEN.findall(text)


def count(text: str) -> int:
    """How many tokens the text has."""
    return len(tokens(text))


def sentences(text: str, most: int = 40) -> list[str]:
    """The text cut at the ends of sentences, and within a sentence that is longer than `most` characters."""
    return [part for found in _SENTENCE.findall(text) for part in _parts(found, most)]


def clauses(text: str, most: int = 8) -> list[str]:
    """The text cut at every mark, and within a clause that is longer than `most` characters."""
    return [part for found in _CLAUSE.findall(text) for part in _parts(found, most)]


def _parts(text: str, most: int) -> Iterator[str]:
    for start in range(0, len(text), most):
        yield text[start : start + most]


def before_stop(text: str, stops: Sequence[str]) -> str | None:
    """The text up to the first stop word, which is left out. None: no stop word is in it."""
    found = [at for at in (text.find(stop) for stop in stops) if at >= 0]
    return text[: min(found)] if found else None


def shortened(text: str, most: int = 60) -> str:
    """The text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def digest(seed: str, length: int) -> str:
    """`length` characters of a hash, as ids have them: always the same for the same seed."""
    return hashlib.sha256(seed.encode()).hexdigest()[:length]


def identifier(number: int) -> str:
    """The id of the emulator's n-th reply, in the platform's form: `as-` and ten letters or digits."""
    value = int.from_bytes(hashlib.sha256(str(number).encode()).digest(), "big")
    chars = (_ALPHABET[value // 36**place % 36] for place in range(10))
    return "as-" + "".join(chars)
