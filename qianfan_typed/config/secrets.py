"""Secrets: strings that must not be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn, TypeVar

E = TypeVar("E", bound=Exception)


class Secret:
    """A string that must not be shown: only `reveal()` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The string itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('…')"

    def __str__(self) -> str:
        return masked(self._value)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled: give it to the other process as an environment variable")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class HiddenText(str):
    """A secret that is used as the string it is, and whose repr does not show it: tracebacks show those of locals."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(masked(self))


def masked(secret: str) -> str:
    """The first four characters of a secret and `…`; of one that has no more than that, nothing."""
    return f"{secret[:4]}…" if len(secret) > 4 else "…"


_TELLING = ("auth", "token", "key", "secret", "cookie", "signature", "credential")


def shows_who(name: str) -> bool:
    """Whether a header, or a parameter of a query, may hold a secret, by its name."""
    name = name.lower()
    return any(word in name for word in _TELLING)


def secrets_in(headers: Mapping[str, str]) -> list[str]:
    """What must not be shown of headers: the words of those that may hold a secret."""
    return [word for name, value in headers.items() if shows_who(name) for word in value.split()]


def without_traces(error: E) -> E:
    """An error, and what caused it, without the frames that they came through: their locals may hold secrets."""
    one: BaseException | None = error
    while one is not None:
        one.__traceback__ = None
        if one.__context__ is not one.__cause__:
            one.__context__ = None
            one.__suppress_context__ = True
        one = one.__cause__
    return error
