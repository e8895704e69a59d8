"""The clock of signatures: this machine's, set right by what the platform says of the time."""

from __future__ import annotations

import logging
from collections.abc import Callable

from qianfan_typed.core.retry import http_date
from qianfan_typed.errors import ApiError

log: logging.Logger = logging.getLogger("qianfan_typed")

_NOTICED = 30.0
"""Seconds by which two clocks must differ for that to be why a signature is refused: they are good for 300."""


class Clock:
    """Seconds since the epoch, as the platform counts them as far as we know."""

    def __init__(self, own: Callable[[], float]) -> None:
        self._own = own
        self._ahead = 0.0
        """Seconds by which the platform's clock is ahead of ours."""

    def __call__(self) -> float:
        return self._own() + self._ahead

    def learn(self, error: ApiError) -> bool:
        """Takes the time from the `Date` of a refusal. True: it was another, so that a signature may be tried again."""
        said = http_date(error.headers.get("date"))
        if said is None or abs(said - self()) < _NOTICED:
            return False
        self._ahead = said - self._own()
        log.warning(
            "this machine's clock is %+.0f s off the platform's; signatures follow the platform's", -self._ahead
        )
        return True
