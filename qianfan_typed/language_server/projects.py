"""Projects of open documents: which of them are payloads or Python, and by which settings they are checked."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Literal, cast

import attrs

from qianfan_api.models import CATALOGUES
from qianfan_typed.payloads.units import PayloadFile
from qianfan_typed.project.exclusion import Exclusion
from qianfan_typed.project.paths import fits
from qianfan_typed.project.settings import Project, ProjectSettingsError, find_project, relative_path
from qianfan_typed.reports.findings import ViolationFilter

Kind = Literal["payload", "python", "other"]
_PAYLOADS = (".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".har", ".http", ".rest", ".curl")
_LANGUAGES = frozenset({"json", "jsonc", "jsonl", "json lines", "yaml"})
_MOST_SCHEMA = 2_000_000
"""Bytes of a file that `$schema` names: the longest of ours has a tenth."""


@attrs.frozen
class DocumentSettings:
    """How a document is checked."""

    kind: Kind
    source: PayloadFile
    counts: ViolationFilter
    told: bool = False
    """Whether it is said to hold requests. Otherwise only what is plainly a request is looked at."""


@attrs.define
class Projects:
    """The projects that documents are in. Their settings are read again where they have changed."""

    problem: str | None = None
    """Why settings that were read last cannot be used."""
    _known: dict[Path, tuple[tuple[Path, float] | None, Project]] = attrs.field(
        factory=dict[Path, tuple[tuple[Path, float] | None, Project]], init=False
    )

    def settings(self, path: Path | None, language: str, text: str) -> DocumentSettings:
        """How a document is checked.

        Args:
            path: Where its file is. None: it has none.
            language: What the editor takes it for.
            text: Its text.
        """
        if path is None:
            return DocumentSettings(_kind("", language), PayloadFile(file="untitled"), ViolationFilter())
        project = self._project(path.parent)
        kind = _kind(path.name, language)
        own = project.settings
        if kind != "other" and Exclusion(project.folder.resolve(), own.exclude, git=False)(path):
            kind = "other"
        file = str(path)
        told = project.api_of(file) or _SchemaNamed(path, text).api
        source = PayloadFile(
            file=file, api=told, model=project.model_of(file), ignore=project.ignored_in(file), named=False
        )
        said = told is not None or _is_said(project, path)
        return DocumentSettings(kind, source, own.violation_filter(), said)

    def _project(self, folder: Path) -> Project:
        mark = next(((one, one.stat().st_mtime) for one in _settings_of(folder)), None)
        known = self._known.get(folder)
        if known is None or known[0] != mark:
            try:
                project, self.problem = find_project(folder), None
            except ProjectSettingsError as error:
                project, self.problem = Project(folder), str(error)
            known = self._known[folder] = mark, project
        return known[1]


def _settings_of(folder: Path) -> list[Path]:
    places = [one / "pyproject.toml" for one in (folder, *folder.parents)]
    return [place for place in places if place.is_file()]


def _kind(name: str, language: str) -> Kind:
    suffix = Path(name).suffix.lower()
    if language == "python" or suffix in (".py", ".pyi"):
        return "python"
    return "payload" if suffix in _PAYLOADS or language.lower() in _LANGUAGES else "other"


def _is_said(project: Project, path: Path) -> bool:
    """Whether settings name a file or a folder that it is in as one of requests."""
    name = relative_path(project.folder.resolve(), path.resolve())
    patterns = [*project.settings.paths, *project.settings.payloads]
    ways = [name, *(parent.as_posix() for parent in Path(name).parents if parent.name)]
    return any(fits(way, pattern.removeprefix("./").rstrip("/")) for pattern in patterns for way in ways)


@attrs.frozen
class _SchemaNamed:
    """The schema that a document names by `$schema`."""

    path: Path
    text: str

    @cached_property
    def api(self) -> str | None:
        """The operation whose schema it is: it stands in the schema's title. None: it is none of ours."""
        _, found, rest = self.text[:2_000].partition('"$schema"')
        name = rest.partition('"')[2].partition('"')[0] if found else ""
        if not name or "://" in name:
            return None
        try:
            file = self.path.parent / name
            if not file.is_file() or file.stat().st_size > _MOST_SCHEMA:
                return None
            title = cast("dict[str, object]", json.loads(file.read_bytes())).get("title")
        except (OSError, ValueError, AttributeError, RecursionError):
            return None
        api = title.partition(" ")[0] if isinstance(title, str) else ""
        return api if api in CATALOGUES else None
