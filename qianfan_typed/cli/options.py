"""Options that the commands which check have in common. Needs the extra `cli`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import attrs
import typer


class FormatOption(str, Enum):
    """How violations are printed."""

    text = "text"
    json = "json"
    sarif = "sarif"
    junit = "junit"
    github = "github"
    gitlab = "gitlab"


class FormOption(str, Enum):
    """What a file is, where its name and its beginning do not say it."""

    json = "json"
    lines = "lines"
    yaml = "yaml"
    postman = "postman"
    har = "har"
    vcr = "vcr"
    http = "http"
    curl = "curl"


class LevelOption(str, Enum):
    """The least level that counts."""

    error = "error"
    warning = "warning"


@attrs.frozen(kw_only=True)
class CheckOptions:
    """What the options of a command that checks say. Each has its own help beside it."""

    output: Annotated[FormatOption, typer.Option("--format", help="How to print violations.")] = FormatOption.text
    level: Annotated[
        LevelOption | None,
        typer.Option("--level", help="error leaves warnings out.", show_default="warning, or what pyproject.toml says"),
    ] = None
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", help="A rule or code to leave out. May be repeated.")
    ] = None
    max_violations: Annotated[
        int | None,
        typer.Option("--max-violations", help="How many violations to print. All of them count.", min=0),
    ] = None
    show_unchecked: Annotated[
        bool, typer.Option("--show-unchecked", help="Say where what was seen and not checked stands, and why.")
    ] = False
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 2 where something was seen and not checked, which is said.")
    ] = False
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", help="A file, folder or pattern that folders do not stand for. May be repeated."),
    ] = None
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", help="A file of known violations, which do not count.", show_default=False),
    ] = None
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write the violations that there are into the file of --baseline.")
    ] = False
    output_file: Annotated[
        Path | None, typer.Option("--output-file", "-o", help="Write to a file, not to standard output.")
    ] = None
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Print how often each rule is broken, and no violations.")
    ] = False
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit code 0 where there are violations. What cannot be read stays 2.")
    ] = False
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing beside the violations.")] = False
    fix: Annotated[
        bool, typer.Option("--fix", help="Write what is meant beyond doubt into the files, and check what is left.")
    ] = False
    diff: Annotated[bool, typer.Option("--diff", help="Print what --fix would change, and change nothing.")] = False


def checking_command(function: Callable[..., None]) -> Callable[..., None]:
    """A function as a command with the options of `CheckOptions`, which its parameter `options` takes."""
    hints = get_type_hints(function, include_extras=True)
    own = [
        one.replace(annotation=hints[name])
        for name, one in inspect.signature(function).parameters.items()
        if name != "options"
    ]
    kinds = get_type_hints(CheckOptions, include_extras=True)
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=one.default, annotation=kinds[name])
        for name, one in attrs.fields_dict(CheckOptions).items()
    ]

    def run(**given: Any) -> None:
        options = CheckOptions(**{one.name: given.pop(one.name) for one in shared})
        function(**given, options=options)

    parameters = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own] + shared
    vars(run)["__signature__"] = inspect.Signature(parameters)
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    run.__doc__ = function.__doc__
    return run
