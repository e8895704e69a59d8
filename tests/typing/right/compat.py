"""The classes of the platform's SDK guide: what each method gives, with and without `stream`, on V1 and V2."""

from __future__ import annotations

import io
from typing import Any

from typing_extensions import reveal_type

import qianfan_typed as qianfan
from qianfan_api.shapes import Function
from qianfan_typed import Messages

hello = [qianfan.user("你好")]
history: list[dict[str, Any]] = [{"role": "user", "content": "你好"}]

# V1
chat = qianfan.ChatCompletion(model="ERNIE-Lite-Pro-128K", query_per_second=5, sync_reading_thread_count=500)
chat.do(messages=[{"role": "user", "content": "你好"}])
response = chat.do(messages=history, temperature=0.5, show_total_latency=True)
reveal_type(response)  # R: QfResponse[ChatReply]
reveal_type(response["result"])  # R: str
reveal_type(response.reply.usage.total_tokens)  # R: int
reveal_type(response.reply.function_call)  # R: FunctionCall | None
reveal_type(response["body"])  # R: dict[str, Any]
reveal_type(response.code)  # R: int
reveal_type(response["code"])  # R: int
reveal_type(response.headers["X-Ratelimit-Limit-Requests"])  # R: str
reveal_type(response["statistic"]["request_latency"])  # R: float
reveal_type(response.statistic["avg_output_tokens_per_second"])  # R: float
reveal_type(response.request.url)  # R: str
reveal_type(response["request"].retry_config.retry_count)  # R: int

stream = chat.do(hello, stream=True)
reveal_type(stream)  # R: ResponseStream[ChatChunk]
for piece in stream:
    reveal_type(piece)  # R: QfResponse[ChatChunk]
    reveal_type(piece["result"])  # R: str
    reveal_type(piece.reply.is_end)  # R: bool
with chat.do(hello, stream=True) as stream:
    reveal_type(next(stream).reply.sentence_id)  # R: int
reveal_type(chat.create(hello))  # R: ChatReply
reveal_type(chat.create(hello, stream=True))  # R: Iterator[ChatChunk]

# V2
chat_v2 = qianfan.ChatCompletion(version="2", app_id="app-xxx", model="ernie-lite-pro-128k")
reply_v2 = chat_v2.do(messages=history, model="ernie-3.5-8k", preemptable=True).reply
reveal_type(reply_v2.choices[0].message.content)  # R: str | None
for piece_v2 in chat_v2.do(hello, stream=True):
    reveal_type(piece_v2.reply.choices[0].delta.content)  # R: str | None
    reveal_type(piece_v2.reply.usage)  # R: Usage | None
reveal_type(qianfan.ChatCompletion(version=2).create(hello).choices)  # R: list[Choice]

# A flag that is known later; an annotation; a dialogue
flag = bool(input())
reveal_type(chat.do(hello, stream=flag))  # R: QfResponse[ChatReply] | ResponseStream[ChatChunk]


def ask(chat: qianfan.ChatCompletion) -> str:
    reveal_type(chat.do(hello))  # R: QfResponse[ChatReply]
    return chat.do(hello)["result"]


messages = Messages()
messages.append("你好")
messages.append(chat.do(messages))
messages.append(chat_v2.do(messages), role=qianfan.Role.Assistant)
messages.append("晴", role="tool", tool_call_id="1")

# Functions
functions: list[Function] = [
    {"name": "f", "description": "…", "parameters": {"type": "object", "properties": {"x": {"type": "string"}}}}
]
called = qianfan.Function().do(messages=messages, functions=functions).reply.function_call
reveal_type(called)  # R: FunctionCall | None
reveal_type(qianfan.Function(version="2").do(messages).reply.choices)  # R: list[Choice]
reveal_type(qianfan.Function().do(messages, stream=True))  # R: ResponseStream[ChatChunk]

# The others
completion = qianfan.Completion(model="SQLCoder-7B")
reveal_type(completion.do(prompt="你好"))  # R: QfResponse[CompletionReply | ChatReply]
reveal_type(completion.do("你好")["result"])  # R: str
reveal_type(completion.do("你好", stream=True))  # R: ResponseStream[CompletionChunk | ChatChunk]

embedding = qianfan.Embedding(model="embedding-v1")
reveal_type(embedding.do(texts=["你好"]))  # R: QfResponse[EmbeddingReply]
reveal_type(embedding.do(["你好"]).reply.data[0].embedding)  # R: list[float]
reveal_type(qianfan.Embedding(version="2").do(["你好"]).reply.usage.total_tokens)  # R: int

plugin = qianfan.Plugin()
reveal_type(plugin.do(history, plugins=["eChart"]).reply.result)  # R: str
for word in plugin.do("你好", plugins=["eChart"], stream=True):
    reveal_type(word.reply.is_end)  # R: bool

drawn = qianfan.Text2Image().do(prompt="Rag doll cat", with_decode="base64", n=3)
reveal_type(drawn)  # R: QfResponse[ImageReply]
reveal_type(drawn.reply.data[0].b64_image)  # R: str
io.BytesIO(drawn["body"]["data"][0]["image"])

seen = qianfan.Image2Text(endpoint="mine")
reveal_type(seen.do(prompt="?", image="9j/4"))  # R: QfResponse[Image2TextReply]
reveal_type(seen.do("?", "9j/4", stream=True))  # R: ResponseStream[Image2TextChunk]

ranked = qianfan.Reranker().do("北京的天气", ["北京美食很多"])
reveal_type(ranked)  # R: QfResponse[RerankReply]
reveal_type(ranked.reply.results[0].relevance_score)  # R: float
reveal_type(qianfan.Reranker(version="2").do("?", ["…"]).reply.results[0].index)  # R: int

# Many at once
task = completion.batch_do(["你好", "很高兴认识你"], worker_num=10)
reveal_type(task.results())  # R: list[QfResponse[CompletionReply | ChatReply] | Exception]
reveal_type(task.finished_count())  # R: int
for future in task:
    reveal_type(future.result()["result"])  # R: str
for outcome in chat.batch_do([hello, messages]).results():
    if isinstance(outcome, Exception):
        raise outcome
    reveal_type(outcome)  # R: QfResponse[ChatReply]
reveal_type(chat_v2.batch_do([hello], stream=True).results())  # R: list[ResponseStream[ChatChunk] | Exception]
reveal_type(embedding.batch_do([["你好"]]).results())  # R: list[QfResponse[EmbeddingReply] | Exception]

# What stands beside the calls
reveal_type(qianfan.ChatCompletion.models())  # R: set[str]
reveal_type(chat.models())  # R: set[str]
reveal_type(chat.get_model_info("ERNIE-Lite-Pro-128K").max_input_chars)  # R: int | None
reveal_type(qianfan.IAM.create_bearer_token(100).reply.token)  # R: str
reveal_type(qianfan.IAM.create_bearer_token(100).body["token"])  # R: Any
reveal_type(qianfan.Tokenizer.count_tokens("你好", mode="remote"))  # R: int
reveal_type(qianfan.get_config().AK)  # R: str | None
qianfan.get_config().LLM_API_RETRY_COUNT = 1


async def main() -> None:
    reveal_type(await chat.ado(hello))  # R: QfResponse[ChatReply]
    pieces = await chat.ado(hello, stream=True)
    reveal_type(pieces)  # R: AsyncResponseStream[ChatChunk]
    async for piece in pieces:
        reveal_type(piece["result"])  # R: str
    reveal_type((await chat_v2.ado(hello)).reply.choices)  # R: list[Choice]
    async for piece_v2 in await chat_v2.ado(hello, stream=True):
        reveal_type(piece_v2.reply.choices)  # R: list[ChunkChoice]
    reveal_type(await chat.ado(hello, stream=flag))  # R: QfResponse[ChatReply] | AsyncResponseStream[ChatChunk]
    reveal_type((await chat_v2.acreate(hello)).choices)  # R: list[Choice]
    reveal_type(await chat.acreate(hello, stream=True))  # R: AsyncIterator[ChatChunk]
    reveal_type(await completion.ado("你好"))  # R: QfResponse[CompletionReply | ChatReply]
    reveal_type(await completion.ado("你好", stream=True))  # R: AsyncResponseStream[CompletionChunk | ChatChunk]
    reveal_type(await embedding.ado(["你好"]))  # R: QfResponse[EmbeddingReply]
    async for word in await plugin.ado("你好", plugins=["eChart"], stream=True):
        reveal_type(word.reply.result)  # R: str
    reveal_type(await qianfan.Text2Image().ado("cat"))  # R: QfResponse[ImageReply]
    reveal_type(await seen.ado("?", "9j/4"))  # R: QfResponse[Image2TextReply]
    reveal_type(await seen.ado("?", "9j/4", stream=True))  # R: AsyncResponseStream[Image2TextChunk]
    reveal_type(await qianfan.Reranker().ado("?", ["…"]))  # R: QfResponse[RerankReply]
    results = await completion.abatch_do(["你好"], worker_num=10)
    reveal_type(results)  # R: list[QfResponse[CompletionReply | ChatReply] | Exception]
    reveal_type(await chat.abatch_do([hello], stream=True))  # R: list[AsyncResponseStream[ChatChunk] | Exception]
