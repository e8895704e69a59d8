"""Open paths: an operation for a path that the spec does not know, with the host and the keys that go there."""

from __future__ import annotations

from typing import Any

import attrs

from qianfan_api.handles import Operation
from qianfan_api.platform import ENDPOINTS, PREFIXES
from qianfan_api.reply import Reply
from qianfan_api.routing import route


@attrs.frozen(kw_only=True, slots=False, eq=False, repr=False)
class OpenReply(Reply):
    """A reply of which nothing is documented: `reply["field"]`, `reply.to_dict()`."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.to_dict()!r})"


def open_operation(method: str, path: str) -> Operation[OpenReply, Reply]:
    """What is called so. Raises ValueError where the path does not begin with a slash, or has a query."""
    if not path.startswith("/") or "?" in path or "#" in path:
        raise ValueError(f"path: {path!r}: begins with / and has no query, as in /v2/chat/completions")
    method = method.upper()
    like = _nearest(method, path)
    host = _HANDS_OUT.get(path, like.host)
    signed = host != like.host
    return Operation(
        name=f"{method} {path}",
        dialect="v1" if signed else like.dialect,
        host=host,
        method=method,
        path=path,
        model_in="none",
        auth=("iam",) if signed else like.auth,
        reply=OpenReply,
    )


_HANDS_OUT = {one.path: one.host for one in ENDPOINTS.values()}
"""Path → host, of what hands out tokens. Where no operation is on that host, requests are signed."""


def _nearest(method: str, path: str) -> Operation[Any, Any]:
    """The operation that has a path, else one of its host or whose path begins with the same step, else one of V2."""
    from qianfan_api.operations import OPERATIONS

    found = route(path, method)
    if found is not None:
        return OPERATIONS[found.api]
    every = OPERATIONS.values()
    alike = [one for one in every if one.host == _HANDS_OUT.get(path) or _first_step(one.path) == _first_step(path)]
    return next(iter(alike or [one for one in every if one.path.startswith(PREFIXES["v2"])]))


def _first_step(path: str) -> str:
    return path.split("/")[1]
