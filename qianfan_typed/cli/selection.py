"""Selection: which paths a command checks, as it is told or as pyproject.toml says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qianfan_typed.cli.terminal import give_up

# The rules take a moment to load: not for `--help`.
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qianfan_typed.cli.options import CheckOptions
    from qianfan_typed.project.exclusion import Exclusion
    from qianfan_typed.project.settings import Project
    from qianfan_typed.reports.findings import Finding, Tally, ViolationFilter


def find_project() -> Project:
    """The project that the command runs in. Gives up where its settings are wrong."""
    from qianfan_typed.project import settings

    try:
        return settings.find_project(Path.cwd())
    except settings.ProjectSettingsError as error:
        give_up(str(error))


def chosen(given: Sequence[str] | None, project: Project, setting: Literal["paths", "source"]) -> list[str]:
    """The paths to check: those that the command is given, else those of a setting. Gives up where there are none."""
    paths = list(given or project.paths(setting, Path.cwd()))
    if not paths:
        give_up(
            f"nothing to check: name files, folders or -, or set {setting} in [tool.qianfan-typed] of pyproject.toml"
        )
    return paths


def exclusion(project: Project, patterns: Sequence[str] | None) -> Exclusion:
    """What folders and patterns do not stand for."""
    from qianfan_typed.project.exclusion import Exclusion

    settings = project.settings
    return Exclusion(project.folder.resolve(), (*settings.exclude, *(patterns or ())), settings.gitignore)


def chosen_filter(project: Project, options: CheckOptions) -> tuple[ViolationFilter, bool]:
    """Which violations count, and whether what is not checked does. Gives up where what is to be ignored is no rule."""
    settings = project.settings
    _require_rules("--ignore", options.ignore or ())
    _require_rules("pyproject.toml: [tool.qianfan-typed] ignore", settings.ignore)
    _require_rules("pyproject.toml: [tool.qianfan-typed.ignores]", settings.every_ignored())
    strict = options.strict or settings.strict
    counts = settings.violation_filter(
        None if options.level is None else options.level.value,
        options.ignore or (),
        notes=strict or options.show_unchecked,
    )
    return counts, strict


def _require_rules(place: str, names: Sequence[str]) -> None:
    if not names:
        return
    # The facts take a moment to load: not where nothing is ignored.
    from qianfan_typed.facts.rule_names import why_not_a_rule

    for name in names:
        why = why_not_a_rule(name)
        if why is not None:
            give_up(f"{place}: {why}")


def with_missing(missing: Iterable[Finding], findings: Iterable[Finding], tally: Tally) -> Iterator[Finding]:
    """The paths that lead to nothing, and then what was found at the others."""
    for finding in missing:
        tally.count(finding)
        yield finding
    yield from findings
