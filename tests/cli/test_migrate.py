"""`qianfan-typed migrate`: what it shows, what it writes, and how it ends."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run

BEFORE = """\
import qianfan  # the SDK

chat = qianfan.ChatCompletion(model="ERNIE-3.5-8K")
print(chat.do(messages=[{"role": "user", "content": "你好"}])["result"])
"""
AFTER = """\
from qianfan_typed import Qianfan  # the SDK

chat = Qianfan().v1.chat.ernie_3_5_8k
print(chat.create(messages=[{"role": "user", "content": "你好"}])["result"])
"""
STAYS = 'print(qianfan.ChatCompletion().do(messages=[{"role": "user", "content": "你好"}])["result"])\n'

DIFF = """\
--- program.py
+++ program.py
@@ -1,4 +1,4 @@
-import qianfan  # the SDK
+from qianfan_typed import Qianfan  # the SDK
\x20
-chat = qianfan.ChatCompletion(model="ERNIE-3.5-8K")
-print(chat.do(messages=[{"role": "user", "content": "你好"}])["result"])
+chat = Qianfan().v1.chat.ernie_3_5_8k
+print(chat.create(messages=[{"role": "user", "content": "你好"}])["result"])
"""


def test_it_shows_a_diff_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(BEFORE, "utf-8")
    done = run("migrate", "program.py")
    assert (done.code, done.out) == (0, DIFF)
    said = "qianfan-typed: 1 call in 1 file can be rewritten, 0 calls left as they are; --write changes the files\n"
    assert done.err == said
    assert program.read_text("utf-8") == BEFORE


def test_it_writes_where_it_is_told_to_and_then_finds_nothing(run: Run, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(BEFORE, "utf-8")
    done = run("migrate", "--write", ".")
    assert (done.code, program.read_text("utf-8")) == (0, AFTER)
    assert done.err == "qianfan-typed: 1 call in 1 file rewritten, 0 calls left as they are\n"
    again = run("migrate", "--write", ".")
    assert (again.code, again.out, program.read_text("utf-8")) == (0, "", AFTER)


def test_it_lists_what_stays(run: Run, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(BEFORE + STAYS, "utf-8")
    done = run("migrate", "program.py")
    assert done.code == 1
    assert done.err == (
        "program.py:5: stays: it names no model; name the one that it is meant for, "
        "or let --models take ERNIE-Lite-Pro-128K\n"
        "qianfan-typed: 1 call in 1 file can be rewritten, 1 call left as they are; --write changes the files\n"
    )


def test_a_file_that_is_not_python_is_said_and_the_others_go_on(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import qianfan\nprint(", "utf-8")
    (tmp_path / "b.py").write_text(BEFORE, "utf-8")
    done = run("migrate", "a.py", "b.py", "c.py")
    assert done.code == 2
    assert done.err == (
        "qianfan-typed: c.py: no such file or folder\n"
        "qianfan-typed: a.py: not Python: '(' was never closed; it stays as it is\n"
        "qianfan-typed: 1 call in 1 file can be rewritten, 0 calls left as they are, 2 files not read or written;"
        " --write changes the files\n"
    )


def test_nothing_of_a_file_reaches_the_terminal_raw(run: Run, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(f"{BEFORE}# \x1b[31m ##[error] \u202e\n", "utf-8")
    done = run("migrate", "program.py")
    assert "\x1b" not in done.out
    assert " # \\x1b[31m \\x23#[error] \\u202e" in done.out


def test_a_notebook_is_read_and_stays(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(
        '{"cells": [{"cell_type": "code", "source": ["import qianfan\\n", "c = qianfan.ChatCompletion()\\n",'
        ' "c.do([], model=\\"ERNIE-3.5-8K\\", user_id=\\"x\\")"]}], "metadata": {}}',
        "utf-8",
    )
    done = run("migrate", "a.ipynb")
    assert done.code == 1
    assert done.err.startswith("a.ipynb:cell 1:3: stays: ")


def test_standard_input_is_no_file(run: Run) -> None:
    done = run("migrate", "-")
    assert (done.code, done.err) == (2, "qianfan-typed: migrate rewrites files: name files or folders, not -\n")
