"""The written-out forms of the table of settings: signatures and members that type checkers and editors must see.

A new setting is a row in `qianfan_typed/config/settings.py`; `python -m tests.runtime.settings_text` writes the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs

from qianfan_typed.config import PREFIX, ROUTE_TABLE, TABLE
from qianfan_typed.config.rows import Setting

ROOT = Path(__file__).parent.parent.parent


def parameters() -> Iterator[str]:
    """Of the clients."""
    for row in _of_clients():
        for name in (row.name, *row.aliases):
            yield f"        {name}: {row.kind.annotation} | None = None,"


def parameter_docs() -> Iterator[str]:
    for row in _of_clients():
        yield f"            {row.name}: {row.doc}{f' `{row.variable}`.' if row.variable else ''}"
        for name in row.aliases:
            yield f"            {name}: Another name for `{row.name}`."


def client_options() -> Iterator[str]:
    """Of the constructors of the documents' classes."""
    for row in TABLE.values():
        if row.argument or row.keyword:
            yield f"    {row.keyword or row.name}: {row.kind.annotation} | None"
            yield f'    """{row.keyword_doc or row.doc}"""'
            for name in row.aliases:
                yield f"    {name}: {row.kind.annotation} | None"
                yield f'    """Another name for `{row.name}`."""'


def config_members() -> Iterator[str]:
    """Of `get_config()`."""
    for table, rows in (("TABLE", TABLE), ("ROUTE_TABLE", ROUTE_TABLE)):
        for name, row in rows.items():
            if row.variable is not None:
                member = row.variable.removeprefix(PREFIX)
                yield f'    {member} = ConfigMember[{row.kind.annotation}]({table}["{name}"])'


def _of_clients() -> Iterator[Setting]:
    return (row for row in TABLE.values() if row.argument)


@attrs.frozen
class Region:
    """Lines of a file that say what the table says."""

    path: str
    before: str
    """What stands before them."""
    after: str
    """What stands after them."""
    lines: Callable[[], Iterator[str]]

    def written(self, text: str) -> str:
        """The file's text with these lines as the table has them."""
        found = re.search(f"({self.before})(.*?)({self.after})", text, re.DOTALL)
        assert found is not None, f"{self.path}: there is no place for the settings"
        return text[: found.end(1)] + "\n".join(self.lines()) + "\n" + text[found.start(3) :]


REGIONS = (
    Region("qianfan_typed/client/base.py", r"        \*,\n", r"        transport: ", parameters),
    Region("qianfan_typed/client/base.py", r"        Args:\n", r"            transport: ", parameter_docs),
    Region(
        "qianfan_typed/sdk/keywords.py",
        r'class ClientOptions\(TypedDict, total=False\):\n    """[^\n]*"""\n\n',
        r"    # Of these classes alone\.\n",
        client_options,
    ),
    Region(
        "qianfan_typed/sdk/config.py",
        r'class Config:\n    """[^\n]*"""\n\n',
        r"    # Of these classes alone\.\n",
        config_members,
    ),
)


def main() -> None:
    for region in REGIONS:
        path = ROOT / region.path
        path.write_text(region.written(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
