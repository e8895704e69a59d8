"""Runs the tests of the clients in an environment of their own, `.venvs/clients`, against an emulator in this one.

Where the registry cannot be reached and they are not installed yet, it says so and nothing fails.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from qianfan_typed.emulator import Emulator

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"
UNREACHABLE = re.compile(r"after connection broken by|Could not fetch URL|HTTP error 5\d\d")
"""How pip says that it is not the packages that are wrong."""
NOT_OURS = ("QIANFAN_", "OPENAI_", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
"""How the variables begin that would lead a client elsewhere, or let it compile all it imports anew each time."""


def main(options: list[str], folder: Path = ROOT / ".venvs" / "clients") -> int:
    """The exit code of pytest. 0 where the registry cannot be reached, 1 where pip fails otherwise.

    Args:
        options: What pytest gets besides: files, -k, -x.
        folder: The environment of the clients.
    """
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    failed = installed(folder, python)
    if failed and UNREACHABLE.search(failed):
        print(f"{failed}\n==> the registry cannot be reached: the clients are NOT tested", flush=True)
        return 0
    if failed:
        print(f"{failed}\n==> the clients cannot be installed", file=sys.stderr)
        return 1
    print("==> pytest, with the clients", flush=True)
    with Emulator() as emulator:
        command = [python, "-m", "pytest", "-q", "-c", "pytest.ini", *options]
        return subprocess.run(command, cwd=HERE, env=environment(emulator), check=False).returncode


def installed(folder: Path, python: Path) -> str:
    """Sees to it that the clients are there. What pip said, where it could not; what was there before stays then."""
    marker, wanted = folder / "installed.txt", f"{sys.version}\n{REQUIREMENTS.read_text('utf-8')}"
    there = marker.read_text("utf-8") if marker.exists() else ""
    if there == wanted:
        return ""
    print(f"==> installing the clients into {os.path.relpath(folder, ROOT)} (a minute, the first time)", flush=True)
    start = time.monotonic()
    another = [] if there.startswith(f"{sys.version}\n") else ["--clear"]
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", *another, folder], check=True)
    pip = [sys.executable, "-m", "pip", "--python", python, "--quiet", "--disable-pip-version-check", "--retries", "2"]
    # Not compiled: of what is installed most is never imported.
    command = [*pip, "install", "--no-compile", "--requirement", REQUIREMENTS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        return f"{done.stdout}{done.stderr}".strip()
    marker.write_text(wanted, "utf-8")
    print(f"==> installed in {time.monotonic() - start:.0f} s", flush=True)
    return ""


def environment(emulator: Emulator) -> dict[str, str]:
    """The variables of the tests: they lead every client to the emulator."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)},
        **emulator.environment,
        "OPENAI_BASE_URL": f"{emulator.url}/v2",
        "OPENAI_API_KEY": emulator.bearer_token,
        "NO_PROXY": emulator.host,
        "QIANFAN_DISABLE_CACHE": "true",
        # What the packages would report or fetch of their own accord.
        "LANGCHAIN_TRACING_V2": "false",
        "LITELLM_LOCAL_MODEL_COST_MAP": "true",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
