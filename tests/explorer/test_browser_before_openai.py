"""The page before the OpenAI server in a browser: the key as a password, the live log, and a playground of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import urllib3

from qianfan_typed.config import Secret, load
from qianfan_typed.emulator import Emulator
from qianfan_typed.openai_server import OpenAIServer, Terms
from tests.explorer.conftest import CHROMIUM

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium, or Chrome on the PATH"),
]
pytest.importorskip("playwright")

from playwright.sync_api import Browser, expect  # noqa: E402

from tests.explorer.browser import Visit, browser, visit  # noqa: E402

KEY = "a-key-of-ours-é"
SECRET = "a question that nobody else is to read"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser, once for all."""
    with browser() as opened:
        yield opened


@pytest.fixture
def server(emulator: Emulator) -> Iterator[OpenAIServer]:
    """The server over the emulator, with a key."""
    terms = Terms(api_key=Secret(KEY))
    with OpenAIServer(load(dict(emulator.environment)), aliases={"gpt-4o": "ernie-4.5-turbo-128k"}, terms=terms) as one:
        yield one


@pytest.fixture
def at(chromium: Browser, server: OpenAIServer) -> Iterator[Visit]:
    """A window whose user has written the key where the browser asks for a password."""
    with visit(chromium, server.url, http_credentials={"username": "anybody", "password": KEY}) as made:
        yield made


def ask(server: OpenAIServer, **given: object) -> int:
    """Asks the server as a program made for OpenAI does. Gives the status."""
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": SECRET}], **given}
    key = {"Authorization": f"Bearer {KEY}".encode().decode("latin-1")}
    return urllib3.request("POST", f"{server.url}/v1/chat/completions", json=body, headers=key).status


def test_by_another_key_nothing_is_shown(chromium: Browser, server: OpenAIServer) -> None:
    assert ask(server) == 200
    with visit(chromium, server.url, http_credentials={"username": "anybody", "password": "another"}) as at:
        for path in ("/", "/explorer/api/requests"):
            answer = at.page.goto(f"{server.url}{path}")
            assert answer is not None
            assert answer.status == 401
            assert "gpt-4o" not in at.page.content()


def test_the_key_opens_the_log_of_requests(at: Visit, server: OpenAIServer) -> None:
    page = at.open("#/requests").page
    expect(page.locator("#server")).to_contain_text("OpenAI")
    expect(page.locator(".empty-title")).to_have_text("Nothing came in yet")
    assert (ask(server), ask(server, model="ernie-4.0-8k", top_p=9)) == (200, 400)
    rows = page.locator(".requests tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text("gpt-4o")
    expect(rows.last).to_contain_text("v2.chat ernie-4.5-turbo-128k")
    expect(rows.last).to_contain_text("tokens: ")
    expect(rows.first).to_contain_text("top_p: invalid_value")
    at.button("refused").click()
    expect(rows).to_have_count(1)
    rows.get_by_role("link").click()
    expect(page.locator(".sheet .limits")).to_contain_text("top_p: invalid_value")
    assert SECRET not in page.content()


def test_the_playground_sends_to_an_emulator_and_leaves_no_word(at: Visit, server: OpenAIServer) -> None:
    page = at.open("#/playground").page
    typed = {"model": "ernie-4.5-turbo-128k", "messages": [{"role": "user", "content": SECRET}], "stream": True}
    at.write(json.dumps(typed))
    at.editor().press("ControlOrMeta+Enter")
    expect(page.locator(".said")).to_contain_text(SECRET)
    at.open("#/requests/1")
    expect(page.locator(".sheet h2")).to_have_text("v2.chat")
    assert SECRET not in page.content()
    assert server.log.recent() == []


def test_the_variables_have_no_key(at: Visit, server: OpenAIServer) -> None:
    page = at.open("#/playground").page
    at.button("Copy as").click()
    page.get_by_text("Point a shell at this server").click()
    shown = page.locator(".variables pre").first
    expect(shown).to_contain_text(f"export OPENAI_BASE_URL='{server.url}/v1'")
    expect(shown).to_contain_text("export OPENAI_API_KEY='the-key-it-was-started-with'")
    assert KEY not in page.content()
