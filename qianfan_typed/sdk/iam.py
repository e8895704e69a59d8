"""`IAM`: bearer tokens for the account's keys."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import attrs

from qianfan_api.reply import Reply
from qianfan_api.responses import QfResponse
from qianfan_typed.config import Settings, base_and_prefix
from qianfan_typed.core.clock import Clock
from qianfan_typed.core.decoding import decode
from qianfan_typed.core.retry import RetryPolicy
from qianfan_typed.core.signing import Credentials
from qianfan_typed.core.steps import Answer, HttpRequest
from qianfan_typed.core.timing import Attempt
from qianfan_typed.core.tokens import BearerTokens, Grant, TokenStore
from qianfan_typed.errors import ApiError, ConfigurationError
from qianfan_typed.sdk.keywords import ClientOptions, require_client_options, settings_of
from qianfan_typed.sdk.prepared import as_sent
from qianfan_typed.sdk.runners import sync_runner

if TYPE_CHECKING:
    from typing_extensions import Unpack


@attrs.frozen(kw_only=True)
class BearerTokenReply(Reply):
    """A bearer token. When it was made and expires: `reply["createTime"]`, `reply["expireTime"]`."""

    token: str = attrs.field(default="", repr=False)
    """The token, for `Qianfan(bearer_token=…)` or `QIANFAN_BEARER_TOKEN`."""
    status: str = ""
    """enable: it is good."""


class IAM:
    """Hands out bearer tokens for V2: for programs that should not hold the account's keys."""

    @classmethod
    def create_bearer_token(
        cls, expire_in_seconds: int = 1000, **options: Unpack[ClientOptions]
    ) -> QfResponse[BearerTokenReply]:
        """Makes a bearer token: `IAM.create_bearer_token(100).reply.token`.

        Args:
            expire_in_seconds: How long it lasts.
            **options: Keys (`access_key`, `secret_key`), hosts and retries: see `ClientOptions`.

        Raises:
            ConfigurationError: The account's keys are missing, or the time cannot be.
            ApiError: The platform refused.
            TransportError: There was no reply.
        """
        require_client_options("create_bearer_token()", options, ["expire_in_seconds"])
        settings = settings_of(options)
        source = _Recorded(_source(settings, expire_in_seconds))
        store = TokenStore(source, policy=RetryPolicy.of(settings), timeout=settings.auth_timeout)
        sync_runner(settings, options.get("transport")).carry(store.renewal(), settings.deadline)
        return source.response(settings)


def _source(settings: Settings, lifetime: object) -> BearerTokens:
    if not isinstance(lifetime, int) or isinstance(lifetime, bool) or lifetime < 1:
        message = f"expire_in_seconds: {lifetime!r} must be a whole number of seconds from 1"
        raise ConfigurationError(message=message, setting="expire_in_seconds")
    if settings.access_key is None or settings.secret_key is None:
        message = "a bearer token is made for the account's keys: set QIANFAN_ACCESS_KEY and QIANFAN_SECRET_KEY"
        raise ConfigurationError(message=message, setting="QIANFAN_ACCESS_KEY")
    base, prefix = base_and_prefix(settings.hosts["iam"])
    keys = Credentials(settings.access_key.reveal(), settings.secret_key.reveal())
    return BearerTokens(base, prefix, keys, lifetime, settings.signature_lifetime, Clock(time.time))


class _Recorded:
    """A source of tokens that keeps what was asked and answered last."""

    def __init__(self, source: BearerTokens) -> None:
        self._source = source
        self._asked: HttpRequest | None = None
        self._answer: Answer | None = None
        self._attempt = self._attempted(0, time.perf_counter())

    def request(self) -> HttpRequest:
        self._attempt = self._attempted(self._attempt.number + 1, self._attempt.called)
        self._asked = self._source.request()
        return self._asked

    def _attempted(self, number: int, called: float) -> Attempt:
        tick = time.perf_counter
        return Attempt(number=number, called=called, sent=tick(), epoch=time.time(), tick=tick)

    @property
    def name(self) -> str:
        return self._source.name

    def mends(self, error: ApiError) -> bool:
        return self._source.mends(error)

    def read(self, answer: Answer) -> Grant:
        self._answer = answer
        return self._source.read(answer)

    def response(self, settings: Settings) -> QfResponse[BearerTokenReply]:
        """The last answer, as the documents' methods give it."""
        if self._asked is None or self._answer is None:
            raise RuntimeError("nothing was asked yet")
        asked, answer = self._asked, self._answer
        reply = decode(BearerTokenReply, answer.body)
        self._attempt.attach(reply, answer)
        return QfResponse(reply, lambda: as_sent(asked, settings, settings.auth_timeout))
