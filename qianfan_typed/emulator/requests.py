"""Requests as the emulator takes them in."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from qianfan_typed.emulator.auth import Received
from qianfan_typed.emulator.platform import Recorded


def received(request: Request) -> Received:
    """What a signature covers of a request."""
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    headers = tuple((name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in request.headers.raw)
    return Received(request.method, path.decode("latin-1"), request.url.query, headers)


async def recorded(request: Request) -> Recorded:
    """What is remembered of a request."""
    return Recorded(
        method=request.method,
        path=request.url.path,
        query=dict(request.query_params),
        headers=dict(request.headers),
        body=await request.body(),
    )


async def form(request: Request) -> dict[str, str]:
    """The members of a form in the body; none where the body is something else."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
