"""What the tests of the emulator share."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from qianfan_typed.emulator import Emulator
from tests.emulator.calling import Caller


@pytest.fixture
def emulator(qianfan_emulator: Emulator) -> Emulator:
    """The emulator, by its short name."""
    return qianfan_emulator


@pytest.fixture
def caller(emulator: Emulator) -> Iterator[Caller]:
    """Calls the emulator the plain way."""
    made = Caller(emulator)
    yield made
    made.pool.close()


@pytest.fixture
def environment(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulator, with the environment that points a client at it."""
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    return emulator


@pytest.fixture
def configured(environment: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Emulator]:
    """The emulator, with the official package pointed at it and without what it remembers of another."""
    qianfan = pytest.importorskip("qianfan")
    monkeypatch.setenv("QIANFAN_DISABLE_CACHE", "true")
    monkeypatch.setenv("QIANFAN_DOT_ENV_CONFIG_FILE", str(tmp_path / "none.env"))
    monkeypatch.setattr("qianfan.config._GLOBAL_CONFIG", None)
    # Its rate limiters outlive the event loop that they were first used in.
    monkeypatch.setattr("qianfan.resources.rate_limiter.rate_limiter._RATE_LIMITER_MAP", {})
    qianfan.disable_log()
    yield environment
    qianfan.enable_log()
    gc.collect()  # What it left open goes now, while its warnings are ignored.


@pytest.fixture
def anyio_backend() -> str:
    """Coroutine tests run in asyncio."""
    return "asyncio"
