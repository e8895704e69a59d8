"""The rooms of the package."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "qianfan_typed"


def test_every_folder_of_the_package_is_a_package() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert [folder.relative_to(PACKAGE).as_posix() for folder in folders if not (folder / "__init__.py").exists()] == []
