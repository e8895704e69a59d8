"""Building the site: everything is laid out as one folder of Markdown, and MkDocs makes pages of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from website.public_names import public_names
from website.reference import reference
from website.repository import repository

ROOT = Path(__file__).parent.parent
STAGE = ROOT / "build" / "docs"
"""What mkdocs.yml reads."""


def stage(folder: Path) -> int:
    """Lays out all pages below a folder, anew: how many."""
    shutil.rmtree(folder, ignore_errors=True)
    pages = {**repository(ROOT), **reference(), **public_names()}
    for name, content in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return len(pages)


def main(site: str = "build/site") -> int:
    """Builds the site; a warning is an error."""
    print(f"==> {stage(STAGE):,} files of the site", flush=True)
    command = [sys.executable, "-m", "mkdocs", "--quiet", "build", "--strict", "--config-file", str(ROOT / "mkdocs.yml")]
    return subprocess.run([*command, "--site-dir", str(Path(site).resolve())], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
