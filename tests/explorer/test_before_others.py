"""The page before a server that is no emulator: all but the page's paths is the server's."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator

import pytest
import urllib3
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from qianfan_typed.emulator.page import own_sandbox
from qianfan_typed.explorer import Explorer, Served, Variables

CHAT = {"model": "ernie-4.5-turbo-128k", "messages": [{"role": "user", "content": "你好"}], "stream": True}


async def models(request: Request) -> JSONResponse:
    """What the server answers."""
    return JSONResponse({"said": (await request.body()).decode()})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server of somebody's with the page before it."""
    served = Served(
        kind="openai", keeps_bodies=False, variables=lambda url: [Variables("openai", {"OPENAI_BASE_URL": f"{url}/v1"})]
    )
    app = Explorer(
        Starlette(routes=[Route("/v1/models", models, methods=["GET", "POST"])]), served, lambda: own_sandbox(0)
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off", ws="none"))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(),))
    thread.start()
    while not server.started:
        threading.Event().wait(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
    loop.close()


def test_the_server_answers_what_is_its_own(url: str) -> None:
    assert urllib3.request("POST", f"{url}/v1/models", body=b"secret words").json() == {"said": "secret words"}
    assert urllib3.request("GET", f"{url}/none").status == 404


def test_the_page_is_before_it(url: str) -> None:
    said = urllib3.request("GET", f"{url}/explorer/api/session").json()
    assert (said["kind"], said["variables"]) == ("openai", [["openai", {"OPENAI_BASE_URL": f"{url}/v1"}]])
    assert urllib3.request("GET", url).headers["content-type"] == "text/html; charset=utf-8"


def test_what_is_typed_goes_to_an_emulator_of_its_own(url: str) -> None:
    asked = {"text": json.dumps(CHAT), "api": "v2.chat"}
    reply = urllib3.request("POST", f"{url}/explorer/api/send", json=asked)
    assert reply.data.endswith(b"data: [DONE]\n\n")


def test_of_what_is_typed_there_is_no_word_either(url: str) -> None:
    typed = {**CHAT, "stream": False, "messages": [{"role": "user", "content": "typed words"}]}
    asked = {"text": json.dumps(typed), "api": "v2.chat"}
    assert "typed words" in urllib3.request("POST", f"{url}/explorer/api/send", json=asked).data.decode()
    said = urllib3.request("GET", f"{url}/explorer/api/requests").json()["requests"][-1]
    assert (said["path"], said["from_page"]) == ("/v2/chat/completions", True)
    assert b"typed words" not in urllib3.request("GET", f"{url}/explorer/api/requests/{said['number']}").data


def test_what_was_typed_is_found_by_nobody(url: str) -> None:
    def send(api: str, typed: object) -> urllib3.BaseHTTPResponse:
        asked = {"text": json.dumps(typed), "api": api}
        return urllib3.request("POST", f"{url}/explorer/api/send", json=asked)

    made = send("v2.responses", {"model": "ernie-4.5-turbo-128k", "input": "typed words"}).json()
    assert send("v2.responses.get", {"response_id": made["id"]}).status == 404


def test_the_log_has_no_word_of_what_was_said(url: str) -> None:
    urllib3.request("POST", f"{url}/v1/models", body=b"secret words")
    said = urllib3.request("GET", f"{url}/explorer/api/requests").json()["requests"][-1]
    assert (said["path"], said["status"], said["size"], said["verdict"]) == ("/v1/models", 200, 12, "none")
    whole = urllib3.request("GET", f"{url}/explorer/api/requests/{said['number']}").json()
    assert (whole["body"], whole["reply"]) == ("", "")
