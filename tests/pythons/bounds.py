"""Lower bounds: what pyproject.toml promises to work with, as constraints for pip."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_REQUIREMENT = re.compile(
    r"(?P<name>[\w.-]+)(?P<extras>\[[\w,]+\])?>=(?P<lowest>[\w.]+)(?P<rest>[^;]*)(?P<marker>;.*)?"
)


def lowest(pyproject: Path) -> Iterator[str]:
    """The package's dependencies, those of its extras too, each at the lowest version that it may have.

    Not those of the dependency groups: no user has them.
    """
    project = tomllib.loads(pyproject.read_text("utf-8"))["project"]
    requirements = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    for requirement in requirements:
        if requirement.startswith(project["name"]):
            continue
        found = _REQUIREMENT.fullmatch(requirement)
        if found is None:
            raise ValueError(f"{pyproject}: {requirement}: has no lower bound; write name>=version")
        yield f"{found['name']}=={found['lowest']}{found['marker'] or ''}"
