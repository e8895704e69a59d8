"""What the tests of operations share: a package with small operations, and programs that use it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

from codegen.output import write
from codegen.render import render
from codegen.spec import load
from tests.operations.small_operations import OPERATIONS

ROOT = Path(__file__).parents[2]


@attrs.frozen
class Package:
    """A folder with a generated package, for the runtime to be run on."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a Python that imports it, and without the settings of this machine."""
        path = os.pathsep.join([str(self.folder), str(ROOT)])
        kept = {name: value for name, value in os.environ.items() if not name.startswith("QIANFAN_")}
        return {**kept, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}

    def tells(self, program: str) -> Any:
        """What a program gives that fills `told`, in a Python of its own."""
        code = f"import json\ntold = {{}}\n{program}\nprint(json.dumps(told))"
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-c", code], env=self.environment, capture_output=True, encoding="utf-8"
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package of today's spec and the small operations."""
    folder = tmp_path_factory.mktemp("operations")
    shutil.copytree(ROOT / "spec", folder / "spec")
    for name, text in OPERATIONS.items():
        (folder / "spec" / name).write_text(text, "utf-8")
    write(folder / "out", render(load(folder / "spec")))
    return Package(folder / "out")
