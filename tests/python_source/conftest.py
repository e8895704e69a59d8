"""The command `check`, run in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.payloads.conftest import folder
from tests.payloads.saying import Run, Said, run_command

__all__ = ["folder"]


@pytest.fixture
def check(folder: Path) -> Run:
    """Runs `qianfan-typed check` with some arguments, beside some files: `wrong=…` is wrong.py."""

    def run(*arguments: str, given: str | bytes = "", **files: str | bytes) -> Said:
        for name, text in files.items():
            (folder / f"{name}.py").write_bytes(text if isinstance(text, bytes) else text.encode())
        return run_command("check", *arguments, given=given)

    return run
