"""Parameters: unsupported by the model, misspelt, of the wrong type."""

from __future__ import annotations

from typing import TypedDict

from qianfan_api.v1.chat.params import ChatLawChatParams, ErnieSpeed8kChatParams
from qianfan_typed import Qianfan, user

client = Qianfan()
speed = client.v1.chat.ernie_lite_pro_128k

# Another model takes it; this one does not.
client.v1.chat.ernie_lite_pro_128k.create([user("你好")], disable_search=True)
# ^ pyright: No parameter named "disable_search"
# ^ mypy: Unexpected keyword argument "disable_search" for "create" of "ErnieSpeed8kChat"
client.v1.chat.ernie_lite_pro_128k.stream([user("你好")], response_format="json_object")
# ^ pyright: No parameter named "response_format"
# ^ mypy: Unexpected keyword argument "response_format" for "stream" of "ErnieSpeed8kChat"
client.v1.chat.ernie_4_0_8k.create([user("你好")], min_output_tokens=10)
# ^ pyright: No parameter named "min_output_tokens"
# ^ mypy: Unexpected keyword argument "min_output_tokens" for "create" of "Ernie40Chat"; did you mean "max_output_tokens"?
client.v1.chat.endpoint("mine", like="ERNIE-Lite-Pro-128K").create([user("你好")], disable_search=True)
# ^ pyright: No parameter named "disable_search"
# ^ mypy: Unexpected keyword argument "disable_search" for "create" of "ErnieSpeed8kChat"
client.v1.chat.model("ERNIE-Lite-Pro-128K").create([user("你好")], top_k=1)
# ^ pyright: No parameter named "top_k"
# ^ mypy: Unexpected keyword argument "top_k" for "create" of "ErnieSpeed8kChat"; did you mean "top_p"?
client.v2.chat.ernie_3_5_8k.create([user("你好")], enable_thinking=True)
# ^ pyright: No parameter named "enable_thinking"
# ^ mypy: Unexpected keyword argument "enable_thinking" for "create" of "ErnieChat"
client.v2.chat.qwen3_8b.create([user("你好")], max_output_tokens=10)
# ^ pyright: No parameter named "max_output_tokens"
# ^ mypy: Unexpected keyword argument "max_output_tokens" for "create" of "Qwen3Chat"

# Misspelt.
speed.create([user("你好")], temprature=0.5)
# ^ pyright: No parameter named "temprature"
# ^ mypy: Unexpected keyword argument "temprature" for "create" of "ErnieSpeed8kChat"; did you mean "temperature"?
speed.stream([user("你好")], max_output_token=10)
# ^ pyright: No parameter named "max_output_token"
# ^ mypy: Unexpected keyword argument "max_output_token" for "stream" of "ErnieSpeed8kChat"; did you mean "max_output_tokens" or "min_output_tokens"?
client.v2.chat.ernie_3_5_8k.create([user("你好")], max_completion_token=10)
# ^ pyright: No parameter named "max_completion_token"
# ^ mypy: Unexpected keyword argument "max_completion_token" for "create" of "ErnieChat"; did you mean "max_completion_tokens"?
client.chat.completions.create(model="ernie-3.5-8k", messages=[user("你好")], temprature=0.5)
# ^ pyright: No overloads for "create" match the provided arguments
#     Argument types: (Literal['ernie-3.5-8k'], list[Message], float)
# ^ mypy: No overload variant of "create" of "Completions" matches argument types "str", "list[Message]", "float"
# ^ mypy: Unexpected keyword argument "temprature" for overloaded function "create" of "Completions"; did you mean "temperature"?

# Wrong type.
speed.create([user("你好")], temperature="0.5")
# ^ pyright: Argument of type "Literal['0.5']" cannot be assigned to parameter "temperature" of type "float | None" in function "create"
#     Type "Literal['0.5']" is not assignable to type "float | None"
# ^ mypy: Argument "temperature" to "create" of "ErnieSpeed8kChat" has incompatible type "str"; expected "float | None"
speed.create([user("你好")], stop="。")
# ^ pyright: Argument of type "Literal['。']" cannot be assigned to parameter "stop" of type "list[str] | tuple[str, ...] | None" in function "create"
# ^ mypy: Argument "stop" to "create" of "ErnieSpeed8kChat" has incompatible type "str"; expected "list[str] | tuple[str, ...] | None"
speed.create([user("你好")], max_output_tokens=0.5)
# ^ pyright: Argument of type "float" cannot be assigned to parameter "max_output_tokens" of type "int | None" in function "create"
# ^ mypy: Argument "max_output_tokens" to "create" of "ErnieSpeed8kChat" has incompatible type "float"; expected "int | None"
speed.create([user("你好")], metadata={"round": 1})
# ^ pyright: Argument of type "dict[str, int]" cannot be assigned to parameter "metadata" of type "Mapping[str, str] | None" in function "create"
# ^ mypy: Dict entry 0 has incompatible type "str": "int"; expected "str": "str"
speed.create([user("你好")], validate="never")
# ^ pyright: Argument of type "Literal['never']" cannot be assigned to parameter "validate" of type "Validate | None" in function "create"
# ^ mypy: Argument "validate" to "create" of "ErnieSpeed8kChat" has incompatible type "Literal['never']"; expected "Literal['error', 'warn', 'off'] | None"
client.v1.chat.ernie_4_0_8k.create([user("你好")], response_format="jsn")
# ^ pyright: Argument of type "Literal['jsn']" cannot be assigned to parameter "response_format" of type "Literal['json_object', 'text'] | None" in function "create"
#     Type "Literal['jsn']" is not assignable to type "Literal['json_object', 'text'] | None"
# ^ mypy: Argument "response_format" to "create" of "Ernie40Chat" has incompatible type "Literal['jsn']"; expected "Literal['json_object', 'text'] | None"
client.v2.chat.ernie_3_5_8k.create([user("你好")], response_format="json_object")
# ^ pyright: Argument of type "Literal['json_object']" cannot be assigned to parameter "response_format" of type "ResponseFormat | None" in function "create"
#     Type "Literal['json_object']" is not assignable to type "ResponseFormat | None"
# ^ mypy: Argument "response_format" to "create" of "ErnieChat" has incompatible type "str"; expected "ResponseFormat | None"
client.v2.chat.ernie_3_5_8k.create([user("你好")], response_format={"type": "jsn"})
# ^ pyright: Argument of type "dict[str, str]" cannot be assigned to parameter "response_format" of type "ResponseFormat | None" in function "create"
#     Type "dict[str, str]" is not assignable to type "ResponseFormat | None"
# ^ mypy: Argument "response_format" to "create" of "ErnieChat" has incompatible type "dict[str, str]"; expected "ResponseFormat | None"
client.v2.chat.ernie_3_5_8k.create([user("你好")], tool_choice="always")
# ^ pyright: Argument of type "Literal['always']" cannot be assigned to parameter "tool_choice" of type "ToolChoice | Literal['none', 'auto', 'required'] | None" in function "create"
# ^ mypy: Argument "tool_choice" to "create" of "ErnieChat" has incompatible type "Literal['always']"; expected "Literal['none', 'auto', 'required'] | ToolChoice | None"
client.v2.chat.deepseek_v3_1_250821.create([user("你好")], web_search=True)
# ^ pyright: No parameter named "web_search"
# ^ mypy: Unexpected keyword argument "web_search" for "create" of "ThinkingSwitchChat"

# Only `messages` goes by position.
speed.create([user("你好")], 0.5)
# ^ pyright: Expected 1 positional argument
# ^ mypy: Argument 2 to "create" of "ErnieSpeed8kChat" has incompatible type "float"; expected "str | None"
# ^ mypy: Too many positional arguments for "create" of "ErnieSpeed8kChat"
speed.create()
# ^ pyright: Argument missing for parameter "messages"
# ^ mypy: Missing positional argument "messages" in call to "create" of "ErnieSpeed8kChat"

# Required by the page.
client.v1.chat.chatlaw.create([user("你好")])
# ^ pyright: Argument missing for parameter "extra_parameters"
# ^ mypy: Missing named argument "extra_parameters" for "create" of "ChatLawChat"
client.v1.chat.chatlaw.create([user("你好")], extra_parameters={"use_keyword": True})
# ^ pyright: Argument of type "dict[str, bool]" cannot be assigned to parameter "extra_parameters" of type "ExtraParameters" in function "create"
#     "use_reference" is required in "ExtraParameters"
# ^ mypy: Missing key "use_reference" for TypedDict "ExtraParameters"

# A dict of parameters belongs to a group.
params: ErnieSpeed8kChatParams = {"temperature": 0.5, "disable_search": True}
# ^ pyright: Type "dict[str, float | bool]" is not assignable to declared type "ErnieSpeed8kChatParams"
#     "disable_search" is an undefined item in type "ErnieSpeed8kChatParams"
# ^ mypy: Extra key "disable_search" for TypedDict "ErnieSpeed8kChatParams"
params["temprature"] = 0.5
# ^ pyright: Could not assign item in TypedDict
#     "temprature" is not a defined key in "ErnieSpeed8kChatParams"
# ^ mypy: TypedDict "ErnieSpeed8kChatParams" has no key "temprature"
#     Did you mean "temperature"?
params["temperature"] = "0.5"
# ^ pyright: Could not assign item in TypedDict
#     Type "Literal['0.5']" is not assignable to type "float | None"
# ^ mypy: Value of "temperature" has incompatible type "str"; expected "float | None"
law: ChatLawChatParams = {"temperature": 0.5}
# ^ pyright: Type "dict[str, float]" is not assignable to declared type "ChatLawChatParams"
#     "extra_parameters" is required in "ChatLawChatParams"
# ^ mypy: Missing key "extra_parameters" for TypedDict "ChatLawChatParams"


class Search(TypedDict):
    disable_search: bool


search: Search = {"disable_search": True}
client.v1.chat.ernie_4_0_8k.create([user("你好")], **search)
speed.create([user("你好")], **search)
# ^ pyright: Unable to match unpacked TypedDict argument to parameters
#     No parameter named "disable_search"
# ^ mypy: Extra argument "disable_search" from **args for "create" of "ErnieSpeed8kChat"
