"""Pages of the repository: docs/ and the files beside it that it leads to, with links that hold on the site."""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

Content = str | bytes

_BESIDE = ("ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "README.md", "README.zh-CN.md", "SECURITY.md")
"""Pages that stand outside of docs/."""
_LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?(?=\))")
_FENCE = re.compile(r"^(```.*?^```$)", re.MULTILINE | re.DOTALL)
_LANGUAGES = {".py": "python", ".toml": "toml", ".yml": "yaml", ".yaml": "yaml", ".jsonl": "json", ".json": "json"}


def repository(root: Path) -> dict[str, Content]:
    """Every page and picture: its path on the site → what it holds."""
    pages: dict[str, Content] = {}
    waiting = [path.relative_to(root).as_posix() for path in sorted((root / "docs").rglob("*")) if path.is_file()]
    waiting += [name for name in _BESIDE if (root / name).exists()]
    while waiting:
        name = waiting.pop()
        if (place := _place(root, name)) in pages:
            continue
        if not name.endswith(".md"):
            pages[place] = _as_page(root, name) if place.endswith(".md") else (root / name).read_bytes()
            continue
        text, led_to = _with_links(root, name, (root / name).read_text("utf-8"))
        pages[place] = text
        waiting += led_to
    return pages


def _place(root: Path, name: str) -> str:
    """Where a file of the repository stands on the site."""
    if name.startswith("docs/"):
        return name.removeprefix("docs/")
    if name in _BESIDE:
        return name.lower().replace("readme.zh-cn", "readme.zh")
    if name.endswith("/README.md"):
        return f"{name.removesuffix('README.md')}index.md"
    # Not rag.py.md: a page in another language ends so.
    return f"{name}/index.md" if (root / name).is_dir() else f"{name.replace('.', '-')}.md"


def _with_links(root: Path, name: str, text: str) -> tuple[str, list[str]]:
    """A page with its links as the site has them, and the files that it leads to."""
    led_to: list[str] = []
    here = posixpath.dirname(_place(root, name))

    def on_the_site(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), match[1]))
        if not (root / target).exists():
            return match[0]  # MkDocs says that it leads nowhere
        led_to.append(target)
        # On the site a page's name stands for it in every language.
        place = _place(root, target).replace(".zh.md", ".md")
        return posixpath.relpath(place, here or ".") + (match[2] or "")

    parts = _FENCE.split(text)
    return "".join(part if part.startswith("```") else _LINK.sub(on_the_site, part) for part in parts), led_to


def _as_page(root: Path, name: str) -> str:
    """A file of code, or a folder of them, as a page that shows it."""
    path = root / name
    if path.is_dir():
        files = [Path(folder) / file for folder, _, names in os.walk(path) for file in names if not _made(folder)]
        shown = [f"## {file.relative_to(path).as_posix()}\n\n{_fenced(file)}" for file in sorted(files)]
        return "\n\n".join([f"# {name}", *shown]) + "\n"
    if path.suffix == ".ipynb":
        return "\n\n".join([f"# {name}", *_cells(path)]) + "\n"
    return f"# {name}\n\n{_fenced(path)}\n"


def _made(folder: str) -> bool:
    return "__pycache__" in folder or "_cache" in folder


def _fenced(path: Path) -> str:
    return f"````{_LANGUAGES.get(path.suffix, 'text')}\n{path.read_text('utf-8').rstrip()}\n````"


def _cells(path: Path) -> Iterator[str]:
    """A notebook's cells."""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        source = "".join(cell["source"])
        yield f"```python\n{source}\n```" if cell["cell_type"] == "code" else re.sub(r"^#", "##", source, flags=re.M)
