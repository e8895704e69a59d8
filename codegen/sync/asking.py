"""The platform's models, asked for by the client of this checkout in a Python of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs


class NoAnswerError(Exception):
    """The platform could not be asked; the message says why."""


@attrs.frozen(kw_only=True)
class Found:
    """A model that the platform has."""

    name: str
    kind: str | None = None
    url: str | None = None
    """V1: its address."""
    context: int | None = None
    output: int | None = None


@attrs.frozen(kw_only=True)
class Answer:
    """What the platform has, or why it does not say, for each dialect."""

    models: dict[str, list[Found]]
    errors: dict[str, str]


def ask(root: Path, environment: Mapping[str, str]) -> Answer:
    """The platform's models. Keys come from the environment, as a client reads them. Raises NoAnswerError."""
    paths = os.pathsep.join([str(root), str(root / "generated")])
    run = subprocess.run(
        [sys.executable, "-m", "codegen.sync.listing"],
        env={**os.environ, **environment, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if run.returncode != 0:
        raise NoAnswerError(run.stderr.strip().splitlines()[-1] if run.stderr.strip() else "the client gave no answer")
    said: dict[str, dict[str, Any]] = json.loads(run.stdout)
    return Answer(
        models={version: [Found(**one) for one in one["models"]] for version, one in said.items() if "models" in one},
        errors={version: one["error"] for version, one in said.items() if "error" in one},
    )
