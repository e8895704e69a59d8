"""The import contract: `qianfan_typed` → `qianfan_api` → attrs, `codegen` apart, and which room may enter which."""

from __future__ import annotations

import ast
import functools
import graphlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.offenders import no_offenders

ROOT = Path(__file__).parent.parent.parent
RUNTIME, API, CODEGEN = ROOT / "qianfan_typed", ROOT / "generated" / "qianfan_api", ROOT / "codegen"

ROOMS = {
    "_version": "",
    "errors": "attrs qianfan_api",
    "hooks": "attrs opentelemetry qianfan_api _version errors",
    "limits": "attrs qianfan_api",
    "config": "attrs qianfan_api errors hooks limits",
    "core": "attrs msgspec urllib3 qianfan_api _version errors hooks limits config decoders",
    "transports": "aiohttp attrs certifi httptools python_socks urllib3 yarl qianfan_api errors config core",
    "many": "",
    "decoders": "msgspec",
    "answers": "attrs msgspec qianfan_api errors many decoders",
    "runners": "redis qianfan_api errors hooks limits config core transports answers",
    "openai_like": "qianfan_api",
    "client": "attrs qianfan_api errors hooks limits config core runners transports batch openai_like",
    "types": "qianfan_api answers.tools",
    "sdk": "attrs msgspec qianfan_api errors hooks limits config core transports runners many",
    "reports": "attrs rich qianfan_api _version",
    "project": "attrs cattrs pathspec tomli qianfan_api reports",
    "facts": "attrs msgspec qianfan_api reports.codes",
    "payloads": "attrs msgspec pytest ruamel zstandard qianfan_api reports project",
    "python_source": "attrs qianfan_api reports project facts.rule_names",
    "batch": "attrs jinja2 msgspec qianfan_api errors limits config core.steps transports.protocols runners many "
    "sdk.targets reports project payloads facts",
    "ray": "attrs qianfan_api errors limits config core.calls runners many batch",
    "explorer": "attrs msgspec starlette qianfan_api _version reports payloads facts",
    "emulator": "attrs msgspec rstr starlette uvicorn qianfan_api core.signing client explorer serving",
    "migration": "attrs libcst qianfan_api client project python_source",
    "serving": "uvicorn",
    "openai_server": (
        "attrs msgspec starlette uvicorn qianfan_api errors config core transports runners sdk.targets facts serving "
        "explorer emulator.page"
    ),
    "language_server": "attrs lsprotocol pygls qianfan_api _version reports project facts payloads python_source",
}
"""Room, a module or a folder of `qianfan_typed` → what it may import beside the standard library and itself."""

FACE = {"__init__", "__main__", "cli", "pytest_plugin"}
"""What may enter every room, and no room enters."""

PROGRAM = "codegen.sync.listing"
"""What codegen does not import but runs, in a Python of its own: it asks the platform through the client."""

FOR_TYPES = {"typing_extensions", "_typeshed"}
"""What is imported where only a type checker looks."""

OPTIONAL = {"media": {"numpy", "PIL"}, "reply": {"pydantic_core"}}
"""Module of `qianfan_api` → what its methods import where the user has it."""


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    home = API.parent if path.is_relative_to(API) else ROOT
    return ".".join(path.relative_to(home).with_suffix("").parts).removesuffix(".__init__")


def modules(folder: Path) -> dict[str, Path]:
    """The modules of a package, by their dotted names."""
    return {name_of(path): path for path in sorted(folder.rglob("*.py"))}


@functools.cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(path: Path, *, when: str) -> set[str]:
    """What a module imports: `ever`, for types too; when it is `called`; or as soon as it is `loaded`."""
    names = set[str]()
    for node in _nodes(_tree(path), when):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names |= {_module(f"{node.module}.{alias.name}") or str(node.module) for alias in node.names}
    return {name for name in names if name.partition(".")[0] not in sys.stdlib_module_names}


def _nodes(node: ast.AST, when: str) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if when != "ever" and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield from _nodes(other, when)
        elif when != "loaded" or not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _nodes(child, when)


@functools.cache
def _module(name: str) -> str | None:
    """The name, where it is that of a module of ours."""
    place = (API.parent if name.startswith("qianfan_api.") else ROOT).joinpath(*name.split("."))
    return name if place.with_suffix(".py").is_file() or (place / "__init__.py").is_file() else None


def packages(names: set[str]) -> set[str]:
    """The packages of some modules."""
    return {name.partition(".")[0] for name in names}


def room_of(name: str) -> str:
    """The room that a module of `qianfan_typed` stands in."""
    return name.removeprefix("qianfan_typed").removeprefix(".").partition(".")[0] or "__init__"


@pytest.mark.parametrize("folder", [API, CODEGEN / "support"], ids=["qianfan_api", "what is copied into it"])
def test_the_generated_package_imports_only_the_standard_library_attrs_and_itself(folder: Path) -> None:
    found: list[str] = []
    for name, path in modules(folder).items():
        own = {"attrs", "qianfan_api"}
        optional = own | OPTIONAL.get(path.stem, set())
        for when, allowed in (("loaded", own), ("called", optional), ("ever", optional | FOR_TYPES)):
            found += [f"{name} imports {one}" for one in packages(imported(path, when=when)) - allowed]
    no_offenders(found)


def test_codegen_imports_neither_the_runtime_nor_what_it_generates() -> None:
    found: list[str] = []
    for name, path in modules(CODEGEN).items():
        entered = imported(path, when="ever")
        apart = {"qianfan_typed"} if name == PROGRAM else {"qianfan_api"} if ".support" in name else set[str]()
        found += [f"{name} imports {one}" for one in packages(entered) & {"qianfan_api", "qianfan_typed"} - apart]
        found += [f"{name} imports {PROGRAM}, which is to run in a Python of its own"] if PROGRAM in entered else []
    no_offenders(found)


def test_the_runtime_does_not_import_codegen() -> None:
    entered = {name: packages(imported(path, when="ever")) for name, path in modules(RUNTIME).items()}
    no_offenders([name for name, found in entered.items() if "codegen" in found])


def test_each_room_enters_only_the_rooms_and_packages_of_its_line() -> None:
    found: list[str] = []
    for name, path in modules(RUNTIME).items():
        room = room_of(name)
        if room not in ROOMS:
            continue
        allowed = (room, *ROOMS[room].split(), *without_a_line())
        for one in sorted(imported(path, when="called") | imported(path, when="ever") - FOR_TYPES):
            entered = one.removeprefix("qianfan_typed.") if packages({one}) == {"qianfan_typed"} else one
            if not any(f"{entered}.".startswith(f"{may}.") for may in allowed):
                found.append(f"{name} imports {one}; {room} may import {ROOMS[room].replace(' ', ', ') or 'nothing'}")
    no_offenders(found)


def without_a_line() -> set[str]:
    """The rooms that the table does not know."""
    return {room_of(name) for name in modules(RUNTIME)} - FACE - ROOMS.keys()


def test_each_room_has_a_line() -> None:
    no_offenders(sorted(without_a_line()))


def test_no_modules_of_a_room_import_each_other_in_a_circle() -> None:
    no_offenders(circles(RUNTIME))


def circles(folder: Path) -> Iterator[str]:
    """Circles of imports within a room, types apart. Each is opened before the next is looked for."""
    known = modules(folder)
    graph = {
        name: {
            one
            for one in imported(path, when="called")
            if one in known and room_of(one) == room_of(name) in ROOMS and one != name
        }
        for name, path in known.items()
    }
    while True:
        try:
            graphlib.TopologicalSorter(graph).prepare()
        except graphlib.CycleError as error:
            circle: list[str] = error.args[1]
            yield " ← ".join(circle)
            graph[circle[1]].discard(circle[0])
        else:
            return


def test_the_wheel_has_the_two_packages_and_not_codegen() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'packages = ["qianfan_typed", "generated/qianfan_api"]' in text
