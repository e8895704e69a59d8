"""Runs the tests on a real Ray, or the measurements, in an environment of their own: `.venvs/ray`.

Where Ray does not install, it says so and nothing fails.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from website.environment import UNREACHABLE, installed, python_of

ROOT = Path(__file__).parents[2]
NO_WHEELS = re.compile(r"No matching distribution found for ray\b|\(from versions: none\)\s+ERROR.* ray\b")
"""How it says that Ray has nothing for this Python or this machine."""


def main(options: list[str], folder: Path = ROOT / ".venvs" / "ray") -> int:
    """The exit code. 0 where Ray does not install, 1 where pip fails otherwise.

    Args:
        options: `bench`, or what pytest gets besides.
        folder: The environment.
    """
    python = python_of(folder)
    pyproject = (ROOT / "pyproject.toml").read_text("utf-8")
    failed = installed(folder, "Ray", pyproject, "--editable", ".[ray,cli,server]", "--group", "cluster")
    if failed:
        why = next((words for found, words in _REASONS if found.search(failed)), None)
        print(f"{failed}\n==> {why or 'Ray cannot be installed'}: batches on a cluster are NOT tested", flush=True)
        return 0 if why else 1
    if options[:1] == ["bench"]:
        print("==> measuring on Ray, and simulating (some minutes)", flush=True)
        command = [str(python), "-m", "tests.cluster.scale", *options[1:]]
    else:
        print("==> pytest, on a real Ray", flush=True)
        command = [str(python), "-m", "pytest", "-q", "-c", "tests/cluster/pytest.ini", "tests/cluster", *options]
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")])}
    return subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode


_REASONS = (
    (UNREACHABLE, "the registry cannot be reached"),
    (NO_WHEELS, "Ray has no wheels for this Python on this machine"),
)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
