"""V1: one property a model, create and stream."""

from __future__ import annotations

from typing_extensions import reveal_type

from qianfan_typed import Qianfan, user

client = Qianfan(access_key="…", secret_key="…")

reply = client.v1.chat.ernie_lite_pro_128k.create([user("你好")], temperature=0.5, top_p=1, stop=["。"])
reveal_type(reply)  # R: ChatReply
reveal_type(reply.result)  # R: str
reveal_type(reply.usage.total_tokens)  # R: int
reveal_type(reply.finish_reason)  # R: str | None
reveal_type(reply.function_call)  # R: FunctionCall | None

stream = client.v1.chat.ernie_lite_pro_128k.stream([user("你好")], max_output_tokens=100)
reveal_type(stream)  # R: Stream[ChatChunk, ChatReply]
reveal_type(stream.meta.request_id)  # R: str | None
reveal_type(list(stream.text()))  # R: list[str]
reveal_type(stream.reply().function_call)  # R: FunctionCall | None
reveal_type(stream.to_message())  # R: Message
for piece in stream:
    reveal_type(piece)  # R: ChatChunk
    print(piece.result, piece.is_end, piece.sentence_id + 1)

with client.v1.chat.ernie_3_5_8k.stream([user("你好")]) as pieces:
    reveal_type(pieces)  # R: Stream[ChatChunk, ChatReply]
    first = next(iter(pieces))
    reveal_type(first.result)  # R: str
pieces.close()

with Qianfan(validate="warn", timeout=5) as short_lived:
    reveal_type(short_lived)  # R: Qianfan
    short_lived.v1.chat.ernie_tiny_128k_0929.create([user("你好")], validate="off", timeout=1.5, extra={"new_key": 1})

client.close()
