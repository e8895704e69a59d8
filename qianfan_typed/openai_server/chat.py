"""Chat and completions: a request is drafted for the model's dialect, judged, sent, and its answer written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from typing import Any, TypeVar

from qianfan_api.handles import OpenRequest, Target
from qianfan_api.reply import Meta
from qianfan_typed.openai_server.answers import Answers, Merging, answers_of, together
from qianfan_typed.openai_server.callees import traits_of
from qianfan_typed.openai_server.conversations import for_v1, for_v2
from qianfan_typed.openai_server.drafts import Draft, Json, is_list, is_object
from qianfan_typed.openai_server.exchange import UNCHECKED, Exchange, Pieces, Whole
from qianfan_typed.openai_server.fields import PAGES, Table, choose_function, taken
from qianfan_typed.openai_server.refusals import Refused, invalid
from qianfan_typed.openai_server.text_completions import TextAnswers
from qianfan_typed.runners.async_streams import AsyncReplyStream

T = TypeVar("T")

CHAT = PAGES["/v1/chat/completions"]
COMPLETION = PAGES["/v1/completions"]
_CHAT_APIS = tuple(CHAT)
_COMPLETION_APIS = tuple(COMPLETION)
MOST_ANSWERS = 128
"""As OpenAI has it."""
_END = b"data: [DONE]\n\n"


async def chat(exchange: Exchange) -> Whole | Pieces:
    """`POST /v1/chat/completions`."""
    body = exchange.json()
    target = exchange.callee(_CHAT_APIS, body)
    draft = drafted_chat(body, target, lenient=exchange.adapter.terms.lenient)
    request = exchange.judged(target, draft)
    usage = _usage_wanted(body)
    answers = [answers_of(target, usage=usage) for _ in range(_count(body))]
    return await _answered(exchange, target, [request] * len(answers), answers, stream=_streams(body))


async def completion(exchange: Exchange) -> Whole | Pieces:
    """`POST /v1/completions`."""
    body = exchange.json()
    target = exchange.callee(_COMPLETION_APIS, body)
    stream, usage, count = _streams(body), _usage_wanted(body), _count(body)
    requests = list[OpenRequest]()
    for draft in _drafted_completions(body, target, lenient=exchange.adapter.terms.lenient):
        requests += [exchange.judged(target, draft)] * count
    if len(requests) > MOST_ANSWERS:
        raise invalid("prompt", f"{len(requests)} answers: must be at most {MOST_ANSWERS} together")
    answers = [TextAnswers(target.name, usage=usage) for _ in requests]
    return await _answered(exchange, target, requests, answers, stream=stream)


# --- drafts ----------------------------------------------------------------------------------------------------------


def drafted_chat(body: Json, target: Target[Any, Any], *, lenient: bool) -> Draft:
    """A request of OpenAI's chat as the target's dialect has it. Raises Refused."""
    draft = Draft()
    _take(body, CHAT[target.operation.name], target, draft, lenient=lenient)
    messages = body.get("messages")
    if messages is not None:
        _converse(messages, target, draft)
    return draft


def _drafted_completions(body: Json, target: Target[Any, Any], *, lenient: bool) -> list[Draft]:
    prompts = body.get("prompt")
    if not is_list(prompts):
        prompts = [prompts]
    drafts = list[Draft]()
    for at, prompt in enumerate(prompts):
        if not isinstance(prompt, str):
            place = f"prompt[{at}]" if is_list(body.get("prompt")) else "prompt"
            raise invalid(place, "must be a text: the platform takes no numbers of tokens")
        draft = Draft(names={"messages": "prompt"})
        _take(body, COMPLETION[target.operation.name], target, draft, lenient=lenient)
        if target.operation.name in CHAT:
            _converse([{"role": "user", "content": prompt}], target, draft)
        else:
            draft.wire["prompt"] = prompt
        drafts.append(draft)
    if not drafts:
        raise invalid("prompt", "must not be empty")
    return drafts


def _take(body: Json, table: Table, target: Target[Any, Any], draft: Draft, *, lenient: bool) -> None:
    if target.operation.dialect == "v1" and body.get("max_completion_tokens") is not None:
        body = {name: value for name, value in body.items() if name != "max_tokens"}
    taken(body, table, draft, lenient=lenient)
    if target.operation.dialect == "v2":
        options = body.get("stream_options")
        if options is not None and body.get("stream") is True:
            draft.wire["stream_options"] = options
    else:
        try:
            choose_function(body.get("tool_choice"), draft)
        except Refused:
            if not lenient:
                raise
            draft.dropped.append("tool_choice")


def _converse(messages: object, target: Target[Any, Any], draft: Draft) -> None:
    if target.operation.dialect == "v2":
        for_v2(messages, draft)
    else:
        for_v1(messages, draft, system=traits_of(target).takes_system)


def _streams(body: Json) -> bool:
    wanted = body.get("stream")
    if wanted not in (None, True, False):
        raise invalid("stream", "must be true or false")
    return wanted is True


def _usage_wanted(body: Json) -> bool:
    options = body.get("stream_options")
    return is_object(options) and options.get("include_usage") is True


def _count(body: Json) -> int:
    count = body.get("n")
    if count is None:
        return 1
    if type(count) is not int or not 1 <= count <= MOST_ANSWERS:
        raise invalid("n", f"must be a whole number from 1 to {MOST_ANSWERS}")
    return count


# --- answers ---------------------------------------------------------------------------------------------------------


async def _answered(
    exchange: Exchange,
    target: Target[Any, Any],
    requests: list[OpenRequest],
    answers: Sequence[Answers],
    *,
    stream: bool,
) -> Whole | Pieces:
    runner = exchange.adapter.runner
    exchange.served.stream = stream
    if stream:
        streams = [runner.stream(target, request, UNCHECKED) for request in requests]
        return await _streamed(exchange, streams, answers)
    if len(requests) == 1:
        replies = [await runner.create(target, requests[0], UNCHECKED)]
    else:
        replies = await all_of([runner.create(target, request, UNCHECKED) for request in requests])
    _note_tokens(exchange, replies)
    wholes = [one.whole(reply) for one, reply in zip(answers, replies, strict=True)]
    body = wholes[0] if len(wholes) == 1 else together(wholes)
    return Whole(body=body, headers=exchange.passed_on(replies[0].meta))


async def _streamed(
    exchange: Exchange, streams: list[AsyncReplyStream[Any, Any]], answers: Sequence[Answers]
) -> Pieces:
    try:
        await all_of([stream.open() for stream in streams])
    except BaseException:
        await _close(streams)
        raise
    headers = exchange.passed_on(_meta(streams[0]))
    if len(streams) == 1:
        return Pieces(events=_events(exchange, streams[0], answers[0]), headers=headers)
    return Pieces(events=_merged(exchange, streams, answers), headers=headers)


async def _events(
    exchange: Exchange, stream: AsyncReplyStream[Any, Any], answers: Answers
) -> AsyncGenerator[bytes, None]:
    try:
        async for piece in stream:
            for data in answers.pieces(piece):
                yield b"data: " + data + b"\n\n"
            if piece.usage is not None:
                exchange.served.tokens = piece.usage.total_tokens or exchange.served.tokens
        yield _END
    finally:
        await stream.aclose()


async def _merged(
    exchange: Exchange, streams: list[AsyncReplyStream[Any, Any]], answers: Sequence[Answers]
) -> AsyncGenerator[bytes, None]:
    """The pieces of several streams, as they come. An error of one ends them all."""
    queue: asyncio.Queue[tuple[int, bytes] | BaseException | None] = asyncio.Queue(maxsize=64)

    async def read(index: int) -> None:
        try:
            async for piece in streams[index]:
                for data in answers[index].pieces(piece):
                    await queue.put((index, data))
        except Exception as error:
            await queue.put(error)
        else:
            await queue.put(None)

    readers = [asyncio.ensure_future(read(index)) for index in range(len(streams))]
    merging, left = Merging(), len(streams)
    try:
        while left:
            came = await queue.get()
            if came is None:
                left -= 1
            elif isinstance(came, BaseException):
                raise came
            elif (data := merging.piece(*came)) is not None:
                yield b"data: " + data + b"\n\n"
        if (spent := merging.end()) is not None:
            yield b"data: " + spent + b"\n\n"
        yield _END
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
        await _close(streams)


async def all_of(calls: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """What several calls come to. Where one fails, or they are not waited for, the others end."""
    if len(calls) == 1:
        return [await calls[0]]
    tasks = [asyncio.ensure_future(call) for call in calls]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def _close(streams: list[AsyncReplyStream[Any, Any]]) -> None:
    for stream in streams:
        await stream.aclose()


def _meta(stream: AsyncReplyStream[Any, Any]) -> Meta | None:
    try:
        return stream.meta
    except AttributeError:  # It ended without a piece.
        return None


def _note_tokens(exchange: Exchange, replies: Sequence[Any]) -> None:
    exchange.served.tokens = sum(reply.usage.total_tokens for reply in replies)
