"""Fixtures for the tests of programs that call Qianfan. Needs the extra `server`.

def test_my_program(qianfan_emulator, monkeypatch):
    for name, value in qianfan_emulator.environment.items():
        monkeypatch.setenv(name, value)
    ...
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from qianfan_typed.emulator import Emulator


@pytest.fixture(scope="session")
def qianfan_emulator_server() -> Iterator[Emulator]:
    """The emulator that all tests of the session share. Take `qianfan_emulator`, which is reset for each test."""
    # Late: the plugin is loaded in every session, also where nothing asks for an emulator.
    from qianfan_typed.emulator import Emulator

    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def qianfan_emulator(qianfan_emulator_server: Emulator) -> Iterator[Emulator]:
    """An emulator of the platform without requests, faults or tokens from another test."""
    qianfan_emulator_server.reset()
    yield qianfan_emulator_server
    qianfan_emulator_server.reset()
