"""Runs: a conversation in which functions are called for the model until it answers."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import json
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias, TypeVar, cast

import attrs
import msgspec

from qianfan_api.answers import CalledFunction, FunctionRun, OnError
from qianfan_api.handles import Target
from qianfan_api.messages import Message
from qianfan_api.reply import Reply
from qianfan_api.validation import check
from qianfan_typed.answers.dialects import DIALECTS, FunctionCall, Offer
from qianfan_typed.answers.parse import Arguments
from qianfan_typed.answers.tools import FunctionTool
from qianfan_typed.errors import InvalidRequest, TurnsExceeded

R = TypeVar("R", bound=Reply)


@attrs.frozen
class Due:
    """A call that is to be made now."""

    call: FunctionCall
    tool: FunctionTool[..., object] | None
    """None: there is no function of that name."""


@attrs.frozen
class Outcome:
    """What a call came to."""

    result: object = None
    error: Exception | None = None


Course: TypeAlias = Generator[Arguments | Sequence[Due], Any, FunctionRun[R]]
"""Gives the arguments of each call of the model, or the functions that are due; is sent the reply, or the outcomes."""


def running(
    target: Target[R, Any],
    functions: Sequence[Callable[..., object]],
    max_turns: int,
    on_error: OnError,
    arguments: Arguments,
    heard: Callable[[CalledFunction], object] | None = None,
) -> Course[R]:
    """The turns to an answer. `heard` hears of each call once it was made.

    Raises:
        TypeError: A function cannot be a tool.
        InvalidRequest: The model takes no functions.
        TurnsExceeded: The last turn called functions too.
        Exception: What a function raised, where `on_error` is "raise".
    """
    if max_turns < 1:
        raise ValueError(f"max_turns: {max_turns}: must be at least 1")
    tools = _by_name(functions)
    dialect = DIALECTS[target.operation.dialect]
    offered = [dialect.written(Offer(one.name, one.description, one.parameters)) for one in tools.values()]
    _require_taken(target, dialect.offers, offered)
    messages: list[Message] = [*arguments["messages"]]
    calls: list[CalledFunction] = []
    replies: list[R] = []
    for turn in range(1, max_turns + 1):
        reply: R = yield {**arguments, "messages": [*messages], dialect.offers: offered}
        replies.append(reply)
        messages.append(cast("Any", reply).to_message())
        asked = dialect.calls(reply)
        if not asked:
            return FunctionRun(reply=reply, messages=messages, calls=calls, replies=replies)
        due = [Due(call, tools.get(call.name)) for call in asked]
        outcomes: Sequence[Outcome] = yield due
        for one, outcome in zip(due, outcomes, strict=True):
            called = _told(turn, one, outcome, on_error, tools)
            calls.append(called)
            if heard is not None:
                heard(called)
            messages.append(dialect.result(one.call, called.told))
    raise TurnsExceeded(max_turns=max_turns, messages=messages, calls=calls)


def _by_name(functions: Sequence[Callable[..., object]]) -> dict[str, FunctionTool[..., object]]:
    tools: dict[str, FunctionTool[..., object]] = {}
    for one in functions:
        tool = cast("FunctionTool[..., object]", one) if isinstance(one, FunctionTool) else FunctionTool(one)
        if tool.name in tools:
            raise TypeError(f"tools: two functions are called {tool.name}; give one of them name=")
        tools[tool.name] = tool
    if not tools:
        raise TypeError("tools: none is given; use create() for an answer without them")
    return tools


def _require_taken(target: Target[Any, Any], name: str, offered: object) -> None:
    if target.model is None:
        return
    found = check(target.operation.name, {"messages": [], name: offered}, target.model)
    refused = [one for one in found if one.code == "unsupported" and one.pointer == f"/{name}"]
    if refused:
        raise InvalidRequest(model=target.name, violations=refused)


class _Unfit(ValueError):
    """The model's mistake: a function that is not there, or arguments that do not fit. It is always told."""


def _told(
    turn: int, due: Due, outcome: Outcome, on_error: OnError, tools: dict[str, FunctionTool[..., object]]
) -> CalledFunction:
    error = outcome.error
    if due.tool is None:
        error = _Unfit(f"no function is called {due.call.name}; there are {', '.join(tools)}")
    if error is None:
        told = _text(due.call.name, outcome.result)
    elif on_error == "raise" and not isinstance(error, _Unfit):
        raise error
    else:
        reason = str(error) if isinstance(error, _Unfit) else f"{type(error).__name__}: {error}"
        told = json.dumps({"error": reason}, ensure_ascii=False)
    name, arguments = due.call.name, due.call.arguments
    return CalledFunction(turn=turn, name=name, arguments=arguments, told=told, result=outcome.result, error=error)


def _text(name: str, result: object) -> str:
    """What a function returned, as the model is told: a text as it is, anything else as JSON."""
    if isinstance(result, str) and result:
        return result
    try:
        return msgspec.json.encode(result, enc_hook=_dumped).decode()
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name}: what it returned cannot be written as JSON: {error}") from None


def _dumped(value: object) -> object:
    dump: Callable[..., object] | None = getattr(value, "model_dump", None)  # pydantic's
    if dump is None:
        raise TypeError(f"Encoding objects of type {type(value).__name__} is unsupported")
    return dump(mode="json")


def _prepared(due: Due) -> Callable[[], object]:
    """The call itself. Raises _Unfit where its arguments do not fit."""
    tool = due.tool
    if tool is None:
        return lambda: None
    try:
        given = tool.read_arguments(due.call.arguments)
    except ValueError as error:
        raise _Unfit(f"the arguments of {tool.name} do not fit: {error}") from None
    return lambda: tool.function(**given)


def outcomes_of(due: Sequence[Due]) -> list[Outcome]:
    """Makes calls, more than one at the same time. Coroutine functions run in a loop of their own."""
    if len(due) == 1 and not _is_async(due[0]):
        return [_outcome(due[0])]
    with ThreadPoolExecutor(max_workers=len(due)) as threads:
        futures = [threads.submit(contextvars.copy_context().run, _outcome, one) for one in due]
        return [future.result() for future in futures]


def _outcome(due: Due) -> Outcome:
    try:
        result = _prepared(due)()
        if inspect.isawaitable(result):
            result = asyncio.run(_whole(result))
        return Outcome(result)
    except Exception as error:
        return Outcome(error=error)


async def _whole(result: Awaitable[object]) -> object:
    return await result


async def async_outcomes_of(due: Sequence[Due]) -> list[Outcome]:
    """Makes calls at the same time. Functions that block run in threads."""
    return list(await asyncio.gather(*map(_async_outcome, due)))


async def _async_outcome(due: Due) -> Outcome:
    try:
        call = _prepared(due)
        result = call() if _is_async(due) else await asyncio.to_thread(call)
        return Outcome(await result if inspect.isawaitable(result) else result)
    except Exception as error:
        return Outcome(error=error)


def _is_async(due: Due) -> bool:
    return due.tool is not None and inspect.iscoroutinefunction(due.tool.function)


def run(course: Course[R], create: Callable[..., R]) -> FunctionRun[R]:
    """Takes the turns, blocking."""
    came: Any = None
    try:
        while True:
            step = course.send(came)
            came = outcomes_of(step) if isinstance(step, Sequence) else create(**step)
    except StopIteration as end:
        return cast("FunctionRun[R]", end.value)


async def run_async(course: Course[R], create: Callable[..., Coroutine[Any, Any, R]]) -> FunctionRun[R]:
    """Takes the turns, awaited."""
    came: Any = None
    try:
        while True:
            step = course.send(came)
            came = await async_outcomes_of(step) if isinstance(step, Sequence) else await create(**step)
    except StopIteration as end:
        return cast("FunctionRun[R]", end.value)
