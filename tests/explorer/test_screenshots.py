"""Pictures of the page for the documents: `make screenshots` writes them to docs/images."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from qianfan_typed.emulator import Emulator
from tests.explorer.conftest import CHROMIUM

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium, or Chrome on the PATH"),
]
pytest.importorskip("playwright")

from PIL import Image  # noqa: E402
from playwright.sync_api import expect  # noqa: E402

from tests.explorer.browser import Visit, browser, visit  # noqa: E402
from tests.explorer.test_browser import CHAT, WRONG  # noqa: E402

WHERE = "QIANFAN_TYPED_PICTURES"
LARGEST = 120_000
"""Bytes of a picture."""
ANSWER = "北京是中国的首都，三千年的古城与两千万人的都市在这里相遇：胡同里是炊烟，环路上是灯火。"


def models(at: Visit) -> None:
    at.open("#/models/v2.chat/ernie-4.5-turbo-128k")
    expect(at.page.locator(".sheet h2")).to_be_visible()


def parameters(at: Visit) -> None:
    at.open("#/parameters/v1.chat")


def playground(at: Visit) -> None:
    at.open("#/playground").write(WRONG)
    expect(at.page.locator(".note")).to_have_count(4)
    at.button("Copy as").click()
    expect(at.page.locator("#copy-text")).to_be_visible()


def playground_dark(at: Visit) -> None:
    at.open("#/playground").write(json.dumps({**CHAT, "temperature": 0.7}, ensure_ascii=False))
    at.button("整理").click()
    at.button("发送").click()
    expect(at.page.locator(".said")).to_have_text(ANSWER)
    expect(at.page.locator(".judgement .fine")).to_be_visible()


def rule(at: Visit) -> None:
    at.open("#/rules/v2.chat.messages.order")
    expect(at.page.locator(".editions")).to_be_visible()


def requests(at: Visit) -> None:
    at.open("#/playground").write(WRONG)
    at.button("Send").click()
    expect(at.page.locator(".callout.error")).to_be_visible()
    for wire in (CHAT, {**CHAT, "model": "deepseek-v3.2"}, {**CHAT, "top_p": 0.9, "stream": False}):
        at.write(json.dumps(wire))
        at.button("Send").click()
        expect(at.page.locator(".said")).to_have_text(ANSWER)
    at.open("#/requests/1")
    expect(at.page.locator(".requests tbody tr")).to_have_count(4)


PICTURES: dict[str, Callable[[Visit], None]] = {
    "models": models,
    "parameters": parameters,
    "playground": playground,
    "playground-dark": playground_dark,
    "rule": rule,
    "requests": requests,
}


def test_the_pictures_of_the_documents(emulator: Emulator, tmp_path: Path) -> None:
    folder = Path(os.environ.get(WHERE, tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    with browser() as opened:
        for name, show in PICTURES.items():
            emulator.reset()
            emulator.answer_with(ANSWER, times=9)
            dark = name.endswith("-dark")
            settings = {"color_scheme": "dark" if dark else "light", "locale": "zh-CN" if dark else "en-US"}
            with visit(opened, emulator.url, viewport={"width": 1280, "height": 760}, **settings) as at:
                show(at)
                at.page.evaluate("document.activeElement.blur()")
                at.page.wait_for_timeout(300)
                taken = at.page.screenshot(animations="disabled")
            # Few colours are all that it has: a third of the bytes.
            Image.open(io.BytesIO(taken)).quantize(256).save(folder / f"{name}.png", optimize=True)
    assert {path.stem: path.stat().st_size > LARGEST for path in folder.glob("*.png")} == dict.fromkeys(PICTURES, False)
