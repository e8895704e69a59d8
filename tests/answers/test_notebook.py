"""The example notebook runs, and shows what it says: tables, a picture, and the beginning of vectors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).parents[2] / "examples" / "notebook.ipynb"


@pytest.fixture(scope="module")
def shown() -> list[dict[str, Any]]:
    """What each cell of code gave as its value: media type → what is shown."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [{kind: data for one in cell.outputs for kind, data in one.get("data", {}).items()} for cell in codes]


@pytest.mark.slow
def test_the_notebook_shows_what_it_says(shown: list[dict[str, Any]]) -> None:
    models, reply, refused, frame, picture, vectors, many, _ = shown
    assert models["text/plain"].startswith("<V1Chat: ernie_4_0_8k, ")
    assert ">ERNIE-3.5-8K</td>" in models["text/html"]
    assert ">choices</td>" in reply["text/html"]
    assert "/messages/0/content</td>" in refused["text/html"]
    assert "/stop" in frame["text/html"]
    assert picture["image/png"].startswith("iVBORw0KGgo")
    assert "(384 numbers)" in vectors["text/html"]
    assert many["text/plain"] == "20"
