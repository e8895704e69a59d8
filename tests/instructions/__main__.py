"""Counts the instructions of the hottest paths, and writes them into counts.json for this Python.

make instructions
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).parent / "counts.json"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
"""Its minor version: bytecode is the same within one."""


def counted() -> dict[str, dict[str, int]]:
    """What each path takes: path → kind → how many."""
    environ = os.environ | {"PYTHONHASHSEED": "0", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'generated'}"}
    command = [sys.executable, "-m", "tests.instructions.counting"]
    done = subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True, text=True)
    found: dict[str, dict[str, int]] = json.loads(done.stdout)
    return found


def kept() -> dict[str, dict[str, dict[str, int]]]:
    """The file: Python → path → kind → how many."""
    found: dict[str, dict[str, dict[str, int]]] = json.loads(FILE.read_text("utf-8"))
    return found


def main() -> None:
    before = kept() if FILE.exists() else {}
    now = counted()
    for path, counts in now.items():
        was = before.get(PYTHON, {}).get(path, {})
        told = ", ".join(f"{count:,} {kind} (was {was.get(kind, 0):,})" for kind, count in counts.items())
        print(f"Python {PYTHON}, {path}: {told}")
    FILE.write_text(json.dumps({**before, PYTHON: now}, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
