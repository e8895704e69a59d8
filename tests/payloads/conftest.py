"""The command `validate`, run in a folder of its own."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from tests.payloads.saying import Run, run_command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands run in, away from this project's pyproject.toml."""
    (tmp_path / "pyproject.toml").write_text("", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def validate(folder: Path) -> Run:
    """Runs `qianfan-typed validate` with some arguments."""
    return functools.partial(run_command, "validate")
