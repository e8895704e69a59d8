"""Notebooks: cells are rewritten, and what is no Python of theirs stays byte for byte."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from qianfan_typed.migration.files import Migrated, migrate_files, write

IMPORT = "%pip install qianfan\nimport qianfan\n\nchat = qianfan.ChatCompletion(model='ERNIE-3.5-8K')"
CALL = (
    "%%time\n!echo 你好 \\\n  again\n"
    "resp = chat.do(messages=[{'role': 'user', 'content': '你好'}])\nprint(resp['result'])"
)
SHELL = "%%bash\nqianfan chat"
CELLS = (IMPORT, "# 标题", SHELL, CALL)


def notebook(*sources: str, texts: Sequence[int] = (1,), indent: int | None = 1, end: str = "\n") -> str:
    """The text of a notebook."""
    cells = [
        {"cell_type": "markdown" if at in texts else "code", "metadata": {}, "source": source.splitlines(keepends=True)}
        for at, source in enumerate(sources)
    ]
    found = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(found, ensure_ascii=False, indent=indent) + end


def migrated(folder: Path, text: str) -> Migrated:
    path = folder / "note.ipynb"
    path.write_bytes(text.encode())
    [found] = migrate_files([str(path)])
    return found


@pytest.mark.parametrize(("indent", "end"), [(1, "\n"), (2, ""), (None, "\n")])
def test_cells_are_rewritten_and_the_rest_stays(tmp_path: Path, indent: int | None, end: str) -> None:
    found = migrated(tmp_path, notebook(*CELLS, indent=indent, end=end))
    assert (found.fault, found.rewritten, found.left) == (None, 1, ())
    after = (
        "%pip install qianfan\nfrom qianfan_typed import Qianfan\n\nchat = Qianfan().v1.chat.ernie_3_5_8k",
        *CELLS[1:3],
        CALL.replace("chat.do(", "chat.create("),
    )
    assert found.after == notebook(*after, indent=indent, end=end)
    write(found)
    assert (tmp_path / "note.ipynb").read_bytes() == found.after.encode()


def test_lines_end_as_they_did(tmp_path: Path) -> None:
    found = migrated(tmp_path, notebook(*CELLS).replace("\n", "\r\n"))
    assert found.rewritten == 1
    assert found.after.count("\n") == found.after.count("\r\n") > 10


def test_what_stays_is_named_by_its_cell(tmp_path: Path) -> None:
    found = migrated(tmp_path, notebook(IMPORT, "x", "print(chat.do(messages=[{'role': 'user', 'content': 'x'}]))"))
    assert found.after == found.before
    [one] = found.left
    assert (one.cell, one.line, one.why) == (3, 1, "its reply is given to print() as it is")


def test_a_layout_of_its_own_is_left_alone(tmp_path: Path) -> None:
    found = migrated(tmp_path, notebook(*CELLS).replace('"nbformat": 4', '"nbformat":  4'))
    assert found.fault == "its JSON has a layout of its own: save it with Jupyter first"
    assert not found.changed


ASKS = "chat.do(messages=[{'role': 'user', 'content': 'x'}])"


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (f"%timeit {ASKS}", "line 4: chat is read in a line for IPython"),
        (f"x = %time {ASKS}", "line 4: chat is read in a line for IPython"),
        ("!echo {r.body} $r", "r may be read elsewhere"),
        ("%%bash -s {r.body}\necho $1", "r may be read elsewhere"),
        ("print r.body", "r may be read elsewhere"),
    ],
    ids=["magic", "value", "shell", "another language", "broken cell"],
)
def test_what_only_ipython_reads_stays_as_it_is(tmp_path: Path, cell: str, why: str) -> None:
    found = migrated(tmp_path, notebook(IMPORT, "x", f"r = {ASKS}", cell))
    assert found.after == found.before
    assert [(one.cell, one.why) for one in found.left] == [(3, why)]


@pytest.mark.parametrize("cell", ["%pip install chat", "!echo chat r", "%%time\nprint(r.body)", "%env r=chat"])
def test_words_that_ipython_does_not_read_are_in_nobodys_way(tmp_path: Path, cell: str) -> None:
    assert migrated(tmp_path, notebook(IMPORT, "x", f"r = {ASKS}", cell)).rewritten == 1
