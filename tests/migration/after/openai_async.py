import asyncio
import os

from qianfan_typed import AsyncQianfan

URL = os.environ.get("QIANFAN_V2_URL") or "https://qianfan.baidubce.com/v2"


async def main() -> None:
    async with AsyncQianfan(base_url=URL, api_key=os.environ["QIANFAN_API_KEY"]) as client:
        reply = await client.v2.chat.deepseek_v3.create(
            messages=[{"role": "user", "content": "你好"}], max_tokens=30
        )
        print(reply.choices[0].message.content)
        async for chunk in client.v2.chat.deepseek_v3.stream(
            messages=[{"role": "user", "content": "再见"}]
        ):
            for choice in chunk.choices:
                print(choice.delta.content or "", end="|")
        print()


asyncio.run(main())
