"""Calls an emulator the plain way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import attrs
import urllib3

from qianfan_api.operations import OPERATIONS
from qianfan_api.platform import PREFIXES
from qianfan_typed.emulator import Emulator

HELLO = [{"role": "user", "content": "你好"}]
V1 = PREFIXES["models"]
V2 = "/v2/chat/completions"


@attrs.frozen
class Got:
    """A reply over a real socket."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def events(self) -> list[Any]:
        """The JSON of a stream's events; `[DONE]` as it stands."""
        found = [line.removeprefix("data: ") for line in self.body.decode().splitlines() if line.startswith("data: ")]
        return [event if event == "[DONE]" else json.loads(event) for event in found]


class Caller:
    """Calls an emulator the plain way."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.pool = urllib3.HTTPConnectionPool(emulator.host, emulator.port, retries=False, timeout=10)

    def send(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Got:
        """Sends JSON, or bytes as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        reply = self.pool.request(
            method, path, body=data, headers={"Content-Type": "application/json", **(headers or {})}
        )
        return Got(reply.status, reply.headers, reply.data)

    def token(self) -> str:
        """A fresh access token."""
        query = f"grant_type=client_credentials&client_id={self.emulator.ak}&client_secret={self.emulator.sk}"
        return str(self.send("POST", f"/oauth/2.0/token?{query}").json["access_token"])

    def v1(self, path: str = "chat/ernie-lite-pro-128k", *, messages: object = HELLO, **parameters: object) -> Got:
        """Calls a V1 model with an access token."""
        return self.send("POST", f"{V1}/{path}?access_token={self.token()}", {"messages": messages, **parameters})

    def v2(self, model: str = "ernie-3.5-8k", *, messages: object = HELLO, **parameters: object) -> Got:
        """Calls a V2 model with the permanent bearer token."""
        return self.send("POST", V2, {"model": model, "messages": messages, **parameters}, self.bearer)

    def call(self, operation: str, path: str = "", /, **wire: object) -> Got:
        """Calls an operation as it is called: V1 at `path` with an access token, V2 with the permanent bearer token."""
        called = OPERATIONS[operation]
        address = called.path.replace("{path}", path)
        if called.host == "v1":
            return self.send(called.method, f"{address}?access_token={self.token()}", wire)
        return self.send(called.method, path or address, wire, self.bearer)

    @property
    def bearer(self) -> dict[str, str]:
        """The header that opens V2."""
        return {"Authorization": f"Bearer {self.emulator.bearer_token}"}
