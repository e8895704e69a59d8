"""The product in one screen: payloads checked, then typed calls over real sockets, with signatures really checked.

Run it with `make demo`.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from qianfan_typed import AsyncQianfan, Qianfan, system, user, validate
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import InvalidRequest

PAYLOADS = Path(__file__).parent / "payloads"


def heading(text: str) -> None:
    """A line that says what comes."""
    print(f"\n\033[1m{text}\033[0m")


def check_payloads() -> None:
    """The example requests of the platform's four documents, and one that breaks three rules."""
    heading("1. Payloads are checked before they are sent")
    print("   $ qianfan-typed validate --level error examples/payloads", flush=True)
    command = [sys.executable, "-m", "qianfan_typed.cli", "validate", "--level", "error", str(PAYLOADS)]
    said = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    print("   " + said.stderr.strip())
    wrong = {
        "model": "ERNIE-Lite-Pro-128K",
        "messages": [{"role": "user", "content": "你好"}, {"role": "user", "content": "在吗"}],
        "temperature": 1.7,
        "disable_search": True,
    }
    print(f"   {json.dumps(wrong, ensure_ascii=False)}")
    for violation in validate(wrong, api="v1.chat"):
        print(f"   \033[31m{violation.pointer:<18}\033[0m {violation.message}")


def call(client: Qianfan) -> None:
    """V2 and V1, at once and as a stream."""
    heading("2. Typed calls, V2 (bearer token, created through IAM)")
    answer = client.v2.chat.ernie_4_5_turbo_128k.create([system("你是助手"), user("你好")])
    print(f"   ernie_4_5_turbo_128k → {answer.choices[0].message.content}")
    meta = answer.meta
    print(f"   {answer.usage.total_tokens} tokens, request {meta.request_id}, {meta.total_latency * 1e3:.1f} ms")
    completion = client.chat.completions.create(model="ernie-4.5-turbo-128k", messages=[user("介绍北京")], stream=True)
    print("   as a stream          → ", end="")
    print("|".join(choice.delta.content or "" for piece in completion for choice in piece.choices))

    heading("3. Typed calls, V1 (IAM signature)")
    reply = client.v1.chat.ernie_lite_pro_128k.create([user("你好")], temperature=0.5)
    print(f"   ernie_lite_pro_128k  → {reply.result}")
    print("   as a stream          → ", end="")
    for piece in client.v1.chat.ernie_lite_pro_128k.stream([user("介绍北京")]):
        print(piece.result, end="|" if not piece.is_end else "\n", flush=True)

    heading("4. A mistake is found before anything is sent")
    try:
        client.v1.chat.ernie_lite_pro_128k.create([user("你好")], temperature=1.7)
    except InvalidRequest as error:
        print("   " + str(error).replace("\n", "\n   "))


async def call_async() -> None:
    """The same shape, awaited: twenty calls at once."""
    heading("5. Async: twenty calls at once")
    async with AsyncQianfan() as client:
        start = time.perf_counter()
        replies = await asyncio.gather(
            *(client.v2.chat.ernie_4_5_turbo_128k.create([user(f"第{number}个问题")]) for number in range(20))
        )
        print(f"   {len(replies)} replies in {(time.perf_counter() - start) * 1e3:.0f} ms")
        print("   as a stream     → ", end="")
        async for piece in client.v2.chat.ernie_4_5_turbo_128k.stream([user("介绍北京")]):
            print("".join(choice.delta.content or "" for choice in piece.choices), end="|", flush=True)
        print()


def main() -> None:
    """Runs everything against an emulator of its own."""
    check_payloads()
    with Emulator() as emulator:
        print(f"\nthe emulator listens on {emulator.url}")
        os.environ.update(emulator.environment)
        with Qianfan() as client:
            call(client)
        asyncio.run(call_async())
        print(f"\n{len(emulator.requests)} requests went over the wire, every signature and token was checked.")


if __name__ == "__main__":
    main()
