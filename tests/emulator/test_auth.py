"""Signatures, access tokens and bearer tokens are really checked."""

from __future__ import annotations

import time
from urllib.parse import quote, urlsplit

import pytest
from baidubce.auth.bce_credentials import BceCredentials
from baidubce.auth.bce_v1_signer import sign
from baidubce.utils import get_canonical_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qianfan_typed.emulator import Emulator
from tests.emulator.calling import HELLO, V1, Caller

# bce-python-sdk asks for the time in a way that Python 3.12 no longer likes.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utc:DeprecationWarning")
PATH = f"{V1}/chat/ernie-lite-pro-128k"
BEARER = "/v1/BCE-BEARER/token"


def signed(
    emulator: Emulator,
    method: str,
    path: str,
    query: dict[str, str] | None = None,
    *,
    access_key: str | None = None,
    secret_key: str | None = None,
    at: float | None = None,
    lifetime: int = 300,
    extra: dict[str, str] | None = None,
    name: list[str] | None = None,
) -> dict[str, str]:
    """The headers of a request, signed by bce-python-sdk. `name`: the headers to name; left out, all that are there."""
    at = time.time() if at is None else at
    headers = {"Content-Type": "application/json", "Host": urlsplit(emulator.url).netloc}
    headers |= {"x-bce-date": get_canonical_time(at).decode(), **(extra or {})}
    names = [header.lower().encode() for header in headers] if name is None else [one.encode() for one in name]
    credentials = BceCredentials(access_key or emulator.access_key, secret_key or emulator.secret_key)
    raw = {header.encode(): value for header, value in headers.items()}
    pairs = {key.encode(): value for key, value in (query or {}).items()}
    header = sign(credentials, method.encode(), path.encode(), raw, pairs, at, lifetime, names)
    return {**headers, "Authorization": header.decode()}


def bearer_token(caller: Caller, lifetime: str = "60") -> str:
    headers = signed(caller.emulator, "GET", BEARER, {"expireInSeconds": lifetime})
    return str(caller.send("GET", f"{BEARER}?expireInSeconds={lifetime}", headers=headers).json["token"])


class TestSignature:
    def test_of_bce_python_sdk(self, caller: Caller) -> None:
        got = caller.send("POST", PATH, {"messages": HELLO}, signed(caller.emulator, "POST", PATH))
        assert got.json["result"]

    @pytest.mark.parametrize("order", [1, -1])
    def test_the_order_of_the_names_says_nothing(self, caller: Caller, order: int) -> None:
        names = ["content-type", "host", "x-bce-date"][::order]
        headers = signed(caller.emulator, "POST", PATH, name=names)
        assert ";".join(names) in headers["Authorization"]
        assert caller.send("POST", PATH, {"messages": HELLO}, headers).json["result"]

    def test_without_names_the_default_headers_are_signed(self, caller: Caller) -> None:
        body = b'{"messages": [{"role": "user", "content": "hi"}]}'
        headers = signed(caller.emulator, "POST", PATH, extra={"Content-Length": str(len(body))}, name=[])
        assert "//" in headers["Authorization"]
        assert caller.send("POST", PATH, body, headers).json["result"]

    @given(
        text=st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
        header=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=8),
    )
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_of_any_query_and_header(self, caller: Caller, text: str, header: str) -> None:
        query = {"expireInSeconds": "60", "a/b c": text}
        extra = {"x-bce-test": f" {header} "}
        headers = signed(caller.emulator, "GET", BEARER, query, extra=extra)
        encoded = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query.items())
        assert caller.send("GET", f"{BEARER}?{encoded}", headers=headers).status == 200

    @pytest.mark.parametrize("port", [True, False])
    def test_of_the_host_with_its_port_or_without(self, caller: Caller, port: bool) -> None:
        host = urlsplit(caller.emulator.url)
        headers = signed(caller.emulator, "POST", PATH, extra={"Host": str(host.netloc if port else host.hostname)})
        sent = {**headers, "Host": host.netloc}
        assert caller.send("POST", PATH, {"messages": HELLO}, sent).json["result"]

    def test_of_another_host_is_refused(self, caller: Caller) -> None:
        headers = {**signed(caller.emulator, "POST", PATH), "Host": "127.0.0.2"}
        assert caller.send("POST", PATH, {"messages": HELLO}, headers).json["error_code"] == 14

    def test_of_a_path_that_the_wire_escapes(self, caller: Caller) -> None:
        path = f"{V1}/chat/我的 endpoint"
        headers = signed(caller.emulator, "POST", path)
        assert caller.send("POST", quote(path), {"messages": HELLO}, headers).json["result"]

    @pytest.mark.parametrize(
        "tampered",
        [{"x-bce-date": "2025-01-01T00:00:00Z"}, {"Content-Type": "text/plain"}, {"x-bce-added": "1"}],
        ids=lambda headers: next(iter(headers)),
    )
    def test_of_other_headers_is_refused(self, caller: Caller, tampered: dict[str, str]) -> None:
        headers = {**signed(caller.emulator, "GET", BEARER, {"expireInSeconds": "60"}), **tampered}
        got = caller.send("GET", f"{BEARER}?expireInSeconds=60", headers=headers)
        assert (got.status, got.json["code"]) == (400, "SignatureDoesNotMatch")
        assert set(got.json) == {"requestId", "code", "message"}

    def test_of_another_query_method_or_path_is_refused(self, caller: Caller) -> None:
        headers = signed(caller.emulator, "GET", BEARER, {"expireInSeconds": "60"})
        assert (
            caller.send("GET", f"{BEARER}?expireInSeconds=61", headers=headers).json["code"] == "SignatureDoesNotMatch"
        )
        headers = signed(caller.emulator, "GET", PATH)
        assert caller.send("POST", PATH, {"messages": HELLO}, headers).json["error_code"] == 14
        headers = signed(caller.emulator, "POST", f"{PATH}x")
        assert caller.send("POST", PATH, {"messages": HELLO}, headers).json["error_code"] == 14

    @pytest.mark.parametrize(
        ("access_key", "secret_key", "message"),
        [
            ("wrong", None, "NotFound, cause: Could not find credential."),
            (None, "wrong", "SignatureDoesNotMatch, cause: Fail to authn user: Signature does not match"),
        ],
        ids=["access_key", "secret_key"],
    )
    def test_with_wrong_keys(
        self, caller: Caller, access_key: str | None, secret_key: str | None, message: str
    ) -> None:
        query = {"expireInSeconds": "60"}
        headers = signed(caller.emulator, "GET", BEARER, query, access_key=access_key, secret_key=secret_key)
        got = caller.send("GET", f"{BEARER}?expireInSeconds=60", headers=headers)
        assert got.headers["X-Bce-Error-Message"] == message

    @pytest.mark.parametrize("at", [-301, 1000])
    def test_too_old_or_from_the_future(self, caller: Caller, at: float) -> None:
        headers = signed(caller.emulator, "POST", PATH, at=time.time() + at)
        got = caller.send("POST", PATH, {"messages": HELLO}, headers)
        assert got.json["error_code"] == 14
        assert "RequestExpired" in got.json["error_msg"]

    def test_expires_as_time_passes(self, caller: Caller) -> None:
        headers = signed(caller.emulator, "POST", PATH)
        assert caller.send("POST", PATH, {"messages": HELLO}, headers).json["result"]
        caller.emulator.advance(301)
        assert caller.send("POST", PATH, {"messages": HELLO}, headers).json["error_code"] == 14

    @pytest.mark.parametrize(
        "header", ["", "bce-auth-v1/a/b", "Bearer x", "bce-auth-v1/a/2025-13-01T00:00:00Z/1//" + "0" * 64]
    )
    def test_malformed(self, caller: Caller, header: str) -> None:
        got = caller.send("GET", f"{BEARER}?expireInSeconds=60", headers={"Authorization": header})
        assert (got.status, got.json["code"]) == (400, "InvalidHTTPAuthHeader")


class TestAccessToken:
    def test_life(self, caller: Caller) -> None:
        token = caller.token()
        assert token.startswith("24.")
        call = f"{PATH}?access_token={token}"
        assert caller.send("POST", call, {"messages": HELLO}).json["result"]
        caller.emulator.expire_tokens()
        assert caller.send("POST", call, {"messages": HELLO}).json["error_code"] == 111
        caller.emulator.revoke_tokens()
        assert caller.send("POST", call, {"messages": HELLO}).json["error_code"] == 110

    def test_lasts_thirty_days(self, caller: Caller) -> None:
        call = f"{PATH}?access_token={caller.token()}"
        caller.emulator.advance(2592000 - 60)
        assert caller.send("POST", call, {"messages": HELLO}).json["result"]
        caller.emulator.advance(60)
        assert caller.send("POST", call, {"messages": HELLO}).json["error_code"] == 111

    def test_none(self, caller: Caller) -> None:
        got = caller.send("POST", PATH, {"messages": HELLO})
        assert (got.status, got.json["error_code"]) == (200, 100)

    @pytest.mark.parametrize(
        ("query", "status", "error", "description"),
        [
            ("grant_type=client_credentials&client_id=x&client_secret=y", 401, "invalid_client", "unknown client id"),
            (
                "grant_type=client_credentials&client_id=emulator-ak&client_secret=y",
                401,
                "invalid_client",
                "Client authentication failed",
            ),
            ("", 400, "unsupported_grant_type", "The authorization grant type is not supported"),
        ],
        ids=["id", "secret", "grant"],
    )
    def test_refused(self, caller: Caller, query: str, status: int, error: str, description: str) -> None:
        got = caller.send("POST", f"/oauth/2.0/token?{query}")
        assert got.status == status
        assert got.json == {"error": error, "error_description": description}

    def test_asked_for_by_form(self, caller: Caller) -> None:
        form = f"grant_type=client_credentials&client_id={caller.emulator.ak}&client_secret={caller.emulator.sk}"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert caller.send("POST", "/oauth/2.0/token", form.encode(), headers).json["expires_in"] == 2592000


class TestBearerToken:
    def test_life(self, caller: Caller) -> None:
        headers = {"Authorization": f"Bearer {bearer_token(caller)}"}
        body = {"model": "ernie-3.5-8k", "messages": HELLO}
        assert caller.send("POST", "/v2/chat/completions", body, headers).json["choices"]
        caller.emulator.advance(60)
        got = caller.send("POST", "/v2/chat/completions", body, headers)
        assert (got.status, got.json["error"]["code"]) == (401, "invalid_iam_token")
        assert "expired" in got.json["error"]["message"]

    def test_the_permanent_one_outlives_all(self, caller: Caller) -> None:
        caller.emulator.expire_tokens()
        caller.emulator.revoke_tokens()
        caller.emulator.advance(1e9)
        assert caller.v2().status == 200

    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer  ", "Bearer x", "Basic eDp5"])
    def test_refused(self, caller: Caller, header: str) -> None:
        got = caller.send("POST", "/v2/chat/completions", {}, {"Authorization": header})
        assert (got.status, got.json["error"]["code"]) == (401, "invalid_iam_token")
        assert got.headers["X-Bce-Error-Code"] == "invalid_iam_token"

    @pytest.mark.parametrize("lifetime", ["", "0", "-1", "x"])
    def test_needs_a_lifetime(self, caller: Caller, lifetime: str) -> None:
        headers = signed(caller.emulator, "GET", BEARER, {"expireInSeconds": lifetime})
        got = caller.send("GET", f"{BEARER}?expireInSeconds={lifetime}", headers=headers)
        assert (got.status, got.json["code"]) == (400, "InvalidHTTPRequest")

    def test_its_times_are_iso_8601_with_milliseconds(self, caller: Caller) -> None:
        headers = signed(caller.emulator, "GET", BEARER, {"expireInSeconds": "60"})
        got = caller.send("GET", f"{BEARER}?expireInSeconds=60", headers=headers).json
        assert got["token"].startswith("bce-v3/ALTAK-")
        assert got["createTime"].endswith("Z")
        assert len(got["expireTime"]) == len("2025-01-01T00:00:00.000Z")


def test_keys_of_ones_own() -> None:
    from qianfan_typed.emulator import Keys

    with Emulator(keys=Keys(ak="mine", sk="too", bearer_token="mine as well")) as emulator:
        caller = Caller(emulator)
        assert caller.v1().json["result"]
        assert caller.v2().status == 200
        caller.pool.close()
