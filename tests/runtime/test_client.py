"""The two clients and the package's front."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import qianfan_typed
from qianfan_api.handles import AsyncRunner, AsyncStream, Runner, Stream
from qianfan_typed import AsyncQianfan, Qianfan
from qianfan_typed.openai_like import AsyncChat, Chat
from qianfan_typed.runners.sync_runner import SyncRunner

KEYS = {"access_key": "access-key", "secret_key": "secret-key"}


def fresh(program: str) -> str:
    """What a program prints in a new process."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True
    ).stdout


def test_every_public_name_is_there() -> None:
    for name in qianfan_typed.__all__:
        assert getattr(qianfan_typed, name) is not None
    assert set(qianfan_typed.__all__) <= set(dir(qianfan_typed))
    with pytest.raises(AttributeError, match="module 'qianfan_typed' has no attribute 'Qianfam'"):
        _ = qianfan_typed.Qianfam  # type: ignore[attr-defined]


def test_importing_loads_neither_transport_nor_rules() -> None:
    heavy = "{'aiohttp', 'urllib3', 'msgspec', 'attr', 'qianfan_api', 'starlette', 'typer', 'asyncio', 'ssl'}"
    assert fresh(f"import sys, qianfan_typed; print(sorted({heavy} & sys.modules.keys()))") == "[]\n"


def test_a_client_that_is_not_used_loads_no_transport() -> None:
    program = (
        "import sys; from qianfan_typed import Qianfan, user; Qianfan(bearer_token='bce-v3/x')\n"
        "print(sorted({'aiohttp', 'urllib3', 'asyncio', 'ssl'} & sys.modules.keys()))"
    )
    assert fresh(program) == "[]\n"


def test_a_client_shows_no_secret() -> None:
    for kind in (Qianfan, AsyncQianfan):
        assert repr(kind(**KEYS)) == f"{kind.__name__}(access_key='acce…')"
        assert repr(kind(api_key="bce-v3/token")) == f"{kind.__name__}(bearer_token='bce-…')"


def test_parts_of_a_client_are_made_once() -> None:
    with Qianfan(**KEYS) as client:
        assert client.v1 is client.v1
        assert client.v2 is client.v2
        assert client.chat.completions is client.chat.completions


def test_a_misspelt_argument_is_refused() -> None:
    with pytest.raises(TypeError, match="bearer_tokn"):
        Qianfan(bearer_tokn="x")  # type: ignore[call-arg]


def public(kind: type[Any]) -> set[str]:
    return {name for name in vars(kind) if not name.startswith("_")}


def test_both_clients_have_the_same_shape() -> None:
    assert public(Qianfan) | {"aclose"} == public(AsyncQianfan)
    assert public(Chat) == public(AsyncChat)


def test_the_runners_are_what_the_handles_want() -> None:
    from qianfan_typed.runners.async_runner import AsyncRunner as Asynchronous
    from qianfan_typed.runners.async_streams import AsyncReplyStream
    from qianfan_typed.runners.streams import ReplyStream

    pairs: list[tuple[type[Any], type[Any]]] = [
        (Runner, SyncRunner),
        (AsyncRunner, Asynchronous),
        (Stream, ReplyStream),
        (AsyncStream, AsyncReplyStream),
    ]
    for protocol, kind in pairs:
        for name, wanted in vars(protocol).items():
            if inspect.isfunction(wanted) and name not in ("__init__", "__subclasshook__"):
                made: Callable[..., Any] = getattr(kind, name)
                assert list(inspect.signature(made).parameters) == list(inspect.signature(wanted).parameters), name
    for name in ("create", "stream"):
        one, other = inspect.signature(getattr(SyncRunner, name)), inspect.signature(getattr(Asynchronous, name))
        assert one.parameters == other.parameters
