"""Soak: minutes of random faults against both lines, 200 calls and streams at once, every one accounted for.

    python -m tests.soak --minutes 30

Fails where a call got another's reply, outlasted its deadline or raised what no call raises, where memory grows, and
where a socket is left.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from qianfan_typed import AsyncQianfan, Qianfan, user
from qianfan_typed.errors import QianfanError
from tests.runtime.hostile import Hostile, Plan

AT_ONCE = 100
"""Calls on each line."""
DEADLINE = 2.0
SLACK = 3.0
"""Seconds that a busy machine may be late."""
KEYS = {"access_key": "a-key-for-the-soak", "secret_key": "its-secret"}
GROWTH = 1.25
"""How much memory may have grown from the first third to the end."""


class Account:
    """What came of the calls."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._lock = threading.Lock()
        self._begun = 0

    def begin(self) -> str:
        """The tag of the next call."""
        with self._lock:
            self._begun += 1
            return f"call-{self._begun}"

    @property
    def begun(self) -> int:
        return self._begun

    def end(self, tag: str, replies: list[Any], error: BaseException | None, seconds: float) -> None:
        """Judges a call."""
        with self._lock:
            self.outcomes["reply" if error is None else type(error).__name__] += 1
            if any((one.id, one.result) != (tag, f"for {tag}") for one in replies):
                self.wrong.append(f"{tag} got what was sent for {replies[0].id}")
            if error is None and not replies:
                self.wrong.append(f"{tag} came to nothing")
            if error is not None and not isinstance(error, QianfanError):
                self.wrong.append(f"{tag} raised {error!r}")
            if seconds > DEADLINE + SLACK:
                self.wrong.append(f"{tag} took {seconds:.1f} s")


def blocking(client: Qianfan, account: Account, until: float) -> None:
    """Calls and streams, one after the other."""
    chat = client.v1.chat.ernie_lite_pro_128k
    stream = False
    while time.monotonic() < until:
        tag, began, replies, error = account.begin(), time.monotonic(), list[Any](), None
        try:
            if stream:
                for piece in chat.stream([user(tag)]):
                    replies.append(piece)
            else:
                replies.append(chat.create([user(tag)]))
        except Exception as caught:
            error = caught
        account.end(tag, replies, error, time.monotonic() - began)
        stream = not stream


async def awaited(client: AsyncQianfan, account: Account, until: float) -> None:
    """The same, awaited."""
    chat = client.v1.chat.ernie_lite_pro_128k
    stream = False
    while time.monotonic() < until:
        tag, began, replies, error = account.begin(), time.monotonic(), list[Any](), None
        try:
            if stream:
                async for piece in chat.stream([user(tag)]):
                    replies.append(piece)
            else:
                replies.append(await chat.create([user(tag)]))
        except Exception as caught:
            error = caught
        account.end(tag, replies, error, time.monotonic() - began)
        stream = not stream


def memory() -> float:
    """MiB that the process holds. 0: this system does not say."""
    path = Path("/proc/self/statm")
    return int(path.read_text().split()[1]) * 4096 / 2**20 if path.exists() else 0.0


def watch(account: Account, until: float, seen: list[float]) -> None:
    """Measures memory now and then, and tells of the course."""
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 10))
        gc.collect()
        seen.append(memory())
        print(f"{account.begun:9,} calls, {seen[-1]:6.1f} MiB, {len(account.wrong)} wrong", flush=True)


async def all_awaited(options: dict[str, Any], account: Account, until: float) -> None:
    async with AsyncQianfan(**options) as client:
        await asyncio.gather(*(awaited(client, account, until) for _ in range(AT_ONCE)))
    await asyncio.sleep(0.1)
    left = len(asyncio.all_tasks()) - 1
    if left:
        account.wrong.append(f"{left} tasks were left")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long, 30 by default")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of the faults")
    arguments = parser.parse_args()
    chance, turn = random.Random(arguments.seed), threading.Lock()

    def plan() -> Plan:
        with turn:
            return Plan.by(chance) if chance.random() < 0.5 else Plan(chance.choice(("length", "chunks")))

    server, account, seen = Hostile(plan, DEADLINE), Account(), list[float]()
    until = time.monotonic() + arguments.minutes * 60
    options: dict[str, Any] = {**KEYS, "base_url": server.url, "deadline": DEADLINE, "timeout": 1.5, "max_attempts": 1}
    print(f"seed {arguments.seed}, {arguments.minutes:g} minutes, {2 * AT_ONCE} calls at once", flush=True)
    watching = threading.Thread(target=watch, args=(account, until, seen))
    watching.start()
    aside = threading.Thread(target=lambda: asyncio.run(all_awaited(options, account, until)))
    aside.start()
    with Qianfan(**options) as client, ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(AT_ONCE):
            pool.submit(blocking, client, account, until)
    aside.join()
    watching.join()
    if not server.is_left(10):
        account.wrong.append(f"{server.open} sockets were left")
    ended = sum(account.outcomes.values())
    if ended != account.begun:
        account.wrong.append(f"{account.begun - ended} calls are not accounted for")
    third = seen[len(seen) // 3 :]
    if len(seen) >= 6 and third[-1] > GROWTH * third[0]:
        account.wrong.append(f"memory grew from {third[0]:.1f} to {third[-1]:.1f} MiB")
    print(f"{ended:,} calls: " + ", ".join(f"{count:,} {name}" for name, count in account.outcomes.most_common()))
    for line in account.wrong[:20]:
        print(f"WRONG: {line}")
    return 1 if account.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
