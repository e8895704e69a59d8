"""Answers in types and by functions of the user's own: what each method gives, sync and async."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

from typing_extensions import TypedDict, reveal_type

from qianfan_typed import AsyncQianfan, Qianfan, function_tool, trim, user


@dataclasses.dataclass
class Weather:
    city: str
    degrees: float


class Typed(TypedDict):
    city: str


class Named(NamedTuple):
    city: str


@function_tool
def get_weather(city: str, days: int = 1) -> Weather:
    return Weather(city, days)


@function_tool(name="sky")
async def get_sky(city: str) -> str:
    return city


client = Qianfan()
hello = [user("你好")]
chat = client.v2.chat.ernie_4_5_turbo_128k

found = chat.parse(hello, into=Weather, retries=1, temperature=0.5, timeout=9)
reveal_type(found)  # R: Parsed[Weather, ChatReply]
reveal_type(found.parsed.degrees)  # R: float
reveal_type(found.reply.usage.total_tokens)  # R: int
reveal_type(chat.parse(hello, into=Typed).parsed["city"])  # R: str
reveal_type(chat.parse(hello, into=Named).parsed.city)  # R: str
reveal_type(chat.parse(hello, into=list[Weather]).parsed)  # R: list[Weather]
reveal_type(client.v1.chat.ernie_3_5_8k.parse(hello, into=Weather, system="…").reply.result)  # R: str
reveal_type(client.v1.chat.endpoint("mine").parse(hello, into=Weather, anything=1).parsed)  # R: Weather
reveal_type(client.chat.completions.parse(model="x", messages=hello, into=Weather).parsed)  # R: Weather
with chat.parse_stream(hello, into=Weather) as values:
    for value in values:
        print(value["city"])
    reveal_type(values.parsed().parsed)  # R: Weather

reveal_type(get_weather("上海", days=2))  # R: Weather
reveal_type(get_sky.to_tool())  # R: Tool
run = chat.run(hello, tools=[get_weather, get_sky, len], max_turns=3, temperature=0.5)
reveal_type(run)  # R: FunctionRun[ChatReply]
reveal_type(run.reply.choices)  # R: list[Choice]
reveal_type(run.calls[0].error)  # R: Exception | None
chat.create([*run.messages, user("…")])
reveal_type(client.v1.chat.ernie_3_5_8k.run(hello, tools=[get_weather]).reply.result)  # R: str
ran = client.chat.completions.run(model="x", messages=hello, tools=[get_weather])
reveal_type(ran.replies)  # R: Sequence[ChatReply]

reveal_type(chat.create_many([{"messages": hello}]))  # R: list[ChatReply | Exception]
for one in client.v1.embedding.bge_large_zh.create_many([{"input": ["山"]}], workers=2):
    if not isinstance(one, Exception):
        reveal_type(one.data)  # R: list[EmbeddingData]
chat.create(trim(hello, model="ernie-4.5-turbo-128k"))


async def main() -> None:
    async with AsyncQianfan() as client:
        chat = client.v2.chat.ernie_4_5_turbo_128k
        reveal_type((await chat.parse(hello, into=Weather)).parsed)  # R: Weather
        number = await client.chat.completions.parse(model="x", messages=hello, into=int)
        reveal_type(number)  # R: Parsed[int, ChatReply]
        async with chat.parse_stream(hello, into=Weather) as values:
            async for value in values:
                print(value["city"])
            reveal_type((await values.parsed()).parsed)  # R: Weather
        reveal_type(await chat.run(hello, tools=[get_sky]))  # R: FunctionRun[ChatReply]
        reveal_type(await chat.create_many([{"messages": hello}]))  # R: list[ChatReply | Exception]


# An answer goes on with the conversation, and so does a choice of it.
answered = chat.create(hello)
chat.create([*hello, answered.to_message(), answered.choices[0].to_message(), answered.choices[0].message.to_message()])
reveal_type(dict(answered))  # R: dict[str, Any]
