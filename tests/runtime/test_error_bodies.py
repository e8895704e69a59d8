"""Error bodies of all four shapes, and of none."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from qianfan_typed.core.error_bodies import error_in
from qianfan_typed.core.steps import Answer
from qianfan_typed.errors import (
    ApiError,
    AuthenticationError,
    BadRequest,
    NotFound,
    Overloaded,
    PermissionDenied,
    QuotaExceeded,
    RateLimited,
    ServerError,
    UnsafeContent,
)


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=data)


def v1(code: object, **more: Any) -> Answer:
    return answer({"error_code": code, "error_msg": "its words", **more})


def v2(code: object, status: int, family: str = "a_type") -> Answer:
    return answer({"error": {"code": code, "message": "its words", "type": family}, "id": "as-9"}, status)


def error(given: Answer) -> ApiError:
    found = error_in(given, model="a-model")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("given", "kind", "code", "retryable", "refresh"),
    [
        (v1(18), RateLimited, 18, True, False),
        (v1(336501), RateLimited, 336501, True, False),
        (v1(17), QuotaExceeded, 17, False, False),
        (v1(110), AuthenticationError, 110, False, True),
        (v1("111"), AuthenticationError, 111, False, True),
        (v1(336003), BadRequest, 336003, False, False),
        (v1(336100), Overloaded, 336100, True, False),
        (v1(3), NotFound, 3, False, False),
        (v1(6), PermissionDenied, 6, False, False),
        (v1(336000), ServerError, 336000, True, False),
        (v1(987654), ApiError, 987654, False, False),
        (v2("invalid_iam_token", 401), AuthenticationError, "invalid_iam_token", False, True),
        (v2("rpm_rate_limit_exceeded", 429), RateLimited, "rpm_rate_limit_exceeded", True, False),
        (v2("invalid_argument", 400), BadRequest, "invalid_argument", False, False),
        (v2("system_unsafe", 403), UnsafeContent, "system_unsafe", False, False),
        (v2("account_overdue", 403), QuotaExceeded, "account_overdue", False, False),
        (v2("internal_error", 500), ServerError, "internal_error", True, False),
        (v2("new_code", 429), RateLimited, "new_code", True, False),
        (v2("new_code", 401), AuthenticationError, "new_code", False, False),
        (v2("new_code", 418), ApiError, "new_code", False, False),
        (v2(None, 503), Overloaded, None, True, False),
        (v2("new_code", 200), ApiError, "new_code", False, False),
        (answer({"requestId": "r", "code": "SignatureDoesNotMatch", "message": "its words"}, 400),
         AuthenticationError, "SignatureDoesNotMatch", False, False),
        (answer({"error": "invalid_client", "error_description": "its words"}, 401),
         AuthenticationError, "invalid_client", False, False),
        (answer({"error": "invalid_client", "error_description": "its words"}),
         AuthenticationError, "invalid_client", False, False),
    ],
)  # fmt: skip
def test_an_error_body_becomes_an_error_of_its_kind(
    given: Answer, kind: type[ApiError], code: object, retryable: bool, refresh: bool
) -> None:
    found = error(given)
    assert type(found) is kind
    assert (found.code, found.message, found.model) == (code, "its words", "a-model")
    assert (found.retryable, found.refresh, found.status) == (retryable, refresh, given.status)
    assert found.body == given.body


def test_a_known_code_says_what_it_means_and_an_unknown_one_does_not() -> None:
    assert error(v1(18)).meaning
    assert error(v1(987654)).meaning is None
    assert error(v2("rpm_rate_limit_exceeded", 429, "rate_limit_exceeded")).type == "rate_limit_exceeded"


@pytest.mark.parametrize(
    ("given", "request_id"),
    [
        (v1(18, id="as-body"), "as-body"),
        (answer({"error_code": 18, "id": "as-body"}, x_bce_request_id="as-head"), "as-head"),
        (answer({"error_code": 18}, x_baidu_request_id="as-other"), "as-other"),
        (v2("x", 400), "as-9"),
        (answer({"requestId": "r-1", "code": "x"}, 400), "r-1"),
        (v1(18), None),
    ],
)
def test_the_request_id_is_found_wherever_it_stands(given: Answer, request_id: str | None) -> None:
    assert error(given).request_id == request_id


def test_retry_after_is_read() -> None:
    assert error(answer({"error_code": 18}, retry_after="3")).retry_after == 3
    assert error(v1(18)).retry_after is None


@pytest.mark.parametrize(
    ("body", "status", "kind", "message"),
    [
        (b"<html>\n<b>Bad  Gateway</b></html>", 502, ServerError,
         "HTTP 502, not in the platform's words: <html> <b>Bad Gateway</b></html>"),
        (b"", 503, Overloaded, "HTTP 503, not in the platform's words: no body"),
        (b"[1]", 404, NotFound, "HTTP 404, not in the platform's words: [1]"),
        (b"\xff\xfe", 500, ServerError, "HTTP 500, not in the platform's words: \ufffd\ufffd"),
        (b"", 302, ApiError, "HTTP 302, not in the platform's words: no body"),
        (b"x" * 300, 500, ServerError, f"HTTP 500, not in the platform's words: {'x' * 199}…"),
    ],
)  # fmt: skip
def test_what_others_say_is_an_error_by_its_status(
    body: bytes, status: int, kind: type[ApiError], message: str
) -> None:
    found = error(answer(body, status))
    assert (type(found), found.code, found.message) == (kind, None, message)


def test_headers_tell_where_the_body_does_not() -> None:
    found = error(answer(b"", 400, x_bce_error_code="SignatureDoesNotMatch", x_bce_error_message="its words"))
    assert (type(found), found.code, found.message) == (AuthenticationError, "SignatureDoesNotMatch", "its words")


@pytest.mark.parametrize(
    "body",
    [
        {"id": "as-1", "result": "all is well"},
        {"result": 'he said "error_code": 18'},
        {"result": "error"},
        {"error_code": 0, "result": "fine"},
        {"error": None, "choices": []},
        {"choices": [{"delta": {"content": "error"}}]},
    ],
)
def test_what_is_no_error_is_none(body: object) -> None:
    assert error_in(answer(body)) is None


def test_a_secret_that_a_gateway_prints_is_masked() -> None:
    page = b"<p>cannot POST /rpc?access_token=24.abcdefghijk</p>"
    found = error_in(attrs.evolve(answer(page, 404), secrets=lambda: ["24.abcdefghijk", "shorty"]))
    assert found is not None
    assert found.message == "HTTP 404, not in the platform's words: <p>cannot POST /rpc?access_token=24.a…</p>"
    assert b"24.abcdefghijk" not in found.body
