"""A browser at the page: where chromium is found it opens, and what it complains of is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright

from tests.explorer.conftest import CHROMIUM

expect.set_options(timeout=20_000)  # Milliseconds: the machine may be busy.
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
"""What chromium writes of every answer that is an error, however it is handled."""


@attrs.frozen
class Visit:
    """A page that is open."""

    page: Page
    url: str
    complaints: list[str] = attrs.field(factory=list[str])

    def open(self, address: str) -> Visit:
        """Goes to a view: `#/models`."""
        self.page.goto(f"{self.url}/{address}")
        expect(self.page.locator("main .pane, main .empty").first).to_be_visible()
        return self

    def button(self, name: str, *, exact: bool = True) -> Locator:
        """A button by what a screen reader calls it."""
        return self.page.get_by_role("button", name=name, exact=exact)

    def editor(self) -> Locator:
        """The text area of the playground."""
        return self.page.locator(".editor textarea")

    def write(self, text: str) -> None:
        """Puts a text into the editor, as one pastes it."""
        self.editor().fill(text)

    def payload(self) -> str:
        """The text of the editor."""
        return self.editor().input_value()

    def notes(self) -> list[str]:
        """What stands beside the lines: `5 /messages/0/role`."""
        heads = self.page.locator(".note .note-head").all()
        return [f"{one.locator('.where').inner_text()[5:]} {one.locator('code').inner_text()}" for one in heads]


@contextmanager
def browser() -> Iterator[Browser]:
    """The browser. No test of its own sandbox: the tests run as root in containers."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@contextmanager
def visit(of: Browser, url: str, **settings: Any) -> Iterator[Visit]:
    """A window of its own. Nothing of it may be complained of, and nothing may come from elsewhere."""
    context: BrowserContext = of.new_context(
        **{"viewport": {"width": 1440, "height": 900}, "locale": "en-US", **settings}
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(15_000)
    page = context.new_page()
    made = Visit(page, url)

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not REFUSED.match(message.text):
            made.complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.on("request", lambda one: None if one.url.startswith((url, "data:")) else made.complaints.append(one.url))
    yield made
    context.close()
    assert made.complaints == []
