"""When to try again, and after how long."""

from __future__ import annotations

from typing import Any

import pytest

from qianfan_typed.core.retry import RetryPolicy, may_succeed_later, retry_after
from qianfan_typed.errors import ApiError, ConnectionLost, ConnectTimeout, DecodeError, QianfanError, ReadTimeout

URL = "https://aip.baidubce.com/x"


def api_error(**fields: Any) -> ApiError:
    return ApiError(**{"code": 18, "message": "slow down", "status": 200, "retryable": True, **fields})


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (api_error(), True),
        (api_error(retryable=False), False),
        (ConnectTimeout(message="no connection within 10 s", url=URL), True),
        (ConnectionLost(message="refused", url=URL, retryable=True), True),
        (ConnectionLost(message="the connection broke", url=URL), False),
        (ReadTimeout(message="silent", url=URL), False),
        (DecodeError(message="no JSON", status=200, body=b""), False),
    ],
)
def test_only_what_costs_nothing_twice_is_tried_again(error: QianfanError, again: bool) -> None:
    assert may_succeed_later(error) is again


def test_waits_double_up_to_the_most() -> None:
    policy = RetryPolicy(attempts=9, backoff_factor=2, max_wait=20, jitter=0)
    assert [policy.wait(api_error(), attempt) for attempt in range(1, 8)] == [2, 4, 8, 16, 20, 20, 20]


def test_chance_takes_its_share_of_a_wait() -> None:
    for jitter, least in ((1, 0), (0.5, 2), (0, 4)):
        low = RetryPolicy(attempts=9, backoff_factor=4, jitter=jitter, random=lambda: 0.999999)
        high = RetryPolicy(attempts=9, backoff_factor=4, jitter=jitter, random=lambda: 0)
        assert low.wait(api_error(), 1) == pytest.approx(least, abs=0.001)
        assert high.wait(api_error(), 1) == 4


def test_the_last_attempt_is_the_last() -> None:
    policy = RetryPolicy(attempts=3)
    assert policy.wait(api_error(), 2) is not None
    assert policy.wait(api_error(), 3) is None
    assert RetryPolicy(attempts=1).wait(api_error(), 1) is None


def test_a_very_late_attempt_does_not_overflow() -> None:
    assert RetryPolicy(attempts=10_000, jitter=0).wait(api_error(), 9_000) == 120


def test_what_the_platform_asks_for_is_waited() -> None:
    policy = RetryPolicy(attempts=3, max_wait=60)
    assert policy.wait(api_error(retry_after=7.5), 1) == 7.5
    assert policy.wait(api_error(retry_after=0), 1) == 0


def test_a_platform_that_asks_for_too_long_gets_no_retry() -> None:
    assert RetryPolicy(attempts=3, max_wait=60).wait(api_error(retry_after=61), 1) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3),
        ("0.5", 0.5),
        ("-1", 0),
        ("Wed, 01 Jan 2025 00:00:30 GMT", 30),
        ("Tue, 31 Dec 2024 23:59:00 GMT", 0),
        (None, None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, 1735689600) == seconds
