"""What the tests of the page share: its server, whoever asks it, and a browser where there is one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import urllib3

from qianfan_typed.emulator import Emulator

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)


@pytest.fixture
def emulator(qianfan_emulator: Emulator) -> Emulator:
    """The emulator, by its short name."""
    return qianfan_emulator


@pytest.fixture
def get(emulator: Emulator) -> Iterator[Callable[..., Any]]:
    """Asks the page's server: `get("rule", id="…")`; gives the JSON."""
    with urllib3.PoolManager() as pool:

        def ask(path: str, **query: str) -> Any:
            return pool.request("GET", f"{emulator.url}/explorer/api/{path}", fields=query).json()

        yield ask


@pytest.fixture
def post(emulator: Emulator) -> Iterator[Callable[..., urllib3.BaseHTTPResponse]]:
    """Asks about a payload: `post("validate", payload, "v2.chat", model="…")`; gives the response."""
    with urllib3.PoolManager() as pool:

        def ask(
            path: str, payload: object, api: str = "v2.chat", lang: str = "en", **more: object
        ) -> urllib3.BaseHTTPResponse:
            text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
            url = f"{emulator.url}/explorer/api/{path}?lang={lang}"
            return pool.request("POST", url, json={"text": text, "api": api, **more})

        yield ask
