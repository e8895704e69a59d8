"""Page of the server: the explorer before it, with the live log of its requests; none of what they say is kept."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import ASGIApp

from qianfan_typed.explorer import Explorer, Sandbox, Served, Variables
from qianfan_typed.openai_server.adapter import Adapter
from qianfan_typed.openai_server.app import HEALTH
from qianfan_typed.openai_server.guard import require_entry
from qianfan_typed.openai_server.refusals import Refused


def with_page(app: ASGIApp, adapter: Adapter, host: str) -> Explorer:
    """The explorer before an OpenAI server. All of it asks for the server's key, if there is one.

    Args:
        app: The server. What it allows pages of other sites holds for its own paths alone.
        adapter: On whose terms requests are taken.
        host: The address that it listens on.
    """
    terms = adapter.terms

    def guard(headers: Mapping[bytes, bytes]) -> ASGIApp | None:
        try:
            require_entry(headers, terms)
        except Refused as refused:
            return Response(refused.body(), refused.status, refused.headers, media_type="application/json")
        return None

    key = "any" if terms.api_key is None else "the-key-it-was-started-with"
    served = Served(
        kind="openai",
        variables=lambda url: [Variables("openai", {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": key})],
        keeps_bodies=False,
        # Who has to show a key cannot be led here by a name of somebody else's.
        names=frozenset({host}) if terms.api_key is None else None,
        guard=guard,
        unlogged=frozenset({HEALTH}),
    )
    return Explorer(app, served, _sandbox)


def _sandbox() -> Sandbox:
    # Late: an emulator is for those who open the page.
    from qianfan_typed.emulator.page import own_sandbox

    return own_sandbox()
