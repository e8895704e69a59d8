"""Exchange: one signed request to any path, and the answer as it came, whatever its status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from qianfan_api.handles import OpenRequest, Options, Target
from qianfan_typed.core.calls import Call
from qianfan_typed.core.open_path import open_operation
from qianfan_typed.core.steps import Answer, HttpRequest, Renew, Steps, send
from qianfan_typed.runners.sync_runner import SyncRunner


@attrs.frozen(kw_only=True)
class Ask:
    """A request to a path."""

    method: str
    path: str
    """Without the query."""
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], repr=False)
    body: bytes = b""


def exchange(runner: SyncRunner, ask: Ask) -> tuple[HttpRequest, Answer]:
    """Sends a request with the credentials that its host takes; gives what was sent, without them, and the answer.

    Raises:
        ConfigurationError: No key at hand serves for it.
        TransportError: There was no answer.
        ApiError: The service that hands out tokens refused.
    """
    target = Target(operation=open_operation(ask.method, ask.path), name=ask.path)
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
