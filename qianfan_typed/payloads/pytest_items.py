"""Tests of payload files for pytest: each file that `payloads` of pyproject.toml names is one."""

from __future__ import annotations

import functools
import glob
import os
import re
import warnings
from collections.abc import Generator, Iterable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, cast

import pytest

from qianfan_api.words import told
from qianfan_typed.payloads.file_check import check_payload_files
from qianfan_typed.payloads.units import SUFFIXES, PayloadFile
from qianfan_typed.project.exclusion import Exclusion
from qianfan_typed.project.paths import find, with_slashes
from qianfan_typed.project.settings import TABLE, Project, relative_path
from qianfan_typed.reports.findings import Finding, Tally
from qianfan_typed.reports.printable import printable, printable_path
from qianfan_typed.reports.summary import left_out, summary

_MOST = 50
"""How many violations of a file are shown."""


COUNTS = "qianfan-typed"
"""The property of a test's report that says how many requests it saw and checked, and why it did not check others."""


class PayloadTests:
    """The plugin of a project whose pyproject.toml names payloads.

    pytest's own walk finds those below what it is asked for. The others are added to what the session collects, and not
    to its arguments: in an argument `[` and `::` have a meaning, and `--ignore` has none.
    """

    def __init__(self, project: Project, config: pytest.Config) -> None:
        self.project = project
        self.config = config
        self.taken: dict[str, PayloadFileCollector] = {}

    @functools.cached_property
    def named(self) -> tuple[dict[str, Path], list[str]]:
        """The files by their real path, and why patterns lead to none."""
        files: dict[str, Path] = {}
        missing: list[str] = []
        folder = self.project.folder
        excluded = Exclusion(folder, self.project.settings.exclude, git=False)
        for pattern in self.project.settings.payloads:
            found, reasons = find([path := _anchored(folder, pattern)], SUFFIXES, excluded=excluded)
            for file in found:
                files.setdefault(os.path.realpath(file), _without_dots(file))
            for reason in reasons:
                name = pattern if reason.file == with_slashes(path) else relative_path(folder, Path(reason.file))
                missing.append(f"payloads: {name!r}: {reason.message}")
        return files, missing

    @functools.cached_property
    def asked(self) -> Sequence[Path] | None:
        """What the session is for. None: the whole project, which is what `testpaths` holds for, too."""
        config, here = self.config, self.config.invocation_params.dir
        if config.args_source is not pytest.Config.ArgsSource.ARGS and here == config.rootpath:
            return None
        return [Path(os.path.normpath(here / arg)) for arg in config.args]

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Warns of patterns that lead to no file, once: not in each process of pytest-xdist."""
        if self.asked is not None or hasattr(self.config, "workerinput"):
            return
        path = self.project.folder / "pyproject.toml"
        line = _line_of("payloads", path)
        errors: list[str] = []
        for problem in self.named[1]:
            warning = pytest.PytestConfigWarning(f"{path.name}: [{TABLE}] {problem}")
            try:
                warnings.warn_explicit(warning, None, str(path), line)
            except pytest.PytestConfigWarning as error:
                errors.append(str(error))
        if errors:
            raise pytest.UsageError(*errors)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Adds the named files to what a session collects: last, when what its walk finds is known."""
        if not isinstance(collector, pytest.Session):
            return (yield)
        self.taken.clear()
        report = yield
        if report.passed:
            others: Others = cast("Any", Others).from_parent(collector, name="payloads")
            others.tests = self
            report.result = [*(report.result or ()), others]
        return report

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says what was seen and not checked: tests that pass do not."""
        tally = Tally()
        for report in (one for kind in ("passed", "failed") for one in terminalreporter.stats.get(kind, ())):
            for name, counts in getattr(report, "user_properties", ()):
                if name == COUNTS:
                    _, checked, reasons = counts
                    tally.checked += checked
                    tally.unchecked.update(reasons)
        if tally.seen > tally.checked:
            terminalreporter.write_line(f"qianfan-typed: {left_out(tally)}")

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> PayloadFileCollector | None:
        """A named file that pytest's own walk comes by."""
        return self.file(file_path, parent) if os.path.realpath(file_path) in self.named[0] else None

    def file(self, path: Path, parent: pytest.Collector) -> PayloadFileCollector:
        """The collector of a file."""
        file: PayloadFileCollector = cast("Any", PayloadFileCollector).from_parent(
            parent, path=path, **self.identity(path)
        )
        file.project, file.taken = self.project, self.taken
        return file

    def identity(self, path: Path) -> dict[str, str]:
        """The name of a file or folder, and its id where pytest would use the last part of its path alone."""
        name = relative_path(self.config.rootpath, path)
        return {"name": name, "nodeid": name} if name.startswith("../") else {"name": name}

    def others(self) -> Iterator[Path]:
        """The files that were asked for, and not left out, and have no test yet."""
        paths, globs = (
            [os.path.abspath(path) for path in self.config.getoption(option) or ()]  # noqa: PTH100 - `..` is resolved
            for option in ("ignore", "ignore_glob")
        )
        for real, file in sorted(self.named[0].items(), key=lambda item: item[1]):
            asked = self.asked is None or any(map(file.is_relative_to, self.asked))
            # `norecursedirs` is for what is come by, not for what is named.
            ignored = any(
                str(path) in paths or any(fnmatch(str(path), pattern) for pattern in globs)
                for path in (file, *file.parents)
            )
            if asked and not ignored and real not in self.taken:
                yield file


def _anchored(folder: Path, pattern: str) -> str:
    path = os.path.join(folder, pattern)  # noqa: PTH118 - the pattern is kept as it is
    # Once it is known to be a pattern: the folder's own name is none.
    return path if os.path.exists(path) else os.path.join(glob.escape(str(folder)), pattern)  # noqa: PTH110, PTH118


def _line_of(setting: str, path: Path) -> int:
    lines = path.read_text("utf-8").splitlines()
    assigned = re.compile(rf"{setting}[\"']?\s*=")
    return next((number for number, line in enumerate(lines, 1) if assigned.search(line)), 1)


def _without_dots(file: str) -> Path:
    plain, real = os.path.normpath(file), os.path.realpath(file)
    # A `..` that follows a symbolic link leads elsewhere.
    return Path(plain if os.path.realpath(plain) == real else real)


class Others(pytest.Collector):
    """The named files that pytest's own walk does not find."""

    tests: PayloadTests

    def collect(self) -> Iterator[PayloadFileCollector]:
        folders: dict[Path, Folder | None] = {}
        for file in self.tests.others():
            if file.parent not in folders:
                folders[file.parent] = self._folder(file.parent)
            folder = folders[file.parent]
            if folder and not folder.ihook.pytest_ignore_collect(collection_path=file, config=self.config):
                yield self.tests.file(file, folder)

    def _folder(self, path: Path) -> Folder | None:
        """A folder whose conftest.py is loaded, without which those above it are not in force either."""
        folder: Folder = cast("Any", Folder).from_parent(self.session, path=path, **self.tests.identity(path))
        report: pytest.CollectReport = folder.ihook.pytest_make_collect_report(collector=folder)
        vars(report).pop("call", None)  # as pytest does: it cannot be sent to another process
        folder.ihook.pytest_collectreport(report=report)
        return folder if report.passed else None


class Folder(pytest.Directory):
    """A folder of named files. What else is in it, nobody asked for."""

    def collect(self) -> Sequence[pytest.Collector]:
        return ()


class PayloadFileCollector(pytest.File):
    """A file of requests. Its name is its path from the project's folder."""

    project: Project
    taken: dict[str, PayloadFileCollector]
    """The files of the session by their real path."""

    def collect(self) -> Iterator[pytest.Item]:
        """The test of the file, unless it is one already: under another name, or because it was asked for."""
        if self.taken.setdefault(os.path.realpath(self.path), self) is self:
            item: Requests = cast("Any", Requests).from_parent(self, name="requests")
            item.file = self
            yield item


class InvalidPayloads(Exception):
    """Requests of a file break documented rules."""


class Requests(pytest.Item):
    """That every request of a file is valid."""

    file: PayloadFileCollector

    def runtest(self) -> None:
        project = self.file.project
        strict = project.settings.strict
        tally = Tally(strict=strict)
        file = str(self.path)
        # A test that looks at no request is none.
        source = PayloadFile(
            file=file,
            api=project.api_of(file),
            model=project.model_of(file),
            ignore=project.ignored_in(file),
            named=True,
        )
        counts = project.settings.violation_filter(notes=strict)
        findings = list(check_payload_files([source], counts, tally, jobs=1))
        self.user_properties.append((COUNTS, [tally.seen, tally.checked, tally.reasons()]))
        if findings:
            raise InvalidPayloads("\n".join(_lines(self.file.name, findings, tally)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """The violations, without a traceback."""
        if isinstance(excinfo.value, InvalidPayloads):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.file.name}: every request is valid"


def _lines(file: str, findings: Sequence[Finding], tally: Tally) -> Iterator[str]:
    yield f"{printable_path(file)}: {summary(tally)}"
    yield from _columns(findings[:_MOST])
    if len(findings) > _MOST:
        yield f"  and {len(findings) - _MOST:,} more"


def _columns(findings: Iterable[Finding]) -> Iterator[str]:
    """Place, model, pointer and message, and, where it is not the one above, the source."""
    rows = [
        (
            f"{one.line}:{one.column}",
            *map(printable, (one.model or "", one.pointer, told(one.message))),
            told(one.source),
        )
        for one in findings
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    page = ""
    for *cells, message, source in rows:
        yield "  " + "  ".join([*(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)), message])
        if source and source != page:
            page = source
            yield " " * (sum(widths) + 8) + source
