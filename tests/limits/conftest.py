"""What the tests of limits share: a platform that refuses what goes over, and clients of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from qianfan_typed.emulator import Emulator
from qianfan_typed.emulator import Limits as PlatformLimits

TAKES = 4
"""Requests that the strict platform takes in its minute."""


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings of the machine must not reach the tests."""
    for name in list(os.environ):
        if name.startswith("QIANFAN_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """A platform that takes 4 requests a second. It leaves a fifth of it to the way there, on a busy machine."""
    with Emulator(limits=PlatformLimits(requests=TAKES, enforced=True, seconds=0.8)) as emulator:
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        yield emulator


@pytest.fixture
def emulator(qianfan_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """One that takes everything."""
    for name, value in qianfan_emulator.environment.items():
        monkeypatch.setenv(name, value)
    return qianfan_emulator


@pytest.fixture
def anyio_backend() -> str:
    """Coroutine tests run in asyncio."""
    return "asyncio"
