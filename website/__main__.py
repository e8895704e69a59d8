"""Building the site: everything is laid out as one folder of Markdown, and MkDocs makes pages of it.

Where the registry cannot be reached and MkDocs is not installed yet, it says so and nothing fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from website.dead_links import dead_links
from website.environment import UNREACHABLE, installed, python_of
from website.public_names import public_names
from website.reference import reference
from website.repository import repository

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
STAGE = ROOT / "build" / "docs"
"""What mkdocs.yml reads."""
QUIET = {"NO_MKDOCS_2_WARNING": "1"}
"""Variables: no advertisement in the log."""


def stage(folder: Path) -> int:
    """Lays out all pages below a folder, anew: how many."""
    shutil.rmtree(folder, ignore_errors=True)
    pages = {**repository(ROOT), **reference(), **public_names()}
    for name, content in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return len(pages)


def build(site: Path, environment: Path = ROOT / ".venvs" / "docs") -> int:
    """Builds the site; a warning or a dead link is an error. 0 as well where the registry cannot be reached.

    Args:
        site: The folder to build it in.
        environment: That of MkDocs.
    """
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    failed = installed(environment, "MkDocs", str(groups["docs"]), *groups["docs"])
    if failed:
        reached = not UNREACHABLE.search(failed)
        print(f"{failed}\n==> {'MkDocs cannot be installed' if reached else NOT_BUILT}", flush=True)
        return int(reached)
    print(f"==> building {stage(STAGE):,} files of the site, in two languages", flush=True)
    command = [
        str(python_of(environment)),
        "-m",
        "mkdocs",
        "--quiet",
        "build",
        "--strict",
        "--site-dir",
        str(site.resolve()),
    ]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | QUIET, check=False)
    if done.returncode:
        return done.returncode
    dead = dead_links(site)
    print("\n".join(dead) or f"==> built: {site / 'index.html'}", flush=True)
    return int(bool(dead))


NOT_BUILT = "the registry cannot be reached: the site is NOT built"


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1] if len(sys.argv) > 1 else "build/site")))
