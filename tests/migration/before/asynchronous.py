import asyncio

import qianfan


class Assistant:
    def __init__(self) -> None:
        self._chat = qianfan.ChatCompletion()

    async def answer(self, question: str) -> str:
        resp = await self._chat.ado(
            model="ERNIE-3.5-8K", messages=[{"role": "user", "content": question}]
        )
        return resp["result"]

    async def tell(self, question: str) -> None:
        async for part in await self._chat.ado(
            model="ERNIE-3.5-8K", messages=[{"role": "user", "content": question}], stream=True
        ):
            print(part["result"], end="|")
        print()


async def main() -> None:
    assistant = Assistant()
    print(await assistant.answer("你好"))
    await assistant.tell("讲个故事")


if __name__ == "__main__":
    asyncio.run(main())
