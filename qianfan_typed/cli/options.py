"""Options that the commands which check have in common. Needs the extra `cli`."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, TypeAlias

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


AsOutput: TypeAlias = Annotated[FormatOption, typer.Option("--format", help="How to print violations.")]
FromLevel: TypeAlias = Annotated[
    LevelOption | None,
    typer.Option("--level", help="error leaves warnings out.", show_default="warning, or what pyproject.toml says"),
]
Ignored: TypeAlias = Annotated[
    list[str] | None, typer.Option("--ignore", help="A rule or code to leave out. May be repeated.")
]
AtMost: TypeAlias = Annotated[
    int | None, typer.Option("--max-violations", help="How many violations to print. All of them count.", min=0)
]
ShowUnchecked: TypeAlias = Annotated[
    bool, typer.Option("--show-unchecked", help="Say where what was seen and not checked stands, and why.")
]
Strict: TypeAlias = Annotated[
    bool, typer.Option("--strict", help="Exit code 2 where something was seen and not checked, which is said.")
]
Excluded: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--exclude", help="A file, folder or pattern that folders do not stand for. May be repeated."),
]
Known: TypeAlias = Annotated[
    Path | None,
    typer.Option("--baseline", help="A file of known violations, which do not count.", show_default=False),
]
NewBaseline: TypeAlias = Annotated[
    bool, typer.Option("--write-baseline", help="Write the violations that there are into the file of --baseline.")
]
ToFile: TypeAlias = Annotated[
    Path | None, typer.Option("--output-file", "-o", help="Write to a file, not to standard output.")
]
Statistics: TypeAlias = Annotated[
    bool, typer.Option("--statistics", help="Print how often each rule is broken, and no violations.")
]
ExitZero: TypeAlias = Annotated[
    bool, typer.Option("--exit-zero", help="Exit code 0 where there are violations. What cannot be read stays 2.")
]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing beside the violations.")]
