"""What the tests of the OpenAI server share: the server over the emulator, and OpenAI's own client pointed at it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest

from qianfan_typed.config import Secret, load
from qianfan_typed.emulator import Emulator
from qianfan_typed.openai_server import OpenAIServer, Terms

Client = openai.OpenAI
Serve = Callable[..., tuple[OpenAIServer, openai.OpenAI]]
ALIASES = {"gpt-4o": "ernie-4.5-turbo-128k", "gpt-3.5-turbo": "ERNIE-3.5-8K"}


@pytest.fixture
def emulator(qianfan_emulator: Emulator) -> Emulator:
    """The emulator, by its short name."""
    return qianfan_emulator


@pytest.fixture
def serve(emulator: Emulator) -> Iterator[Serve]:
    """Starts a server over the emulator, on its own terms: `server, client = serve(lenient=True)`."""
    with contextlib.ExitStack() as stack:

        def start(
            *, api_key: str | None = None, aliases: dict[str, str] | None = None, settings: Any = None, **terms: Any
        ) -> tuple[OpenAIServer, openai.OpenAI]:
            given = dict(emulator.environment) | (settings or {})
            made = Terms(api_key=Secret(api_key) if api_key else None, **terms)
            server = stack.enter_context(OpenAIServer(load(given), aliases=aliases or ALIASES, terms=made))
            client = openai.OpenAI(base_url=f"{server.url}/v1", api_key=api_key or "any", max_retries=0)
            stack.callback(client.close)
            return server, client

        yield start


@pytest.fixture
def server(serve: Serve) -> OpenAIServer:
    """A server on the usual terms."""
    return serve()[0]


@pytest.fixture
def client(server: OpenAIServer) -> Iterator[openai.OpenAI]:
    """OpenAI's client of it."""
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="any", max_retries=0) as made:
        yield made


@pytest.fixture
def anyio_backend() -> str:
    """Coroutine tests run in asyncio."""
    return "asyncio"
