"""Plans: what the emulator's user wants to happen next."""

from __future__ import annotations

from collections.abc import Iterable

from qianfan_typed.emulator.planned_answers import planned_answer
from qianfan_typed.emulator.planned_failures import Failure, StreamFailure, Where
from qianfan_typed.emulator.platform import Platform
from qianfan_typed.emulator.refusals import Refused


class Plans:
    """What an emulator can be told to play. All members may be used from any thread."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    # --- failures ----------------------------------------------------------------------------------------------------

    def fail_next(
        self,
        times: int = 1,
        *,
        code: int | str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
        message: str = "",
        body: bytes | None = None,
        on: Where = "model",
    ) -> None:
        """Lets the next requests fail.

        Args:
            times: How many.
            code: The platform's error code: an int on V1, a string on V2. Its table gives the HTTP status.
            status: The HTTP status. Without a code: the first code that comes with it, else no JSON at all.
            retry_after: Seconds, for the header Retry-After.
            message: What the error says besides the code's meaning.
            body: What to send in place of the error's JSON.
            on: `model`: calls of models. `token`: OAuth and bearer requests. `any`: whatever comes.

        Raises:
            ValueError: Neither a code nor a status is given.
        """
        if code is None and status is None:
            raise ValueError("say how to fail: code=18, code='rpm_rate_limit_exceeded' or status=503")
        failure = Failure(code=code, status=status, retry_after=retry_after, message=message, body=body, where=on)
        self._platform.failures.requests.add(failure, times)

    def drop_connection(self, times: int = 1, *, on: Where = "model") -> None:
        """Lets the next requests get no reply: the connection closes."""
        self._platform.failures.requests.add(Failure(drop=True, where=on), times)

    def cut_stream_after(self, chunks: int, *, times: int = 1, abrupt: bool = False) -> None:
        """Lets the next streams end after `chunks` chunks, without their end.

        Args:
            chunks: How many chunks still come.
            times: How many streams.
            abrupt: Whether the connection is lost. Otherwise the HTTP body ends as a whole one does.
        """
        self._platform.failures.streams.add(StreamFailure(after=chunks, abrupt=abrupt), times)

    def error_in_stream(
        self, code: int | str, after: int = 1, *, times: int = 1, message: str = "", spread: bool = False
    ) -> None:
        """Lets the next streams carry an error after `after` chunks, and end there.

        Args:
            code: The platform's error code: an int on V1, a string on V2.
            after: How many chunks come before it.
            times: How many streams.
            message: What the error says besides the code's meaning.
            spread: V1: whether the error's JSON takes several lines.
        """
        failure = StreamFailure(after=after, refusal=Refused(code, message), spread=spread)
        self._platform.failures.streams.add(failure, times)

    def slow(self, latency: float) -> None:
        """Waits `latency` seconds before each reply and between chunks, until the next reset."""
        self._platform.latency = latency

    def answer_with(
        self,
        *answers: object,
        times: int = 1,
        tool_calls: Iterable[tuple[str, object]] = (),
        reasoning: str | None = None,
        finish_reason: str | None = None,
        flag: int | None = None,
    ) -> None:
        """Lets the next answers be these, one after the other, in place of the emulator's own.

            emulator.answer_with("晴。", Weather("上海", 21.0))
            emulator.answer_with(tool_calls=[("get_weather", {"city": "上海"})])

        Args:
            answers: Texts, or objects, for `parse` to read. None: the emulator's own.
            times: How often all of them come.
            tool_calls: Functions to call, with an object of arguments or its JSON text. V1 calls the first.
            reasoning: What the model thinks before it speaks. V1 does not show it.
            finish_reason: Why the answers end, in the platform's words: `length`, `content_filter`.
            flag: How unsafe the content check finds the answers of chats, as the pages number it.

        Raises:
            TypeError: JSON cannot say an object.
        """
        calls = list(tool_calls)
        plans = [
            planned_answer(one, tool_calls=calls, reasoning=reasoning, finish_reason=finish_reason, flag=flag)
            for one in answers or (None,)
        ]
        for _ in range(times):
            for plan in plans:
                self._platform.failures.answers.add(plan, 1)

    def flag_next(self, flag: int = 1, times: int = 1) -> None:
        """Lets the content check find the next answers of chats unsafe: they end as content_filter.

        Args:
            flag: How unsafe, as the pages number it: 1 to 4.
            times: How many answers.
        """
        self._platform.failures.flags.add(flag, times)

    def finish_videos_after(self, polls: int, *, fail: bool = False) -> None:
        """Sets how many questions find a video unfinished, 2 where nobody says, until the next reset.

        Args:
            polls: How many. The first finds it pending, others running, the one after them done. 0: it is done at once.
            fail: Whether videos that are asked for from now on come to nothing.
        """
        self._platform.videos.polls, self._platform.videos.fail = polls, fail

    # --- time and tokens ---------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Lets time pass for tokens and signatures."""
        self._platform.guard.ahead += seconds

    def expire_tokens(self) -> None:
        """Makes the access tokens and bearer tokens that were handed out too old. The permanent one stays good."""
        self._platform.guard.access_tokens.expire_all()
        self._platform.guard.bearer_tokens.expire_all()

    def revoke_tokens(self) -> None:
        """Makes the access tokens and bearer tokens that were handed out invalid. The permanent one stays good."""
        self._platform.guard.access_tokens.revoke_all()
        self._platform.guard.bearer_tokens.revoke_all()

    def reset(self) -> None:
        """Forgets requests, planned failures, tokens, time that passed, files, batches, responses; ids start anew."""
        self._platform.reset()
