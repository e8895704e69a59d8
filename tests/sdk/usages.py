"""The usages of the platform's documents: read from `usages/`, run, and told by the requests that they make."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from qianfan_api.platform import PREFIXES
from qianfan_typed.emulator import Emulator

_BLOCK = re.compile(r"^## ([^\n]+)$|^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@attrs.frozen
class Usage:
    """What a document shows under a heading."""

    document: str
    heading: str
    blocks: tuple[str, ...]
    """Its Python, block by block."""
    requests: tuple[str, ...]
    """What it sends, as `sent_to` tells it."""

    def __str__(self) -> str:
        return f"{self.document}: {self.heading}"


def usages() -> list[Usage]:
    """All of them."""
    return [usage for path in sorted((Path(__file__).parent / "usages").glob("*.md")) for usage in _usages_in(path)]


def _usages_in(path: Path) -> Iterator[Usage]:
    heading, blocks = "", list[str]()
    for title, language, text in _BLOCK.findall(path.read_text("utf-8")):
        if title:
            heading, blocks = title, []
        elif language == "python":
            blocks.append(text)
        else:
            yield Usage(path.stem, heading, tuple(blocks), tuple(text.splitlines()))


async def run(usage: Usage, emulator: Emulator, replaced: dict[str, str], namespace: dict[str, Any]) -> None:
    """Runs the blocks of a usage, one after the other, with the emulator's keys in the place of the page's words."""
    keys = {
        "your_access_key": emulator.access_key,
        "your_iam_ak": emulator.access_key,
        "your_secret_key": emulator.secret_key,
        "your_iam_sk": emulator.secret_key,
        "应用API_Key": emulator.ak,
        "应用Secret_Key": emulator.sk,
        "your_bearer_token": emulator.bearer_token,
        "your_BearerToken": emulator.bearer_token,
        **replaced,
    }
    for block in usage.blocks:
        for word, text in keys.items():
            block = block.replace(word, text)
        code = compile(block, str(usage), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        try:
            done = eval(code, namespace)
            if inspect.isawaitable(done):
                await done
        except EOFError:
            pass  # A dialogue on a terminal that has ended.


def sent_to(emulator: Emulator) -> list[str]:
    """The calls of models that came: the end of the path, the model of V2, `stream`."""
    calls: list[str] = []
    for request in emulator.requests:
        place = request.path.removeprefix(PREFIXES["models"]).removeprefix("/")
        body = request.json() if request.body else None
        if not isinstance(body, dict) or any(word in place for word in ("oauth", "BEARER", "service/list")):
            continue
        words = [place, body.get("model") if place.startswith("v2/") else "", "stream" if body.get("stream") else ""]
        calls.append(" ".join(word for word in words if word))
    return calls
