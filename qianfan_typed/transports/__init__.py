"""The network: transports, the protocols that they keep to, and what they share."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qianfan_typed.core.steps import Answer, HttpRequest
    from qianfan_typed.transports.aiohttp_transport import AiohttpTransport
    from qianfan_typed.transports.cassette import Cassette
    from qianfan_typed.transports.protocols import AsyncBody, AsyncTransport, Body, Patience, Transport
    from qianfan_typed.transports.urllib3_transport import Urllib3Transport

__all__ = [
    "AiohttpTransport",
    "Answer",
    "AsyncBody",
    "AsyncTransport",
    "Body",
    "Cassette",
    "HttpRequest",
    "Patience",
    "Transport",
    "Urllib3Transport",
]

_HERE = "qianfan_typed.transports"
_PLACES = {
    "AiohttpTransport": f"{_HERE}.aiohttp_transport",
    "Cassette": f"{_HERE}.cassette",
    "Urllib3Transport": f"{_HERE}.urllib3_transport",
    **dict.fromkeys(("AsyncBody", "AsyncTransport", "Body", "Patience", "Transport"), f"{_HERE}.protocols"),
    **dict.fromkeys(("Answer", "HttpRequest"), "qianfan_typed.core.steps"),
}

# Names are fetched when they are first used: nobody loads a library that he does not call with.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_PLACES[name]), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
