"""Exchange: one signed request to any path, and the answer as it came, whatever its status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from qianfan_api.handles import OpenRequest, Operation, Options, Target
from qianfan_api.platform import ENDPOINTS, PREFIXES
from qianfan_api.reply import Reply
from qianfan_api.routing import route
from qianfan_typed.core.calls import Call
from qianfan_typed.core.steps import Answer, HttpRequest, Renew, Steps, send
from qianfan_typed.runners.sync_runner import SyncRunner

_SCHEMES: Mapping[str, tuple[Any, ...]] = {"v1": ("iam", "access_token"), "v2": ("bearer",), "iam": ("iam",)}
"""Host → what it takes."""


@attrs.frozen(kw_only=True)
class Ask:
    """A request to a path."""

    method: str
    path: str
    """Without the query."""
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    body: bytes = b""


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


def exchange(runner: SyncRunner, ask: Ask) -> tuple[HttpRequest, Answer]:
    """Sends a request with the credentials that its host takes; gives what was sent, without them, and the answer.

    Raises:
        ConfigurationError: No key at hand serves for it.
        TransportError: There was no answer.
        ApiError: The service that hands out tokens refused.
    """
    host = host_of(ask.path, ask.method)
    operation: Operation[Reply, Reply] = Operation(
        name=ask.path,
        dialect="v2" if host == "v2" else "v1",
        host=host,
        method=ask.method,
        path=ask.path,
        model_in="none",
        auth=_SCHEMES[host],
        reply=Reply,
    )
    target = Target(operation=operation, name=ask.path)
    call = runner.planner.prepare(target, OpenRequest({}), Options(validate="off"), stream=False)
    given = {name.lower() for name in ask.headers}
    headers = {name: value for name, value in call.request.headers.items() if name.lower() not in given}
    request = attrs.evolve(call.request, query=ask.query, headers={**headers, **ask.headers}, body=ask.body)
    return request, runner.carry(_steps(call, request))


def _steps(call: Call[Any, Any], request: HttpRequest) -> Steps[Answer]:
    store, token = call.auth.store, None
    if store is not None:
        yield Renew(store.wish())
        token = store.held()
    return (yield from send(call.auth.authorised(request, token), call.timeout))
