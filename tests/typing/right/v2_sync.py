"""V2: the same shape, and the OpenAI-like entry of the platform's documents."""

from __future__ import annotations

from typing import Any

from typing_extensions import reveal_type

from qianfan_api.v2.chat.names import ModelName
from qianfan_typed import Qianfan, system, user

client = Qianfan(api_key="…")
hello = [system("你是诗人"), user("你好")]

reply = client.v2.chat.ernie_3_5_8k.create(hello, temperature=0.5, max_completion_tokens=100)
reveal_type(reply)  # R: ChatReply
reveal_type(reply.choices[0].message.content)  # R: str | None
reveal_type(reply.choices[0].finish_reason)  # R: str | None
reveal_type(reply.usage)  # R: Usage
reveal_type(reply.search_results)  # R: list[SearchResult] | None

for chunk in client.v2.chat.ernie_3_5_8k.stream(hello, stream_options={"include_usage": True}):
    reveal_type(chunk.usage)  # R: Usage | None
    for choice in chunk.choices:
        reveal_type(choice.delta.content)  # R: str | None

reveal_type(client.v2.chat.model("deepseek-r1"))  # R: DeepSeekR1Chat
client.v2.chat.qwen3_32b.create(hello, enable_thinking=True, thinking_budget=1000)
client.v2.chat.model("ernie-4.5-turbo-128k").create(hello, web_search={"enable": True, "enable_trace": True})
reveal_type(client.v2.chat.endpoint("a-name-from-config"))  # R: OpenChat
reveal_type(client.v2.chat.endpoint("a-name-from-config").create(hello, new_parameter=1))  # R: ChatReply

completions = client.chat.completions
whole = completions.create(model="ernie-3.5-8k", messages=hello, temperature=0.5)
reveal_type(whole)  # R: ChatReply
reveal_type(completions.create(model="ernie-3.5-8k", messages=hello, stream=False))  # R: ChatReply
for piece in completions.create(model="ernie-3.5-8k", messages=hello, stream=True):
    reveal_type(piece)  # R: ChatChunk


def ask(name: str, streaming: bool) -> None:
    either = completions.create(model=name, messages=hello, stream=streaming)
    reveal_type(either)  # R: ChatReply | Stream[ChatChunk, ChatReply]


def ask_any(name: ModelName) -> str | None:
    reveal_type(client.v2.chat.model(name).create(hello, temperature=0.5))  # R: ChatReply
    return client.v2.chat.model(name).create(hello).choices[0].message.content


def ask_by_name(name: str, role: str, history: list[dict[str, Any]]) -> None:
    reveal_type(client.v2.chat.model(name))  # R: AnyChat
    reveal_type(client.v2.chat.model(name).create(hello, temperature=0.5))  # R: ChatReply
    reveal_type(client.v2.chat.model(name).stream(hello))  # R: Stream[ChatChunk, ChatReply]
    reveal_type(client.v2.chat.endpoint("mine", like="deepseek-r1"))  # R: DeepSeekR1Chat
    reveal_type(client.v2.chat.endpoint("mine", like=name))  # R: AnyChat
    # Histories that come from elsewhere, on the OpenAI-like entry.
    completions.create(model=name, messages=history)
    completions.create(model=name, messages=[{"role": role, "content": "你好"}, user("你好")])
    completions.create(model=name, messages=hello, headers={"X-Team": "a"})


# What sources disagree about can be given: it warns.
client.v2.chat.deepseek_v3.create(hello, web_search={"enable": True})
