"""Who imports whom: `qianfan_typed` → `qianfan_api` → attrs, and `codegen` neither."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
RUNTIME, API, CODEGEN = ROOT / "qianfan_typed", ROOT / "generated" / "qianfan_api", ROOT / "codegen"
# What a method turns a reply into, where the user has the library.
OPTIONAL = {"media.py": {"numpy", "PIL"}}


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def ids(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path, *, when: str = "ever") -> set[str]:
    """The packages that a module imports: `ever`, for types too; when it is `called`; or as soon as it is `loaded`."""
    names = set[str]()
    for node in _nodes(ast.parse(path.read_text("utf-8")), when):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names.add(str(node.module))
    return {name.partition(".")[0] for name in names}


def _nodes(node: ast.AST, when: str) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if when != "ever" and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield from _nodes(other, when)
        elif when != "loaded" or not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _nodes(child, when)


@pytest.mark.parametrize("path", modules(API), ids=ids)
def test_qianfan_api_imports_only_the_standard_library_attrs_and_itself(path: Path) -> None:
    assert imported(path, when="loaded") - set(sys.stdlib_module_names) <= {"attrs", "qianfan_api"}
    optional = OPTIONAL.get(path.name, set())
    assert imported(path, when="called") - set(sys.stdlib_module_names) <= {"attrs", "qianfan_api"} | optional


@pytest.mark.parametrize("path", modules(API), ids=ids)
def test_qianfan_api_does_not_look_up_to_its_callers_even_for_types(path: Path) -> None:
    assert imported(path).isdisjoint({"qianfan_typed", "codegen"})


# A program that codegen runs in a Python of its own.
LISTING = CODEGEN / "sync" / "listing.py"


@pytest.mark.parametrize(
    "path", [path for path in modules(CODEGEN) if "support" not in path.parts and path != LISTING], ids=ids
)
def test_codegen_imports_neither_the_runtime_nor_what_it_generates(path: Path) -> None:
    assert imported(path).isdisjoint({"qianfan_api", "qianfan_typed"})


def test_codegen_does_not_import_the_program_that_imports_the_client() -> None:
    words = re.compile(r"import listing|sync\.listing import|import codegen\.sync\.listing")
    assert [ids(path) for path in modules(CODEGEN) if words.search(path.read_text("utf-8"))] == []
    assert imported(LISTING) - set(sys.stdlib_module_names) == {"qianfan_typed"}


@pytest.mark.parametrize("path", modules(CODEGEN / "support"), ids=ids)
def test_support_is_code_of_qianfan_api(path: Path) -> None:
    assert imported(path, when="loaded") - set(sys.stdlib_module_names) <= {"attrs", "qianfan_api"}
    optional = OPTIONAL.get(path.name, set())
    assert imported(path, when="called") - set(sys.stdlib_module_names) <= {"attrs", "qianfan_api"} | optional


@pytest.mark.parametrize("path", modules(RUNTIME), ids=ids)
def test_the_runtime_does_not_import_codegen(path: Path) -> None:
    assert "codegen" not in imported(path)


def test_the_wheel_has_the_two_packages_and_not_codegen() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'packages = ["qianfan_typed", "generated/qianfan_api"]' in text
