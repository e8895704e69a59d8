"""Shared limits: asks Redis whether a call may go. Where it is down, the limits of this process hold alone."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from operator import methodcaller
from typing import TYPE_CHECKING, cast

from qianfan_typed.errors import ConfigurationError
from qianfan_typed.limits import Limiter
from qianfan_typed.limits.shared import SCRIPT, Question

if TYPE_CHECKING:
    from redis.commands.core import Script

log: logging.Logger = logging.getLogger("qianfan_typed")

_PATIENCE = 1.0
"""Seconds that Redis may be silent: it is asked before each call."""
_REST = 5.0
"""Seconds after which it is asked again when it was down."""


class SharedLimits:
    """What all processes that name the same Redis keep to together. Threads may share it."""

    def __init__(self, address: str) -> None:
        """
        Args:
            address: `redis://…`, `rediss://…` or `unix://…`.

        Raises:
            ConfigurationError: It is no address, or the extra is missing.
        """
        try:
            from redis import Redis, RedisError
        except ModuleNotFoundError:
            message = 'limits.redis needs redis: pip install "qianfan-typed[redis]"'
            raise ConfigurationError(message=message, setting="limits.redis") from None
        try:
            # Called by its name: its types do not say what keywords it takes.
            made = methodcaller("from_url", address, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)
            client = cast("Redis | None", made(Redis))
        except ValueError:
            client = None
        if client is None:
            message = "limits.redis must be an address like redis://localhost:6379/0"
            raise ConfigurationError(message=message, setting="limits.redis")
        self._script: Script = client.register_script(SCRIPT)
        self._close = client.close
        self._broken: tuple[type[Exception], ...] = (RedisError, OSError)
        self._rests_until = 0.0
        self._down = False

    def at_once(self, question: Question) -> None:
        """Nothing: Redis is asked before each call."""

    def ask(self, question: Question) -> Sequence[int] | None:
        """What the script says. None: Redis is down."""
        if time.monotonic() < self._rests_until:
            return None
        try:
            found = cast("Sequence[int]", self._script(keys=question.keys, args=question.arguments))
        except self._broken as error:
            self._rests_until = time.monotonic() + _REST
            if not self._down:
                log.warning("Redis is out of reach (%s): limits hold for this process alone", type(error).__name__)
            self._down = True
            return None
        if self._down:
            log.warning("Redis is back: limits hold across processes")
            self._down = False
        return found

    def close(self) -> None:
        """Closes the connections."""
        self._close()


def shared_limits(limiter: Limiter | None) -> SharedLimits | None:
    """What a limiter shares with other processes. None: nothing."""
    address = None if limiter is None else limiter.limits.redis
    return None if address is None else SharedLimits(address)
