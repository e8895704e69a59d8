"""The same, awaited. A stream may be: it sends when it is awaited, entered or asked for its first piece."""

from __future__ import annotations

from typing_extensions import reveal_type

from qianfan_typed import AsyncQianfan, user


async def main() -> None:
    async with AsyncQianfan() as client:
        reveal_type(client)  # R: AsyncQianfan
        hello = [user("你好")]

        reply = await client.v1.chat.ernie_lite_pro_128k.create(hello, temperature=0.5)
        reveal_type(reply)  # R: ChatReply
        reveal_type(reply.result)  # R: str

        stream = client.v1.chat.ernie_lite_pro_128k.stream(hello)
        reveal_type(stream)  # R: AsyncStream[ChatChunk, ChatReply]
        async for piece in stream:
            reveal_type(piece.result)  # R: str
        async with client.v2.chat.ernie_3_5_8k.stream(hello) as pieces:
            texts = [piece.choices[0].delta.content or "" async for piece in pieces if piece.choices]
        reveal_type(texts)  # R: list[str]
        await stream.aclose()

        opened = await client.v2.chat.ernie_3_5_8k.stream(hello)
        reveal_type(opened)  # R: AsyncStream[ChatChunk, ChatReply]
        reveal_type([word async for word in opened.text()])  # R: list[str]
        reveal_type((await opened.reply()).reasoning)  # R: str
        reveal_type(await opened.to_message())  # R: Message

        answer = await client.v2.chat.ernie_3_5_8k.create(hello)
        reveal_type(answer.choices[0].message.content)  # R: str | None

        reveal_type(client.v1.chat.model("ERNIE-Lite-Pro-128K"))  # R: AsyncErnieSpeed8kChat
        reveal_type(client.v1.chat.baichuan2_13b_chat)  # R: Undeployed[AsyncThirdPartyLogprobsChat]
        reveal_type(client.v1.chat.endpoint("mine", like="ERNIE-4.0-8K"))  # R: AsyncErnie40Chat
        reveal_type(await client.v1.chat.endpoint("mine").create(hello, anything=True))  # R: ChatReply

        completions = client.chat.completions
        whole = await completions.create(model="ernie-3.5-8k", messages=hello)
        reveal_type(whole.choices)  # R: list[Choice]
        chunks = await completions.create(model="ernie-3.5-8k", messages=hello, stream=True)
        reveal_type(chunks)  # R: AsyncStream[ChatChunk, ChatReply]
        async for chunk in chunks:
            reveal_type(chunk.choices[0].delta.content)  # R: str | None
    await client.aclose()
    await client.close()
