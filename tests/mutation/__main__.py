"""Changes the generated validators, or the checker of files, in one place at a time, and runs the tests on each change.

A change that no test notices is a survivor: a rule that is not tested, or code that does nothing. The tests are
collected once; each change is tried in a fork, on the tests that reach the changed function, fastest first. So it
needs an operating system that forks.
"""

from __future__ import annotations

import argparse
import ast
import fnmatch
import importlib
import inspect
import itertools
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import attrs
import pytest

from qianfan_api.checks import Dialogue
from tests.mutation.mutants import Mutant, mutants, owners

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "generated" / "qianfan_api"
CHECKER = [
    ROOT / "qianfan_typed" / room for room in ("payloads", "python_source", "reports", "project", "facts", "cli")
]


@attrs.frozen
class Part:
    """Something that is changed, and the tests that should notice."""

    targets: Sequence[Path]
    tests: Sequence[str]
    left_out: Sequence[str] = ()
    """Tests that run processes of their own, in which nothing is changed."""


PARTS = {
    "validators": Part(
        [
            *sorted(PACKAGE.glob("v*/*/validators.py")),
            *(PACKAGE / name for name in ("checks.py", "json_schema.py", "images.py", "violations.py")),
        ],
        ["tests/rules", "tests/schemas"],
    ),
    "checker": Part(
        [
            path
            for room in CHECKER
            for path in sorted(room.rglob("*.py"))
            if path.name not in ("__init__.py", "__main__.py", "pytest_items.py", "emulator.py")
        ],
        [
            *(f"tests/{room}" for room in ("payloads", "python_source", "reports", "project")),
            *("tests/schemas/test_explain.py", "tests/schemas/test_documents.py"),
        ],
        ["tests/payloads/test_pytest_plugin.py", "tests/payloads/test_large.py"],
    ),
}
BUDGET = 6.0
"""Seconds of tests for one change, as they take without it: the slowest that reach it are left out."""
HANGS = 60
"""Seconds after which the tests of one change are taken to hang: it is noticed."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("part", choices=PARTS, nargs="?", default="validators", help="what is changed")
    parser.add_argument("--only", default="*", help="a pattern for the changed functions' names")
    parser.add_argument("--file", default="*", help="a pattern for the changed files' paths in the project")
    parser.add_argument("--sample", type=int, help="how many changes to try, picked at random")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time")
    options = parser.parse_args()
    part = PARTS[options.part]
    targets = [path for path in part.targets if fnmatch.fnmatch(path.relative_to(ROOT).as_posix(), options.file)]
    found = [one for path in targets for one in mutants(path) if fnmatch.fnmatch(one.owner, options.only)]
    if options.sample is not None and options.sample < len(found):
        found = random.Random(0).sample(found, options.sample)
    run = Run(found, options.jobs)
    os.chdir(ROOT)
    plain = ["-o", "addopts=", "--import-mode=importlib", "-s"]
    without = [word for name in ("terminal", "cacheprovider", "xdist") for word in ("-p", f"no:{name}")]
    left_out = [f"--ignore={name}" for name in part.left_out]
    code = pytest.main([*part.tests, *left_out, *plain, *without], plugins=[run])
    return run.report() if code == pytest.ExitCode.OK else int(code)


@attrs.define(eq=False)
class Run:
    """A plugin of pytest: it runs each test once, and then the tests that reach each change."""

    found: list[Mutant]
    jobs: int
    seconds: dict[pytest.Item, float] = attrs.field(factory=dict[pytest.Item, float], init=False)
    reached: dict[tuple[Path, str], list[pytest.Item]] = attrs.field(init=False)
    now: set[tuple[Path, str]] = attrs.field(init=False)
    failed: bool = attrs.field(default=False, init=False)
    survivors: list[Mutant] = attrs.field(factory=list[Mutant], init=False)
    broken: list[Mutant] = attrs.field(factory=list[Mutant], init=False)
    """Those that cannot be made while the module runs, such as without the only `super()` of a method."""
    untested: list[Mutant] = attrs.field(factory=list[Mutant], init=False)
    tried: Counter[str] = attrs.field(factory=Counter[str], init=False)

    def pytest_configure(self) -> None:
        import hypothesis  # here, for pytest rewrites its assertions first

        hypothesis.settings.register_profile("mutation", derandomize=True, database=None)
        hypothesis.settings.load_profile("mutation")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.reached = defaultdict(list)
        plain = [watch(path, lambda path, name: self.now.add((path, name))) for path in self.paths()]
        broken = [item.nodeid for item in session.items if not self._first_run(item)]
        for function, code in itertools.chain(*plain):
            function.__code__ = code
        print(f"{len(session.items)} tests in {sum(self.seconds.values()):.0f} s; {len(self.found)} changes")
        if broken:
            print(f"left out, for they fail without a change: {len(broken)}, such as {broken[0]}")
        self._try_all()
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed

    def _first_run(self, item: pytest.Item) -> bool:
        """Runs a test and notes what it reaches; says whether it passes."""
        self.now = set()
        start = time.perf_counter()
        if not self._passes(item):
            return False
        self.seconds[item] = time.perf_counter() - start
        for place in self.now:
            self.reached[place].append(item)
        return True

    def _passes(self, item: pytest.Item) -> bool:
        self.failed = False
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        return not self.failed

    # --- the changes ---

    def _try_all(self) -> None:
        waiting = list(reversed(self.found))
        running: dict[int, Mutant] = {}
        done = 0
        while waiting or running:
            while waiting and len(running) < self.jobs:
                one = waiting.pop()
                tests = self._tests_of(one)
                self.tried[one.path.name] += 1
                if not tests:
                    self.untested.append(one)
                    continue
                child = os.fork()
                if child == 0:
                    self._try(one, tests)
                running[child] = one
            if not running:
                break
            child, status = os.wait()
            one = running.pop(child)
            code = os.waitstatus_to_exitcode(status)
            if code == BROKEN:
                self.broken.append(one)
            if code == SURVIVED:
                self.survivors.append(one)
            done += 1
            if done % 250 == 0:
                print(f"  {done} tried, {len(self.survivors)} survived", flush=True)

    def paths(self) -> list[Path]:
        """The modules that are changed."""
        return list(dict.fromkeys(one.path for one in self.found))

    def _tests_of(self, one: Mutant) -> list[pytest.Item]:
        """The tests that reach a change, the fastest first."""
        functions = _functions(_module(one.path))
        users = {name for name, function in functions.items() if one.owner in function.__code__.co_names}
        names = {one.owner} if one.owner in functions else users
        found = {item for name in names for item in self.reached[one.path, name]}
        fastest = sorted(found, key=lambda item: self.seconds[item])
        spent = itertools.accumulate(self.seconds[item] for item in fastest)
        return [item for item, seconds in zip(fastest, spent, strict=True) if seconds < BUDGET]

    def _try(self, one: Mutant, tests: list[pytest.Item]) -> None:
        """In the fork: makes the change and runs the tests until one fails. Never returns."""
        code = BROKEN
        try:
            signal.alarm(HANGS)
            apply(one)
            forget(self.paths())
            sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - as long as the fork lives
            code = NOTICED
            code = SURVIVED if all(self._passes(item) for item in tests) else NOTICED
        except BaseException:
            if code == BROKEN:
                traceback.print_exc()
        os._exit(code)

    # --- what came of it ---

    def report(self) -> int:
        survived = Counter(one.path.parent.name + "/" + one.path.name for one in [*self.survivors, *self.untested])
        for one in sorted(self.survivors, key=lambda one: (one.path, one.line)):
            print(f"survived  {one.path.parent.relative_to(ROOT)}/{one}")
        for one in sorted(self.untested, key=lambda one: (one.path, one.line)):
            print(f"untested  {one.path.parent.relative_to(ROOT)}/{one}")
        for one in self.broken:
            print(f"not tried {one.path.parent.relative_to(ROOT)}/{one}")
        total = len(self.found) - len(self.broken)
        noticed = total - len(self.survivors) - len(self.untested)
        print(", ".join(f"{name} {count}" for name, count in survived.most_common()) or "none survived")
        print(f"{noticed} of {total} changes noticed: {noticed / max(total, 1):.2%}")
        return 0


NOTICED, SURVIVED, BROKEN = 0, 17, 18
"""Exit codes of a fork. Any other, such as that of a hang, is noticed as well."""


def watch(path: Path, note: Callable[[Path, str], None]) -> list[tuple[FunctionType, CodeType]]:
    """Makes each function of a module say when it runs. Gives the functions with the code that they had."""
    module = _module(path)
    functions = _functions(module)
    tree = ast.parse(path.read_text("utf-8"))
    for name, _, node in owners(tree):
        if isinstance(node, ast.FunctionDef):
            call = ast.Call(ast.Name("__note__", ast.Load()), [ast.Constant(name)], [])
            node.body.insert(1 if ast.get_docstring(node) else 0, ast.Expr(call))
    vars(module)["__note__"] = lambda name: note(path, name)
    changed = compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)
    before = [(function, function.__code__) for function in functions.values()]
    for function, code in before:
        function.__code__ = _code_at(changed, code)
    return before


def apply(one: Mutant) -> None:
    """Makes a change in the module that runs: a function gets other code, a name another value."""
    module = _module(one.path)
    tree = one.tree()
    changed = compile(tree, str(one.path), "exec", dont_inherit=True)
    functions = _functions(module)
    if one.owner in functions:
        function = functions[one.owner]
        function.__code__ = _code_at(changed, function.__code__)
        return
    [statement] = [
        node
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == one.owner
    ]
    exec(compile(ast.Module([statement], []), str(one.path), "exec", dont_inherit=True), vars(module))


def forget(paths: Iterable[Path]) -> None:
    """Empties what the modules remember: it stems from the tests without the change."""
    for path in paths:
        for value in vars(_module(path)).values():
            if isinstance(value, Dialogue):
                value.sound.clear()
            elif hasattr(value, "cache_clear"):
                value.cache_clear()


def _code_at(code: CodeType, like: CodeType) -> CodeType:
    """The code object that stands where another stands."""
    pending = [code]
    while pending:
        one = pending.pop()
        if (one.co_name, one.co_firstlineno) == (like.co_name, like.co_firstlineno):
            return one
        pending += [inner for inner in one.co_consts if isinstance(inner, CodeType)]
    raise LookupError(like.co_name)


def _module(path: Path) -> ModuleType:
    top = PACKAGE.parent if path.is_relative_to(PACKAGE) else ROOT
    words = path.relative_to(top).with_suffix("").parts
    return importlib.import_module(".".join(words))


def _inner(member: object) -> Any:
    """The function in a property or a class method."""
    for name in ("fget", "func", "__func__"):
        member = getattr(member, name, member)
    return member


def _functions(module: ModuleType) -> dict[str, FunctionType]:
    """The functions and methods that a module defines, by qualified name."""
    found: dict[str, FunctionType] = {}
    for value in vars(module).values():
        for one in [value, *vars(value).values()] if isinstance(value, type) else [value]:
            function = inspect.unwrap(_inner(one)) if callable(_inner(one)) else None
            if isinstance(function, FunctionType) and function.__code__.co_filename == module.__file__:
                found[function.__qualname__] = function
    return found


if __name__ == "__main__":
    raise SystemExit(main())
