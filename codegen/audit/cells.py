"""Cells of the platform's tables of models: amounts, intervals, rates and days, as it writes them."""

from __future__ import annotations

import datetime
import re
from typing import Literal

import attrs

_AMOUNT = re.compile(r"^(\d+)\s*(k)?\s*(tokens|字符)?$", re.IGNORECASE)
_OUTPUT = re.compile(r"^(?:\[\s*(\d+)\s*[，,]\s*(\d+)\s*\]|(\d+k?))(?:\s*默认\s*(\d+k?))?$", re.IGNORECASE)
_RATE = re.compile(r"(RPM|TPM)=(\d+)|(\d+)(RPM|TPM)")
_DAY = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_NOTHING = {"", "-"}


@attrs.frozen
class Amount:
    """A number of tokens or characters, or of something that the cell does not say."""

    text: str
    numbers: frozenset[int]
    """What it may be: `128k` is 128,000 or 131,072."""
    unit: Literal["tokens", "characters"] | None

    def agrees(self, number: int | None) -> bool:
        """Whether it may be this number."""
        return number in self.numbers


@attrs.frozen
class Output:
    """The tokens of an answer: the most, and where the cell says so the fewest and the default."""

    most: Amount
    least: int | None
    default: Amount | None


def says_nothing(cell: str) -> bool:
    """Whether a cell is empty."""
    return cell.strip() in _NOTHING


def amount(cell: str) -> Amount | None:
    """`128k`, `64000字符`, `512`. None: it is none."""
    match = _AMOUNT.match(cell.strip())
    if match is None:
        return None
    number, thousands, unit = int(match[1]), match[2], match[3]
    numbers = frozenset({number * 1000, number * 1024}) if thousands else frozenset({number})
    if unit == "字符":
        return Amount(match[0], numbers, "characters")
    return Amount(match[0], numbers, "tokens" if thousands or unit else None)


def output(cell: str) -> Output | None:
    """`[2，12288]`, `[1，8192] 默认 4k`, `32k`. None: it is none."""
    match = _OUTPUT.match(cell.strip())
    most = amount(match[2] or match[3]) if match else None
    if match is None or most is None:
        return None
    return Output(most, int(match[1]) if match[1] else None, amount(match[4]) if match[4] else None)


def rates(cell: str) -> dict[str, int] | None:
    """`RPM=5000 TPM=400000` → {rpm: 5000, tpm: 400000}. None: it says more than that."""
    if _RATE.sub("", cell).strip():
        return None
    return {(match[1] or match[4]).lower(): int(match[2] or match[3]) for match in _RATE.finditer(cell)}


def day(cell: str) -> datetime.date | None:
    """`2026-1-27`. None: it is no day."""
    match = _DAY.match(cell.strip())
    try:
        return datetime.date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
