"""Parameters built as a dict: one TypedDict a group."""

from __future__ import annotations

from qianfan_api.v1.chat.params import ChatLawChatParams, ErnieSpeed8kChatParams
from qianfan_api.v2.chat.params import Qwen3ChatParams
from qianfan_typed import AsyncQianfan, Qianfan, user

client = Qianfan()

params: ErnieSpeed8kChatParams = {"temperature": 0.5, "stop": ["。"]}
params["max_output_tokens"] = 100
client.v1.chat.ernie_lite_pro_128k.create([user("你好")], **params)
client.v1.chat.ernie_lite_pro_128k.create([user("你好")], **params, timeout=5)
for piece in client.v1.chat.ernie_lite_pro_128k.stream([user("你好")], **params):
    print(piece.result)

law = ChatLawChatParams(extra_parameters={"use_keyword": True, "use_reference": True})
client.v1.chat.chatlaw.create([user("你好")], **law)

thinking: Qwen3ChatParams = {"enable_thinking": True, "thinking_budget": 1000}
client.v2.chat.qwen3_8b.create([user("你好")], **thinking)


async def main() -> None:
    print((await AsyncQianfan().v1.chat.ernie_lite_pro_128k.create([user("你好")], **params)).result)
