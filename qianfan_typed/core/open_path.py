"""Open paths: an operation for a path that the spec does not know, with the host and the keys that go there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from qianfan_api.handles import Operation
from qianfan_api.platform import ENDPOINTS, PREFIXES
from qianfan_api.reply import Reply
from qianfan_api.routing import route

_SCHEMES: Mapping[str, tuple[Any, ...]] = {"v1": ("iam", "access_token"), "v2": ("bearer",), "iam": ("iam",)}
"""Host → what it takes."""


@attrs.frozen(kw_only=True)
class OpenReply(Reply):
    """A reply of which nothing is documented: `reply["field"]`, `reply.to_dict()`."""


def open_operation(method: str, path: str) -> Operation[OpenReply, Reply]:
    """What is called so. Raises ValueError where the path does not begin with a slash, or has a query."""
    if not path.startswith("/") or "?" in path or "#" in path:
        raise ValueError(f"path: {path!r}: begins with / and has no query, as in /v2/chat/completions")
    method = method.upper()
    host = host_of(path, method)
    return Operation(
        name=f"{method} {path}",
        dialect="v2" if host == "v2" else "v1",
        host=host,
        method=method,
        path=path,
        model_in="none",
        auth=_SCHEMES[host],
        reply=OpenReply,
    )


def host_of(path: str, method: str) -> str:
    """Which host has a path: as an operation says, else V1's where the path begins as its own do."""
    from qianfan_api.operations import OPERATIONS

    found = route(path, method)
    if found is not None:
        return OPERATIONS[found.api].host
    if path == ENDPOINTS["bearer"].path:
        return ENDPOINTS["bearer"].host
    own = (*PREFIXES.values(), ENDPOINTS["oauth"].path, "/rpc/", "/wenxinworkshop/")
    return "v1" if path.startswith(own) else "v2"
