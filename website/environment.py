"""Environments of their own, below .venvs: for packages that the project is not to live with."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
UNREACHABLE = re.compile(r"after connection broken by|Could not fetch URL|HTTP error 5\d\d")
"""How pip says that it is not the packages that are wrong."""


def python_of(folder: Path) -> Path:
    """The Python of an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def installed(folder: Path, what: str, wanted: str, *requirements: str | Path) -> str:
    """Sees to it that packages are there. What pip said, where it could not; what was there before stays then.

    Args:
        folder: The environment.
        what: What they are called.
        wanted: All that decides whether they are there already.
        requirements: What pip is told to install.
    """
    marker, wanted = folder / "installed.txt", f"{sys.version}\n{wanted}"
    there = marker.read_text("utf-8") if marker.exists() else ""
    if there == wanted:
        return ""
    print(f"==> installing {what} into {os.path.relpath(folder, ROOT)} (a minute, the first time)", flush=True)
    start = time.monotonic()
    another = [] if there.startswith(f"{sys.version}\n") else ["--clear"]
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", *another, folder], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(python_of(folder)), "--quiet", "--disable-pip-version-check"]
    # Not compiled: of what is installed most is never imported.
    command = [*pip, "--retries", "2", "install", "--no-compile", *map(str, requirements)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        return f"{done.stdout}{done.stderr}".strip()
    marker.write_text(wanted, "utf-8")
    print(f"==> installed in {time.monotonic() - start:.0f} s", flush=True)
    return ""
