"""Nobody but the page and whoever opens it is answered, and what is shown is shown as text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import urllib3

import qianfan_typed.explorer
from qianfan_typed.emulator import Emulator
from qianfan_typed.explorer.origins import why_not

STATIC = Path(qianfan_typed.explorer.__file__).parent / "static"
CHAT = {"model": "ernie-4.5-turbo-128k", "messages": [{"role": "user", "content": "你好"}]}


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8437", "localhost", "LOCALHOST:1", "[::1]:8437", "192.168.1.5:80", "a.localhost"]
)
def test_an_address_and_localhost_are_right(host: str) -> None:
    assert why_not({"host": host}, writes=False) is None


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[", "a:b:c"])
def test_a_name_that_may_lead_here_is_refused(host: str) -> None:
    words = f"Host: {host or 'missing'}: open the page by its address, as http://127.0.0.1, or by localhost"
    assert why_not({"host": host}, writes=False) == words


def test_a_name_that_the_server_was_told_is_right() -> None:
    assert why_not({"host": "box:8437"}, writes=False, names=frozenset({"Box"})) is None


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"origin": "http://evil.example"}, "Origin: http://evil.example: only the page itself may ask"),
        ({"origin": "http://127.0.0.1:9"}, "Origin: http://127.0.0.1:9: only the page itself may ask"),
        ({"origin": "null"}, "Origin: null: only the page itself may ask"),
        ({"sec-fetch-site": "cross-site"}, "Sec-Fetch-Site: cross-site: only the page itself may ask"),
        ({"sec-fetch-site": "same-site"}, "Sec-Fetch-Site: same-site: only the page itself may ask"),
        ({"origin": "http://127.0.0.1:8437"}, None),
        ({"sec-fetch-site": "same-origin"}, None),
    ],
    ids=["site", "port", "null", "cross", "same site", "own", "same origin"],
)
def test_whose_script_it_is(headers: dict[str, str], words: str | None) -> None:
    assert why_not({"host": "127.0.0.1:8437", **headers}, writes=False) == words


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_a_form_of_another_site_can_send_is_refused(kind: str) -> None:
    headers = {"host": "127.0.0.1", "content-type": kind}
    assert why_not(headers, writes=True) == "Content-Type: must be application/json"


def test_another_site_can_neither_send_nor_read(emulator: Emulator) -> None:
    body = json.dumps({"text": json.dumps(CHAT), "api": "v2.chat"})
    for more in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        headers = {"Content-Type": "application/json", **more}
        assert urllib3.request("POST", f"{emulator.url}/explorer/api/send", body=body, headers=headers).status == 403
        for path in ("/", "/explorer/js/main.js", "/explorer/api/requests", "/explorer/api/session"):
            assert urllib3.request("GET", emulator.url + path, headers=more).status == 403, path
    assert emulator.requests == []


def test_no_other_site_is_told_that_it_may(emulator: Emulator) -> None:
    reply = urllib3.request("OPTIONS", f"{emulator.url}/explorer/api/send")
    assert reply.status == 405
    assert not [name for name in reply.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("path", ["/", "/explorer/js/main.js", "/explorer/api/session", "/explorer/none"])
def test_everything_is_kept_to_the_page(emulator: Emulator, path: str) -> None:
    headers = urllib3.request("GET", emulator.url + path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'; require-trusted-types-for 'script'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_what_the_emulator_answers_is_kept_to_the_page_too(post: Callable[..., Any]) -> None:
    reply = post("send", CHAT)
    assert reply.status == 200
    assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        "../routes.py",
        "%2e%2e/routes.py",
        "js/../../routes.py",
        "js",
        "..\\routes.py",
        "samples.json",
        "a" * 300 + ".js",
    ],
)
def test_no_other_file_is_given_out(emulator: Emulator, name: str) -> None:
    reply = urllib3.HTTPConnectionPool("127.0.0.1", emulator.port).urlopen(
        "GET", f"/explorer/{name}", assert_same_host=False
    )
    assert reply.status == 404


def test_a_page_without_its_files_is_no_page(emulator: Emulator) -> None:
    page = urllib3.request("GET", emulator.url).data.decode()
    named = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    for script in STATIC.glob("js/*.js"):
        named += [f"/explorer/js/{one}" for one in re.findall(r'from "\./([^"]+)"', script.read_text("utf-8"))]
    assert len(named) > 10
    assert [one for one in named if urllib3.request("GET", emulator.url + one).status != 200] == []


def test_nothing_comes_from_elsewhere_and_no_data_becomes_markup() -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?://(?!www\.w3\.org/2000/svg)"
    found = [
        f"{path.name}: {match[0]}"
        for path in sorted(STATIC.rglob("*"))
        if path.is_file()
        for match in re.finditer(forbidden, path.read_text("utf-8"))
    ]
    assert found == []


def test_the_scripts_name_no_model_and_no_operation() -> None:
    said = "".join(path.read_text("utf-8") for path in STATIC.glob("js/*.js"))
    code = re.sub(r"//[^\n]*|/\*.*?\*/", "", said, flags=re.DOTALL)
    assert re.findall(r"ernie|deepseek|temperature|\d{4}-\d{2}-\d{2}", code, re.IGNORECASE) == []
