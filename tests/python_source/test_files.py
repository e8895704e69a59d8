"""Which files are checked, and what cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qianfan_typed.python_source.sources.python_files import python_files, source_of
from tests.payloads.saying import Run


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("import qianfan\n", "utf-8")


def below(folder: Path, *paths: str) -> list[str]:
    files, missing = python_files(paths or (str(folder),))
    assert missing == []
    return [Path(file).relative_to(folder).as_posix() for file in files]


def test_folders_are_walked_without_what_is_not_the_projects_own(tmp_path: Path) -> None:
    make(tmp_path, "b.py", "a.py", "stubs/c.pyi", "package/inner/d.py", "notes.txt", ".hidden/e.py", ".f.py")
    make(tmp_path, "env/lib/g.py", "env/pyvenv.cfg", "conda/conda-meta/history", "conda/h.py")
    make(tmp_path, "node_modules/i.py", "__pycache__/j.py", "lib/site-packages/k.py")
    assert below(tmp_path) == ["a.py", "b.py", "package/inner/d.py", "stubs/c.pyi"]
    assert below(tmp_path, str(tmp_path / "*")) == ["a.py", "b.py", "notes.txt", "package/inner/d.py", "stubs/c.pyi"]


def test_a_file_that_is_named_is_checked_whatever_it_is_called_and_once(tmp_path: Path) -> None:
    make(tmp_path, "script", ".hidden/e.py", "a[1].py")
    script, hidden, odd = (str(tmp_path / name) for name in ("script", ".hidden", "a[1].py"))
    assert below(tmp_path, script, hidden, script, odd) == ["script", ".hidden/e.py", "a[1].py"]


def test_patterns(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "in/b.py", "in/c.txt")
    assert below(tmp_path, str(tmp_path / "**" / "*.py")) == ["a.py", "in/b.py"]


def test_a_path_that_leads_nowhere_is_said_and_the_rest_goes_on(folder: Path, check: Run) -> None:
    make(folder, "a.py")
    (folder / "none").mkdir()
    long = "a" * 300
    said = check("no", "no?", "none", long, ".")
    assert said.code == 2
    assert said.lines == [
        "no:1:1: error: no such file or folder [file.unreadable]",
        "no?:1:1: error: no file matches [file.unreadable]",
        "none:1:1: error: no file in it ends in .py, .pyi, .ipynb [file.unreadable]",
        f"{long}:1:1: error: no such file or folder [file.unreadable]",
    ]
    assert said.err == (
        "qianfan-typed: 0 calls in 1 file: nothing was checked; not checked: 4 files wholly or in part\n"
    )


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_that_may_not_be_read_is_said_and_the_rest_goes_on(folder: Path, check: Run) -> None:
    make(folder, "a.py", "closed/b.py")
    (folder / "closed").chmod(0)
    try:
        said = check(".", "closed/b.py")
    finally:
        (folder / "closed").chmod(0o700)
    assert said.code == 2
    assert said.lines == [
        "closed:1:1: error: Permission denied [file.unreadable]",
        "closed/b.py:1:1: error: no such file or folder [file.unreadable]",
    ]
    assert said.err == (
        "qianfan-typed: 0 calls in 1 file: nothing was checked; not checked: 2 files wholly or in part\n"
    )


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"import openai", None),
        (b"import qianfan", "import qianfan"),
        (b"\xef\xbb\xbfimport qianfan", "import qianfan"),
        ("# -*- coding: gbk -*-\nqianfan = '你好'".encode("gbk"), "# -*- coding: gbk -*-\nqianfan = '你好'"),
    ],
)
def test_only_sources_that_mention_the_platform_are_read(tmp_path: Path, data: bytes, text: str | None) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(data)
    source = source_of(str(path))
    assert (source and source.text) == text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("import qianfan".encode("utf-16"), "not UTF-8 but UTF-16: save it as UTF-8"),
        ("import qianfan".encode("utf-16-be"), "not UTF-8 but UTF-16: save it as UTF-8"),
        ("import qianfan".encode("utf-32"), "not UTF-8 but UTF-32: save it as UTF-8"),
        (b"import qianfan\n\0", "NUL bytes"),
    ],
)
def test_what_python_refuses_does_not_pass_unchecked(folder: Path, check: Run, data: bytes, why: str) -> None:
    (folder / "other.py").write_bytes("import openai".encode("utf-16"))
    said = check(".", wrong=data)
    assert (said.code, said.lines) == (2, [f"wrong.py:1:1: error: not Python: {why} [file.syntax]"])


def test_a_large_file_is_refused_if_it_mentions_the_platform_anywhere(folder: Path, check: Run) -> None:
    large = "x = 1\n" * 900_000
    said = check(".", a=large, b=f"{large}import qianfan\n")
    assert (said.code, said.lines) == (2, ["b.py:1:1: error: more than 5,000,000 bytes [file.limit]"])
