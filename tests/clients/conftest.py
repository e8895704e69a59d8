"""The clients' tests: whoever has the packages runs them, and each begins with a tool that nobody has asked."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Leaves them to `make test-clients`, which runs with the settings that lie here: nobody else has the packages."""
    return None if config.inipath == Path(__file__).with_name("pytest.ini") else True


@pytest.fixture(autouse=True)
def _nothing_asked() -> None:
    from questions import ASKED  # late: this file is read by `make test` too, which does not find it

    ASKED.clear()
