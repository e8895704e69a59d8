"""Server: the adapter on a port of this machine, in a thread of its own."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

import attrs
import uvicorn

from qianfan_typed.config import Settings
from qianfan_typed.openai_server.adapter import Adapter, Terms
from qianfan_typed.openai_server.app import make_app
from qianfan_typed.openai_server.page import with_page
from qianfan_typed.openai_server.request_log import RequestLog
from qianfan_typed.serving import KEPT_ALIVE, PortServer

_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


class OpenAIServer(PortServer):
    """An OpenAI-compatible server over the platform.

        with OpenAIServer(settings, aliases={"gpt-4o": "ernie-4.5-turbo-128k"}) as server:
            openai.OpenAI(base_url=server.url + "/v1", api_key="any")

    Args:
        settings: How the platform is called.
        host: The address to listen on.
        port: The port. 0 picks a free one.
        aliases: Name that programs ask for → name of the platform's. `*` stands for every unknown one.
        terms: Keys, bounds and manners. Left out: no key, and only this machine's names where it listens there alone.

    Raises:
        OSError: The port is taken, or the address is not this machine's.
    """

    _called = "the OpenAI server"

    def __init__(
        self,
        settings: Settings,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        aliases: Mapping[str, str] | None = None,
        terms: Terms | None = None,
    ) -> None:
        terms = terms or Terms()
        if terms.hosts is None and terms.api_key is None and is_loopback(host):
            # A page may have its own name point here: without a key, the name has to be ours.
            terms = attrs.evolve(terms, hosts=_OWN_NAMES | {host})
        super().__init__(host, port)
        self.adapter: Adapter = Adapter(settings, terms, aliases)

    @property
    def log(self) -> RequestLog:
        """The last requests."""
        return self.adapter.log

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            with_page(make_app(self.adapter), self.adapter, self.host),
            ws="none",
            lifespan="on",
            timeout_keep_alive=KEPT_ALIVE,
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=2,
        )


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
