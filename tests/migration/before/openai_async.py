import asyncio
import os

from openai import AsyncOpenAI

URL = os.environ.get("QIANFAN_V2_URL") or "https://qianfan.baidubce.com/v2"


async def main() -> None:
    async with AsyncOpenAI(base_url=URL, api_key=os.environ["QIANFAN_API_KEY"]) as client:
        reply = await client.chat.completions.create(
            model="deepseek-v3", messages=[{"role": "user", "content": "你好"}], max_tokens=30
        )
        print(reply.choices[0].message.content)
        async for chunk in await client.chat.completions.create(
            model="deepseek-v3", messages=[{"role": "user", "content": "再见"}], stream=True
        ):
            for choice in chunk.choices:
                print(choice.delta.content or "", end="|")
        print()


asyncio.run(main())
