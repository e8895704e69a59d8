"""Tests of payload files, for pytest: each file that `payloads` of pyproject.toml names is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from qianfan_typed.checking.files import fits
from qianfan_typed.checking.findings import Finding, Tally
from qianfan_typed.checking.readers import Source
from qianfan_typed.checking.run import check_sources
from qianfan_typed.checking.settings import Project, SettingsError, read_project

_MOST = 50
"""How many violations of a file are shown."""


def register(config: pytest.Config, path: Path) -> None:
    """Collects the files that a pyproject.toml names; also those outside of `testpaths`."""
    try:
        project = read_project(path)
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from None
    if not project.settings.payloads:
        return
    config.pluginmanager.register(_Collector(project), "qianfan-typed-payloads")
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        asked = [Path(arg.split("::")[0]).resolve() for arg in config.args]
        config.args += [str(file) for file in _named(project) if not any(map(file.is_relative_to, asked))]


def _named(project: Project) -> list[Path]:
    folder = project.folder.resolve()
    return sorted({file for glob in project.settings.payloads for file in folder.glob(glob) if file.is_file()})


class _Collector:
    def __init__(self, project: Project) -> None:
        self.project = project
        self.folder = project.folder.resolve()

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> PayloadFile | None:
        path = file_path.resolve()
        if not path.is_relative_to(self.folder):
            return None
        name = path.relative_to(self.folder).as_posix()
        if not any(fits(name, pattern) for pattern in self.project.settings.payloads):
            return None
        file: PayloadFile = cast("Any", PayloadFile).from_parent(parent, path=file_path)
        file.project, file.shown = self.project, name
        return file


class PayloadFile(pytest.File):
    """A file of requests."""

    project: Project
    shown: str
    """Its path from the project's folder."""

    def collect(self) -> Iterator[pytest.Item]:
        item: Requests = cast("Any", Requests).from_parent(self, name="requests")
        item.file = self
        yield item


class InvalidPayloads(Exception):
    """Requests of a file break documented rules."""


class Requests(pytest.Item):
    """That every request of a file is valid."""

    file: PayloadFile

    def runtest(self) -> None:
        project = self.file.project
        tally = Tally()
        file = str(self.path)
        source = Source(file=file, api=project.api_of(file), model=project.model_of(file))
        findings = list(check_sources([source], project.settings.shown(), tally, jobs=1))
        if findings:
            raise InvalidPayloads("\n".join(_lines(self.file.shown, findings, tally)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """The violations, without a traceback."""
        if isinstance(excinfo.value, InvalidPayloads):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.file.shown}: every request is valid"


def _lines(file: str, findings: Sequence[Finding], tally: Tally) -> Iterator[str]:
    yield f"{file}: {tally.invalid} of {tally.checked} requests invalid" + (
        "; not all can be read" * bool(tally.unread)
    )
    yield from _columns(findings[:_MOST])
    if len(findings) > _MOST:
        yield f"  and {len(findings) - _MOST:,} more"


def _columns(findings: Iterable[Finding]) -> Iterator[str]:
    """Place, model, pointer and message, and, where it is not the one above, the source."""
    rows = [(f"{one.line}:{one.column}", one.model or "", one.pointer, one.message, one.source) for one in findings]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    page = ""
    for *cells, message, source in rows:
        yield "  " + "  ".join([*(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)), message])
        if source and source != page:
            page = source
            yield " " * (sum(widths) + 8) + source
