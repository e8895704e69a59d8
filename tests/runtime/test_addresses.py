"""Addresses: where a key goes, and what names of models, endpoints and ids can do to a path."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from qianfan_api.handles import OpenRequest, Options, Placed, Target
from qianfan_api.operations import V1_CHAT, V2_CHAT, V2_MODELS
from qianfan_typed import AsyncQianfan, Qianfan, user
from qianfan_typed.config import load
from qianfan_typed.core.calls import CallPlanner
from qianfan_typed.errors import ConfigurationError, InvalidRequest
from tests.runtime.conftest import Script, reply
from tests.runtime.ways import KEYS, Way, every_way

API_KEY = {"api_key": "bce-v3/key-of-mine"}
V2 = Target(operation=V2_CHAT, name="m")
V1 = Target(operation=V1_CHAT, name="m", path="chat/m")


def url(target: Target[Any, Any], **arguments: Any) -> str:
    """Where a call goes."""
    planner = CallPlanner(load({}, **arguments))
    return planner.prepare(target, OpenRequest({"messages": []}), Options(), stream=False).request.url


# --- one address ---


@pytest.mark.parametrize(
    ("address", "called"),
    [
        ("https://gw.example", "https://gw.example/v2/chat/completions"),
        ("https://gw.example/", "https://gw.example/v2/chat/completions"),
        ("https://gw.example/v1", "https://gw.example/v1/chat/completions"),
        ("https://gw.example/v2/", "https://gw.example/v2/chat/completions"),
        ("https://gw.example/team/v1", "https://gw.example/team/v1/chat/completions"),
        ("https://gw.example/team", "https://gw.example/team/v2/chat/completions"),
        ("https://qianfan.baidubce.com/v2", "https://qianfan.baidubce.com/v2/chat/completions"),
        ("https://qianfan.baidubce.com/v2/coding", "https://qianfan.baidubce.com/v2/coding/chat/completions"),
        (
            "https://qianfan.baidubce.com/v2/tokenplan/personal",
            "https://qianfan.baidubce.com/v2/tokenplan/personal/chat/completions",
        ),
    ],
)
def test_one_address_serves_v2_with_or_without_a_version(address: str, called: str) -> None:
    assert url(V2, base_url=address, **API_KEY) == called
    assert url(V2, console_api_base_url=address, **API_KEY) == called


def test_a_gateway_serves_everything_and_no_key_goes_elsewhere() -> None:
    settings = load({}, base_url="https://gw.example/x", **KEYS)
    assert settings.hosts == dict.fromkeys(("v1", "v2", "iam"), "https://gw.example/x")
    assert url(V1, base_url="https://gw.example/x", **KEYS).startswith("https://gw.example/x/rpc/2.0/ai_custom/")
    settings = load({"QIANFAN_CONSOLE_API_BASE_URL": "https://other.example"}, base_url="https://gw.example/v1", **KEYS)
    assert settings.hosts["v2"] == "https://gw.example/v1"
    assert settings.hosts["iam"] == "https://gw.example"


def test_an_address_of_the_platform_serves_its_part() -> None:
    hosts = load({}, base_url="https://aip.baidubce.com", **KEYS).hosts
    assert (hosts["v2"], hosts["iam"]) == ("https://qianfan.baidubce.com", "https://iam.bj.baidubce.com")
    hosts = load({}, base_url="https://qianfan.baidubce.com/v2/coding", **KEYS).hosts
    assert (hosts["v1"], hosts["v2"]) == ("https://aip.baidubce.com", "https://qianfan.baidubce.com/v2/coding")


def test_other_addresses_go_before_it() -> None:
    given = {"base_url": "https://one.example", "console_api_base_url": "https://two.example/v2"}
    hosts = load({}, iam_base_url="https://three.example", **given, **KEYS).hosts
    assert list(hosts.values()) == ["https://one.example", "https://two.example/v2", "https://three.example"]


@pytest.mark.parametrize(
    ("environ", "arguments", "message"),
    [
        ({}, {"base_url": "https://aip.baidubce.com", **API_KEY},
         "base_url: 'https://aip.baidubce.com' serves V1, and the keys at hand serve V2 alone: "
         "give V2's address, or leave it out"),
        ({}, {"base_url": "https://gw.example/v1", "ak": "an-ak", "sk": "an-sk"},
         "base_url: 'https://gw.example/v1' serves V2, and the keys at hand serve V1 alone: "
         "give V1's address, or leave it out"),
        ({}, {"console_api_base_url": "https://gw.example", "ak": "an-ak", "sk": "an-sk"},
         "console_api_base_url: 'https://gw.example' serves V2, and the keys at hand serve V1 alone: "
         "write base_url=…"),
        ({"QIANFAN_BASE_URL": "https://gw.example/v1"}, API_KEY,
         "QIANFAN_BASE_URL: 'https://gw.example/v1' serves V1, and the keys at hand serve V2 alone: "
         "set QIANFAN_CONSOLE_API_BASE_URL, or pass base_url=…"),
        ({}, {"base_url": "https://iam.bj.baidubce.com", **KEYS},
         "base_url: 'https://iam.bj.baidubce.com' hands out tokens and serves no calls: write iam_base_url=…"),
    ],
)  # fmt: skip
def test_an_address_that_serves_none_of_the_calls_is_refused(
    environ: dict[str, str], arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(environ, **arguments)
    assert str(caught.value) == message


def test_v1_is_not_at_an_address_that_names_a_version() -> None:
    with pytest.raises(ConfigurationError) as caught:
        url(V1, base_url="https://gw.example/v1", **KEYS)
    assert str(caught.value) == (
        "v1.chat is not at base_url='https://gw.example/v1', whose path names a version: V1's paths have their own. "
        "Give the address without it, or the one of V2 as console_api_base_url"
    )


@every_way
def test_a_call_goes_to_the_address_that_was_given(way: Way, script: Script) -> None:
    way.fail(script)
    path = "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/" if way.version == "v1" else "/v2/chat/completions"
    assert [seen.target.startswith(path) for seen in script.seen] == [True]


@pytest.mark.parametrize("client", [Qianfan, AsyncQianfan])
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://user:pass-of-mine@gw.example", "the address given has a user or a password in it: "
         "give keys as arguments, which nothing shows"),
        ("https://gw.example/?key=pass-of-mine", "the address given has a query or a fragment: "
         "an address ends with its path"),
        ("https://gw.example/a/../b", "'https://gw.example/a/../b' must be an address like https://example.com"),
        ("https://gw.example\r\nX: y", r"'https://gw.example\r\nX: y' must be an address like https://example.com"),
        ("https://gw.example\\x", r"'https://gw.example\\x' must be an address like https://example.com"),
        ("gw.example", "'gw.example' must be an address like https://example.com"),
    ],
    ids=["user", "query", "dots", "line", "backslash", "bare"],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_showing_a_password(client: Any, address: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        client(base_url=address, **API_KEY)
    assert str(caught.value) == f"base_url: {words}"


# --- headers ---


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"X-A": "a\r\nX-B: c"}, "the value of X-A has a line break or another character that no header can have"),
        ({"X-A": "你好"}, "the value of X-A has a line break or another character that no header can have"),
        ({"X A": "b"}, "'X A' cannot be a header's name: letters, digits and !#$%&'*+-.^_`|~ can"),
        ({"": "b"}, "'' cannot be a header's name: letters, digits and !#$%&'*+-.^_`|~ can"),
    ],
)
def test_headers_are_checked_when_the_client_is_made(headers: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Qianfan(headers=headers, **API_KEY)  # type: ignore[arg-type]
    assert str(caught.value) == f"headers: {words}"


@pytest.mark.parametrize("app_id", ["a\r\nb", "应用"])
def test_the_applications_id_is_checked_too(app_id: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^app_id: .* must be the application's id: ASCII on one line$"):
        Qianfan(app_id=app_id, **API_KEY)  # type: ignore[arg-type]


# --- paths ---


@pytest.mark.parametrize(
    "name", ["..", ".", "", "../x", "a/../../x", "a//b", "a\\..\\b", "a\r\nb", "a\0", " ", "\ud800"]
)
def test_an_endpoint_that_would_leave_the_path_is_refused(name: str) -> None:
    with Qianfan(**KEYS) as client, pytest.raises(InvalidRequest) as caught:
        client.v1.chat.endpoint(name).create([user("你好")])
    (found,) = caught.value.violations
    assert (found.pointer, found.code) == ("/endpoint", "path")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a?b=c", "a%3Fb%3Dc"),
        ("a#b", "a%23b"),
        ("a%2fb", "a%252fb"),
        ("%2e%2e", "%252e%252e"),
        ("我的", "%E6%88%91%E7%9A%84"),
    ],
)
def test_other_letters_of_an_endpoint_are_encoded(name: str, path: str) -> None:
    target = Target(operation=V1_CHAT, name=name, path=f"chat/{name}")
    assert url(target, **KEYS).rpartition("/chat/")[2] == path


def test_a_path_may_end_in_a_slash_where_the_documents_say_so() -> None:
    target = Target(operation=attrs.evolve(V1_CHAT, deployed_path="plugin/{endpoint}/"), name="a", path="plugin/a/")
    assert url(target, **KEYS).endswith("/plugin/a/")


BY_ID = attrs.evolve(
    V2_MODELS, path="/v2/files/{id}", placed={"id": Placed(place="path", written="text")}, model_in="none"
)


@pytest.mark.parametrize("name", ["..", ".", "", " .. ", "a/b", "a\\b", "a\r\nb", "\ud800", None])
def test_an_id_that_would_leave_the_path_is_refused(name: Any) -> None:
    planner = CallPlanner(load({}, **API_KEY))
    options = Options(validate="off")
    with pytest.raises(InvalidRequest):
        planner.prepare(Target(operation=BY_ID, name="x"), OpenRequest({"id": name}), options, stream=False)


@pytest.mark.parametrize(("name", "path"), [("a?b", "a%3Fb"), ("a#b", "a%23b"), ("a%2fb", "a%252fb"), ("%2e", "%252e")])
def test_other_letters_of_an_id_are_encoded(name: str, path: str) -> None:
    planner = CallPlanner(load({}, **API_KEY))
    options = Options(validate="off")
    call = planner.prepare(Target(operation=BY_ID, name="x"), OpenRequest({"id": name}), options, stream=False)
    assert call.request.url == f"https://qianfan.baidubce.com/v2/files/{path}"


def test_the_name_of_a_model_stands_in_the_body_of_v2(script: Script) -> None:
    script.answers = [reply('{"id": "as-1"}')]
    with Qianfan(base_url=script.url, **API_KEY) as client:  # type: ignore[arg-type]
        client.v2.chat.endpoint("../../x?y#z").create([user("你好")])
    assert script.seen[0].target == "/v2/chat/completions"
