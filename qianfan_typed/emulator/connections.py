"""Connections that are open, so that a planned failure can close one under a reply."""

from __future__ import annotations

import asyncio

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

Address = tuple[str, int]


class Connections:
    """Client address → transport."""

    def __init__(self) -> None:
        self._open: dict[Address, asyncio.Transport] = {}

    def protocol(self) -> type[asyncio.Protocol]:
        """The protocol class for uvicorn that keeps this book."""
        opened = self._open

        class Protocol(H11Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                if isinstance(transport, asyncio.Transport):
                    super().connection_made(transport)
                    if self.client is not None:
                        opened[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                if self.client is not None:
                    opened.pop(self.client, None)

        return Protocol

    async def close(self, scope: Scope, receive: Receive) -> None:
        """Closes the connection of a request and waits until it is gone. What was written before still goes out."""
        transport = self._open.get(scope["client"])
        if transport is not None:
            transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass
