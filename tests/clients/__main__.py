"""Runs the tests of the clients in an environment of their own, `.venvs/clients`, against an emulator in this one.

Where the registry cannot be reached and they are not installed yet, it says so and nothing fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from qianfan_typed.config import load
from qianfan_typed.emulator import Emulator
from qianfan_typed.openai_server import OpenAIServer
from website.environment import UNREACHABLE, installed, python_of

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"
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
    failed = installed(folder, "the clients", REQUIREMENTS.read_text("utf-8"), "--requirement", REQUIREMENTS)
    if failed and UNREACHABLE.search(failed):
        print(f"{failed}\n==> the registry cannot be reached: the clients are NOT tested", flush=True)
        return 0
    if failed:
        print(f"{failed}\n==> the clients cannot be installed", file=sys.stderr)
        return 1
    command = [str(python_of(folder)), "-m", "pytest", "-q", "-c", "pytest.ini"]
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
