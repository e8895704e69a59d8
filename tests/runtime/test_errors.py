"""Errors are data: they show themselves whole, survive pickling and keep secrets."""

from __future__ import annotations

import copy
import pickle
import traceback
from typing import Any

import attrs
import pytest

from qianfan_api import error_codes
from qianfan_api.v2.video.get import VideoTask
from qianfan_api.violations import Violation
from qianfan_typed import errors
from qianfan_typed.errors import (
    BY_KIND,
    ApiError,
    ConfigurationError,
    DecodeError,
    InvalidRequest,
    QianfanError,
    RateLimited,
    RequestWarning,
    StreamCut,
    TaskFailed,
    TaskUnfinished,
)

PAGE = "对话Chat, read 2025-01-13"


def violation(pointer: str, message: str, source: str = PAGE) -> Violation:
    return Violation(pointer=pointer, code="range", message=message, level="error", rule="v1.chat.x", source=source)


RANGE = violation("/temperature", "1.7: must be above 0 and at most 1.0")
UNSUPPORTED = violation(
    "/disable_search", "not a parameter of ERNIE-Lite-Pro-128K; ERNIE-3.5-8K, ERNIE-4.0-8K and 15 more take it"
)
EXAMPLES: list[QianfanError] = [
    InvalidRequest(model="ERNIE-Lite-Pro-128K", violations=[RANGE]),
    ConfigurationError(message="there is no key", setting="QIANFAN_AK"),
    StreamCut(message="the stream ended", url="https://h/p", received=3),
    DecodeError(message="no JSON", status=200, body=b"<html>"),
    TaskFailed(operation="v2.video.get", task="t", status="failed", reply=VideoTask(status="failed")),
    TaskUnfinished(operation="v2.video.get", task="t", status="running", waited=1.0, reply=VideoTask()),
    RateLimited(code=18, message="slow down", status=200, retry_after=2.0, headers={"retry-after": "2"}, body=b"{}"),
]


def test_an_invalid_request_shows_all_that_is_wrong_in_columns() -> None:
    assert str(InvalidRequest(model="ERNIE-Lite-Pro-128K", violations=[RANGE, UNSUPPORTED])) == (
        "ERNIE-Lite-Pro-128K does not take this request (2 problems)\n"
        "  /temperature     1.7: must be above 0 and at most 1.0\n"
        "                   对话Chat, read 2025-01-13\n"
        "  /disable_search  not a parameter of ERNIE-Lite-Pro-128K; ERNIE-3.5-8K, ERNIE-4.0-8K and 15 more take it"
    )


def test_a_source_is_shown_where_it_changes() -> None:
    other = violation("/stop", "5 items: must be at most 4", "another page, read 2025-02-02")
    assert str(InvalidRequest(model="m", violations=[RANGE, RANGE, other])) == (
        "m does not take this request (3 problems)\n"
        "  /temperature  1.7: must be above 0 and at most 1.0\n"
        "                对话Chat, read 2025-01-13\n"
        "  /temperature  1.7: must be above 0 and at most 1.0\n"
        "  /stop         5 items: must be at most 4\n"
        "                another page, read 2025-02-02"
    )


def test_an_api_error_shows_what_the_platform_said_and_what_it_means() -> None:
    error = RateLimited(
        code=336501,
        message="Rate limit reached for RPM",
        status=200,
        meaning="Too many requests a minute.",
        model="ERNIE-Lite-Pro-128K",
        request_id="as-1",
        retry_after=2.5,
        retryable=True,
    )
    assert str(error) == (
        "336501: Rate limit reached for RPM\n"
        "  meaning      Too many requests a minute.\n"
        "  model        ERNIE-Lite-Pro-128K\n"
        "  HTTP status  200\n"
        "  request id   as-1\n"
        "  retry after  2.5 s"
    )


def test_an_error_shows_its_class_in_a_traceback() -> None:
    text = "".join(traceback.format_exception_only(EXAMPLES[0]))
    assert text.startswith(
        "qianfan_typed.errors.InvalidRequest: ERNIE-Lite-Pro-128K does not take this request (1 problem)"
    )


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling_and_copying(error: QianfanError) -> None:
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is type(error)
        assert attrs.asdict(twin) == attrs.asdict(error)  # type: ignore[arg-type]
        assert str(twin) == str(error)


def test_a_warning_survives_pickling() -> None:
    twin = pickle.loads(pickle.dumps(RequestWarning("m", RANGE)))
    assert (str(twin), twin.violation) == (f"m: {RANGE}", RANGE)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_can_be_raised_from_another_and_keeps_its_traceback(error: QianfanError) -> None:
    def fail() -> None:
        raise copy.copy(error) from ValueError("why")

    with pytest.raises(type(error)) as caught:
        fail()
    assert isinstance(caught.value.__cause__, ValueError)
    assert caught.value.with_traceback(None) is caught.value


def test_fields_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        EXAMPLES[-1].code = 7  # type: ignore[attr-defined]


def test_every_kind_of_error_code_has_its_class() -> None:
    tables: tuple[Any, ...] = (error_codes.V1, error_codes.V2, error_codes.IAM, error_codes.OAUTH)
    kinds = {entry.kind for table in tables for entry in table.values()}
    assert kinds <= BY_KIND.keys()
    assert len(set(BY_KIND.values())) == len(BY_KIND)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = {line.split("── ")[1].split()[0] for line in (errors.__doc__ or "").splitlines() if "── " in line}
    classes = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, QianfanError)}
    assert drawn == classes - {"QianfanError"}
    assert all(issubclass(kind, ApiError) for kind in BY_KIND.values())
