"""What the tests of the documents' classes share: an emulator that the environment points at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qianfan_typed.emulator import Emulator
from qianfan_typed.sdk import config, runners, services


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings of the machine must not reach the tests, nor those of one test another."""
    for name in list(os.environ):
        if name.startswith("QIANFAN_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(config, "_CONFIG", config.Config())
    # The emulator of the next test does not know the tokens of this one.
    runners.forget()
    services.forget()


@pytest.fixture
def emulator(qianfan_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulator. The environment holds its addresses and its IAM keys."""
    for name in ("QIANFAN_AK", "QIANFAN_SK", "QIANFAN_BEARER_TOKEN"):
        # What a usage sets is taken back.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    for name, value in qianfan_emulator.environment.items():
        monkeypatch.setenv(name, value)
    return qianfan_emulator


@pytest.fixture
def anyio_backend() -> str:
    """Coroutine tests run in asyncio."""
    return "asyncio"
