"""Rendering: the files of `generated/`, formatted, in memory."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from codegen.plan.package import File, Package, constants
from codegen.spec import Spec

ROOT = Path(__file__).parent.parent
TEMPLATES = Path(__file__).parent / "templates"


def render(spec: Spec) -> dict[str, bytes]:
    """Path under `generated/` → content."""
    files = {file.path: _text(_environment(TEMPLATES), file) for file in Package(spec).files()}
    if "qianfan_api/__init__.py" not in files:
        raise RuntimeError("codegen/support has no __init__.py")
    return _formatted(files)


@cache
def _environment(templates: Path) -> Environment:
    """The templates of a folder, compiled once for all specs; one that changes is compiled again."""
    environment = Environment(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.globals.update(constants())
    environment.filters.update({"literal": constants()["literal"], "one_line": constants()["one_line"]})
    return environment


def _text(environment: Environment, file: File) -> str:
    if file.text is not None:
        return file.text
    return environment.get_template(str(file.template)).render(file.values)


def _formatted(files: dict[str, str]) -> dict[str, bytes]:
    """ruff does the layout: templates need not."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8", newline="\n")  # ruff keeps the line ends that it finds
        ruff = [sys.executable, "-m", "ruff"]
        settings = ["--config", str(ROOT / "pyproject.toml"), "--no-cache", "--quiet", folder]
        subprocess.run([*ruff, "check", "--fix-only", "--select", "I,F401,RUF022", *settings], check=True)
        subprocess.run([*ruff, "format", *settings], check=True)
        return {path: Path(folder, path).read_bytes() for path in files}
