"""Answers in types of one's own, and conversations that call functions: what `parse` and `run` give."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from types import TracebackType
from typing import Any, Generic, Literal, Protocol, TypeVar

import attrs

from qianfan_api.reply import Reply
from qianfan_api.shapes import Message

T = TypeVar("T")
R = TypeVar("R", bound=Reply)
T_co = TypeVar("T_co", covariant=True)
R_co = TypeVar("R_co", bound=Reply, covariant=True)
Self = TypeVar("Self")

OnError = Literal["tell", "raise"]
"""What to do with an exception that a function raises: tell the model of it, or raise it to the caller."""


@attrs.frozen(kw_only=True)
class Parsed(Generic[T_co, R_co]):
    """An answer, read as a type of one's own."""

    parsed: T_co
    """The value."""
    text: str
    """The JSON that it was read from."""
    reply: R_co
    """The reply that it came in."""
    failed: tuple[str, ...] = ()
    """What was wrong with the answers before it, where `retries` allowed to ask again."""


@attrs.frozen(kw_only=True)
class CalledFunction:
    """A call of a function that the model asked for, and what came of it."""

    turn: int
    """In which turn, from 1."""
    name: str
    """The function's name, as the model gave it."""
    arguments: str
    """Its arguments, as the model wrote them: JSON text."""
    told: str
    """What the model was told."""
    result: object = None
    """What the function returned. None where it was not called, or raised."""
    error: Exception | None = None
    """What it raised, or what was wrong with the call. None: nothing."""


@attrs.frozen(kw_only=True)
class FunctionRun(Generic[R_co]):
    """A conversation in which the model had functions called, until it answered."""

    reply: R_co
    """The last reply: the answer."""
    messages: Sequence[Message]
    """The whole conversation, the answer too, to go on with."""
    calls: Sequence[CalledFunction]
    """Each call of a function, in the order of the turns."""
    replies: Sequence[R_co]
    """The reply of each turn; the last is `reply`."""


@attrs.frozen(kw_only=True)
class Progress:
    """How far `create_many` is."""

    done: int
    """Calls that are done, the failed ones too."""
    failed: int
    """Those that failed."""
    total: int | None
    """How many there are. None: the requests come from an iterator."""
    refused: int
    """How often the platform refused one for the load; it is sent again."""
    wait: float
    """Seconds until the next call may be sent. 0: now."""


class ParsedStream(Protocol[T_co, R_co]):
    """The values that an answer has so far, as it comes: JSON that is not whole yet."""

    def __iter__(self) -> Iterator[Any]: ...
    def __next__(self) -> Any: ...
    def __enter__(self: Self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def close(self) -> None: ...

    def parsed(self) -> Parsed[T_co, R_co]:
        """The whole answer: the rest is read. Raises ParseFailed where it does not fit, SentError where it is cut."""
        ...


class AsyncParsedStream(Protocol[T_co, R_co]):
    """The same, awaited. `await` it, or enter it, to send the request before you ask for a value."""

    def __await__(self: Self) -> Generator[Any, None, Self]: ...
    def __aiter__(self) -> AsyncIterator[Any]: ...
    async def __anext__(self) -> Any: ...
    async def __aenter__(self: Self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    async def aclose(self) -> None: ...

    async def parsed(self) -> Parsed[T_co, R_co]:
        """The whole answer: the rest is read. Raises ParseFailed where it does not fit, SentError where it is cut."""
        ...
