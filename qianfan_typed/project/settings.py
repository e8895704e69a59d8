"""Settings of the project that is checked: `[tool.qianfan-typed]` in pyproject.toml."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NewType, TypeVar, cast

import attrs
import cattrs
from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError

from qianfan_api.validation import operation_name
from qianfan_api.violations import Level
from qianfan_typed.project.paths import fits
from qianfan_typed.reports.findings import ViolationFilter

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T")
TABLE = "tool.qianfan-typed"
_LEVELS = ("error", "warning")

GivenPath = NewType("GivenPath", str)
"""A file, a folder, a pattern, or standard input."""
PathPattern = NewType("PathPattern", str)
"""A file, a folder or a pattern; not standard input."""


class ProjectSettingsError(ValueError):
    """The configuration cannot be used; the message says where and why."""


@attrs.frozen(kw_only=True)
class ProjectSettings:
    """The configuration of a project."""

    paths: tuple[GivenPath, ...] = ()
    """What `validate` checks where it is given nothing: files, folders and patterns."""
    source: tuple[GivenPath, ...] = ()
    """What `check` checks where it is given nothing: files, folders and patterns."""
    payloads: tuple[PathPattern, ...] = ()
    """What pytest checks, a test for each file: files, folders and patterns."""
    apis: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Pattern of files → the operation of requests that do not say it. The first pattern that fits decides."""
    models: Mapping[str, str] = attrs.field(factory=dict[str, str])
    """Pattern of files → the model of requests that do not say it. The first pattern that fits decides."""
    level: Level = "warning"
    """`error` leaves warnings out."""
    ignore: tuple[str, ...] = ()
    """Rules and codes to leave out."""
    ignores: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict[str, tuple[str, ...]])
    """Pattern of files → rules and codes to leave out of them. All patterns that fit count."""
    exclude: tuple[PathPattern, ...] = ()
    """What folders and patterns do not stand for: files, folders and patterns."""
    gitignore: bool = True
    """Whether folders and patterns do not stand for what git ignores."""
    baseline: str | None = None
    """The file of known violations: of commands."""
    strict: bool = False
    """Whether what was seen and could not be checked is as bad as what cannot be read."""

    def every_ignored(self) -> tuple[str, ...]:
        """Every rule and code that is left out somewhere."""
        return (*self.ignore, *(name for names in self.ignores.values() for name in names))

    def violation_filter(
        self, level: Level | None = None, ignore: Iterable[str] = (), *, notes: bool = False
    ) -> ViolationFilter:
        """Which violations count, given what the command says."""
        return ViolationFilter(level or self.level, frozenset((*self.ignore, *ignore)), notes)


@attrs.frozen
class Project:
    """The configuration, and the folder that its patterns begin at."""

    folder: Path
    settings: ProjectSettings = attrs.field(factory=ProjectSettings)

    def paths(self, setting: Literal["paths", "source"], here: Path) -> tuple[str, ...]:
        """The paths of a setting, as they lead from a folder."""
        way = os.path.relpath(self.folder, here)
        paths = self.settings.paths if setting == "paths" else self.settings.source
        return tuple(path if path == "-" else Path(way, path).as_posix() for path in paths)

    def api_of(self, file: str) -> str | None:
        """The operation of a file's requests."""
        return self._fitting(file, self.settings.apis)

    def ignored_in(self, file: str) -> frozenset[str]:
        """The rules and codes to leave out of a file."""
        return frozenset(name for names in self._all_fitting(file, self.settings.ignores) for name in names)

    def model_of(self, file: str) -> str | None:
        """The model of a file's requests."""
        return self._fitting(file, self.settings.models)

    def _fitting(self, file: str, table: Mapping[str, str]) -> str | None:
        return next(self._all_fitting(file, table), None)

    def _all_fitting(self, file: str, table: Mapping[str, T]) -> Iterator[T]:
        if not table:
            return
        path = relative_path(self.folder.resolve(), Path(file).resolve())
        outside = path.startswith("../")
        for pattern, value in table.items():
            if pattern.startswith("../") == outside and fits(path, pattern):
                yield value


def relative_path(folder: Path, path: Path) -> str:
    """How a path is called in a folder, with `/`. One outside begins with `../`."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive
        return f"../{path.as_posix()}"


def find_project(start: Path) -> Project:
    """The project that a folder is in: the nearest pyproject.toml above. Raises ProjectSettingsError."""
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file():
            return read_project(folder / "pyproject.toml")
    return Project(start)


def read_project(path: Path) -> Project:
    """The project of a pyproject.toml. Raises ProjectSettingsError."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ProjectSettingsError(f"{path.name}: {error}") from None
    table: object = tables
    for name in TABLE.split("."):
        table = cast("dict[str, object]", table).get(name, {}) if isinstance(table, dict) else {}
    if not isinstance(table, dict):
        raise ProjectSettingsError(f"{path.name}: [{TABLE}] {table!r}: must be a table")
    try:
        settings = _converter().structure(cast("Any", table), ProjectSettings)
        return Project(path.parent, _with_full_names(settings))
    except (ClassValidationError, _Wrong) as error:
        problems = "; ".join(_problems(error, ""))
        raise ProjectSettingsError(f"{path.name}: [{TABLE}] {problems}") from None


class _Wrong(ValueError):
    """A value that cannot be used."""


def _with_full_names(settings: ProjectSettings) -> ProjectSettings:
    try:
        return attrs.evolve(settings, apis={glob: operation_name(api) for glob, api in settings.apis.items()})
    except ValueError as error:
        raise _Wrong(f"apis: {str(error).removeprefix('api: ')}") from None


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    kinds: dict[object, Callable[[object], object]] = {
        tuple[str, ...]: _texts,
        tuple[GivenPath, ...]: _paths,
        tuple[PathPattern, ...]: _patterns,
        Mapping[str, str]: _table,
        Mapping[str, tuple[str, ...]]: _table_of_texts,
        str | None: _text,
        Level: _level,
        bool: _switch,
    }
    for kind, read in kinds.items():
        converter.register_structure_hook_func(_same(kind), _reading(read))
    return converter


def _same(kind: object) -> Callable[[object], bool]:
    return lambda other: other == kind


def _reading(read: Callable[[object], object]) -> Callable[[object, object], object]:
    return lambda value, _: read(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"{value!r}: must be a string")
    return value


def _level(value: object) -> object:
    if value not in _LEVELS:
        raise _Wrong(f"{value!r}: must be one of {', '.join(_LEVELS)}")
    return value


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(f"{value!r}: must be true or false")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _Wrong(f"{value!r}: must be a list of strings")
    return tuple(_text(item) for item in cast("list[object]", value))


def _slashed(text: str) -> str:
    """A path as it means the same on every system. `\\` would fit nothing."""
    if "\\" in text:
        raise _Wrong(f"{text!r}: write / instead of \\, on Windows too")
    return text


def _paths(value: object) -> tuple[GivenPath, ...]:
    return tuple(GivenPath(_slashed(text)) for text in _texts(value))


def _patterns(value: object) -> tuple[PathPattern, ...]:
    for text in (texts := _paths(value)):
        if text in ("", "-") or "\0" in text:
            raise _Wrong(f"{text!r}: must be a file, a folder or a pattern")
    return tuple(map(PathPattern, texts))


def _table(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _Wrong(f"{value!r}: must be a table of pattern = name")
    return {_slashed(_text(key)): _text(item) for key, item in cast("dict[object, object]", value).items()}


def _table_of_texts(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise _Wrong(f"{value!r}: must be a table of pattern = [names]")
    return {_slashed(_text(key)): _texts(item) for key, item in cast("dict[object, object]", value).items()}


def _problems(error: BaseException, at: str) -> Iterator[str]:
    """What is wrong, a line for each fault."""
    if isinstance(error, ClassValidationError):
        for inner in cast("tuple[Exception, ...]", cast("Any", error).exceptions):
            notes = [note for note in getattr(inner, "__notes__", ()) if hasattr(note, "name")]
            yield from _problems(inner, notes[0].name if notes else at)
    elif isinstance(error, ForbiddenExtraKeysError):
        known = [field.name for field in attrs.fields(ProjectSettings)]
        for name in sorted(error.extra_fields):
            near = difflib.get_close_matches(name, known, 1)
            yield f"{name}: not a setting; " + (f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}")
    else:
        yield f"{at}: {error}" if at else str(error)
