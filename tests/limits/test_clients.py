"""Clients under limits, against a platform that refuses what goes over."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from qianfan_typed import AsyncQianfan, Limits, Qianfan, Retry, user
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import ConfigurationError, DeadlineExceeded, RateLimited
from tests.limits.conftest import TAKES

HELLO = [user("你好")]
MODEL = "ernie-4.5-turbo-128k"
ONCE = Retry(attempts=1)


def attempts(emulator: Emulator) -> int:
    """Calls of models that came."""
    return sum("chat" in request.path for request in emulator.requests)


def handle(client: Any) -> Any:
    return client.v2.chat.ernie_4_5_turbo_128k


class TestAgainstAPlatformThatRefuses:
    def test_without_a_limit_it_refuses(self, strict: Emulator) -> None:
        with Qianfan(retry=ONCE) as client, pytest.raises(RateLimited, match="rpm_rate_limit_exceeded"):
            _ = [handle(client).create(HELLO) for _ in range(3 * TAKES)]

    def test_threads_under_a_limit_meet_no_refusal(self, strict: Emulator) -> None:
        with Qianfan(retry=ONCE, limits=Limits(rps=TAKES)) as client, ThreadPoolExecutor(12) as pool:
            replies = list(pool.map(lambda _: handle(client).create(HELLO), range(3 * TAKES)))
        assert {reply.meta.attempts for reply in replies} == {1}
        assert attempts(strict) == len(replies)

    @pytest.mark.anyio
    async def test_tasks_under_a_limit_meet_no_refusal(self, strict: Emulator) -> None:
        async with AsyncQianfan(retry=ONCE, limits=Limits(models={MODEL: Limits(rps=TAKES)})) as client:
            replies = await asyncio.gather(*[handle(client).create(HELLO) for _ in range(3 * TAKES)])
        assert {reply.meta.attempts for reply in replies} == {1}
        assert sorted(round(reply.meta.waited) for reply in replies) == [0] * TAKES + [1] * TAKES + [2] * TAKES

    def test_several_loops_and_threads_share_one(self, strict: Emulator) -> None:
        client = AsyncQianfan(retry=ONCE, limits=Limits(rps=TAKES))

        async def ask() -> int:
            replies = await asyncio.gather(*[handle(client).create(HELLO) for _ in range(TAKES)])
            await client.aclose()
            return sum(reply.meta.attempts for reply in replies)

        with ThreadPoolExecutor(3) as pool:
            assert list(pool.map(lambda _: asyncio.run(ask()), range(3))) == [TAKES] * 3

    @pytest.mark.anyio
    async def test_one_back_off_serves_all_calls_of_a_model(self, strict: Emulator) -> None:
        """40 calls at once are 36 refusals: without a shared back-off, each would use up its own attempts."""
        async with AsyncQianfan(retry=Retry(attempts=6, backoff=0.2), limits=Limits()) as client:
            replies = await asyncio.gather(*[handle(client).create(HELLO) for _ in range(40)])
        assert len(replies) == 40


class TestWaiting:
    def test_a_limit_is_each_models_own(self, emulator: Emulator) -> None:
        with Qianfan(limits=Limits(models={"*": Limits(rps=1)})) as client:
            assert handle(client).create(HELLO).meta.waited == 0
            assert client.v2.chat.ernie_x1_turbo_32k.create(HELLO).meta.waited == 0
            assert handle(client).create(HELLO).meta.waited > 0.5

    def test_the_catalogues_default_rate(self, emulator: Emulator) -> None:
        with Qianfan(limits="catalogue") as client:
            handle(client).create(HELLO)
            assert client.limiter is not None
            assert client.limiter.used[MODEL]["rpm"] == (1, 5000)
            assert client.limiter.used[MODEL]["tpm"][1] == 400000

    def test_the_official_variables(self, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in (("QPS", "3"), ("RPM", "50"), ("TPM", "7000")):
            monkeypatch.setenv(f"QIANFAN_{name}_LIMIT", value)
        with Qianfan(limits=Limits(rpm=40)) as client:
            handle(client).create(HELLO)
            assert client.settings.limits == Limits(rps=3, rpm=40, tpm=7000)
        monkeypatch.setenv("QIANFAN_QPS_LIMIT", "0")
        assert Qianfan().settings.limits == Limits(rpm=50, tpm=7000)

    def test_tokens_are_counted_when_the_reply_came(self, emulator: Emulator) -> None:
        with Qianfan(limits=Limits(tpm=100_000)) as client:
            reply = handle(client).create(HELLO)
            assert client.limiter is not None
            assert client.limiter.used["all calls"]["tpm"] == (reply.usage.total_tokens, 100_000)

    def test_a_call_that_fails_gives_its_tokens_back(self, emulator: Emulator) -> None:
        emulator.fail_next(1, status=500)
        with Qianfan(limits=Limits(tpm=100_000, rpm=10), retry=ONCE) as client:
            with pytest.raises(Exception, match="500"):
                handle(client).create(HELLO)
            assert client.limiter is not None
            assert client.limiter.used["all calls"] == {"rpm": (1, 10), "tpm": (0, 100_000)}

    def test_limits_learnt_from_headers(self, emulator: Emulator) -> None:
        with Qianfan(limits=Limits(learn=True)) as client:
            handle(client).create(HELLO)
            assert client.limiter is not None
            assert client.limiter.used[MODEL]["rpm"][1] == 3000
            assert client.limiter.used[MODEL]["input_tpm"][1] == 300000
            assert client.limiter.used[MODEL]["output_tpm"][1] == 300000

    def test_no_limit_no_limiter(self, emulator: Emulator) -> None:
        with Qianfan() as client:
            assert client.limiter is None
            assert handle(client).create(HELLO).meta.waited == 0

    def test_a_long_wait_is_logged(self, emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, "qianfan_typed")
        with Qianfan(limits=Limits(rps=1)) as client:
            handle(client).create(HELLO)
            handle(client).create(HELLO)
        (line,) = [record.getMessage() for record in caplog.records if "waits" in record.getMessage()]
        assert line == f"{MODEL} waits 1.0 s or more for the limit rps=1 of all calls"


class TestDeadlines:
    def test_a_wait_that_outlasts_it_fails_at_once(self, emulator: Emulator) -> None:
        with Qianfan(limits=Limits(rpm=1)) as client:
            handle(client).create(HELLO)
            with pytest.raises(DeadlineExceeded, match=r"leaves no time to wait 60 s or more for the limit rpm=1") as e:
                handle(client).create(HELLO, deadline=30)
            assert e.value.elapsed < 30
            assert client.limiter is not None
            assert client.limiter.waiting == 0

    @pytest.mark.anyio
    async def test_so_does_one_behind_others(self, emulator: Emulator) -> None:
        async with AsyncQianfan(limits=Limits(rps=1)) as client:
            others = [asyncio.ensure_future(handle(client).create(HELLO)) for _ in range(3)]
            await asyncio.sleep(0.05)
            with pytest.raises(DeadlineExceeded, match="for the limit rps=1 of all calls"):
                await handle(client).create(HELLO, deadline=2)
            assert not others[2].done()
            await asyncio.gather(*others)

    @pytest.mark.anyio
    async def test_a_call_at_once_too_many(self, emulator: Emulator) -> None:
        async with AsyncQianfan(limits=Limits(concurrency=1)) as client:
            async with handle(client).stream(HELLO) as stream:
                await anext(stream)
                with pytest.raises(DeadlineExceeded, match=r"for the limit concurrency=1 of all calls"):
                    await handle(client).create(HELLO, deadline=0.2)
            assert (await handle(client).create(HELLO)).meta.waited == 0


class TestWhoGivesUp:
    @pytest.mark.anyio
    async def test_a_cancelled_call_gives_its_place_back(self, emulator: Emulator) -> None:
        async with AsyncQianfan(limits=Limits(concurrency=1)) as client:
            stream = handle(client).stream(HELLO)
            await anext(stream)
            first, second = (asyncio.ensure_future(handle(client).create(HELLO)) for _ in range(2))
            await asyncio.sleep(0.05)
            first.cancel()
            await stream.aclose()
            assert (await second).meta.attempts == 1
            assert client.limiter is not None
            assert client.limiter.used["all calls"] == {"concurrency": (0, 1)}

    @pytest.mark.anyio
    async def test_a_stream_that_nobody_holds_gives_its_own_back(self, emulator: Emulator) -> None:
        async with AsyncQianfan(limits=Limits(concurrency=1)) as client:
            stream = handle(client).stream(HELLO)
            await anext(stream)
            del stream
            gc.collect()
            assert (await handle(client).create(HELLO, deadline=5)).meta.attempts == 1

    def test_a_loop_that_ended_holds_up_nobody(self, emulator: Emulator) -> None:
        client = AsyncQianfan(limits=Limits(rps=1))

        async def given_up() -> None:
            await handle(client).create(HELLO)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(handle(client).create(HELLO), 0.1)
            await client.aclose()

        async def asks() -> float:
            reply = await handle(client).create(HELLO)
            await client.aclose()
            return reply.meta.waited

        asyncio.run(given_up())
        assert asyncio.run(asks()) < 1.2

    def test_a_forked_child_has_nobody_before_it(self, emulator: Emulator) -> None:
        from multiprocessing import get_context

        with Qianfan(limits=Limits(concurrency=1)) as client:
            stream = handle(client).stream(HELLO)
            next(stream)
            child = get_context("fork").Process(target=lambda: handle(client).create(HELLO, deadline=10))
            child.start()
            child.join(20)
            stream.close()
            assert child.exitcode == 0


class TestOrder:
    def test_who_came_first_goes_first(self, emulator: Emulator) -> None:
        with Qianfan(limits=Limits(concurrency=1)) as client:
            stream = handle(client).stream(HELLO)
            next(stream)
            went: list[int] = []

            def ask(number: int) -> None:
                handle(client).create(HELLO)
                went.append(number)

            threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
            for number, thread in enumerate(threads):
                thread.start()
                while client.limiter is None or client.limiter.waiting < number + 1:
                    time.sleep(0.005)
            stream.close()
            for thread in threads:
                thread.join()
        assert went == list(range(6))


class TestWords:
    @pytest.mark.parametrize(
        ("limits", "words"),
        [
            ("all", "limits: 'all' must be Limits, as in Limits(rpm=60), or \"catalogue\""),
            (Limits(rpm=0), "limits.rpm: 0 must be a number above 0"),
            (Limits(concurrency=0), "limits.concurrency: 0 must be a whole number from 1"),
            (Limits(models={"m": Limits(tpm=-1)}), "limits.models['m'].tpm: -1 must be a number above 0"),
        ],
    )
    def test_what_cannot_be_is_refused_when_the_client_is_made(self, limits: Any, words: str) -> None:
        with pytest.raises(ConfigurationError) as caught:
            Qianfan(bearer_token="bce-v3/x/y", limits=limits)
        assert str(caught.value) == words
