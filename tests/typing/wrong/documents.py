"""The documents' classes: misspelt and mistyped arguments, messages, replies, and calls that are not awaited."""

from __future__ import annotations

from typing import Any

import qianfan_typed as qianfan
from qianfan_typed import user

hello = [user("你好")]
chat = qianfan.ChatCompletion(model="ERNIE-Lite-Pro-128K")
chat_v2 = qianfan.ChatCompletion(version="2", model="ernie-4.5-turbo-128k")

# Misspelt keywords, and those of the other version.
chat.do(hello, temprature=0.5)
# ^ pyright: No overloads for "do" match the provided arguments
# ^ mypy: No overload variant of "do" of "ChatCompletionCalls" matches argument types "list[Message]", "float"
# ^ mypy: Unexpected keyword argument "temprature" for overloaded function "do" of "ChatCompletionCalls"; did you mean "temperature"?
chat.do(hello, stream=True, top_pp=0.5)
# ^ pyright: No overloads for "do" match the provided arguments
# ^ mypy: No overload variant of "do" of "ChatCompletionCalls" matches argument types "list[Message]", "bool", "float"
# ^ mypy: Unexpected keyword argument "top_pp" for overloaded function "do" of "ChatCompletionCalls"; did you mean "top_p"?
chat_v2.do(hello, max_completion_token=10)
# ^ pyright: No overloads for "do" match the provided arguments
# ^ mypy: No overload variant of "do" of "ChatCompletionCalls" matches argument types "list[Message]", "int"
# ^ mypy: Unexpected keyword argument "max_completion_token" for overloaded function "do" of "ChatCompletionCalls"; did you mean "max_completion_tokens"?
chat.do(hello, enable_thinking=True)
# ^ pyright: No overloads for "do" match the provided arguments
# ^ mypy: No overload variant of "do" of "ChatCompletionCalls" matches argument types "list[Message]", "bool"
# ^ mypy: Unexpected keyword argument "enable_thinking" for overloaded function "do" of "ChatCompletionCalls"
chat_v2.do(hello, disable_search=True)
# ^ pyright: No overloads for "do" match the provided arguments
# ^ mypy: No overload variant of "do" of "ChatCompletionCalls" matches argument types "list[Message]", "bool"
# ^ mypy: Unexpected keyword argument "disable_search" for overloaded function "do" of "ChatCompletionCalls"
chat.create(hello, temprature=0.5)
# ^ pyright: No overloads for "create" match the provided arguments
# ^ mypy: No overload variant of "create" of "ChatCompletionCalls" matches argument types "list[Message]", "float"
# ^ mypy: Unexpected keyword argument "temprature" for overloaded function "create" of "ChatCompletionCalls"; did you mean "temperature"?
chat.batch_do([hello], temprature=0.5)
# ^ pyright: No overloads for "batch_do" match the provided arguments
# ^ mypy: No overload variant of "batch_do" of "ChatCompletionCalls" matches argument types "list[list[Message]]", "float"
# ^ mypy: Unexpected keyword argument "temprature" for overloaded function "batch_do" of "ChatCompletionCalls"; did you mean "temperature"?
qianfan.Completion().do("你好", temprature=0.5)
# ^ pyright: No overloads for "do" match the provided arguments
# ^ mypy: No overload variant of "do" of "CompletionCalls" matches argument types "str", "float"
# ^ mypy: Unexpected keyword argument "temprature" for overloaded function "do" of "CompletionCalls"; did you mean "temperature"?
qianfan.Embedding().do(["你好"], user="me")
# ^ pyright: No parameter named "user"
# ^ mypy: Unexpected keyword argument "user" for "do" of "EmbeddingCalls"
qianfan.Text2Image().do("cat", seeds=1)
# ^ pyright: No parameter named "seeds"
# ^ mypy: Unexpected keyword argument "seeds" for "do" of "Text2ImageCalls"; did you mean "seed"?
qianfan.Reranker().do("?", ["…"], top_k=3)
# ^ pyright: No parameter named "top_k"
# ^ mypy: Unexpected keyword argument "top_k" for "do" of "RerankerCalls"; did you mean "top_n"?
qianfan.ChatCompletion(modle="ERNIE-Lite-Pro-128K")
# ^ pyright: No overloads for "__init__" match the provided arguments
# ^ mypy: Unexpected keyword argument "modle" for overloaded function "ChatCompletion"; did you mean "model"?

# Values of another type, and those that no model takes.
chat.do(hello, temperature="0.5")
# ^ pyright: Argument of type "Literal['0.5']" cannot be assigned to parameter "temperature" of type "float | None" in function "do"
# ^ mypy: No overload variant of "do" of "ChatCompletionCalls" matches argument types "list[Message]", "str"
chat.do(hello, stop="。")
# ^ pyright: Argument of type "Literal['。']" cannot be assigned to parameter "stop" of type "list[str] | tuple[str, ...] | None" in function "do"
# ^ mypy: No overload variant of "do" of "ChatCompletionCalls" matches argument types "list[Message]", "str"
chat.do("你好")
# ^ pyright: Argument of type "Literal['你好']" cannot be assigned to parameter "messages" of type "MessagesInput" in function "do"
# ^ mypy: Argument 1 to "do" of "ChatCompletionCalls" has incompatible type "str"; expected "QfMessages | Sequence[Message | Mapping[str, Unchecked]]"
chat.do(hello, validate="never")
# ^ pyright: Argument of type "Literal['never']" cannot be assigned to parameter "validate" of type "Literal['error', 'warn', 'off'] | None" in function "do"
# ^ mypy: No overload variant of "do" of "ChatCompletionCalls" matches argument types "list[Message]", "str"
chat_v2.do(hello, response_format={"type": "jsn"})
# ^ pyright: Argument of type "dict[str, str]" cannot be assigned to parameter "response_format" of type "ResponseFormat | None" in function "do"
# ^ mypy: No overload variant of "do" of "ChatCompletionCalls" matches argument types "list[Message]", "dict[str, str]"
qianfan.Embedding().do(texts="abc")
# ^ pyright: Argument of type "Literal['abc']" cannot be assigned to parameter "texts" of type "list[str] | tuple[str, ...]" in function "do"
# ^ mypy: Argument "texts" to "do" of "EmbeddingCalls" has incompatible type "str"; expected "list[str] | tuple[str, ...]"
qianfan.Embedding(version="2").do("abc")
# ^ pyright: Argument of type "Literal['abc']" cannot be assigned to parameter "texts" of type "list[str] | tuple[str, ...]" in function "do"
# ^ mypy: Argument 1 to "do" of "EmbeddingCalls" has incompatible type "str"; expected "list[str] | tuple[str, ...]"
qianfan.Reranker().do("?", "…")
# ^ pyright: Argument of type "Literal['…']" cannot be assigned to parameter "documents" of type "list[str] | tuple[str, ...]" in function "do"
# ^ mypy: Argument 2 to "do" of "RerankerCalls" has incompatible type "str"; expected "list[str] | tuple[str, ...]"
qianfan.Reranker().batch_do(["天气"])
# ^ pyright: Argument of type "list[str]" cannot be assigned to parameter "query_list" of type "Sequence[tuple[str, list[str] | tuple[str, ...]]]" in function "batch_do"
# ^ mypy: List item 0 has incompatible type "str"; expected "tuple[str, list[str] | tuple[str, ...]]"
qianfan.Text2Image().do("cat", size="100x100")
# ^ pyright: Argument of type "Literal['100x100']" cannot be assigned to parameter "size" of type "Literal['768x768', '1024x1024', '1536x1536', '2048x2048', '1024x768', '2048x1536', '768x1024', '1536x2048', '1024x576', '2048x1152', '576x1024', '1152x2048'] | None" in function "do"
# ^ mypy: Argument "size" to "do" of "Text2ImageCalls" has incompatible type "Literal['100x100']"; expected "Literal['768x768', '1024x1024', '1536x1536', '2048x2048', '1024x768', '2048x1536', '768x1024', '1536x2048', '1024x576', '2048x1152', '576x1024', '1152x2048'] | None"
qianfan.Image2Text().do("?")
# ^ pyright: No overloads for "do" match the provided arguments
# ^ mypy: No overload variant of "do" of "Image2TextCalls" matches argument type "str"
qianfan.ChatCompletion(version="3")
# ^ pyright: Argument of type "Literal['3']" cannot be assigned to parameter "version" of type "Literal['2', 2]" in function "__init__"
# ^ pyright: No overloads for "__init__" match the provided arguments
# ^ mypy: No overload variant of "ChatCompletion" matches argument type "str"

# Messages: a misspelt key, a role that nobody has.
chat.do([{"rol": "user", "content": "你好"}])
# ^ pyright: Argument of type "list[dict[str, str]]" cannot be assigned to parameter "messages" of type "MessagesInput" in function "do"
# ^ mypy: Dict entry 0 has incompatible type "str": "str"; expected "str": "Unchecked"
# ^ mypy: Dict entry 1 has incompatible type "str": "str"; expected "str": "Unchecked"
chat.do([{"role": "usr", "content": "你好"}])
# ^ pyright: Argument of type "list[dict[str, str]]" cannot be assigned to parameter "messages" of type "MessagesInput" in function "do"
# ^ mypy: Dict entry 0 has incompatible type "str": "str"; expected "str": "Unchecked"
# ^ mypy: Dict entry 1 has incompatible type "str": "str"; expected "str": "Unchecked"
chat.do(messages=[{"role": "user", "contnt": "你好"}])
# ^ pyright: Argument of type "list[dict[str, str]]" cannot be assigned to parameter "messages" of type "MessagesInput" in function "do"
# ^ mypy: Dict entry 0 has incompatible type "str": "str"; expected "str": "Unchecked"
# ^ mypy: Dict entry 1 has incompatible type "str": "str"; expected "str": "Unchecked"
chat_v2.do([{"role": "bot", "content": "你好"}])
# ^ pyright: Argument of type "list[dict[str, str]]" cannot be assigned to parameter "messages" of type "MessagesInput" in function "do"
# ^ mypy: Dict entry 0 has incompatible type "str": "str"; expected "str": "Unchecked"
# ^ mypy: Dict entry 1 has incompatible type "str": "str"; expected "str": "Unchecked"
chat.batch_do([[{"role": "usr", "content": "你好"}]])
# ^ pyright: Argument of type "list[list[dict[str, str]]]" cannot be assigned to parameter "messages_list" of type "Sequence[MessagesInput]" in function "batch_do"
# ^ mypy: Dict entry 0 has incompatible type "str": "str"; expected "str": "Unchecked"
# ^ mypy: Dict entry 1 has incompatible type "str": "str"; expected "str": "Unchecked"
qianfan.Plugin().do([{"role": "usr", "content": "你好"}])
# ^ pyright: Argument of type "list[dict[str, str]]" cannot be assigned to parameter "query" of type "MessagesInput | str" in function "do"
# ^ mypy: Dict entry 0 has incompatible type "str": "str"; expected "str": "Unchecked"
# ^ mypy: Dict entry 1 has incompatible type "str": "str"; expected "str": "Unchecked"
# What a checker makes of a list without a type is the same as of a misspelt message: say list[dict[str, Any]].
inferred = [{"role": "user", "content": "你好"}]
chat.do(inferred)
# ^ pyright: Argument of type "list[dict[str, str]]" cannot be assigned to parameter "messages" of type "MessagesInput" in function "do"
# ^ mypy: Argument 1 to "do" of "ChatCompletionCalls" has incompatible type "list[dict[str, str]]"; expected "QfMessages | Sequence[Message | Mapping[str, Unchecked]]"
said: list[dict[str, Any]] = inferred
chat.do(said)

# Replies.
chat.do(hello).result
# ^ pyright: Cannot access attribute "result" for class "QfResponse[ChatReply]"
# ^ mypy: "QfResponse[ChatReply]" has no attribute "result"
chat.do(hello).reply.reslt
# ^ pyright: Cannot access attribute "reslt" for class "ChatReply"
# ^ mypy: "ChatReply" has no attribute "reslt"; maybe "result"?
chat_v2.do(hello).reply.result
# ^ pyright: Cannot access attribute "result" for class "ChatReply"
# ^ mypy: "ChatReply" has no attribute "result"
for piece in chat.do(hello):
    piece.reply
    # ^ pyright: Cannot access attribute "reply" for class "str"
    # ^ mypy: "str" has no attribute "reply"
chat.do(hello, stream=True)["result"]
# ^ pyright: "__getitem__" method not defined on type "ResponseStream[ChatChunk]"
# ^ mypy: Value of type "ResponseStream[ChatChunk]" is not indexable
qianfan.Embedding().do(["你好"]).reply.data[0].vector
# ^ pyright: Cannot access attribute "vector" for class "EmbeddingData"
# ^ mypy: "EmbeddingData" has no attribute "vector"
tokens: str = chat.do(hello).reply.usage.total_tokens
# ^ pyright: Type "int" is not assignable to declared type "str"
# ^ mypy: Incompatible types in assignment (expression has type "int", variable has type "str")


async def main() -> None:
    chat.ado(hello)
    # ^ pyright: Result of async function call is not used; use "await" or assign result to variable
    # ^ mypy: Value of type "Coroutine[Any, Any, QfResponse[ChatReply]]" must be used
    chat.ado(hello).reply
    # ^ pyright: Cannot access attribute "reply" for class "CoroutineType[Any, Any, QfResponse[ChatReply]]"
    # ^ mypy: "Coroutine[Any, Any, QfResponse[ChatReply]]" has no attribute "reply"
    async for piece in chat.ado(hello, stream=True):
        # ^ pyright: "CoroutineType[Any, Any, AsyncResponseStream[ChatChunk]]" is not iterable
        # ^ mypy: "Coroutine[Any, Any, AsyncResponseStream[ChatChunk]]" has no attribute "__aiter__" (not async iterable)
        print(piece)
    await chat.do(hello)
    # ^ pyright: "QfResponse[ChatReply]" is not awaitable
    # ^ mypy: Incompatible types in "await" (actual type "QfResponse[ChatReply]", expected type "Awaitable[Any]")
    await chat.ado(hello, temprature=0.5)
    # ^ pyright: No overloads for "ado" match the provided arguments
    # ^ mypy: No overload variant of "ado" of "ChatCompletionCalls" matches argument types "list[Message]", "float"
    # ^ mypy: Unexpected keyword argument "temprature" for overloaded function "ado" of "ChatCompletionCalls"; did you mean "temperature"?
    qianfan.Embedding().abatch_do([["你好"]])
    # ^ pyright: Result of async function call is not used; use "await" or assign result to variable
    # ^ mypy: Value of type "Coroutine[Any, Any, list[QfResponse[EmbeddingReply] | Exception]]" must be used
