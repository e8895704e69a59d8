"""Which files are checked, and what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from qianfan_typed.checking.source.files import python_files, source_of


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("import qianfan\n", "utf-8")


def below(folder: Path, *paths: str) -> list[str]:
    found = python_files(paths or (str(folder),))
    return [one.relative_to(folder).as_posix() if isinstance(one, Path) else repr(one) for one in found]


def test_folders_are_walked_without_what_is_not_the_projects_own(tmp_path: Path) -> None:
    make(tmp_path, "b.py", "a.py", "stubs/c.pyi", "package/inner/d.py", "notes.txt", ".hidden/e.py", ".f.py")
    make(tmp_path, "env/lib/g.py", "env/pyvenv.cfg", "conda/conda-meta/history", "conda/h.py")
    make(tmp_path, "node_modules/i.py", "__pycache__/j.py", "lib/site-packages/k.py")
    assert below(tmp_path) == [".f.py", "a.py", "b.py", "package/inner/d.py", "stubs/c.pyi"]


def test_a_file_that_is_named_is_checked_whatever_it_is_called_and_once(tmp_path: Path) -> None:
    make(tmp_path, "script", ".hidden/e.py")
    script, hidden = str(tmp_path / "script"), str(tmp_path / ".hidden")
    assert below(tmp_path, script, hidden, script) == ["script", ".hidden/e.py"]


def test_patterns(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "in/b.py", "in/c.txt")
    assert below(tmp_path, str(tmp_path / "**" / "*.py")) == ["a.py", "in/b.py"]


def test_a_path_that_leads_nowhere_is_an_error_and_the_rest_goes_on(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    errors = list(python_files([str(tmp_path / "no"), str(tmp_path / "no*"), str(tmp_path)]))
    assert [str(one) for one in errors[:2]] == [
        f"[Errno 2] no such file or folder: '{tmp_path / 'no'}'",
        f"[Errno 2] no file matches: '{tmp_path / 'no*'}'",
    ]
    assert errors[2] == tmp_path / "a.py"


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
    assert source_of(path) == text


@pytest.mark.parametrize("data", [b"qianfan = '\xff'", b"# coding: no-such\nqianfan = 1"])
def test_an_encoding_that_is_not_what_the_source_says_is_an_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(data)
    with pytest.raises(SyntaxError):
        source_of(path)
