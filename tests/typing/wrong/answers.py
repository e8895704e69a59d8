"""Answers in types and by functions of the user's own, misused."""

from __future__ import annotations

import dataclasses

from qianfan_typed import Qianfan, function_tool, user


@dataclasses.dataclass
class Weather:
    city: str


@function_tool
def get_weather(city: str) -> str:
    return city


client = Qianfan()
hello = [user("你好")]
chat = client.v2.chat.ernie_4_5_turbo_128k

# Parameters are those of the model.
chat.parse(hello, into=Weather, temprature=0.5)
# ^ pyright: No parameter named "temprature"
# ^ mypy: Unexpected keyword argument "temprature" for "parse" of "Ernie45Chat"; did you mean "temperature"?
chat.parse(hello, into=Weather, enable_thinking=True)
# ^ pyright: No parameter named "enable_thinking"
# ^ mypy: Unexpected keyword argument "enable_thinking" for "parse" of "Ernie45Chat"
chat.parse(hello, into=Weather, temperature="high")
# ^ pyright: Argument of type "Literal['high']" cannot be assigned to parameter "temperature" of type "float | None" in function "parse"
# ^ mypy: Argument "temperature" to "parse" of "Ernie45Chat" has incompatible type "str"; expected "float | None"
chat.run(hello, tools=[get_weather], disable_search=True)
# ^ pyright: No parameter named "disable_search"
# ^ mypy: Unexpected keyword argument "disable_search" for "run" of "Ernie45Chat"

# What comes is of the type.
chat.parse(hello, into=Weather).parsed.town
# ^ pyright: Cannot access attribute "town" for class "Weather"
# ^ mypy: "Weather" has no attribute "town"
chat.parse(hello, into=Weather).city
# ^ pyright: Cannot access attribute "city" for class "Parsed[Weather, ChatReply]"
# ^ mypy: "Parsed[Weather, ChatReply]" has no attribute "city"
chat.parse(hello)
# ^ pyright: Argument missing for parameter "into"
# ^ mypy: Missing named argument "into" for "parse" of "Ernie45Chat"
chat.parse(hello, into=Weather("上海"))
# ^ pyright: Argument of type "Weather" cannot be assigned to parameter "into" of type "type[T@parse]" in function "parse"
# ^ mypy: Argument "into" to "parse" of "Ernie45Chat" has incompatible type "Weather"; expected "type[Never]"

# A model without forms and functions has neither method.
client.v1.chat.ernie_speed_pro_128k.parse(hello, into=Weather)
# ^ pyright: Cannot access attribute "parse" for class "ErnieSpeed128kChat"
# ^ mypy: "ErnieSpeed128kChat" has no attribute "parse"
client.v1.chat.ernie_speed_pro_128k.run(hello, tools=[get_weather])
# ^ pyright: Cannot access attribute "run" for class "ErnieSpeed128kChat"
# ^ mypy: "ErnieSpeed128kChat" has no attribute "run"

# A tool is called as its function.
get_weather(1)
# ^ pyright: Argument of type "Literal[1]" cannot be assigned to parameter "city" of type "str" in function "__call__"
# ^ mypy: Argument 1 to "__call__" of "FunctionTool" has incompatible type "int"; expected "str"
get_weather(town="上海")
# ^ pyright: Argument missing for parameter "city"
# ^ pyright: No parameter named "town"
# ^ mypy: Unexpected keyword argument "town" for "__call__" of "FunctionTool"
chat.run(hello, tools=["get_weather"])
# ^ pyright: Argument of type "list[str]" cannot be assigned to parameter "tools" of type "Sequence[(...) -> object]" in function "run"
# ^ mypy: List item 0 has incompatible type "str"; expected "Callable[..., object]"
chat.run(hello, tools=[get_weather], on_error="ignore")
# ^ pyright: Argument of type "Literal['ignore']" cannot be assigned to parameter "on_error" of type "OnError" in function "run"
# ^ mypy: Argument "on_error" to "run" of "Ernie45Chat" has incompatible type "Literal['ignore']"; expected "Literal['tell', 'raise']"
for reply in chat.create_many([{"messages": hello}]):
    reply.text
    # ^ pyright: Cannot access attribute "text" for class "Exception"
    # ^ mypy: Item "Exception" of "ChatReply | Exception" has no attribute "text"
