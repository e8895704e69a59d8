"""Settings: docs/settings.md has every variable that the package reads, in the words of the table that reads them."""

from __future__ import annotations

import re
from pathlib import Path

from qianfan_typed.config.rows import Setting
from qianfan_typed.config.settings import ROUTE_TABLE, TABLE
from qianfan_typed.sdk.config import Config, ConfigMember

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "settings.md").read_text("utf-8")


def settings() -> list[Setting]:
    """Every setting that has a variable: the client's, the paths', those of the documents' classes."""
    own = [one.setting for one in vars(Config).values() if isinstance(one, ConfigMember)]
    found = {one.variable: one for one in [*TABLE.values(), *ROUTE_TABLE.values(), *own]}
    return [one for name, one in found.items() if name is not None]


def expected() -> list[str]:
    """The rows that the page has to have."""
    return [row(one) for one in settings()]


def row(one: Setting) -> str:
    """A row of the table."""
    names = [name for name in (one.variable, one.other_variable) if name is not None]
    variables = ", ".join(f"`{name}`" for name in names)
    argument = f"`{one.name}`" if one.argument and one.name in TABLE else ""
    return f"| {variables} | {argument} | {one.doc} | {one.kind.allowed} |"


def test_the_table_is_that_of_the_settings() -> None:
    assert re.findall(r"^\| `QIANFAN_.+\|.+\|.+\|.+\|$", PAGE, re.MULTILINE) == expected()


def test_no_variable_that_the_package_names_is_missing() -> None:
    sources = [*(ROOT / "qianfan_typed").rglob("*.py"), *(ROOT / "templates").rglob("*.yml")]
    named = {
        name
        for path in sources
        for name in re.findall(r"[\"$ ](QIANFAN_[A-Z0-9_]*[A-Z0-9])\b", path.read_text("utf-8"))
    }
    assert named
    assert named - set(re.findall(r"`(QIANFAN_\w+)`", PAGE)) == set()
