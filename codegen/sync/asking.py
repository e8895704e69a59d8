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

from codegen.sync.prices import Price, priced


class NoAnswerError(Exception):
    """The platform could not be asked; the message says why."""


@attrs.frozen(kw_only=True)
class Found:
    """A model that the platform has."""

    name: str
    kind: str | None = None
    url: str | None = None
    """V1: its address."""
    limits: dict[str, int] = attrs.field(factory=dict[str, int])
    """Tokens, by the names that the spec has for them."""
    price: Price | None = None
    unread: str | None = None
    """Prices in a form that nobody here understands, as they were sent."""
    sees: bool = False
    """Whether images go in."""


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
        models={
            version: [_READ[version](one) for one in one["models"]] for version, one in said.items() if "models" in one
        },
        errors={version: one["error"] for version, one in said.items() if "error" in one},
    )


# The lists' names for what the spec has; of two, the first that is there.
_LIMITS = {
    "context": ("context_length",),
    "max_input_tokens": ("prompt_tokens",),
    "max_output_tokens": ("max_completions_tokens", "max_tokens"),
}


def _service(sent: dict[str, Any]) -> Found:
    return Found(name=sent["name"], kind=sent["kind"], url=sent["url"])


def listed(sent: dict[str, Any]) -> Found:
    """A model of V2's list. Members that are missing, or of another type, are not known."""
    limits: dict[str, int] = {}
    for limit, names in _LIMITS.items():
        stated = [value for name in names if isinstance(value := sent.get(name), int) and value > 0]
        limits |= {limit: stated[0]} if stated else {}
    architecture: dict[str, Any] = sent["architecture"] if isinstance(sent.get("architecture"), dict) else {}
    inputs = architecture.get("input_modalities")
    price = priced(sent.get("pricing"))
    return Found(
        name=str(sent.get("id")),
        kind=sent.get("type") or None,
        limits=limits,
        price=price,
        unread=json.dumps(sent["pricing"], ensure_ascii=False) if sent.get("pricing") and price is None else None,
        sees=isinstance(inputs, list) and "image" in inputs,
    )


_READ = {"v1": _service, "v2": listed}
