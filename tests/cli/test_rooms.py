"""Which rooms of the command line know of which: what checks files stands on the rules, not on the client."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "qianfan_typed"
LOWER = {"_version", "reports"}
ROOMS = {
    "reports": {"_version"},
    "project": LOWER,
    "payloads": LOWER | {"project"},
    "python_source": LOWER | {"project"},
    "facts": set[str](),
    "cli": LOWER | {"project", "payloads", "python_source", "facts", "emulator"},
}
"""Room → the other rooms of `qianfan_typed` that it may import."""


def imported(path: Path) -> Iterator[str]:
    """The rooms that a module imports, whenever it does."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            package, _, rest = node.module.partition(".")
            if package == "qianfan_typed":
                yield from [rest.partition(".")[0]] if rest else [alias.name for alias in node.names]


def test_a_room_stands_on_those_below_it_alone() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE).as_posix()}: {other}"
        for room, allowed in ROOMS.items()
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for other in sorted(set(imported(path)) - allowed - {room})
    ]
    assert wrong == []


def test_every_folder_of_the_package_is_a_package() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert [folder.relative_to(PACKAGE).as_posix() for folder in folders if not (folder / "__init__.py").exists()] == []
