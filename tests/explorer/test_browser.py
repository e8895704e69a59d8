"""The page in a browser, as a person uses it: filters, verdicts, fixes, streams, copies, the log, both languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qianfan_typed.emulator import Emulator
from tests.emulator.test_cli import ENVIRONMENT
from tests.explorer.conftest import CHROMIUM

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium, or Chrome on the PATH"),
]
pytest.importorskip("playwright")

from playwright.sync_api import Browser, expect  # noqa: E402

from tests.explorer.browser import Visit, browser, visit  # noqa: E402

VIEWS = ["#/models", "#/parameters", "#/playground", "#/requests", "#/rules"]
CHAT = {"model": "ernie-4.5-turbo-128k", "messages": [{"role": "user", "content": "你好"}], "stream": True}
WRONG = """{
  "model": "ernie-4.0-8k",
  "messages": [
    {"role": "User", "content": "你好"}
  ],
  "temperature": "0.7",
  "top_p": 3,
  "max_output_tokens": 512
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser, once for all."""
    with browser() as opened:
        yield opened


@pytest.fixture
def at(chromium: Browser, emulator: Emulator) -> Iterator[Visit]:
    """A window at the emulator's page."""
    with visit(chromium, emulator.url) as made:
        yield made


# --- models, parameters, rules ---------------------------------------------------------------------------------------


def test_models_are_found_and_opened(at: Visit) -> None:
    page = at.open("").page
    expect(page.locator("h1")).to_have_text("Models")
    page.get_by_label("Search models").fill("turbo vision")
    names = page.locator("tbody .col-model a")
    expect(names.first).to_have_text("ernie-4.5-turbo-vl")
    assert all("turbo" in name or "vl" in name for name in names.all_inner_texts())
    page.get_by_label("Search models").fill("")
    page.get_by_role("combobox", name="Ability").select_option("vision")
    assert page.locator("tbody .ability-vision").count() == names.count()
    names.first.click()
    expect(page.get_by_role("heading", level=2, name="ernie-4.5-turbo-vl", exact=True)).to_be_focused()
    expect(page.locator(".sheet .call code")).to_have_text("client.v2.chat.ernie_4_5_turbo_vl")
    assert page.title() == "ernie-4.5-turbo-vl · qianfan-typed"


def test_retired_models_are_there_when_asked_for_and_marked(at: Visit) -> None:
    page = at.open("#/models").page
    page.get_by_label("Search models").fill("ernie-novel-8k")
    expect(page.locator(".empty-title")).to_have_text("No model is like that")
    page.get_by_role("switch", name="Retired").check()
    row = page.locator("tbody tr.gone", has_text="ernie-novel-8kv2.chat")
    expect(row.locator(".retired")).to_have_text("retired 2025-12-11")


def test_the_matrix_says_range_and_default(at: Visit) -> None:
    page = at.open("#/parameters/v2.chat").page
    page.get_by_label("Search models or").fill("temperature")
    assert page.locator("thead .name").all_inner_texts() == ["temperature"]
    row = page.locator("tbody tr", has=page.get_by_text("ernie-4.0-8k", exact=True))
    expect(row.locator(".range")).to_have_text("(0, 1.0]")
    expect(row.locator(".default")).to_have_text("0.95")
    page.get_by_role("combobox", name="Operation").select_option("v1.chat")
    expect(page.locator("h1")).to_be_visible()
    assert page.url.endswith("#/parameters/v1.chat")


def test_a_rule_has_its_words_editions_and_examples(at: Visit) -> None:
    page = at.open("#/rules").page
    page.get_by_label("Search rules").fill("v2.chat.messages.order")
    page.get_by_role("link", name="v2.chat.messages.order").click()
    expect(page.locator("h1")).to_have_text("v2.chat.messages.order")
    expect(page.locator(".editions .drops")).to_contain_text("文本生成")
    page.goto(f"{at.url}/#/rules/v2.chat.temperature.range")
    expect(page.locator(".example.error").first).to_contain_text("must be above 0 and at most 1.0")
    page.locator(".example.error").first.get_by_role("link").click()
    expect(page.locator(".note.error")).to_contain_text("must be above 0 and at most 1.0")


# --- playground ------------------------------------------------------------------------------------------------------


def test_a_payload_is_judged_as_it_is_typed(at: Visit) -> None:
    page = at.open("#/playground").page
    expect(page.locator(".judgement")).to_contain_text("Valid for ernie-4.5-turbo-128k")
    at.write(WRONG)
    expect(page.locator(".judgement")).to_contain_text("4 errors")
    assert at.notes() == ["4 /messages/0/role", "6 /temperature", "7 /top_p", "8 /max_output_tokens"]
    assert page.locator(".marked.error").all_inner_texts() == ['"User"', '"0.7"', "3", '"max_output_tokens"']
    at.write('{"model": ')
    expect(page.locator(".judgement")).to_contain_text("1 error")
    expect(page.locator(".note.error")).to_contain_text("not JSON: it ends too early")


def test_each_note_stands_beside_its_line(at: Visit) -> None:
    page = at.open("#/playground").page
    at.write('{"model": "ernie-4.0-8k", "messages": [{"role": "user", "content": "a"}],\n"top_p": 3}')
    expect(page.locator(".note")).to_have_count(1)
    line, note = page.locator(".paint .line").nth(1).bounding_box(), page.locator(".note").bounding_box()
    assert line is not None
    assert note is not None
    assert abs(line["y"] - note["y"]) < 4
    assert note["x"] > line["x"]


def test_a_click_fixes_one_and_another_all(at: Visit) -> None:
    page = at.open("#/playground").page
    at.write(WRONG)
    at.button('Fix line 4: write "user"').click()
    expect(page.locator(".judgement")).to_contain_text("3 errors")
    assert at.payload() == WRONG.replace('"User"', '"user"')
    at.button("Fix 2").click()
    expect(page.locator(".judgement")).to_contain_text("1 error")
    fixed = (
        WRONG.replace('"User"', '"user"').replace('"0.7"', "0.7").replace("max_output_tokens", "max_completion_tokens")
    )
    assert at.payload() == fixed
    at.editor().press("ControlOrMeta+z")
    assert at.payload() == WRONG.replace('"User"', '"user"')


def test_the_model_and_the_stream_are_chosen_in_the_text(at: Visit) -> None:
    page = at.open("#/playground").page
    page.get_by_role("combobox", name="Model").select_option("ernie-5.0")
    expect(page.locator(".judgement")).to_contain_text("Valid for ernie-5.0")
    assert '"model": "ernie-5.0"' in at.payload()
    page.get_by_role("switch", name="Stream").uncheck()
    expect(page.get_by_role("switch", name="Stream")).not_to_be_checked()
    assert "stream" not in at.payload()


def test_a_stream_comes_in(at: Visit, emulator: Emulator) -> None:
    emulator.answer_with("北京今天晴，最高气温二十度。")
    emulator.slow(0.05)
    page = at.open("#/playground").page
    at.write(json.dumps(CHAT, ensure_ascii=False))
    at.editor().press("ControlOrMeta+Enter")
    expect(page.locator(".running")).to_be_visible()
    expect(page.locator(".said")).to_have_text("北京今天晴，最高气温二十度。")
    expect(page.locator(".run-facts .status")).to_have_text("200")
    at.button("Events").click()
    expect(page.locator(".events li").last).to_contain_text("[DONE]")
    assert page.locator(".events li").count() > 3


def test_a_refusal_and_a_lost_connection_are_told(at: Visit, emulator: Emulator) -> None:
    page = at.open("#/playground").page
    at.write(WRONG)
    at.button("Send").click()
    expect(page.locator(".callout.error")).to_contain_text("invalid_")
    emulator.drop_connection(20)  # A browser tries again on each connection that it has open.
    at.write(json.dumps(CHAT))
    page.on("requestfailed", lambda _: at.complaints.clear())
    at.button("Send").click()
    expect(page.locator(".callout.error")).to_contain_text("The connection broke.")
    at.complaints.clear()


@pytest.mark.parametrize(
    "api", ["v1.chat", "v2.images", "v2.embedding", "v2.responses", "v1.services", "v2.batches.list"]
)
def test_other_operations_are_answered_too(at: Visit, api: str) -> None:
    page = at.open(f"#/playground/{api}").page
    at.button("Send").click()
    expect(page.locator(".run-facts .status")).to_have_text("200")


# --- copies ----------------------------------------------------------------------------------------------------------


def copied(at: Visit, form: str) -> str:
    """What the button puts on the clipboard."""
    at.button("Copy as").click()
    at.button(form).click()
    expect(at.page.locator("#copy-text")).to_be_visible()
    at.page.locator("#copy-code").click()
    expect(at.page.locator("#copy-code")).to_have_text("Copied")
    return str(at.page.evaluate("navigator.clipboard.readText()"))


def test_the_copied_python_runs(at: Visit, emulator: Emulator, tmp_path: Path) -> None:
    emulator.answer_with("晴")
    at.open("#/playground").write(json.dumps(CHAT, ensure_ascii=False))
    expect(at.page.locator(".judgement")).to_contain_text("Valid")
    program = tmp_path / "program.py"
    program.write_text(copied(at, "Python"), "utf-8")
    environment = {**ENVIRONMENT, **emulator.environment, "PYTHONIOENCODING": "utf-8"}
    ended = subprocess.run([sys.executable, str(program)], env=environment, capture_output=True, timeout=60)
    assert (ended.stdout.decode().strip(), ended.stderr) == ("晴", b"")


def test_the_copied_curl_runs(at: Visit, emulator: Emulator) -> None:
    emulator.answer_with("晴")
    at.open("#/playground").write(json.dumps({**CHAT, "stream": False}, ensure_ascii=False))
    expect(at.page.locator(".judgement")).to_contain_text("Valid")
    command = copied(at, "curl")
    environment = {**os.environ, **emulator.environment, "QIANFAN_BEARER_TOKEN": emulator.bearer_token}
    ended = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, timeout=60)
    assert json.loads(ended.stdout)["choices"][0]["message"]["content"] == "晴"


def test_the_variables_are_those_that_open_the_emulator(at: Visit, emulator: Emulator) -> None:
    page = at.open("#/playground").page
    at.button("Copy as").click()
    page.get_by_text("Point a shell at this server").click()
    shown = page.locator(".variables pre").first
    expect(shown).to_contain_text(f"export QIANFAN_BASE_URL='{emulator.url}'")


# --- the log ---------------------------------------------------------------------------------------------------------


def test_requests_come_up_with_their_verdicts_and_are_filtered(at: Visit, emulator: Emulator) -> None:
    import urllib3

    page = at.open("#/requests").page
    expect(page.locator(".empty-title")).to_have_text("Nothing came in yet")
    headers = {"Authorization": f"Bearer {emulator.bearer_token}"}
    for wire in (CHAT, {**CHAT, "stream": False, "top_p": 9, "model": "ernie-4.0-8k"}):
        urllib3.request("POST", f"{emulator.url}/v2/chat/completions", json=wire, headers=headers)
    expect(page.locator(".requests tbody tr")).to_have_count(2)
    at.button("refused").click()
    row = page.locator(".requests tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("1 error")
    expect(row).to_contain_text("invalid_argument")
    page.get_by_label("Search path").fill("nothing like it")
    expect(page.locator(".empty-title")).to_have_text("No request is like that")
    page.get_by_label("Search path").fill("4.0")
    row.get_by_role("link").click()
    expect(page.locator(".problem-list")).to_contain_text("9: must be at least 0 and at most 1.0")
    page.get_by_role("link", name="Open in the playground").click()
    expect(page.locator(".note.error")).to_contain_text("9: must be at least 0 and at most 1.0")


def test_what_a_payload_says_is_shown_as_text(at: Visit, emulator: Emulator) -> None:
    markup = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
    emulator.answer_with(markup)
    page = at.open("#/playground").page
    at.write(json.dumps({**CHAT, "messages": [{"role": "user", "content": markup}], markup: 1}))
    expect(page.locator(".note.error")).to_be_visible()
    at.write(json.dumps({**CHAT, "messages": [{"role": "user", "content": markup}]}))
    at.button("Send").click()
    expect(page.locator(".said")).to_have_text(markup)
    at.open("#/requests/1")
    expect(page.locator(".snippet").first).to_contain_text("<img src=x")
    assert "taken" not in page.title()


# --- languages, colours, keyboard, screen readers --------------------------------------------------------------------


def test_it_speaks_chinese(at: Visit, chromium: Browser, emulator: Emulator) -> None:
    page = at.open("#/models").page
    at.button("中文").click()
    expect(page.locator("h1")).to_have_text("模型")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.reload()
    expect(page.locator("h1")).to_have_text("模型")
    with visit(chromium, emulator.url, locale="zh-CN") as other:
        expect(other.open("#/rules").page.locator("h1")).to_have_text("规则")


def test_colours_follow_the_system_until_one_is_chosen(at: Visit) -> None:
    def background() -> str:
        return str(at.page.evaluate("getComputedStyle(document.querySelector('.pane')).backgroundColor"))

    page = at.open("#/models").page
    assert background() == "rgb(255, 255, 255)"
    page.emulate_media(color_scheme="dark")
    dark = background()
    assert dark != "rgb(255, 255, 255)"
    at.button("Colours: as the system").click()
    assert background() == "rgb(255, 255, 255)"
    at.button("Colours: light").click()
    page.emulate_media(color_scheme="light")
    assert background() == dark
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    assert background() == dark


def test_the_keyboard_is_enough(at: Visit) -> None:
    page = at.open("#/models").page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Search models")).to_be_focused()
    page.keyboard.type("ernie-4.5-turbo-128k")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('tbody') !== null"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".sheet h2")).to_have_text("ernie-4.5-turbo-128k")
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Try it":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".judgement")).to_contain_text("Valid for ernie-4.5-turbo-128k")
    at.editor().focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON", "the editor keeps the keyboard to itself"
    at.editor().focus()
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.locator(".said")).to_be_visible()


def test_a_choice_keeps_the_focus(at: Visit) -> None:
    page = at.open("#/rules").page
    at.button("Warning").focus()
    page.keyboard.press("Enter")
    expect(at.button("Warning")).to_be_focused()
    expect(at.button("Warning")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(chromium: Browser, emulator: Emulator, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found: list[str] = []
    with visit(chromium, emulator.url, color_scheme=scheme) as at:
        at.open("#/playground").write(WRONG)
        expect(at.page.locator(".note")).to_have_count(4)
        at.button("Send").click()
        expect(at.page.locator(".callout.error")).to_be_visible()
        opened = ["#/models/v2.chat/ernie-novel-8k", "#/rules/v2.chat.temperature.range", "#/requests/1", *VIEWS]
        for address in opened:
            at.open(address)
            at.page.wait_for_timeout(150)
            for one in Axe().run(at.page).response["violations"]:
                if one["impact"] in ("serious", "critical"):
                    targets = [node["target"] for node in one["nodes"]][:3]
                    found.append(f"{address}: {one['id']}: {one['help']}: {targets}")
    assert found == []


@pytest.mark.parametrize("view", VIEWS)
def test_a_narrow_window_has_no_sideways_scroll(chromium: Browser, emulator: Emulator, view: str) -> None:
    with visit(chromium, emulator.url, viewport={"width": 390, "height": 800}) as at:
        at.open(view)
        if view == "#/playground":
            at.write(WRONG)
            expect(at.page.locator(".note")).to_have_count(4)
        assert at.page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_server_that_is_gone_is_told(at: Visit) -> None:
    page = at.open("#/models").page
    page.route("**/explorer/api/rules?*", lambda route: route.fulfill(status=500, body="{}"))
    page.get_by_role("link", name="Rules").click()
    expect(page.get_by_role("alert")).to_contain_text("This could not be loaded")
    page.unroute("**/explorer/api/rules?*")
    at.button("Try again").click()
    expect(page.locator("h1")).to_have_text("Rules")
    at.complaints.clear()
