"""Requests as public clients and gateways send them, and requests that the pages forbid, through the real command.

`sent_by_clients/` has a file for each client, a request a line, written from what the client is known to put into one.
At `--level error` nothing is said of them. `forbidden_by_pages/` has what a page says is wrong, with the place and the
code that it is found by.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
SENT = FOLDER / "sent_by_clients"
FORBIDDEN = FOLDER / "forbidden_by_pages"
CLIENTS = {
    *(
        "cherry-studio",
        "cline",
        "continue",
        "dify",
        "langchain-community",
        "langchain-openai",
        "litellm",
        "llama-index",
    ),
    *("llm", "lobechat", "new-api", "one-api", "open-webui", "openai-agents", "openai-python", "pydantic-ai"),
}
ROOT = "/payload"


def validated(folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Exit code and what the command says."""
    command = [sys.executable, "-m", "qianfan_typed", "validate", "--format", "json", *options, str(folder)]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=FOLDER)
    return run.returncode, json.loads(run.stdout)


def requests(folder: Path) -> list[tuple[str, int, dict[str, Any]]]:
    """The requests of a folder: file, line, what stands there."""
    return [
        (path.name, number, json.loads(line))
        for path in sorted(folder.glob("*.jsonl"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
    ]


def test_there_are_requests_of_each_client() -> None:
    assert {path.stem for path in SENT.glob("*.jsonl")} == CLIENTS
    assert len(requests(SENT)) == 73


def test_nothing_that_clients_send_is_an_error() -> None:
    code, said = validated(SENT, "--level", "error")
    assert said["violations"] == []
    assert (code, said["checked"], said["invalid"]) == (0, 73, 0)


@pytest.fixture(scope="module")
def errors() -> dict[tuple[str, int], list[tuple[str, str]]]:
    """The errors of the forbidden requests: file and line → place and code."""
    code, said = validated(FORBIDDEN, "--level", "error")
    assert code == 1
    found: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for one in said["violations"]:
        place = (Path(one["file"]).name, one["line"])
        found.setdefault(place, []).append((one["pointer"].removeprefix(ROOT), one["code"]))
    return found


@pytest.mark.parametrize(
    ("file", "line", "request_"),
    requests(FORBIDDEN),
    ids=[f"{file.removesuffix('.jsonl')}: {request['what']}" for file, _, request in requests(FORBIDDEN)],
)
def test_what_a_page_forbids_is_found(
    errors: dict[tuple[str, int], list[tuple[str, str]]], file: str, line: int, request_: dict[str, Any]
) -> None:
    assert errors.get((file, line)) == [(request_["pointer"], request_["code"])]


def test_more_than_eighty_are_forbidden() -> None:
    assert len(requests(FORBIDDEN)) == 84
