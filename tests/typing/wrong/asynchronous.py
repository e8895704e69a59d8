"""Sync and async mixed up: not awaited, awaited where there is nothing to await, the wrong `for`."""

from __future__ import annotations

from qianfan_typed import AsyncQianfan, Qianfan, user

client = Qianfan()
hello = [user("你好")]


async def main() -> None:
    asynchronous = AsyncQianfan()
    chat = asynchronous.v1.chat.ernie_lite_pro_128k

    # Not awaited.
    chat.create(hello)
    # ^ pyright: Result of async function call is not used; use "await" or assign result to variable
    # ^ mypy: Value of type "Coroutine[Any, Any, ChatReply]" must be used
    #     Are you missing an await?
    reply = chat.create(hello)
    print(reply.result)
    # ^ pyright: Cannot access attribute "result" for class "CoroutineType[Any, Any, ChatReply]"
    # ^ mypy: "Coroutine[Any, Any, ChatReply]" has no attribute "result"
    #     Maybe you forgot to use "await"?
    asynchronous.chat.completions.create(model="ernie-3.5-8k", messages=hello).choices
    # ^ pyright: Cannot access attribute "choices" for class "CoroutineType[Any, Any, ChatReply]"
    # ^ mypy: "Coroutine[Any, Any, ChatReply]" has no attribute "choices"
    #     Maybe you forgot to use "await"?

    # The pieces of a stream come by `async for`.
    for piece in chat.stream(hello):
        # ^ pyright: "AsyncStream[ChatChunk, ChatReply]" is not iterable
        # ^ mypy: "AsyncStream[ChatChunk, ChatReply]" has no attribute "__iter__"; maybe "__aiter__" or "__aenter__"? (not iterable)
        print(piece)
    with chat.stream(hello) as pieces:
        # ^ pyright: Object of type "AsyncStream[ChatChunk, ChatReply]" cannot be used with "with" because it does not correctly implement __enter__
        # ^ pyright: Object of type "AsyncStream[ChatChunk, ChatReply]" cannot be used with "with" because it does not correctly implement __exit__
        # ^ mypy: "AsyncStream[ChatChunk, ChatReply]" has no attribute "__enter__"; maybe "__aenter__" or "__aiter__"?
        # ^ mypy: "AsyncStream[ChatChunk, ChatReply]" has no attribute "__exit__"; maybe "__aexit__" or "__anext__"?
        print(pieces)
    async for chunk in chat.create(hello):
        # ^ pyright: "CoroutineType[Any, Any, ChatReply]" is not iterable
        #     "__aiter__" method not defined
        # ^ mypy: "Coroutine[Any, Any, ChatReply]" has no attribute "__aiter__" (not async iterable)
        print(chunk)
    async for chunk in await chat.create(hello):
        # ^ pyright: "ChatReply" is not iterable
        #     "__aiter__" method not defined
        # ^ mypy: "ChatReply" has no attribute "__aiter__" (not async iterable)
        print(chunk)
    async for part in asynchronous.chat.completions.create(model="ernie-3.5-8k", messages=hello, stream=True):
        # ^ pyright: "CoroutineType[Any, Any, AsyncStream[ChatChunk, ChatReply]]" is not iterable
        #     "__aiter__" method not defined
        # ^ mypy: "Coroutine[Any, Any, AsyncStream[ChatChunk, ChatReply]]" has no attribute "__aiter__" (not async iterable)
        #     Maybe you forgot to use "await"?
        print(part)

    # The blocking client has nothing to await.
    await client.v1.chat.ernie_lite_pro_128k.create(hello)
    # ^ pyright: "ChatReply" is not awaitable
    #     "ChatReply" is incompatible with protocol "Awaitable[_T_co@Awaitable]"
    # ^ mypy: Incompatible types in "await" (actual type "ChatReply", expected type "Awaitable[Any]")
    async for text in client.v1.chat.ernie_lite_pro_128k.stream(hello):
        # ^ pyright: "Stream[ChatChunk, ChatReply]" is not iterable
        #     "__aiter__" method not defined
        # ^ mypy: "Stream[ChatChunk, ChatReply]" has no attribute "__aiter__"; maybe "__iter__" or "__enter__"? (not async iterable)
        print(text)
    async with client:
        # ^ pyright: Object of type "Qianfan" cannot be used with "async with" because it does not correctly implement __aenter__
        # ^ pyright: Object of type "Qianfan" cannot be used with "with" because it does not correctly implement __aexit__
        # ^ mypy: "Qianfan" has no attribute "__aenter__"; maybe "__enter__"?
        # ^ mypy: "Qianfan" has no attribute "__aexit__"; maybe "__exit__"?
        pass
    with asynchronous:
        # ^ pyright: Object of type "AsyncQianfan" cannot be used with "with" because it does not correctly implement __enter__
        # ^ pyright: Object of type "AsyncQianfan" cannot be used with "with" because it does not correctly implement __exit__
        # ^ mypy: "AsyncQianfan" has no attribute "__enter__"; maybe "__aenter__"?
        # ^ mypy: "AsyncQianfan" has no attribute "__exit__"; maybe "__aexit__"?
        pass
    asynchronous.aclose()
    # ^ pyright: Result of async function call is not used; use "await" or assign result to variable
    # ^ mypy: Value of type "Coroutine[Any, Any, None]" must be used
    #     Are you missing an await?
