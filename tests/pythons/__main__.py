"""Runs the tests that hold for users on each Python, once with the lowest and once with the newest dependencies.

Each gets an environment of its own in `.venvs/`, with a log beside it.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import attrs

from tests.pythons.bounds import lowest
from tests.pythons.interpreters import Interpreter, installed

ROOT = Path(__file__).parent.parent.parent
HOME = ROOT / ".venvs"
SUITES = ["runtime", "rules", "checking", "checking_source", "payloads", "python_source", "reports", "project", "facts"]
DEPENDENCIES = ["lowest", "newest"]


@attrs.frozen
class Environment:
    """A Python with dependencies of one kind."""

    interpreter: Interpreter
    dependencies: str

    @property
    def folder(self) -> Path:
        """Where it stands."""
        return HOME / f"{self.interpreter.minor}-{self.dependencies}"

    @property
    def log(self) -> Path:
        """What pip and pytest said."""
        return self.folder.with_suffix(f"{self.folder.suffix}.log")

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def __str__(self) -> str:
        return f"{self.interpreter}, {self.dependencies} dependencies"


@attrs.frozen
class Outcome:
    """How the tests went in an environment."""

    environment: Environment
    failed: bool
    text: str
    seconds: float

    def __str__(self) -> str:
        names = f"{self.environment.interpreter.minor:<6} {self.environment.dependencies:<8}"
        return f"{names} {'FAILED' if self.failed else 'passed'}  {self.seconds:5.0f} s  {self.text}"


def main() -> int:
    """Prints what it does and, at the end, a table. 1: something failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.pythons", description=__doc__)
    parser.add_argument("--python", action="append", metavar="3.N", help="only this version; may be repeated")
    parser.add_argument("--dependencies", choices=DEPENDENCIES, help="only these")
    chosen, options = parser.parse_known_args()
    kinds = [chosen.dependencies] if chosen.dependencies else DEPENDENCIES
    found = [one for one in installed() if not chosen.python or one.minor in chosen.python]
    if not found:
        print("no such Python from 3.10 on the path or from pyenv", file=sys.stderr)
        return 2
    outcomes = [tested(Environment(one, kind), options) for one in found for kind in kinds]
    print("\nPython dependencies")
    for outcome in outcomes:
        print(outcome)
    return int(any(outcome.failed for outcome in outcomes))


def tested(environment: Environment, options: list[str]) -> Outcome:
    """Makes the environment anew and runs the tests in it."""
    print(f"==> {environment}: installing into {environment.folder.relative_to(ROOT)}", flush=True)
    start = time.monotonic()
    HOME.mkdir(exist_ok=True)
    with environment.log.open("wb") as log:
        for command in installing(environment):
            if subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False).returncode != 0:
                return ended(environment, start, "not installed")
        print(f"==> {environment}: testing", flush=True)
        suites = [f"tests/{name}" for name in SUITES if (ROOT / "tests" / name).is_dir()]
        command = [environment.python, "-m", "pytest", "-q", "-m", "not slow", "-n", "auto", "--maxprocesses=4"]
        command += ["-p", "no:cacheprovider", *suites, *options]
        failed = subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False).returncode != 0
    return ended(environment, start, None if failed else "passed")


def installing(environment: Environment) -> list[list[str | Path]]:
    """The commands that make an environment."""
    constraints = environment.folder.with_suffix(f"{environment.folder.suffix}.txt")
    bounds = lowest(ROOT / "pyproject.toml") if environment.dependencies == "lowest" else []
    constraints.write_text("".join(f"{one}\n" for one in bounds), "utf-8")
    pip: list[str | Path] = [environment.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return [
        [environment.interpreter.path, "-m", "venv", "--clear", environment.folder],
        [*pip, "--upgrade", "pip>=25.1"],
        [*pip, "--group", "codegen", "--group", "test"],
        # Afterwards, so that what only the tests' tools ask for gives way.
        [*pip, "--constraint", constraints, "--editable", ".[all]"],
    ]


def ended(environment: Environment, start: float, how: str | None) -> Outcome:
    """What the log says at its end; of what failed, all of it that names a test."""
    lines = environment.log.read_text("utf-8", "backslashreplace").splitlines() or [""]
    text = re.sub(r" in [\d.]+s.*", "", lines[-1].strip("= "))
    failed = how != "passed"
    if failed:
        said = [line for line in lines if line.startswith(("FAILED", "ERROR", "error:"))] or lines[-20:]
        print("\n".join(said), f"(all of it: {environment.log.relative_to(ROOT)})", sep="\n", flush=True)
    return Outcome(environment, failed, "not installed" if how == "not installed" else text, time.monotonic() - start)


if __name__ == "__main__":
    sys.exit(main())
