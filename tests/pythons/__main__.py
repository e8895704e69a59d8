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
SUITES = ["runtime", "rules", "constraints", "payloads", "python_source", "reports", "project", "operations"]
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
    start = time.monotonic()
    HOME.mkdir(exist_ok=True)
    environment.log.write_bytes(b"")
    print(f"==> {environment}: installing into {environment.folder.relative_to(ROOT)}", flush=True)
    for command in installing(environment):
        failed, said = logged(environment, command)
        if failed:
            return outcome(environment, "not installed", said, start)
    print(f"==> {environment}: testing", flush=True)
    failed, said = logged(environment, testing(environment, options))
    how = re.sub(r" in [\d.]+s.*", "", said[-1].strip("= "))
    return outcome(environment, how, said if failed else None, start)


def logged(environment: Environment, command: list[str | Path]) -> tuple[bool, list[str]]:
    """Whether a command failed, and the lines that it said, which go into the log."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    with environment.log.open("ab") as log:
        log.write(done.stdout)
    return done.returncode != 0, done.stdout.decode("utf-8", "backslashreplace").splitlines() or [""]


def outcome(environment: Environment, how: str, wrong: list[str] | None, start: float) -> Outcome:
    """How it went; says what went wrong."""
    if wrong is not None:
        told = [line for line in wrong if line.startswith(("FAILED", "ERROR", "E "))] or wrong[-20:]
        print("\n".join(told), f"(all of it: {environment.log.relative_to(ROOT)})", sep="\n", flush=True)
    return Outcome(environment, wrong is not None, how, time.monotonic() - start)


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


def testing(environment: Environment, options: list[str]) -> list[str | Path]:
    """The command that runs the tests."""
    suites = [f"tests/{name}" for name in SUITES]
    command: list[str | Path] = [environment.python, "-m", "pytest", "-q", "-m", "not slow", "-p", "no:cacheprovider"]
    command += ["--numprocesses=auto", "--maxprocesses=8", "--dist=loadfile"]
    if environment.dependencies == "lowest":
        # Old versions use what newer ones of others deprecate.
        command += ["-W", "default::DeprecationWarning"]
    return [*command, *suites, *options]


if __name__ == "__main__":
    sys.exit(main())
