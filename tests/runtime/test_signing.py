"""Signatures: the vectors of the platform's documents, and the official library's on random requests."""

from __future__ import annotations

import re

import pytest
from baidubce.auth import bce_v1_signer
from baidubce.auth.bce_credentials import BceCredentials
from hypothesis import example, given
from hypothesis import strategies as st

from qianfan_typed.core.signing import (
    BadAuthorization,
    Credentials,
    canonical_request,
    parse_authorization,
    sign,
    verify,
)

KEYS = Credentials("test_ak", "test_sk")
MOMENT = 1735689600  # 2025-01-01T00:00:00Z
DATE = {"x-bce-date": "2025-01-01T00:00:00Z"}
VECTORS = {
    "a model's path": (
        "POST",
        "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/completions",
        {},
        {"Content-Type": "application/json", "Host": "aip.baidubce.com", **DATE},
        "content-type;host;x-bce-date/05ef91a4190824df6ac23f9f256b7db1faf2476e3d5339f993ef9096a85ebb78",
    ),
    "the bearer token": (
        "GET",
        "/v1/BCE-BEARER/token",
        {"expireInSeconds": "86400"},
        {"Host": "iam.bj.baidubce.com", **DATE},
        "host;x-bce-date/811130fbf4d459f910643d7684d02e083891210d51688038e32c7ae4d63f1581",
    ),
    "letters to encode": (
        "GET",
        "/v1/a b/中",
        {"text": "你好", "a/b": "1 2", "empty": ""},
        {"Host": "127.0.0.1:8866", **DATE},
        "host;x-bce-date/34690b145cd4d36505fca74c316e65e0db2beb26c5299c37b6af6a51975a4d5e",
    ),
}


@pytest.mark.parametrize("vector", VECTORS)
def test_the_documented_vectors(vector: str) -> None:
    method, path, query, headers, expected = VECTORS[vector]
    signed = sign(method, path, query, headers, KEYS, MOMENT, 300)
    assert signed == f"bce-auth-v1/test_ak/2025-01-01T00:00:00Z/300/{expected}"
    assert verify(parse_authorization(signed), "test_sk", method, path, query, headers)


def test_what_is_signed_is_the_documented_text() -> None:
    method, path, query, headers, _ = VECTORS["a model's path"]
    assert canonical_request(method, path, query, headers, ["content-type", "host", "x-bce-date"]) == (
        "POST\n/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/completions\n\n"
        "content-type:application%2Fjson\nhost:aip.baidubce.com\nx-bce-date:2025-01-01T00%3A00%3A00Z"
    )


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
names = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,12}", fullmatch=True)
requests = st.tuples(
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    texts.map(lambda text: f"/{text}"),
    st.dictionaries(texts.filter(lambda name: name.lower() != "authorization"), texts, max_size=4),
    st.dictionaries(names, texts, max_size=4).map(lambda headers: {"Host": "h", **DATE, **headers}),
)


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")
@given(requests, st.integers(0, 2_000_000_000), st.integers(1, 100_000))
@example(("GET", "/", {}, {"Host": "h", **DATE, "A": "\xa0"}), 0, 1)  # white space, but not of bytes
def test_the_official_library_signs_the_same(
    request: tuple[str, str, dict[str, str], dict[str, str]], moment: int, expire: int
) -> None:
    method, path, query, headers = request
    headers = {name.lower(): value for name, value in headers.items()}
    signed = sign(method, path, query, headers, KEYS, moment, expire)
    official = bce_v1_signer.sign(
        BceCredentials("test_ak", "test_sk"),
        method.encode(),
        path.encode(),
        {name.encode(): value for name, value in headers.items()},
        {name.encode(): value for name, value in query.items()},
        timestamp=moment or 0.1,  # it takes 0 for "now"
        expiration_in_seconds=expire,
        headers_to_sign={name.encode() for name in headers},
    ).decode()
    # It lists the names in no order; everything else must be the same.
    assert parse_authorization(signed) == parse_authorization(official)
    assert verify(parse_authorization(official), "test_sk", method, path, query, headers)


@given(requests)
def test_the_signature_covers_every_part(request: tuple[str, str, dict[str, str], dict[str, str]]) -> None:
    method, path, query, headers = request
    headers = {name.lower(): value for name, value in headers.items()}
    parsed = parse_authorization(sign(method, path, query, headers, KEYS, MOMENT, 300))
    assert not verify(parsed, "other", method, path, query, headers)
    assert not verify(parsed, "test_sk", "PATCH", path, query, headers)
    assert not verify(parsed, "test_sk", method, path + "x", query, headers)
    assert not verify(parsed, "test_sk", method, path, {**query, "more": "1"}, headers)
    assert not verify(parsed, "test_sk", method, path, query, {**headers, "host": "elsewhere"})
    assert not verify(parsed, "test_sk", method, path, query, {**headers, "x-bce-more": "1"})
    assert verify(parsed, "test_sk", method, path, query, {**headers, "unsigned": "1"})


def test_names_of_signed_headers_may_be_left_out() -> None:
    headers = {"Host": "h", "Content-Type": "text/plain", "x-bce-date": "2025-01-01T00:00:00Z"}
    full = sign("GET", "/", {}, headers, KEYS, MOMENT)
    left_out = parse_authorization(re.sub("/content-type;host;x-bce-date/", "//", full))
    assert left_out.signed == frozenset()
    assert verify(left_out, "test_sk", "GET", "/", {}, headers)


def test_a_signature_expires() -> None:
    parsed = parse_authorization(sign("GET", "/", {}, {"host": "h"}, KEYS, MOMENT, 300))
    assert parsed.issued == MOMENT
    assert not parsed.expired(MOMENT + 300)
    assert parsed.expired(MOMENT + 301)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer x",
        "bce-auth-v1/a/2025-01-01T00:00:00Z/300/host",
        "bce-auth-v2/a/2025-01-01T00:00:00Z/300/host/" + "0" * 64,
        "bce-auth-v1/a/2025-13-41T00:00:00Z/300/host/" + "0" * 64,
        "bce-auth-v1/a/2025-01-01T00:00:00Z/soon/host/" + "0" * 64,
        "bce-auth-v1/a/2025-01-01T00:00:00Z/300/host/short",
    ],
)
def test_what_is_no_signature_is_refused(header: str) -> None:
    with pytest.raises(BadAuthorization):
        parse_authorization(header)


def test_the_keys_do_not_show() -> None:
    assert repr(KEYS) == "Credentials()"
