"""Parsing: an answer as a value of the type that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Mapping
from types import TracebackType
from typing import Any, Generic, TypeAlias, TypeVar, cast

import attrs

from qianfan_api.answers import Parsed
from qianfan_api.handles import AsyncStream, Stream, Target
from qianfan_api.messages import Message
from qianfan_api.reply import Reply
from qianfan_api.validation import check
from qianfan_api.violations import Violation
from qianfan_typed.answers.dialects import DIALECTS, Dialect, Offer, Way
from qianfan_typed.answers.forms import Form, Misfit, form_of
from qianfan_typed.answers.partial_json import PartialJson
from qianfan_typed.errors import InvalidRequest, ParseFailed

T = TypeVar("T")
R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)
Self = TypeVar("Self")

_NOT_TAKEN = ("unsupported", "disputed")
"""Codes of violations that say that a model does not take a parameter, or may not."""

Arguments: TypeAlias = Mapping[str, Any]
"""What `create` or `stream` is called with, by keyword."""
Asking: TypeAlias = Generator[Arguments, R, T]
"""Gives the arguments of each call, is sent its reply, and comes to what was wanted."""


@attrs.frozen
class Wish(Generic[T, R]):
    """A form that an answer is wanted in, and how the model is asked for it."""

    target: Target[R, Any]
    form: Form[T]
    dialect: Dialect
    way: Way
    arguments: Arguments

    @classmethod
    def of(cls, target: Target[R, Any], into: type[T] | Form[T], arguments: Arguments) -> Wish[T, R]:
        """The wish, asked for in the surest way that the model takes.

        Raises:
            TypeError: `into` cannot come from JSON, or a parameter is given that says the form in another way.
            InvalidRequest: The model takes none of the ways.
        """
        form = into if isinstance(into, Form) else form_of(into)
        dialect = DIALECTS[target.operation.dialect]
        description = str(form.schema.get("description") or f"{form.name}")
        way = _way(target, dialect, Offer(form.name, description, form.schema))
        for name in ("response_format", dialect.offers, "tool_choice"):
            if arguments.get(name) is not None:
                raise TypeError(f"{name}: parse() says itself how to answer; leave it out, or use create()")
        return cls(target, form, dialect, way, _with(arguments, way))

    def read(self, reply: R, failed: tuple[str, ...] = ()) -> Parsed[T, R]:
        """The value of a reply. Raises ParseFailed where it does not fit."""
        text = self.dialect.answer(reply)
        try:
            value = self.form.read(text)
        except Misfit as found:
            raise ParseFailed(
                into=self.form.name, reason=found.reason, pointer=found.pointer, text=text, reply=reply, failed=failed
            ) from None
        return Parsed(parsed=value, text=text, reply=reply, failed=failed)


def _way(target: Target[Any, Any], dialect: Dialect, offer: Offer) -> Way:
    refused: list[Violation] = []
    for way in dialect.ways(offer):
        if target.model is None:
            return way
        found = check(target.operation.name, {"messages": [], **way.parameters}, target.model)
        missing = [one for one in found if one.code in _NOT_TAKEN and one.pointer[1:] in way.parameters]
        if not missing:
            return way
        refused += missing
    raise InvalidRequest(model=target.name, violations=refused)


def _with(arguments: Arguments, way: Way) -> Arguments:
    asked = {**arguments, **way.parameters}
    if way.instruction is not None:
        system = arguments.get("system")
        asked["system"] = way.instruction if system is None else f"{system}\n{way.instruction}"
    return asked


def parsing(
    target: Target[R, Any], into: type[T] | Form[T], retries: int, arguments: Arguments
) -> Asking[R, Parsed[T, R]]:
    """The calls to an answer of a type. `retries`: how often to ask again where it does not fit."""
    wish = Wish[T, R].of(target, into, arguments)
    messages: list[Message] = [*arguments["messages"]]
    failed: tuple[str, ...] = ()
    while True:
        reply = yield {**wish.arguments, "messages": messages}
        try:
            return wish.read(reply, failed)
        except ParseFailed as error:
            if len(failed) >= retries:
                raise
            problem = f"{error.pointer}: {error.reason}" if error.pointer else error.reason
            failed += (problem,)
            messages += wish.dialect.asking_again(reply, problem)


class _Values(Generic[T, R]):
    """What both streams of values know."""

    def __init__(self, wish: Wish[T, R]) -> None:
        self._wish = wish
        self._json = PartialJson()

    def _changed(self, piece: Reply) -> bool:
        """Whether there is more of the value than before."""
        return self._json.feed(self._wish.dialect.growth(piece)) and self._value() is not None

    def _value(self) -> Any:
        try:
            return self._wish.form.unwrapped(self._json.value())
        except ValueError:
            return None  # What is no JSON is said of the whole answer.


class ValueStream(_Values[T, R]):
    """The values that an answer has so far, as it comes."""

    def __init__(self, wish: Wish[T, R], stream: Stream[Any, R]) -> None:
        super().__init__(wish)
        self._stream = stream

    def __iter__(self: Self) -> Self:
        return self

    def __next__(self) -> Any:
        while not self._changed(next(self._stream)):
            pass
        return self._value()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops reading. The platform stops writing when it notices."""
        self._stream.close()

    def parsed(self) -> Parsed[T, R]:
        """The whole answer: the rest is read. Raises ParseFailed where it does not fit, SentError where it is cut."""
        return self._wish.read(self._stream.reply())


class AsyncValueStream(_Values[T, R]):
    """The same, awaited."""

    def __init__(self, wish: Wish[T, R], stream: AsyncStream[Any, R]) -> None:
        super().__init__(wish)
        self._stream = stream

    def __await__(self) -> Generator[Any, None, AsyncValueStream[T, R]]:
        yield from self._stream.__await__()
        return self

    def __aiter__(self: Self) -> Self:
        return self

    async def __anext__(self) -> Any:
        while not self._changed(await anext(self._stream)):
            pass
        return self._value()

    async def __aenter__(self) -> AsyncValueStream[T, R]:
        return await self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stops reading. The platform stops writing when it notices."""
        await self._stream.aclose()

    async def parsed(self) -> Parsed[T, R]:
        """The whole answer: the rest is read. Raises ParseFailed where it does not fit, SentError where it is cut."""
        return self._wish.read(await self._stream.reply())


def stream_of(wish: Wish[T, R], stream: Callable[..., Stream[Any, R]]) -> ValueStream[T, R]:
    """The values of a stream that is begun now."""
    return ValueStream(wish, stream(**wish.arguments))


def async_stream_of(wish: Wish[T, R], stream: Callable[..., AsyncStream[Any, R]]) -> AsyncValueStream[T, R]:
    """The values of a stream that is begun when it is awaited."""
    return AsyncValueStream(wish, stream(**wish.arguments))


def parse(asking: Asking[R, Parsed[T, R]], create: Callable[..., R]) -> Parsed[T, R]:
    """Makes the calls, blocking."""
    try:
        arguments = next(asking)
        while True:
            arguments = asking.send(create(**arguments))
    except StopIteration as end:
        return cast("Parsed[T, R]", end.value)


async def parse_async(asking: Asking[R, Parsed[T, R]], create: Callable[..., Coroutine[Any, Any, R]]) -> Parsed[T, R]:
    """Makes the calls, awaited."""
    try:
        arguments = next(asking)
        while True:
            arguments = asking.send(await create(**arguments))
    except StopIteration as end:
        return cast("Parsed[T, R]", end.value)
