"""When to try again, and after how long."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qianfan_api.retry import Retry
from qianfan_typed.core.retry import RetryBudget, RetryPolicy, Verdict, retry_after
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
    assert RetryPolicy().may_succeed_later(error) is again


def test_waits_double_up_to_the_most() -> None:
    policy = RetryPolicy(attempts=9, backoff=2, max_wait=20, jitter=0)
    assert [policy.after(api_error(), attempt).wait for attempt in range(1, 8)] == [2, 4, 8, 16, 20, 20, 20]


def test_chance_takes_its_share_of_a_wait() -> None:
    for jitter, least in ((1, 0), (0.5, 2), (0, 4)):
        low = RetryPolicy(attempts=9, backoff=4, jitter=jitter, random=lambda: 0.999999)
        high = RetryPolicy(attempts=9, backoff=4, jitter=jitter, random=lambda: 0)
        assert low.after(api_error(), 1).wait == pytest.approx(least, abs=0.001)
        assert high.after(api_error(), 1).wait == 4


def test_the_last_attempt_is_the_last() -> None:
    policy = RetryPolicy(attempts=3)
    assert policy.after(api_error(), 2).wait is not None
    assert policy.after(api_error(), 3).wait is None
    assert RetryPolicy(attempts=1).after(api_error(), 1).wait is None


def test_a_very_late_attempt_does_not_overflow() -> None:
    assert RetryPolicy(attempts=10_000, jitter=0).after(api_error(), 9_000).wait == 120


def test_what_the_platform_asks_for_is_waited() -> None:
    policy = RetryPolicy(attempts=3, max_wait=60, jitter=0)
    assert policy.after(api_error(retry_after=7.5), 1).wait == 7.5


def test_clients_do_not_all_come_back_at_once_when_the_platform_says_when() -> None:
    for number, wait in ((0, 7.5), (0.5, 8.5), (0.999999, 9.5)):
        policy = RetryPolicy(attempts=3, backoff=2, random=lambda number=number: number)
        assert policy.after(api_error(retry_after=7.5), 1).wait == pytest.approx(wait, abs=0.001)


def test_a_wait_that_is_over_is_the_clients_own() -> None:
    for jitter, wait in ((1, 0.75), (0, 1)):
        policy = RetryPolicy(attempts=3, jitter=jitter, random=lambda: 0.25)
        assert policy.after(api_error(retry_after=0), 1).wait == wait


def test_a_platform_that_asks_for_too_long_gets_no_retry() -> None:
    verdict = RetryPolicy(attempts=3, max_wait=60).after(api_error(retry_after=86400), 1)
    assert verdict == Verdict(reason="the platform asks to wait 86,400 s, and max_wait is 60 s")


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
        (" 3 ", 3),
        ("1_000", None),
        ("٣", None),
        ("Wed, 01 Jan 2025 00:00:30 +9999999999", None),
        ("Wed, 01 Jan 99999 00:00:30 GMT", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, 1735689600) == seconds


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d+:\d+:\d+ [A-Z+-][A-Z0-9]*"))
def test_no_header_breaks_a_call(header: str) -> None:
    seconds = retry_after(header, 1735689600)
    assert seconds is None or 0 <= seconds < float("inf")


@given(st.lists(st.booleans(), max_size=300))
def test_a_budget_never_lets_more_retries_pass_than_it_says(calls: list[bool]) -> None:
    budget = RetryBudget(5)
    succeeded = retried = 0
    for success in calls:
        if success:
            budget.succeeded()
            succeeded += 1
        elif budget.take():
            retried += 1
        assert 0 <= budget.left <= 5
    assert retried <= 5 + succeeded * 0.1 + 1e-9


def test_an_outage_uses_the_budget_up() -> None:
    policy = RetryPolicy(attempts=3, budget=RetryBudget(2))
    assert [policy.after(api_error(), 1).wait is None for _ in range(4)] == [False, False, True, True]
    assert policy.after(api_error(), 1) == Verdict(
        reason="too many calls of this client failed of late: its budget of retries is used up"
    )
    for _ in range(10):
        policy.succeeded()
    assert policy.after(api_error(), 1).wait is not None


def test_a_policy_takes_the_parts_that_are_given() -> None:
    policy = RetryPolicy(attempts=2, backoff=4).with_parts(Retry(attempts=9, lost=True))
    assert (policy.attempts, policy.backoff, policy.lost, policy.unsent) == (9, 4, True, True)


def test_a_call_may_be_free_of_the_clients_budget_and_shares_it_else() -> None:
    policy = RetryPolicy(budget=RetryBudget(0))
    assert policy.with_parts(Retry(attempts=5)).after(api_error(), 1).wait is None
    assert policy.with_parts(Retry(budget=float("inf"))).after(api_error(), 1).wait is not None


@pytest.mark.parametrize(
    ("parts", "error", "again"),
    [
        (Retry(codes={336003}), {"code": 336003, "retryable": False, "meaning": "wrong"}, True),
        (Retry(codes={336003}), {"code": 18, "meaning": "slow down"}, False),
        (Retry(codes=()), {"code": 18, "meaning": "slow down"}, False),
        (Retry(statuses={418}), {"code": None, "status": 418, "retryable": False}, True),
        (Retry(statuses={418}), {"code": None, "status": 503}, False),
        (Retry(statuses={418}), {"code": 18, "meaning": "slow down"}, True),
    ],
)
def test_codes_and_statuses_that_are_given_count(parts: Retry, error: dict[str, Any], again: bool) -> None:
    assert RetryPolicy().with_parts(parts).may_succeed_later(api_error(**error)) is again


def test_a_connection_that_was_lost_is_tried_again_as_it_is_told() -> None:
    unsent = ConnectTimeout(message="no connection", url=URL)
    lost = ConnectionLost(message="broke", url=URL, unanswered=True)
    assert RetryPolicy(unsent=False).after(unsent, 1) == Verdict()
    assert RetryPolicy().after(lost, 1) == Verdict()
    assert RetryPolicy(lost=True).after(lost, 1).wait is not None
    kept = ConnectionLost(message="broke", url=URL, unanswered=True, kept=True)
    assert RetryPolicy(attempts=1, budget=RetryBudget(0)).after(kept, 1) == Verdict(wait=0, free=True)
