"""The packages' own types: complete, without `Any` where a user's mistake would hide, without silenced checkers."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.typing.checking import ROOT, SEARCH, run

GENERATED = ROOT / "generated" / "qianfan_api"
_OF_OPERATIONS = ("handles.py", "async_handles.py", "namespace.py", "async_namespace.py", "completions.py", "params.py")
SIGNATURES = sorted(
    path.relative_to(GENERATED).as_posix()
    for pattern in (*(f"v*/*/{name}" for name in _OF_OPERATIONS), "documents/*.py")
    for path in GENERATED.glob(pattern)
)
MAYBE = {"AnyChat | Any", "AsyncAnyChat | Any"}
"""Of a name that is known at run time alone: it may be that of a model which is called at an endpoint of one's own."""
SILENCED = re.compile(r"#\s*(type: ignore|pyright: (?:ignore|basic)|mypy: )")


@pytest.mark.parametrize("package", ["qianfan_api", "qianfan_typed"])
def test_the_types_of_a_package_are_complete(package: str) -> None:
    # --verifytypes does not heed --pythonpath: it asks the first `python` on the path where packages are.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    said = run("pyright", "--verifytypes", package, "--ignoreexternal", "--outputjson", PATH=path, PYTHONPATH=SEARCH)
    report = json.loads(said)["typeCompleteness"]
    incomplete = {
        symbol["name"]: [found["message"] for found in symbol["diagnostics"]]
        for symbol in report["symbols"]
        if symbol["isExported"] and (not symbol["isTypeKnown"] or symbol["isTypeAmbiguous"])
    }
    assert incomplete == {}
    assert report["completenessScore"] == 1


def test_signatures_are_looked_for_where_they_are() -> None:
    assert {"v1/chat/handles.py", "v2/chat/async_handles.py", "v2/chat/completions.py", "documents/plugin.py"} <= set(
        SIGNATURES
    )


@pytest.mark.parametrize("file", SIGNATURES)
def test_no_public_signature_holds_any(file: str) -> None:
    tree = ast.parse((GENERATED / file).read_text(encoding="utf-8"))
    signatures = [(name, one) for name, one in public_signatures(tree) if ast.unparse(one) not in MAYBE]
    assert [name for name, signature in signatures if "Any" in names_in(signature)] == []


def test_no_checker_is_silenced() -> None:
    silenced = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in (GENERATED, ROOT / "qianfan_typed", ROOT / "codegen")
        for path in sorted(folder.rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if SILENCED.search(line)
    ]
    assert silenced == []


def public_signatures(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Of the classes: what each public member takes and gives. What stands behind overloads is not seen by users."""
    for cls in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        overloaded: set[str] = set()
        for node in cls.body:
            if isinstance(node, ast.AnnAssign):
                yield f"{cls.name}.{ast.unparse(node.target)}", node.annotation
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
                continue
            is_overload = any(ast.unparse(decorator) == "overload" for decorator in node.decorator_list)
            if is_overload:
                overloaded.add(node.name)
            if is_overload or node.name not in overloaded:
                yield f"{cls.name}.{node.name}", node.args
                if node.returns is not None:
                    yield f"{cls.name}.{node.name}", node.returns


def names_in(node: ast.AST) -> set[str]:
    """Every name that stands in a piece of code."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
