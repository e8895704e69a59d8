"""Secrets: strings that must not be shown."""

from __future__ import annotations


class Secret:
    """A string that must not be shown: only `reveal()` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The string itself."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({str(self)!r})"

    def __str__(self) -> str:
        return masked(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


def masked(secret: str) -> str:
    """The first four characters of a secret and `…`; of one that has no more than that, nothing."""
    return f"{secret[:4]}…" if len(secret) > 4 else "…"
