"""Notebooks: the cells that are checked, what is left out, and where findings are said to be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.payloads.saying import Run

CALL = "qianfan.ChatCompletion().do(messages=[{'role': 'user', 'content': 'hi'}], model='ERNIE-3.5-8K', temperature=t)"
HOT = (
    "ERNIE-3.5-8K /temperature 1.7: must be above 0 and at most 1.0 [v1.chat.temperature.range]"
    " (对话Chat, read 2025-01-13)"
)


def notebook(*cells: str, **metadata: Any) -> str:
    """A notebook of code cells; one that begins with `#text` is of words."""
    made = [
        {"cell_type": "markdown" if cell.startswith("#text") else "code", "source": cell.splitlines(keepends=True)}
        for cell in cells
    ]
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def written(folder: Path, text: str, name: str = "a.ipynb") -> None:
    (folder / name).write_text(text, "utf-8")


def test_names_of_earlier_cells_are_known_and_the_cell_is_said(folder: Path, check: Run) -> None:
    written(folder, notebook("#text\nqianfan", "import qianfan", "t = 1.7\n", f"\n{CALL}"))
    said = check("a.ipynb")
    assert (said.code, said.lines) == (1, [f"a.ipynb:cell 4:2:109: error: {HOT}"])
    assert said.err == "qianfan-typed: 1 call in 1 file: 1 invalid (1 error)\n"


def test_a_folder_stands_for_its_notebooks_too(folder: Path, check: Run) -> None:
    (folder / "deep" / ".ipynb_checkpoints").mkdir(parents=True)
    for name in ("deep/b.ipynb", "deep/.ipynb_checkpoints/b.ipynb"):
        written(folder, notebook("import qianfan", "t = 1.7", CALL), name)
    said = check(".")
    assert said.lines == [f"deep/b.ipynb:cell 3:1:109: error: {HOT}"]


@pytest.mark.parametrize(
    "cell",
    [
        "%pip install qianfan",
        "!pip install \\\n    qianfan",
        "qianfan.ChatCompletion?",
        "?qianfan",
        "%%bash\nif [ -f qianfan ]; then echo; fi",
        "%%time\nx = 1",
        "%%capture out\n!ls",
        "files = !ls qianfan\nfiles",
        "spent = %time f()",
        "if x:\n    %matplotlib inline\nelse:\n    !ls",
        "await qianfan.ChatCompletion().ado([])  # qianfan: ignore",
    ],
)
def test_what_only_ipython_understands_is_left_out(folder: Path, check: Run, cell: str) -> None:
    written(folder, notebook("import qianfan", cell, "t = 1.7", CALL))
    assert check("a.ipynb").lines == [f"a.ipynb:cell 4:1:109: error: {HOT}"]


def test_a_comment_holds_in_its_cell(folder: Path, check: Run) -> None:
    written(folder, notebook("import qianfan\nt = 1.7", f"{CALL}  # qianfan: ignore[range]", "1  # qianfan: ignore"))
    assert check("a.ipynb").lines == [
        "a.ipynb:cell 3:1:4: warning: nothing here is switched off by it [comment.unused]"
    ]


def test_a_cell_that_is_not_python_is_said_and_the_others_are_checked(folder: Path, check: Run) -> None:
    written(folder, notebook("import qianfan\nt = 1.7", "x = 1\ny = = 2", CALL))
    said = check("a.ipynb")
    assert (said.code, said.lines) == (
        2,
        [
            "a.ipynb:cell 2:2:5: error: not Python: invalid syntax; the other cells are checked [file.syntax]",
            f"a.ipynb:cell 3:1:109: error: {HOT}",
        ],
    )


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ('{"cells": [qianfan', "1:12", "not JSON: Expecting value"),
        ("qianfan = 1", "1:1", "not JSON: Expecting value"),
        ('["qianfan"]', "1:1", "it has no list of cells"),
        ('{"metadata": "qianfan"}', "1:1", "it has no list of cells"),
        ('{"cells": ["qianfan"]}', "1:1", "cell 1 is no object"),
        ('{"cells": [{"cell_type": "code", "source": [1, "qianfan"]}]}', "1:1", "the source of cell 1 is no text"),
        ("[" * 100_000, "1:1", "nested too deeply"),
    ],
)
def test_a_broken_notebook_is_said_in_words(folder: Path, check: Run, text: str, place: str, why: str) -> None:
    written(folder, text)
    said = check("a.ipynb")
    assert (said.code, said.lines) == (2, [f"a.ipynb:{place}: error: not a notebook: {why} [file.syntax]"])


def test_a_notebook_that_is_not_utf_8(folder: Path, check: Run) -> None:
    (folder / "a.ipynb").write_bytes(notebook("import qianfan").encode("utf-16"))
    said = check("a.ipynb")
    assert (said.code, said.lines) == (
        2, ["a.ipynb:1:1: error: not a notebook: not UTF-8 but UTF-16 [file.syntax]"]
    )  # fmt: skip


def test_a_notebook_of_another_language_has_no_calls(folder: Path, check: Run) -> None:
    written(folder, notebook("x <- qianfan", kernelspec={"language": "R"}, language_info={"name": "R"}))
    assert check("a.ipynb").err == "qianfan-typed: 0 calls in 1 file: nothing was checked\n"


def test_the_form_of_before_2015(folder: Path, check: Run) -> None:
    cells = [{"cell_type": "code", "input": text} for text in ("import qianfan", "t = 1.7", CALL)]
    written(folder, json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3}))
    assert check("a.ipynb").lines == [f"a.ipynb:cell 3:1:109: error: {HOT}"]


def test_the_cell_is_in_every_format(folder: Path, check: Run) -> None:
    written(folder, notebook("import qianfan", f"t = 1.7\n{CALL}"))
    (violation,) = json.loads(check("a.ipynb", "--format", "json").out)["violations"]
    assert [violation[name] for name in ("file", "cell", "line", "column")] == ["a.ipynb", 2, 2, 109]
    (result,) = json.loads(check("a.ipynb", "--format", "sarif").out)["runs"][0]["results"]
    assert result["message"]["text"].startswith("cell 2, line 2: ERNIE-3.5-8K /temperature 1.7")
    assert {name: result["properties"][name] for name in ("cell", "line", "column")} == {
        "cell": 2, "line": 2, "column": 109
    }  # fmt: skip
    assert check("a.ipynb", "--format", "github").lines[0] == (
        f"::error file=a.ipynb,line=1,col=1,title=v1.chat.temperature.range::cell 2, line 2: {HOT}"
    )
    case = ElementTree.fromstring(check("a.ipynb", "--format", "junit").out).find(".//testcase")
    assert case is not None
    assert case.get("name") == "cell 2, line 2"
