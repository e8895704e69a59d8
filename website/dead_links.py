"""Dead links: what a built site's pages lead to and what is not there, files and headings alike."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class _Page(HTMLParser):
    """What a page leads to, and the ids that may be led to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.ids: set[str] = {""}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value is not None:
                self.links.add(value)
            elif name in ("id", "name") and value is not None:
                self.ids.add(value)


def dead_links(site: Path) -> list[str]:
    """Every dead link as `page → link`. Those that leave the site are not followed."""

    @cache
    def page(path: Path) -> _Page:
        return _Page(path.read_text("utf-8"))

    @cache
    def led(path: Path, fragment: str) -> bool:
        if path.is_dir():
            path = path / "index.html"
        if not path.is_file():
            return False
        return path.suffix != ".html" or not fragment or fragment in page(path).ids

    found: list[str] = []
    for path in sorted(site.rglob("*.html")):
        if path.name == "404.html":  # served below any address: its links begin at the root
            continue
        for link in sorted(page(path.resolve()).links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = site / parts.path.lstrip("/") if parts.path.startswith("/") else path.parent / unquote(parts.path)
            if not led((target if parts.path else path).resolve(), unquote(parts.fragment)):
                found.append(f"{path.relative_to(site)} → {link}")
    return found
