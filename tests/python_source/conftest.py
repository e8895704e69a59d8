"""The command `check`, run in a folder of its own."""

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
def check(folder: Path) -> Run:
    """Runs `qianfan-typed check` with some arguments, beside some files: `wrong=…` is wrong.py."""

    def run(*arguments: str, given: str | bytes = "", **files: str | bytes) -> Said:
        for name, text in files.items():
            (folder / f"{name}.py").write_bytes(text if isinstance(text, bytes) else text.encode())
        result = CliRunner().invoke(app, ["check", *arguments], input=given, catch_exceptions=False)
        return Said(result.exit_code, result.stdout, result.stderr)

    return run
