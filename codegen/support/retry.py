"""Retries: what a client, or one call, is told of them."""

from __future__ import annotations

from collections.abc import Iterable

import attrs


# Not one function for both: mypy would read its type variable as the type of the argument.
def _codes(values: Iterable[int | str] | None) -> frozenset[int | str] | None:
    return None if values is None else frozenset(values)


def _statuses(values: Iterable[int] | None) -> frozenset[int] | None:
    return None if values is None else frozenset(values)


@attrs.frozen(kw_only=True)
class Retry:
    """When a request is sent again, how often, and after how long. What is None is as the client is set.

    Each part may be given to a client (`Qianfan(retry=Retry(attempts=5))`) and to one call (`create(…, retry=…)`).

    A kept connection that is lost before the first byte of a reply is replaced and the request sent again at once,
    whatever stands here: that costs no attempt and nothing of the budget.
    """

    attempts: int | None = None
    """How often a request is sent at most, 3 by default. 1: no retries."""
    backoff: float | None = None
    """Seconds before the first retry at most, 1 by default; each further one doubles them."""
    jitter: float | None = None
    """The share of a wait that is left to chance, from 0 to 1. 1, the default: from zero to the whole; 0: the whole.
    What the platform asks for in `Retry-After` is always waited; the same chance adds to it, so that not all clients
    come back at once."""
    max_wait: float | None = None
    """Seconds between two attempts at most, 120 by default. A platform that asks for more gets no retry: the error
    comes at once and has `retry_after`."""
    codes: frozenset[int | str] | None = attrs.field(default=None, converter=_codes)
    """The platform's codes after which a request is sent again. None: those that the documentation calls retryable."""
    statuses: frozenset[int] | None = attrs.field(default=None, converter=_statuses)
    """The HTTP statuses after which it is, where the code is unknown. None: 408, 409, 425, 429 and all from 500."""
    unsent: bool | None = None
    """Whether it is where nothing can have reached the platform whole, as it is by default: no connection could be
    made, or it broke while the request was written."""
    lost: bool | None = None
    """Whether it is where a new connection was lost after the request was sent and before the first byte of a reply.
    False by default: the platform may do the work, and bill it, twice."""
    budget: float | None = None
    """Retries that all calls of a client may make together, 100 by default, so that an outage is not multiplied: a
    retry takes one, a call that succeeds gives a tenth of one back. Where none is left, errors come at once. It is the
    client's; one call may only have `float("inf")`: it takes none."""
