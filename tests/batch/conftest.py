"""Batches under test: inputs, orders and runs against the emulator."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from qianfan_typed import Qianfan
from qianfan_typed.emulator import Emulator

MODEL = "ernie-4.5-turbo-128k"


@pytest.fixture
def emulator(qianfan_emulator: Emulator) -> Emulator:
    """The emulator, by its short name."""
    return qianfan_emulator


@pytest.fixture
def client(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterable[Qianfan]:
    """A client of the emulator, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    with Qianfan(bearer_token=emulator.bearer_token, base_url=emulator.url) as made:
        yield made


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes lines of JSON: `write("in.jsonl", {"messages": …}, …)`."""

    def write_lines(name: str, *values: object) -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in values), "utf-8")
        return path

    return write_lines


def question(text: str, **more: object) -> dict[str, object]:
    """A request to a model of chat."""
    return {"model": MODEL, "messages": [{"role": "user", "content": text}], **more}


def rows_in(path: Path) -> list[dict[str, Any]]:
    """The lines of an output."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def asked(emulator: Emulator) -> list[str]:
    """The questions that the emulator was asked, in order."""
    bodies: list[Any] = [one.json() for one in emulator.requests if one.path.endswith("/chat/completions")]
    return [body["messages"][-1]["content"] for body in bodies]
