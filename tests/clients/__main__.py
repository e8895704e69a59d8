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

from qianfan_typed.config import load
from qianfan_typed.emulator import Emulator
from qianfan_typed.openai_server import OpenAIServer

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"
UNREACHABLE = re.compile(r"after connection broken by|Could not fetch URL|HTTP error 5\d\d")
"""How pip says that it is not the packages that are wrong."""
ALIASES = {"gpt-4o": "ernie-4.5-turbo-128k", "gpt-3.5": "ERNIE-3.5-8K", "text-embedding-3-small": "bge-large-zh"}
"""What programs ask the server for, and who answers."""
OF_OPENAI = (
    *("test_openai.py", "test_langchain_openai.py", "test_llama_index.py", "test_pydantic_ai.py"),
    *("test_openai_agents.py", "test_litellm.py", "test_llm.py"),
)
"""The clients that call the server as they call the platform."""
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
    command = [str(python), "-m", "pytest", "-q", "-c", "pytest.ini"]
    with Emulator() as emulator, OpenAIServer(load(emulator.environment), aliases=ALIASES) as server:
        environ = environment(emulator) | {"OPENAI_SERVER": f"{server.url}/v1"}
        print("==> pytest, with the clients against the platform", flush=True)
        codes = [subprocess.run([*command, *options], cwd=HERE, env=environ, check=False).returncode]
        if not options:
            print("==> pytest, with those of OpenAI's API against the server that speaks it", flush=True)
            environ |= {
                "OPENAI_BASE_URL": environ["OPENAI_SERVER"],
                "OPENAI_API_KEY": "any",
                "REFUSED_AS": "invalid_value",
            }
            codes.append(subprocess.run([*command, *OF_OPENAI], cwd=HERE, env=environ, check=False).returncode)
    return max(codes)


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
        "REFUSED_AS": "invalid_argument",
        "NO_PROXY": emulator.host,
        "QIANFAN_DISABLE_CACHE": "true",
        # What the packages would report or fetch of their own accord.
        "LANGCHAIN_TRACING_V2": "false",
        "LITELLM_LOCAL_MODEL_COST_MAP": "true",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
