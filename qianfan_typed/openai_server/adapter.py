"""Adapter: what the endpoints share - the runner, the names of models, the log of requests, and how it is set."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import attrs

from qianfan_typed.config import Secret, Settings
from qianfan_typed.openai_server.callees import Callees
from qianfan_typed.openai_server.request_log import RequestLog
from qianfan_typed.runners.async_runner import AsyncRunner

MOST_OF_BODY = 64 * 1024 * 1024
"""Bytes of a request, unless another bound is set: some images in base64."""


@attrs.frozen(kw_only=True)
class Terms:
    """On which terms requests are taken."""

    api_key: Secret | None = None
    """The key that clients have to show. None: any, or none."""
    lenient: bool = False
    """Whether what a model does not take is left out and told in a header, instead of refused."""
    max_body: int = MOST_OF_BODY
    """Bytes of a request at most."""
    origins: tuple[str, ...] = ()
    """The sites whose pages may call it, as browsers name them: `https://app.example`."""
    hosts: frozenset[str] | None = None
    """The names by which it may be called, without the port. None: any."""


class Adapter:
    """What the endpoints share."""

    def __init__(self, settings: Settings, terms: Terms, aliases: Mapping[str, str] | None = None) -> None:
        """
        Args:
            settings: How the platform is called.
            terms: On which terms requests are taken.
            aliases: Name that programs ask for → name of the platform's.
        """
        self.terms: Terms = terms
        self.runner: AsyncRunner = AsyncRunner(settings)
        self.callees: Callees = Callees(settings, aliases or {})
        self.log: RequestLog = RequestLog()
        self.instance: str = secrets.token_hex(8)
        """What tells this server from another that has its address later. No secret."""
