"""Fetching of a file that a reply has the address of. No key is shown: the address is its own."""

from __future__ import annotations

from urllib.parse import urlsplit

from qianfan_typed.cli.connection import Connection
from qianfan_typed.core.steps import HttpRequest
from qianfan_typed.errors import DecodeError
from qianfan_typed.transports.protocols import Patience


def fetch(url: str, connection: Connection) -> bytes:
    """The bytes at an address. Raises TransportError, or DecodeError where no file is there."""
    parts = urlsplit(url)
    runner = connection.runner()
    settings = runner.planner.settings
    request = HttpRequest(
        method="GET",
        base=f"{parts.scheme}://{parts.netloc}",
        path=f"{parts.path}{f'?{parts.query}' if parts.query else ''}",
    )
    answer = runner.transport.send(request, Patience(settings.connect_timeout, settings.timeout))
    if answer.status >= 300:
        message = f"the picture cannot be fetched: HTTP {answer.status}"
        raise DecodeError(message=message, status=answer.status, body=answer.body[:200], url=url.partition("?")[0])
    return answer.body
