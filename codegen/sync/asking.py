"""Asks the platform for its models, by the client of this checkout in a Python of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

# codegen must work where the package that it generates does not import: so the client runs in another process.
_PROGRAM = """
import json
from qianfan_typed import Qianfan, errors

def answer(call):
    try:
        return {"models": call()}
    except errors.QianfanError as error:
        return {"error": str(error)}

def services(client):
    found = client.v1.services.list().result
    return [{"name": one.name, "url": one.url, "kind": one.apiType} for one in found.common]

def models(client):
    return [
        {"name": one.id, "kind": one.type, "context": one.context_length, "output": one.max_completions_tokens}
        for one in client.v2.models.list().data
    ]

with Qianfan() as client:
    print(json.dumps({"v1": answer(lambda: services(client)), "v2": answer(lambda: models(client))}))
"""


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
        [sys.executable, "-c", _PROGRAM],
        env={**os.environ, **environment, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise NoAnswerError(run.stderr.strip().splitlines()[-1] if run.stderr.strip() else "the client gave no answer")
    said: dict[str, dict[str, Any]] = json.loads(run.stdout)
    return Answer(
        models={version: [Found(**one) for one in one["models"]] for version, one in said.items() if "models" in one},
        errors={version: one["error"] for version, one in said.items() if "error" in one},
    )
