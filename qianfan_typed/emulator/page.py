"""Page of the emulator: the explorer before it, which sends what is typed there to the emulator itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
from starlette.types import ASGIApp, Receive, Scope, Send

from qianfan_api.platform import HOSTS
from qianfan_typed.core import signing
from qianfan_typed.emulator.app import make_app
from qianfan_typed.emulator.auth import Keys
from qianfan_typed.emulator.connections import Connections
from qianfan_typed.emulator.platform import Platform
from qianfan_typed.explorer import Explorer, Sandbox, Served, Variables


def with_page(app: ASGIApp, platform: Platform, host: str) -> Explorer:
    """The explorer before an emulator.

    Args:
        app: The emulator.
        platform: Its platform.
        host: The address that it listens on.
    """
    served = Served(kind="emulator", variables=lambda url: _variables(platform, url), names=frozenset({host}))
    return Explorer(app, served, lambda: sandbox_of(app, platform))


def sandbox_of(app: ASGIApp, platform: Platform) -> Sandbox:
    """An emulator as what the page sends to."""

    def credentials(method: str, path: str, host: str, schemes: Sequence[str]) -> Mapping[str, str]:
        keys = platform.keys
        if "bearer" in schemes:
            return {"authorization": f"Bearer {keys.bearer_token}"}
        pair = signing.Credentials(keys.access_key, keys.secret_key)
        return {"authorization": signing.sign(method, path, (), {"host": host}, pair, platform.guard.now())}

    return Sandbox(app=app, credentials=credentials)


def own_sandbox(latency: float = 0.03) -> Sandbox:
    """Emulators for the page alone, before a server that is none: each request has its own, so none is kept.

    `latency` is in seconds.
    """

    def platform() -> Platform:
        return Platform(keys=Keys(), latency=latency)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await make_app(platform(), Connections())(scope, receive, send)

    return sandbox_of(app, platform())


def _variables(platform: Platform, url: str) -> list[Variables]:
    """What points clients at the emulator. Keys of the user's own are not shown: they may open something else."""
    keys, fixed = platform.keys, Keys()
    shown = {
        one.name: value if value == getattr(fixed, one.name) else "…"
        for one in attrs.fields(Keys)
        if (value := str(getattr(keys, one.name)))
    }
    addresses = {host.setting: url for host in HOSTS.values()}
    token = platform.guard.make_access_token(keys.ak, keys.sk)
    return [
        Variables(
            "iam", {**addresses, "QIANFAN_ACCESS_KEY": shown["access_key"], "QIANFAN_SECRET_KEY": shown["secret_key"]}
        ),
        Variables("curl", {**addresses, "QIANFAN_BEARER_TOKEN": shown["bearer_token"], "QIANFAN_ACCESS_TOKEN": token}),
        Variables("openai", {"OPENAI_BASE_URL": f"{url}/v2", "OPENAI_API_KEY": shown["bearer_token"]}),
    ]
