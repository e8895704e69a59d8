"""Messages: constructors, plain dicts, parts, functions and tools."""

from __future__ import annotations

from typing_extensions import reveal_type

from qianfan_api.messages import image, text
from qianfan_api.shapes import Function, Tool
from qianfan_typed import Message, Qianfan, assistant, function, system, tool, user

client = Qianfan()

reveal_type(user("你好"))  # R: Message
client.v1.chat.ernie_3_5_8k.create([user("1+1?"), assistant("2"), user("2+2?")])
client.v1.chat.ernie_3_5_8k.create([{"role": "user", "content": "你好"}])
client.v1.chat.ernie_3_5_8k.create(({"role": "user", "content": "你好"}, assistant("你好"), user("再见")))

history: list[Message] = [{"role": "user", "content": "你好"}]
history.append({"role": "assistant", "content": "你好，有什么可以帮你？"})
history.append(user("再见"))
client.v1.chat.ernie_3_5_8k.create(history)

# V1: functions.
weather: Function = {
    "name": "weather",
    "description": "The weather of a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}
reply = client.v1.chat.ernie_3_5_8k.create(
    [user("上海天气")],
    functions=[weather],
    tool_choice={"type": "function", "function": {"name": "weather"}},
)
if reply.function_call is not None:
    history += [
        assistant(function_call={"name": reply.function_call.name, "arguments": reply.function_call.arguments}),
        function('{"sky": "晴"}', name="weather"),
    ]

# V2: parts of a message, and tools.
client.v2.chat.ernie_4_5_turbo_vl.create([user([text("这是什么？"), image("https://example.com/cat.png")])])
client.v2.chat.ernie_4_5_turbo_vl.create(
    [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "这是什么？"},
                {"type": "image_url", "image_url": {"url": "https://example.com/cat.png", "detail": "low"}},
                {"type": "video_url", "video_url": {"url": "https://example.com/cat.mp4", "fps": 1}},
            ],
        }
    ]
)
tools: list[Tool] = [{"type": "function", "function": {"name": "weather", "parameters": weather["parameters"]}}]
answer = client.v2.chat.ernie_3_5_8k.create(
    [system("你是气象员"), user("上海天气")],
    tools=tools,
    tool_choice="auto",
    response_format={"type": "text"},
)
for call in answer.choices[0].message.tool_calls or []:
    reveal_type(call.function.arguments)  # R: str
    client.v2.chat.ernie_3_5_8k.create(
        [
            user("上海天气"),
            assistant(tool_calls=[{"id": call.id, "type": "function", "function": {"name": call.function.name}}]),
            tool('{"sky": "晴"}', tool_call_id=call.id),
        ],
        tools=tools,
    )
