"""The command `validate`, run in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from qianfan_typed.cli import app
from tests.payloads.saying import Run, Said


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands run in, away from this project's pyproject.toml."""
    (tmp_path / "pyproject.toml").write_text("", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def validate(folder: Path) -> Run:
    """Runs `qianfan-typed validate` with some arguments."""

    def run(*arguments: str, given: str | bytes = "") -> Said:
        result = CliRunner().invoke(app, ["validate", *arguments], input=given, catch_exceptions=False)
        return Said(result.exit_code, result.stdout, result.stderr)

    return run
