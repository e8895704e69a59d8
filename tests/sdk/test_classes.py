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
from qianfan_api.documents.classes import CLIENT_ARGUMENTS, DOCUMENT_CLASSES
from qianfan_api.documents.options import DocumentOptions
from qianfan_api.operations import OPERATIONS
from qianfan_api.platform import DEFAULT_MODELS
from qianfan_typed.sdk.names import NAMES
from qianfan_typed.sdk.resource import Resource


def made(name: str) -> type[Resource[Any, Any]]:
    return getattr(qianfan_typed, name)


@pytest.mark.parametrize("name", DOCUMENT_CLASSES)
def test_a_class_has_its_row(name: str) -> None:
    row, kind = DOCUMENT_CLASSES[name], made(name)
    assert kind._row() is row
    assert row.operations.keys() == row.default_models.keys()
    assert {one for served in row.operations.values() for one in served} <= OPERATIONS.keys()
    assert set(row.default_models.values()) <= DEFAULT_MODELS.keys()


def test_a_class_of_ones_own_has_the_row_of_the_class_that_it_is_made_from() -> None:
    class Ours(qianfan_typed.Embedding[Any]):
        pass

    assert Ours._row() is DOCUMENT_CLASSES["Embedding"]


@pytest.mark.parametrize("name", DOCUMENT_CLASSES)
@pytest.mark.parametrize("method", ["do", "ado"])
def test_what_a_method_takes_by_position_is_what_the_official_one_takes_first(name: str, method: str) -> None:
    parameters = list(inspect.signature(getattr(made(name), method)).parameters.values())[1:]
    by_position = [one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]
    assert by_position == list(DOCUMENT_CLASSES[name].positions[: len(by_position)])
    assert by_position[: len(DOCUMENT_CLASSES[name].subjects)] == list(DOCUMENT_CLASSES[name].subjects)


def test_every_resource_has_a_row() -> None:
    def below(kind: type[Any]) -> set[str]:
        return {kind.__name__}.union(*(below(one) for one in kind.__subclasses__()))

    for name in DOCUMENT_CLASSES:
        made(name)
    ours = {one for one in below(Resource) if one != "Ours"}
    assert ours - {"Resource"} == set(DOCUMENT_CLASSES)


def test_options_of_a_call_do_not_go_over_the_wire() -> None:
    assert {field.name for field in attrs.fields(DocumentOptions)} | {"model", "endpoint"} <= set(CLIENT_ARGUMENTS)


def test_the_package_shows_type_checkers_what_the_table_names() -> None:
    tree = ast.parse(Path(str(qianfan_typed.__file__)).read_text("utf-8"))
    shown = {
        str(alias.asname): (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
        if alias.asname in NAMES
    }
    assert shown == NAMES
    assert NAMES.keys() <= set(qianfan_typed.__all__)


def test_no_class_is_loaded_to_read_the_table() -> None:
    program = (
        "import sys, qianfan_api.documents.classes\n"
        "print(sorted(name for name in sys.modules if name.startswith(('qianfan_', 'attr', 'msgspec'))))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "['qianfan_api', 'qianfan_api.documents', 'qianfan_api.documents.classes']\n"
