"""A hostile server, and each line against it: a call ends in a reply that was sent for it, or in an error."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qianfan_typed import AsyncQianfan, Qianfan, user
from qianfan_typed.config import load
from qianfan_typed.errors import QianfanError
from tests.runtime.conftest import IAM, LINES, Async, Line
from tests.runtime.hostile import FRAMINGS, MISCHIEF, Hostile, Plan

OPTIONS: dict[str, Any] = {**IAM, "max_attempts": 1, "deadline": 0.75, "timeout": 0.5}
PATIENCE = 10
"""Seconds that the server goes on with what never ends: so many that only a call without a deadline is still there."""

plans = st.builds(
    Plan,
    st.sampled_from(FRAMINGS),
    st.sampled_from(MISCHIEF),
    st.lists(st.floats(0, 1), max_size=3).map(tuple),
    st.sampled_from([0, 0.005]),
)


def judged(tag: str, replies: list[Any], error: QianfanError | None) -> None:
    """Whatever came was sent for the call, and what ended without an error is whole."""
    assert {(one.id, one.result) for one in replies} <= {(tag, f"for {tag}")}
    assert error is not None or replies


def one_by_one(client: Any, tag: str, *, stream: bool) -> None:
    replies: list[Any] = []
    error: QianfanError | None = None
    chat = client.v1.chat.ernie_lite_pro_128k
    try:
        if stream:
            for piece in chat.stream([user(tag)]):
                replies.append(piece)
        else:
            replies.append(chat.create([user(tag)]))
    except QianfanError as caught:
        error = caught
    judged(tag, replies, error)


async def awaited(client: Any, tag: str, *, stream: bool) -> None:
    replies: list[Any] = []
    error: QianfanError | None = None
    chat = client.v1.chat.ernie_lite_pro_128k
    try:
        if stream:
            async for piece in chat.stream([user(tag)]):
                replies.append(piece)
        else:
            replies.append(await chat.create([user(tag)]))
    except QianfanError as caught:
        error = caught
    judged(tag, replies, error)


def attack(line: Line, plan: list[Plan], *, at_once: int) -> None:
    """Calls, each under a plan, some of them at once."""
    waiting = deque(plan)
    server = Hostile(lambda: waiting.popleft() if waiting else Plan(), PATIENCE)
    options = {**OPTIONS, "base_url": server.url}
    transport = line.transport(load(**options)) if line.transport is not None else None
    calls = [(f"call-{number}", number % 2 == 1) for number in range(len(plan) + 2)]
    if line.client is Async:
        asyncio.run(_gathered(options, transport, calls, at_once))
    else:
        with Qianfan(**options, transport=transport) as client, ThreadPoolExecutor(at_once) as pool:
            for done in [pool.submit(one_by_one, client, tag, stream=stream) for tag, stream in calls]:
                done.result()
        if transport is not None:
            transport.close()
    assert server.is_left(), f"{server.open} connections were left open"
    assert not server.outlasted, "a call outlasted its deadline"
    server.close()


async def _gathered(options: dict[str, Any], transport: Any, calls: list[tuple[str, bool]], at_once: int) -> None:
    turns = asyncio.Semaphore(at_once)

    async def one(client: Any, tag: str, stream: bool) -> None:
        async with turns:
            await awaited(client, tag, stream=stream)

    async with AsyncQianfan(**options, transport=transport) as client:
        await asyncio.gather(*(one(client, tag, stream) for tag, stream in calls))
    if transport is not None:
        await transport.aclose()
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1, "a task was left"


ours = pytest.mark.parametrize("line", LINES[:2], ids=lambda line: line.name)


@ours
@pytest.mark.parametrize("mischief", sorted(set(MISCHIEF)))
def test_each_mischief_between_fair_replies(line: Line, mischief: str) -> None:
    for framing in ("length", "chunks"):
        attack(line, [Plan(), Plan(), *[Plan(framing, mischief)] * 2, Plan()], at_once=1)


@ours
@pytest.mark.parametrize("framing", FRAMINGS)
def test_each_framing_is_read_whole(line: Line, framing: str) -> None:
    waiting = deque([Plan(framing, cuts=(0.1, 0.5, 0.9), delay=0.005)] * 4)
    server = Hostile(waiting.popleft, PATIENCE)
    made = line.client(server, None, **IAM, max_attempts=1)
    for _ in range(2):
        assert made.create().result == "for 你好"
        assert [piece.result for piece in made.stream()] == ["for 你好"] * 4
    made.close()
    assert server.is_left()
    server.close()


@ours
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(plans, min_size=1, max_size=8), st.sampled_from([1, 3]))
def test_a_call_ends_in_its_own_reply_or_in_an_error(line: Line, plan: list[Plan], at_once: int) -> None:
    attack(line, plan, at_once=at_once)
