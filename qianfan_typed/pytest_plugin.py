"""Fixtures for the tests of programs that call Qianfan: an emulator (needs the extra `server`), and checks of requests.

def test_my_program(qianfan_emulator, monkeypatch):
    for name, value in qianfan_emulator.environment.items():
        monkeypatch.setenv(name, value)
    ...

def test_my_function(qianfan_client):
    assert my_function(qianfan_client)

def test_my_request(assert_valid_request):
    assert_valid_request(my_request("你好"), api="v2.chat")

`payloads = ["payloads"]` under `[tool.qianfan-typed]` in pyproject.toml makes a test of each file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from qianfan_api.violations import Level
    from qianfan_typed.client import Qianfan
    from qianfan_typed.emulator import Emulator


def pytest_configure(config: pytest.Config) -> None:
    """Makes tests of the files that `payloads` of pyproject.toml names."""
    path = config.rootpath / "pyproject.toml"
    try:
        text = path.read_bytes()
    except OSError:
        return
    # The plugin is loaded in every session: parsing is for projects that name the package, the rules for its table.
    if b"qianfan-typed" not in text or not _has_table(text):
        return
    from qianfan_typed.project.settings import ProjectSettingsError, read_project

    try:
        project = read_project(path)
    except ProjectSettingsError as error:
        raise pytest.UsageError(str(error)) from None
    if project.settings.payloads:
        from qianfan_typed.facts.rule_names import why_not_a_rule
        from qianfan_typed.payloads.pytest_items import PayloadTests

        wrong = [why for name in project.settings.every_ignored() if (why := why_not_a_rule(name)) is not None]
        if wrong:
            raise pytest.UsageError(f"{path.name}: [tool.qianfan-typed] ignore: {'; '.join(wrong)}")
        config.pluginmanager.register(PayloadTests(project, config), "qianfan-typed-payloads")


def _has_table(text: bytes) -> bool:
    """Whether a pyproject.toml configures the package; one that cannot be parsed might."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # pytest needs it there as well
    try:
        tool: object = tomllib.loads(text.decode()).get("tool")
    except ValueError:
        return True
    return isinstance(tool, dict) and "qianfan-typed" in tool


class AssertValidRequest(Protocol):
    """What the fixture `assert_valid_request` gives."""

    def __call__(
        self, payload: Mapping[str, object], api: str, model: str | None = None, *, level: Level = "warning"
    ) -> None:
        """Fails with every violation of a request.

        Args:
            payload: The request's JSON object.
            api: The operation: `v1.chat`, `v2.chat`, …
            model: The model, if the payload does not name it.
            level: `error` leaves warnings out.
        """


@pytest.fixture(scope="session")
def assert_valid_request() -> AssertValidRequest:
    """Checks a request against the documented rules of its model."""
    import attrs

    from qianfan_api.validation import validate
    from qianfan_typed.errors import InvalidRequest
    from qianfan_typed.reports.findings import ViolationFilter
    from qianfan_typed.reports.printable import printable

    def check(payload: Mapping[str, object], api: str, model: str | None = None, *, level: Level = "warning") -> None:
        __tracebackhide__ = True
        counting = filter(ViolationFilter(level), validate(payload, api=api, model=model))
        violations = [
            attrs.evolve(one, pointer=printable(one.pointer), message=printable(one.message)) for one in counting
        ]
        if violations:
            name = printable(model or str(payload.get("model", api)))
            pytest.fail(str(InvalidRequest(model=name, violations=violations)))

    return check


@pytest.fixture(scope="session")
def qianfan_emulator_server() -> Iterator[Emulator]:
    """The emulator that all tests of the session share. Take `qianfan_emulator`, which is reset for each test."""
    # Late: the plugin is loaded in every session, also where nothing asks for an emulator.
    from qianfan_typed.emulator import Emulator

    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def qianfan_emulator(qianfan_emulator_server: Emulator) -> Iterator[Emulator]:
    """An emulator of the platform without requests, faults or tokens from another test."""
    qianfan_emulator_server.reset()
    yield qianfan_emulator_server
    qianfan_emulator_server.reset()


@pytest.fixture
def qianfan_client(qianfan_emulator: Emulator) -> Iterator[Qianfan]:
    """A client of the emulator. What it sent is in `qianfan_emulator.requests`."""
    with qianfan_emulator.client() as client:
        yield client
