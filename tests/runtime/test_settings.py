"""The table of settings: one row says what every form of a setting has."""

from __future__ import annotations

import inspect

import pytest

from qianfan_api.platform import HOSTS
from qianfan_typed import Qianfan
from qianfan_typed.config import TABLE, load
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.sdk.config import Config, ConfigMember
from qianfan_typed.sdk.keywords import ClientOptions
from tests.runtime.settings_text import REGIONS, ROOT, Region


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: f"{region.path}:{region.lines.__name__}")
def test_what_is_written_out_is_what_the_table_says(region: Region) -> None:
    text = (ROOT / region.path).read_text("utf-8")
    assert region.written(text) == text, "run python -m tests.runtime.settings_text"


def test_a_client_takes_the_arguments_of_the_table_and_no_other() -> None:
    parameters = inspect.signature(Qianfan).parameters
    of_the_table = [n for row in TABLE.values() if row.argument for n in (row.name, *row.aliases)]
    assert list(parameters) == [*of_the_table, "transport"]
    assert {parameter.default for parameter in parameters.values()} == {None}


def test_constructors_of_the_documents_classes_take_what_a_client_takes() -> None:
    wanted = {row.keyword or row.name for row in TABLE.values() if row.argument} | {"api_key"}
    assert wanted <= set(ClientOptions.__annotations__)


def test_get_config_has_every_variable() -> None:
    members = {name: member.setting for name, member in vars(Config).items() if isinstance(member, ConfigMember)}
    assert all(f"QIANFAN_{name}" == row.variable for name, row in members.items())
    assert {row.variable for row in TABLE.values() if row.variable} <= {row.variable for row in members.values()}


def test_every_default_is_a_value_that_may_be_given() -> None:
    settings = load({"QIANFAN_NO_AUTH": "true"})
    for name, row in TABLE.items():
        default = getattr(settings, name)
        if default is not None:
            assert row.of_argument(default) == default


def test_every_host_of_the_platform_has_a_setting() -> None:
    assert load({"QIANFAN_NO_AUTH": "true"}).hosts == {name: host.url for name, host in HOSTS.items()}


def test_headers_are_texts() -> None:
    for headers in ({"X-Count": 1}, [("X-Name", "a")]):
        with pytest.raises(ConfigurationError, match=r"^headers: .* must be a mapping of names to values, all texts$"):
            load({"QIANFAN_NO_AUTH": "1"}, headers=headers)
