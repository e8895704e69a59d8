import asyncio

from qianfan_typed import AsyncQianfan


class Assistant:
    def __init__(self) -> None:
        self._chat = AsyncQianfan().v1.chat

    async def answer(self, question: str) -> str:
        resp = await self._chat.ernie_3_5_8k.create(
            messages=[{"role": "user", "content": question}]
        )
        return resp["result"]

    async def tell(self, question: str) -> None:
        async for part in self._chat.ernie_3_5_8k.stream(
            messages=[{"role": "user", "content": question}]
        ):
            print(part["result"], end="|")
        print()


async def main() -> None:
    assistant = Assistant()
    print(await assistant.answer("你好"))
    await assistant.tell("讲个故事")


if __name__ == "__main__":
    asyncio.run(main())
