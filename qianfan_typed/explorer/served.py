"""What a server tells the page that stands before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import attrs
from starlette.types import ASGIApp

from qianfan_api.handles import Operation

PREFIX = "/explorer/"
"""What the paths of the page begin with, all but its first."""
Headers: TypeAlias = Mapping[bytes, bytes]
"""Names in lower case."""
AnyOperation = Operation[Any, Any]


@attrs.frozen
class Variables:
    """Variables that point clients at a server."""

    title: str
    """Whom they are for."""
    values: Mapping[str, str]


@attrs.frozen(kw_only=True)
class Sandbox:
    """A platform to send the playground's requests to: the emulator."""

    app: ASGIApp
    credentials: Callable[[str, str, str, Sequence[str]], Mapping[str, str]]
    """Gives the headers that open a path: of its method, its path, its host, and the schemes that it takes."""


@attrs.frozen(kw_only=True)
class Served:
    """What the page says of the server that it stands before."""

    kind: Literal["emulator", "openai"]
    variables: Callable[[str], Sequence[Variables]] = lambda url: ()
    """Gives what points clients at the server's address."""
    keeps_bodies: bool = True
    """Whether the log has what requests and replies say. Otherwise it has their paths, states, times and sizes."""
    names: frozenset[str] | None = frozenset()
    """Names of hosts that the page may be opened by, besides addresses and localhost. None: any, where a key guards."""
    guard: Callable[[Headers], ASGIApp | None] = lambda headers: None
    """Gives what answers who may not see the page, by the headers of a request. None: it is shown."""
    unlogged: frozenset[str] = frozenset()
    """Paths of the server whose requests are not in the log."""
