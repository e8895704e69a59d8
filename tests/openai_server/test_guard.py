"""Who may call: the key, pages of other sites, the page of requests, and what neither log nor reply says."""

from __future__ import annotations

import base64
import logging
from typing import Any

import openai
import pytest
import urllib3

from qianfan_typed.emulator import Emulator
from tests.openai_server.conftest import Serve

HELLO: list[Any] = [{"role": "user", "content": "a question that nobody else is to read"}]
KEY = "a-key-of-ours-é"


def test_a_key_is_asked_for_where_one_is_set(serve: Serve) -> None:
    server, client = serve(api_key="a-key-of-ours")
    assert client.models.list().data
    for wrong in ("a-key-of-our", "a-key-of-ourss", "x"):
        with pytest.raises(openai.AuthenticationError) as caught:
            client.with_options(api_key=wrong).models.list()
        assert caught.value.code == "invalid_api_key"
    assert urllib3.request("GET", f"{server.url}/v1/models").status == 401
    for path in ("/", "/explorer/css/base.css", "/explorer/api/session", "/explorer/api/requests"):
        assert urllib3.request("GET", f"{server.url}{path}").status == 401
    assert urllib3.request("POST", f"{server.url}/explorer/api/send", json={}).status == 401


def test_a_browser_shows_the_key_as_a_password(serve: Serve) -> None:
    server, _ = serve(api_key=KEY)
    for shown, status in ((KEY, 200), ("another", 401)):
        basic = base64.b64encode(f"anybody:{shown}".encode()).decode()
        reply = urllib3.request("GET", f"{server.url}/", headers={"Authorization": f"Basic {basic}"})
        assert reply.status == status
    assert urllib3.request("GET", f"{server.url}/", headers={"Authorization": "Basic ?"}).status == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_pages_of_other_sites_may_not_call(serve: Serve, emulator: Emulator, origin: str) -> None:
    server, _ = serve()
    body = b'{"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}]}'
    url = f"{server.url}/v1/chat/completions"
    reply = urllib3.request("POST", url, body=body, headers={"Origin": origin, "Content-Type": "text/plain"})
    assert (reply.status, reply.json()["error"]["code"]) == (403, "wrong_origin")
    assert "access-control-allow-origin" not in reply.headers
    assert emulator.requests == []
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in urllib3.request("OPTIONS", url, headers=asked).headers


def test_pages_that_are_named_may(serve: Serve) -> None:
    server, _ = serve(origins=("https://app.example",))
    url = f"{server.url}/v1/models"
    reply = urllib3.request("GET", url, headers={"Origin": "https://app.example"})
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (200, "https://app.example")
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    assert urllib3.request("OPTIONS", url, headers=asked).status == 200
    assert urllib3.request("GET", url, headers={"Origin": "https://evil.example"}).status == 403


def test_another_name_for_this_machine_is_refused_without_a_key(serve: Serve) -> None:
    server, _ = serve()
    reply = urllib3.request("GET", f"{server.url}/v1/models", headers={"Host": f"evil.example:{server.port}"})
    assert (reply.status, reply.json()["error"]["code"]) == (403, "wrong_host")
    assert urllib3.request("GET", f"http://localhost:{server.port}/v1/models").status == 200
    keyed, _ = serve(api_key="k")
    headers = {"Host": "gateway.example", "Authorization": "Bearer k"}
    assert urllib3.request("GET", f"{keyed.url}/v1/models", headers=headers).status == 200


def test_the_page_shows_requests_and_neither_keys_nor_content(serve: Serve, emulator: Emulator) -> None:
    server, client = serve()
    client.chat.completions.create(model="gpt-4o", messages=HELLO, temperature=0)
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="gpt-3.5-turbo", messages=HELLO, top_p=5)
    page = urllib3.request("GET", f"{server.url}/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    found = urllib3.request("GET", f"{server.url}/explorer/api/requests")
    first, second = found.json()["requests"]
    assert (first["model"], first["target"], first["status"]) == ("gpt-4o", "v2.chat ernie-4.5-turbo-128k", 200)
    assert (first["verdict"], second["verdict"]) == ("warned", "refused")
    assert (first["said"], first["tokens"] > 0, first["took"] > 0) == ("warned temperature (range)", True, True)
    assert (second["status"], second["said"]) == (400, "top_p: invalid_value")
    whole = [urllib3.request("GET", f"{server.url}/explorer/api/requests/{number}").data for number in (1, 2)]
    for hidden in (HELLO[0]["content"], emulator.bearer_token, emulator.secret_key, emulator.access_key):
        assert hidden.encode() not in b"".join([found.data, *whole])


def test_the_page_is_no_matter_of_other_sites(serve: Serve) -> None:
    server, _ = serve(origins=("https://app.example",))
    url = f"{server.url}/explorer/api/requests"
    for headers in (
        {"Origin": "https://app.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": f"evil.example:{server.port}"},
    ):
        reply = urllib3.request("GET", url, headers=headers)
        assert (reply.status, reply.headers.get("access-control-allow-origin")) == (403, None)
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "GET"}
    assert "access-control-allow-origin" not in urllib3.request("OPTIONS", url, headers=asked).headers


def test_behind_a_gateway_the_key_opens_the_page(serve: Serve) -> None:
    server, _ = serve(api_key="k")
    url, name = f"{server.url}/explorer/api/session", {"Host": "gateway.example"}
    assert urllib3.request("GET", url, headers=name).status == 401
    reply = urllib3.request("GET", url, headers={"Authorization": "Bearer k", **name})
    address = {"OPENAI_BASE_URL": "http://gateway.example/v1", "OPENAI_API_KEY": "the-key-it-was-started-with"}
    assert (reply.json()["kind"], reply.json()["variables"]) == ("openai", [["openai", address]])


def test_looking_whether_it_runs_is_not_in_the_log(serve: Serve) -> None:
    server, client = serve()
    urllib3.request("GET", f"{server.url}/health")
    client.models.list()
    found = urllib3.request("GET", f"{server.url}/explorer/api/requests").json()["requests"]
    assert [one["path"] for one in found] == ["/v1/models"]


def test_long_names_are_kept_short(serve: Serve) -> None:
    server, client = serve()
    long = "x" * 1_000_000
    client.chat.completions.create(model=long, messages=HELLO)
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="gpt-4o", messages=HELLO, extra_body={long: 1})
    first, second = server.log.recent()
    assert (first.model, second.verdict[:200]) == ("x" * 200 + "…", "x" * 200)
    urllib3.request("GET", f"{server.url}/{'x' * 60_000}")
    found = urllib3.request("GET", f"{server.url}/explorer/api/requests").json()["requests"]
    assert found[-1]["path"] == "/" + "x" * 1999


def test_what_the_platform_prints_of_keys_is_masked(serve: Serve, emulator: Emulator, caplog: Any) -> None:
    keys = {"QIANFAN_ACCESS_KEY": "", "QIANFAN_SECRET_KEY": "", "QIANFAN_BEARER_TOKEN": emulator.bearer_token}
    _, client = serve(settings=keys)
    emulator.fail_next(code="invalid_argument", message=f"bad header {emulator.bearer_token}")
    with caplog.at_level(logging.DEBUG), pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="gpt-4o", messages=HELLO)
    assert "bad header" in caught.value.message
    assert emulator.bearer_token not in caught.value.response.text + caplog.text


def test_whether_it_runs_is_told_to_everybody(serve: Serve) -> None:
    server, _ = serve(api_key="k")
    reply = urllib3.request("GET", f"{server.url}/health")
    assert reply.json() == {"status": "ok", "instance": server.adapter.instance}
