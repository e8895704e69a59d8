"""The table of the documents' classes: what it says of each is what the class does."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

import qianfan_typed
from qianfan_api.operations import OPERATIONS
from qianfan_api.platform import DEFAULT_MODELS
from qianfan_typed.sdk.classes import CLIENT_ARGUMENTS, DOCUMENT_CLASSES, NAMES
from qianfan_typed.sdk.keywords import CallOptions
from qianfan_typed.sdk.resource import Resource


def made(name: str) -> type[Resource[Any, Any, Any]]:
    return getattr(qianfan_typed, name)


@pytest.mark.parametrize("name", DOCUMENT_CLASSES)
def test_a_class_is_made_from_its_row(name: str) -> None:
    row, kind = DOCUMENT_CLASSES[name], made(name)
    assert (kind.__module__, kind._ROW) == (f"qianfan_typed.sdk.{row.module}", row)
    assert row.operations.keys() == row.default_models.keys()
    assert {one for served in row.operations.values() for one in served} <= OPERATIONS.keys()
    assert set(row.default_models.values()) <= DEFAULT_MODELS.keys()


@pytest.mark.parametrize("name", DOCUMENT_CLASSES)
@pytest.mark.parametrize("method", ["do", "ado"])
def test_what_a_method_takes_by_position_is_what_the_official_one_takes_first(name: str, method: str) -> None:
    parameters = list(inspect.signature(getattr(made(name), method)).parameters.values())[1:]
    by_position = [one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]
    assert by_position == list(DOCUMENT_CLASSES[name].positions[: len(by_position)])
    assert DOCUMENT_CLASSES[name].own_arguments <= {one.name for one in parameters}


def test_every_resource_has_a_row() -> None:
    def below(kind: type[Any]) -> set[str]:
        return {kind.__name__}.union(*(below(one) for one in kind.__subclasses__()))

    for name in DOCUMENT_CLASSES:
        made(name)
    ours = {one for one in below(Resource) if not one.startswith("_")}
    assert ours - {"Resource", "WholeResource", "StreamingResource"} == set(DOCUMENT_CLASSES)


def test_options_of_a_call_do_not_go_over_the_wire() -> None:
    assert {field.name for field in attrs.fields(CallOptions)} | {"model", "endpoint"} <= set(CLIENT_ARGUMENTS)


def test_the_package_shows_type_checkers_what_the_table_names() -> None:
    tree = ast.parse(Path(str(qianfan_typed.__file__)).read_text("utf-8"))
    shown = {
        str(alias.asname): (node.module.removeprefix("qianfan_typed.sdk."), alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("qianfan_typed.sdk.")
        for alias in node.names
        if alias.asname
    }
    assert shown == NAMES
    assert NAMES.keys() <= set(qianfan_typed.__all__)


def test_no_class_is_loaded_to_read_the_table() -> None:
    program = (
        "import sys, qianfan_typed.sdk.classes\n"
        "print(sorted(name for name in sys.modules if name.startswith(('qianfan_', 'attr', 'msgspec'))))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == (
        "['qianfan_typed', 'qianfan_typed._version', 'qianfan_typed.sdk', 'qianfan_typed.sdk.classes']\n"
    )
