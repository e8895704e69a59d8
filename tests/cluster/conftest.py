"""A real Ray on this machine, with two CPUs, whose workers call an emulator."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qianfan_typed.emulator import Emulator


def environment(emulator: Emulator) -> dict[str, str]:
    """The variables that lead a client there, with a bearer token alone: none has to be fetched for it."""
    keys = ("QIANFAN_ACCESS_KEY", "QIANFAN_SECRET_KEY", "QIANFAN_AK", "QIANFAN_SK")
    found = {name: value for name, value in emulator.environment.items() if name not in keys}
    return {**found, "QIANFAN_BEARER_TOKEN": emulator.bearer_token}


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Leaves them to `make test-ray`, which runs with the settings that lie here: nobody else has Ray."""
    return None if config.inipath == Path(__file__).with_name("pytest.ini") else True


@pytest.fixture(scope="session")
def platform() -> Iterator[Emulator]:
    """The emulator of the whole session: workers of Ray learn once where it is."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="session")
def ray(platform: Emulator) -> Iterator[Any]:
    """Ray, begun. Its workers have the environment of this process."""
    os.environ |= environment(platform) | {"RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
    import ray

    options: dict[str, Any] = {"num_cpus": 2, "include_dashboard": False, "object_store_memory": 1_000_000_000}
    ray.init(**options, logging_level="ERROR", log_to_driver=False)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    yield ray
    ray.shutdown()


@pytest.fixture
def emulator(platform: Emulator) -> Iterator[Emulator]:
    """The emulator, which has been asked nothing."""
    platform.reset()
    yield platform
    platform.reset()
