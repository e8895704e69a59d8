"""Messages: wrong role, misspelt key, missing member."""

from __future__ import annotations

from qianfan_api.messages import image, text
from qianfan_api.shapes import Function, Tool
from qianfan_typed import Message, Qianfan, function, system, tool, user

client = Qianfan()
chat = client.v1.chat.ernie_3_5_8k

chat.create("你好")
# ^ pyright: Argument of type "Literal['你好']" cannot be assigned to parameter "messages" of type "Sequence[Message]" in function "create"
#     "Literal['你好']" is not assignable to "Sequence[Message]"
# ^ mypy: Argument 1 to "create" of "Ernie35Chat" has incompatible type "str"; expected "Sequence[Message]"
chat.create(user("你好"))
# ^ pyright: Argument of type "Message" cannot be assigned to parameter "messages" of type "Sequence[Message]" in function "create"
#     "Message" is not assignable to "Sequence[Message]"
# ^ mypy: Argument 1 to "create" of "Ernie35Chat" has incompatible type "Message"; expected "Sequence[Message]"
chat.create(["你好"])
# ^ pyright: Argument of type "list[str]" cannot be assigned to parameter "messages" of type "Sequence[Message]" in function "create"
#     "Literal['你好']" is not assignable to "Message"
# ^ mypy: List item 0 has incompatible type "str"; expected "Message"
chat.create([{"role": "usr", "content": "你好"}])
# ^ pyright: Argument of type "list[dict[str, str]]" cannot be assigned to parameter "messages" of type "Sequence[Message]" in function "create"
#     Type "Literal['usr']" is not assignable to type "Literal['user', 'assistant', 'function', 'system', 'tool']"
# ^ mypy: Incompatible types (expression has type "Literal['usr']", TypedDict item "role" has type "Literal['user', 'assistant', 'function', 'system', 'tool']")
chat.create([{"role": "user", "contnet": "你好"}])
# ^ pyright: Argument of type "list[dict[str, str]]" cannot be assigned to parameter "messages" of type "Sequence[Message]" in function "create"
#     "contnet" is an undefined item in type "Message"
# ^ mypy: Extra key "contnet" for TypedDict "Message"
chat.create([{"content": "你好"}])
# ^ pyright: Argument of type "list[dict[str, str]]" cannot be assigned to parameter "messages" of type "Sequence[Message]" in function "create"
#     "role" is required in "Message"
# ^ mypy: Missing key "role" for TypedDict "Message"
chat.create([{"role": "user", "content": 1}])
# ^ pyright: Argument of type "list[dict[str, str | int]]" cannot be assigned to parameter "messages" of type "Sequence[Message]" in function "create"
#     Type "Literal[1]" is not assignable to type "str | Sequence[ContentPart] | None"
# ^ mypy: Incompatible types (expression has type "int", TypedDict item "content" has type "str | Sequence[ContentPart] | None")

message: Message = {"role": "usr", "content": "你好"}
# ^ pyright: Type "dict[str, str]" is not assignable to declared type "Message"
#     Type "Literal['usr']" is not assignable to type "Literal['user', 'assistant', 'function', 'system', 'tool']"
# ^ mypy: Incompatible types (expression has type "Literal['usr']", TypedDict item "role" has type "Literal['user', 'assistant', 'function', 'system', 'tool']")
spelt: Message = {"role": "user", "contnet": "你好"}
# ^ pyright: Type "dict[str, str]" is not assignable to declared type "Message"
#     "contnet" is an undefined item in type "Message"
# ^ mypy: Extra key "contnet" for TypedDict "Message"
history: list[Message] = [user("你好")]
history.append("你好")
# ^ pyright: Argument of type "Literal['你好']" cannot be assigned to parameter "object" of type "Message" in function "append"
#     "Literal['你好']" is not assignable to "Message"
# ^ mypy: Argument 1 to "append" of "list" has incompatible type "str"; expected "Message"
history.append({"role": "bot", "content": "你好"})
# ^ pyright: Argument of type "dict[str, str]" cannot be assigned to parameter "object" of type "Message" in function "append"
#     Type "Literal['bot']" is not assignable to type "Literal['user', 'assistant', 'function', 'system', 'tool']"
# ^ mypy: Incompatible types (expression has type "Literal['bot']", TypedDict item "role" has type "Literal['user', 'assistant', 'function', 'system', 'tool']")

user(1)
# ^ pyright: Argument of type "Literal[1]" cannot be assigned to parameter "content" of type "str | Sequence[ContentPart]" in function "user"
#     Type "Literal[1]" is not assignable to type "str | Sequence[ContentPart]"
# ^ mypy: Argument 1 to "user" has incompatible type "int"; expected "str | Sequence[ContentPart]"
system(["你好"])
# ^ pyright: Argument of type "list[str]" cannot be assigned to parameter "content" of type "str" in function "system"
#     "list[str]" is not assignable to "str"
# ^ mypy: Argument 1 to "system" has incompatible type "list[str]"; expected "str"
function('{"sky": "晴"}')
# ^ pyright: Argument missing for parameter "name"
# ^ mypy: Missing named argument "name" for "function"
tool('{"sky": "晴"}')
# ^ pyright: Argument missing for parameter "tool_call_id"
# ^ mypy: Missing named argument "tool_call_id" for "tool"
user([text("这是什么？"), "一只猫"])
# ^ pyright: Argument of type "list[ContentPart | str]" cannot be assigned to parameter "content" of type "str | Sequence[ContentPart]" in function "user"
#     "Literal['一只猫']" is not assignable to "ContentPart"
# ^ mypy: List item 1 has incompatible type "str"; expected "ContentPart"
user([image({"url": "https://example.com/cat.png"})])
# ^ pyright: Argument of type "dict[str, str]" cannot be assigned to parameter "source" of type "MediaSource" in function "image"
# ^ mypy: Argument 1 to "image" has incompatible type "dict[str, str]"; expected "str | PathLike[str] | bytes"
user([{"type": "img_url", "image_url": {"url": "https://example.com/cat.png"}}])
# ^ pyright: Argument of type "list[dict[str, str | ImageUrl]]" cannot be assigned to parameter "content" of type "str | Sequence[ContentPart]" in function "user"
#     Type "Literal['img_url']" is not assignable to type "Literal['text', 'image_url', 'video_url']"
# ^ mypy: Incompatible types (expression has type "Literal['img_url']", TypedDict item "type" has type "Literal['text', 'image_url', 'video_url']")

weather: Function = {"name": "weather", "parameters": {}}
# ^ pyright: Type "dict[str, str | dict[str, Any]]" is not assignable to declared type "Function"
#     "description" is required in "Function"
# ^ mypy: Missing key "description" for TypedDict "Function"
chat.create([user("上海天气")], functions=[{"name": "weather", "description": "Weather", "params": {}}])
# ^ pyright: Argument of type "list[dict[str, str | dict[Any, Any]]]" cannot be assigned to parameter "functions" of type "Sequence[Function] | None" in function "create"
#     "params" is an undefined item in type "Function"
# ^ mypy: Extra key "params" for TypedDict "Function"
# ^ mypy: Missing key "parameters" for TypedDict "Function"
chat.create([user("上海天气")], tool_choice="weather")
# ^ pyright: Argument of type "Literal['weather']" cannot be assigned to parameter "tool_choice" of type "ToolChoice | None" in function "create"
#     Type "Literal['weather']" is not assignable to type "ToolChoice | None"
# ^ mypy: Argument "tool_choice" to "create" of "Ernie35Chat" has incompatible type "str"; expected "ToolChoice | None"
tools: list[Tool] = [{"type": "fn", "function": {"name": "weather"}}]
# ^ pyright: Type "list[dict[str, str | ToolFunction]]" is not assignable to declared type "list[Tool]"
#     "Literal['fn']" is not assignable to type "Literal['function']"
# ^ mypy: Incompatible types (expression has type "Literal['fn']", TypedDict item "type" has type "Literal['function']")
client.v2.chat.ernie_3_5_8k.create([user("上海天气")], tools=[weather])
# ^ pyright: Argument of type "list[Function]" cannot be assigned to parameter "tools" of type "Sequence[Tool] | None" in function "create"
#     "type" is missing from "Function"
# ^ mypy: List item 0 has incompatible type "Function"; expected "Tool"
