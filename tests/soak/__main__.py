"""Soak: minutes of random faults against both lines, 200 calls and streams at once, every one accounted for.

    python -m tests.soak --minutes 30

Fails where a call got another's reply, outlasted its deadline or raised what no call raises, where memory grows, and
where a socket is left. The server has a process of its own. Memory is measured after the allocator gave back what is
free: what hundreds of threads and sockets leave between them comes and goes by half, and says nothing of a leak.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import gc
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import attrs

from qianfan_typed import AsyncQianfan, Qianfan, user
from qianfan_typed.errors import QianfanError

AT_ONCE = 100
"""Calls on each line."""
DEADLINE = 2.0
SLACK = 3.0
"""Seconds that a busy machine may be late."""
KEYS = {"access_key": "a-key-for-the-soak", "secret_key": "its-secret"}
GROWTH, GROWTH_IN_BLOCKS = 1.25, 1.05
"""How much memory, and Python's part of it, may have grown from the first third to the end."""


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


@attrs.frozen
class Held:
    """What the process holds."""

    mebibytes: float
    """Of the machine's memory. 0: this system does not say."""
    blocks: int
    """How many blocks Python has given out."""

    @classmethod
    def now(cls) -> Held:
        gc.collect()
        if sys.platform == "linux":
            with suppress(OSError, AttributeError):  # Another C library has no such function.
                ctypes.CDLL("libc.so.6").malloc_trim(0)
        path = Path("/proc/self/statm")
        pages = int(path.read_text().split()[1]) if path.exists() else 0
        return cls(pages * 4096 / 2**20, sys.getallocatedblocks())


def watch(account: Account, until: float, seen: list[Held]) -> None:
    """Measures memory now and then, and tells of the course."""
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 60 if left > 120 else 10))
        seen.append(held := Held.now())
        told = f"{account.begun:9,} calls, {held.mebibytes:6.1f} MiB, {held.blocks:,} blocks"
        print(f"{told}, {len(account.wrong)} wrong{f': {account.wrong[-1]}' if account.wrong else ''}", flush=True)


def grown(seen: list[Held]) -> list[str]:
    """What has grown from the first third to the end."""
    third = seen[len(seen) // 3 :]
    if len(seen) < 6:
        return []
    found: list[str] = []
    if third[-1].mebibytes > GROWTH * third[0].mebibytes:
        found.append(f"memory grew from {third[0].mebibytes:.1f} to {third[-1].mebibytes:.1f} MiB")
    if third[-1].blocks > GROWTH_IN_BLOCKS * third[0].blocks:
        found.append(f"Python held {third[0].blocks:,} blocks and holds {third[-1].blocks:,}")
    return found


@contextmanager
def hostile(seed: int) -> Generator[tuple[str, Callable[[], int]]]:
    """A hostile server: its address, and what asks how many connections are left."""
    command = [sys.executable, "-m", "tests.soak.server", str(seed), str(DEADLINE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        asked, said = process.stdin, process.stdout
        assert asked is not None
        assert said is not None

        def left() -> int:
            asked.write("\n")
            asked.flush()
            return int(said.readline())

        try:
            yield said.readline().strip(), left
        finally:
            process.terminate()


async def all_awaited(options: dict[str, Any], account: Account, until: float) -> None:
    async with AsyncQianfan(**options) as client:
        await asyncio.gather(*(awaited(client, account, until) for _ in range(AT_ONCE)))
    await asyncio.sleep(0.1)
    left = len(asyncio.all_tasks()) - 1
    if left:
        account.wrong.append(f"{left} tasks were left")


def soak(url: str, account: Account, until: float, seen: list[Held]) -> None:
    """Calls on both lines until an instant of the monotonic clock."""
    options: dict[str, Any] = {**KEYS, "base_url": url, "deadline": DEADLINE, "timeout": 1.5, "max_attempts": 1}
    watching = threading.Thread(target=watch, args=(account, until, seen))
    watching.start()
    aside = threading.Thread(target=lambda: asyncio.run(all_awaited(options, account, until)))
    aside.start()
    with Qianfan(**options) as client, ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(AT_ONCE):
            pool.submit(blocking, client, account, until)
    aside.join()
    watching.join()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long, 30 by default")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of the faults")
    arguments = parser.parse_args()
    account, seen = Account(), list[Held]()
    with hostile(arguments.seed) as (url, left):
        print(f"seed {arguments.seed}, {arguments.minutes:g} minutes, {2 * AT_ONCE} calls at once", flush=True)
        soak(url, account, time.monotonic() + arguments.minutes * 60, seen)
        if sockets := left():
            account.wrong.append(f"{sockets} sockets were left")
    ended = sum(account.outcomes.values())
    if ended != account.begun:
        account.wrong.append(f"{account.begun - ended} calls are not accounted for")
    account.wrong += grown(seen)
    print(f"{ended:,} calls: " + ", ".join(f"{count:,} {name}" for name, count in account.outcomes.most_common()))
    for line in account.wrong[-20:]:
        print(f"WRONG: {line}")
    return 1 if account.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
