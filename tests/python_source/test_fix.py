"""What `check --fix` writes into Python source and notebooks, and what it leaves as it is."""

from __future__ import annotations

import ast
import json
import os
import stat
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qianfan_typed.project.rewriting import NotWritten
from qianfan_typed.python_source.fixes.file_fixes import fixed_files
from qianfan_typed.python_source.fixes.source_fixes import with_fixes
from qianfan_typed.python_source.module_check import check_text
from qianfan_typed.reports.findings import ViolationFilter
from tests.payloads.saying import Run

HEAD = "import qianfan\nchat = qianfan.ChatCompletion()\n"
SOURCE = """\
# 说明 \N{EM DASH} what we ask
import qianfan

chat = qianfan.ChatCompletion()
answer = chat.do(
    model='ERNIE-Lite-Pro-128K',   # the model
    messages=[{"role": "User", "content": '你好😀'}],
    temprature = "0.7",  # warm
    max_tokens=100.0, stop="x",

)
"""
FIXED = """\
# 说明 \N{EM DASH} what we ask
import qianfan

chat = qianfan.ChatCompletion()
answer = chat.do(
    model='ERNIE-Lite-Pro-128K',   # the model
    messages=[{"role": "user", "content": '你好😀'}],
    temperature = 0.7,  # warm
    max_output_tokens=100, stop=["x"],

)
"""


@pytest.mark.parametrize(
    ("encoding", "end"),
    [("utf-8", "\n"), ("utf-8", "\r\n"), ("utf-8", "\r"), ("utf-8-sig", "\r\n"), ("gb18030", "\r\n")],
)
def test_what_is_meant_is_written_and_the_rest_stays(folder: Path, check: Run, encoding: str, end: str) -> None:
    head = "# coding: gb18030\n" if encoding == "gb18030" else ""
    (folder / "a.py").write_bytes((head + SOURCE).replace("\n", end).encode(encoding))
    said = check("--fix", "a.py")
    assert (folder / "a.py").read_bytes() == (head + FIXED).replace("\n", end).encode(encoding)
    assert (said.code, said.out) == (0, "")
    assert said.err == ("qianfan-typed: fixed 4 violations in 1 file\nqianfan-typed: 1 call in 1 file: all valid\n")
    assert check("--fix", "a.py").err == "qianfan-typed: 1 call in 1 file: all valid\n"


def test_what_is_left_is_said(folder: Path, check: Run) -> None:
    text = f"{HEAD}chat.do([{{'role': 'usr', 'content': 'x'}}], model='ERNIE-Lite-Pro-128K', temperature=1.7)\n"
    said = check("--fix", ".", a=text, b="x = qianfan(")
    assert (folder / "a.py").read_text() == text.replace("usr", "user")
    assert said.code == 2
    assert [line.split(" ", 1)[0] for line in said.lines] == ["a.py:3:86:", "b.py:1:12:"]
    assert said.err.startswith("qianfan-typed: fixed 1 violation in 1 file\n")


def test_what_an_ignore_comment_switches_off_stays(folder: Path, check: Run) -> None:
    text = f"{HEAD}chat.do([{{'role': 'usr', 'content': 'x'}}])  # qianfan: ignore[enum]\n"
    check("--fix", "a.py", a=text)
    assert (folder / "a.py").read_text() == text
    text = f"{HEAD}chat.do([{{'role': 'usr', 'content': 'x'}}])\n"
    check("--fix", "--ignore", "v1.chat.message.role", "a.py", a=text)
    assert (folder / "a.py").read_text() == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("p = {'temprature': '0.7'}\nchat.do(m, **p)", "p = {'temperature': 0.7}\nchat.do(m, **p)"),
        ("p = {'topP': 0.5}\nchat.do(m, **p)", "p = {'top_p': 0.5}\nchat.do(m, **p)"),
        ("p = {}\np['stop'] = 'x'\nchat.do(m, **p)", "p = {}\np['stop'] = ['x']\nchat.do(m, **p)"),
        ("def ask(stop='x'):\n    chat.do(m, stop=stop)", "def ask(stop=['x']):\n    chat.do(m, stop=stop)"),
        ("h = []\nh.append({'role': 'usr', 'content': 'x'})\nchat.do(h)",) * 2,
        ("chat.do(m, stop='x' if m else ['y'])", "chat.do(m, stop=['x'] if m else ['y'])"),
        ("chat.do(m, stream='True')", "chat.do(m, stream=True)"),
        ("chat.do(m, disable_search=' false ')", "chat.do(m, disable_search=False)"),
        ("p = {r'topP': 0.5}\nchat.do(m, **p)", "p = {'top_p': 0.5}\nchat.do(m, **p)"),
        ('p = {"topP": 0.5}\nchat.do(m, **p)', 'p = {"top_p": 0.5}\nchat.do(m, **p)'),
        ('p = {"""topP""": 0.5}\nchat.do(m, **p)', 'p = {"top_p": 0.5}\nchat.do(m, **p)'),
        ("""x = f'{chat.do(m, **{r"topP": 0.5})}'""", """x = f'{chat.do(m, **{"top_p": 0.5})}'"""),
    ],
)
def test_what_a_name_has_is_mended_where_it_is_read_in_requests_alone(before: str, after: str) -> None:
    text = f"{HEAD}m = [{{'role': 'user', 'content': 'x'}}]\n"
    assert fixed(text + before) == text + after.replace("'usr'", "'user'")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("stop = 'x'\nchat.do(m, stop=stop)", id="under a name"),
        pytest.param("p = {'stop': 'x'}\nchat.do(m, **p)\nprint(p)", id="printed"),
        pytest.param("p = {'stop': 'x'}\nchat.do(m, **p)\np['stop'].split()", id="a member is read"),
        pytest.param("p = {'stop': 'x'}\nchat.do(m, **p)\nq = p", id="another name for it"),
        pytest.param("p = {'stop': 'x'}\nchat.do(m, **p)\nx = p.pop('stop')", id="taken out"),
        pytest.param("p = {'stop': 'x'}\nchat.do(m, **p)\nx = p.update", id="a method handed on"),
        pytest.param("p = {'stop': 'x'}\nchat.do(m, **p)\nf(*[p])", id="handed on in a list"),
        pytest.param("def ask(stop='x'):\n    chat.do(m, stop=stop)\n    return stop", id="a default is given back"),
        pytest.param(
            "class C:\n    stop = 'x'\n    def a(self):\n        chat.do(m, stop=self.stop)", id="an attribute"
        ),
        pytest.param("p = {'stop': 'x'}\nchat.do(m, **p)\nprint(globals()['p'])", id="read by its text"),
        pytest.param("__all__ = ['p']\np = {'stop': 'x'}\nchat.do(m, **p)", id="exported"),
        pytest.param(
            "h = {}\ndef ask():\n    p = h\n    p['stop'] = 'x'\n    chat.do(m, **p)\nask()\nprint(h)",
            id="added to what has another name",
        ),
        pytest.param(
            "h = []\ndef a():\n    n = h\n    n += [{'role': 'usr', 'content': 'x'}]\n    chat.do(n)\na()\nprint(h)",
            id="more of what has another name",
        ),
        pytest.param(
            "h = {'p': []}\ndef ask():\n    n = h['p']\n    n.append({'role': 'usr', 'content': 'x'})\n    chat.do(n)\n"
            "ask()\nprint(h)",
            id="added to what stands elsewhere",
        ),
        pytest.param("def f():\n    return 'x'\nchat.do(m, stop=f())", id="of a function"),
        pytest.param("for s in ['x', 'y']:\n    chat.do(m, stop=s)", id="of a loop"),
        pytest.param("a = b = 'x'\nchat.do(m, stop=a)\nprint(b)", id="two names"),
        pytest.param("def ask(max_tokens):\n    pass\nask(max_tokens=5)", id="no request"),
        pytest.param("chat.do(m, max_tokens=5, max_output_tokens=5)", id="both names"),
        pytest.param("p = {'topP': 0.5, 'top_p': 0.4}\nchat.do(m, **p)", id="both keys"),
        pytest.param("chat.do(m, temperature='warm')", id="no number"),
        pytest.param("chat.do(m, stop='''x\n''')", id="of several lines"),
        pytest.param("chat.do(m, item=1)", id="nothing near"),
    ],
)
def test_what_may_be_meant_otherwise_or_is_used_elsewhere_stays(code: str) -> None:
    text = f"{HEAD}m = [{{'role': 'user', 'content': 'x'}}]\n{code}\n"
    assert fixed(text) == text


@pytest.mark.parametrize("members", ["topP=0.5, toP_p=0.6", "**{'topP': 0.5, 'toP_p': 0.6}"])
def test_what_would_be_the_same_name_twice_is_mended_once(members: str) -> None:
    text = f"{HEAD}chat.do([], {members})\nchat.do([], stop='x')\n"
    assert fixed(text) == text.replace("topP", "top_p").replace("'x'", "['x']")


def test_every_fix_of_a_long_module_is_made() -> None:
    calls = [f"chat.do([{{'role': 'usr', 'content': '{n}'}}], stop='x', item={n})\n" for n in range(150)]
    text = HEAD + "".join(calls)
    assert fixed(text) == text.replace("'usr'", "'user'").replace("'x'", "['x']")


def test_diff_says_what_would_be_and_changes_nothing(folder: Path, check: Run) -> None:
    (folder / "a.py").write_text(SOURCE, "utf-8")
    said = check("--diff", "a.py")
    assert (folder / "a.py").read_text("utf-8") == SOURCE
    assert (said.code, said.err) == (1, "qianfan-typed: would fix 4 violations in 1 file\n")
    assert said.lines == [
        "--- a.py",
        "+++ a.py",
        "@@ -4,8 +4,8 @@",
        " chat = qianfan.ChatCompletion()",
        " answer = chat.do(",
        "     model='ERNIE-Lite-Pro-128K',   # the model",
        """-    messages=[{"role": "User", "content": '你好😀'}],""",
        """-    temprature = "0.7",  # warm""",
        """-    max_tokens=100.0, stop="x",""",
        """+    messages=[{"role": "user", "content": '你好😀'}],""",
        "+    temperature = 0.7,  # warm",
        """+    max_output_tokens=100, stop=["x"],""",
        " ",
        " )",
    ]
    assert check("--diff", "a.py", a=FIXED).err == "qianfan-typed: nothing to fix\n"


def test_a_diff_moves_no_cursor(check: Run) -> None:
    said = check("--diff", "a.py", a=f"{HEAD}chat.do([], stop='x')  # \x1b[2J\u202e\n")
    assert said.lines[-2:] == [
        "-chat.do([], stop='x')  # \\x1b[2J\\u202e",
        "+chat.do([], stop=['x'])  # \\x1b[2J\\u202e",
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows has one permission")
def test_a_file_keeps_its_permissions_and_a_link_stays_one(folder: Path, check: Run) -> None:
    (folder / "real.py").write_text(SOURCE, "utf-8")
    (folder / "real.py").chmod(0o750)
    (folder / "link.py").symlink_to("real.py")
    check("--fix", "link.py")
    assert (folder / "link.py").is_symlink()
    assert (folder / "real.py").read_text("utf-8") == FIXED
    assert stat.S_IMODE((folder / "real.py").stat().st_mode) == 0o750
    assert sorted(path.name for path in folder.iterdir()) == ["link.py", "pyproject.toml", "real.py"]


def test_a_file_that_changed_meanwhile_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(SOURCE, "utf-8")
    (found,) = fixed_files([str(path)], ViolationFilter())
    path.write_text("x = 1\n", "utf-8")
    with pytest.raises(NotWritten, match=r"^it changed meanwhile: nothing was written$"):
        found.write()
    assert path.read_text("utf-8") == "x = 1\n"


def test_a_file_that_is_read_only_stays_and_the_others_are_written(folder: Path, check: Run) -> None:
    text = f"{HEAD}chat.do([], stop='x')\n"
    (folder / "a.py").write_text(text)
    (folder / "a.py").chmod(0o444)
    said = check("--fix", "a.py", "b.py", b=text)
    assert (folder / "a.py").read_text() == text
    assert (folder / "b.py").read_text() == text.replace("'x'", "['x']")
    assert (said.code, said.lines) == (2, [])
    assert said.err == (
        "qianfan-typed: fixed 1 violation in 1 file\nqianfan-typed: a.py: it is read-only: nothing was written\n"
    )


@pytest.mark.parametrize(
    "other",
    [
        "from a import p\nprint(p['stop'].upper())\n",
        "from a import *\nprint(p['stop'].upper())\n",
        "import a\nprint(a.p['stop'].upper())\n",
    ],
)
def test_what_another_file_reads_stays(folder: Path, check: Run, other: str) -> None:
    text = f"{HEAD}p = {{'stop': 'x'}}\nchat.do([], **p)\n"
    check("--fix", "a.py", "b.py", a=text, b=other)
    assert (folder / "a.py").read_text() == text
    (folder / "c.ipynb").write_text(notebook([other], ascii_only=True), "utf-8")
    check("--fix", "a.py", "c.ipynb")
    assert (folder / "a.py").read_text() == text
    check("--fix", "a.py", "b.py", b="from other import q\nprint(q)\n")
    assert (folder / "a.py").read_text() == text.replace("'x'", "['x']")


def test_what_has_nothing_to_fix_is_not_touched(folder: Path, check: Run) -> None:
    (folder / "a.py").write_text(FIXED, "utf-8")
    before = (folder / "a.py").stat()
    check("--fix", "a.py")
    after = (folder / "a.py").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


# --- notebooks -------------------------------------------------------------------------------------------------------

CELLS: list[str | list[str]] = [
    "import qianfan\nchat = qianfan.ChatCompletion()",
    [
        "%time\n",
        '# 你 "quoted" \\\n',
        "answer = chat.do(  # 😀\n",
        "  [{'role': \"usr\", 'content': '你\\n'}], stop='x')",
    ],
]


def notebook(cells: list[str | list[str]], *, ascii_only: bool) -> str:
    texts = [{"cell_type": "code", "metadata": {"tags": []}, "outputs": [], "source": source} for source in cells]
    document = {"cells": [{"cell_type": "markdown", "source": ['{"a": [']}, *texts], "metadata": {}, "nbformat": 4}
    return json.dumps(document, indent=1, ensure_ascii=ascii_only) + "\n"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "marked"])
@pytest.mark.parametrize("ascii_only", [True, False], ids=["escaped", "plain"])
@pytest.mark.parametrize("joined", [True, False], ids=["one text", "a text a line"])
def test_a_notebook_keeps_its_layout(folder: Path, check: Run, mark: bytes, ascii_only: bool, joined: bool) -> None:
    cells: list[str | list[str]] = [*CELLS[:1], "".join(CELLS[1])] if joined else CELLS
    text = notebook(cells, ascii_only=ascii_only)
    (folder / "a.ipynb").write_bytes(mark + text.encode())
    said = check("--fix", "a.ipynb")
    expected = text.replace('\\"usr\\"', '\\"user\\"').replace("stop='x'", "stop=['x']")
    assert (folder / "a.ipynb").read_bytes() == mark + expected.encode()
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith("qianfan-typed: fixed 2 violations in 1 file\n")


def test_a_notebook_that_has_nothing_to_fix_is_not_touched(folder: Path, check: Run) -> None:
    text = notebook([CELLS[0], "%time x = 1\nchat.do([{'role': 'user', 'content': 'x'}])"], ascii_only=True)
    (folder / "a.ipynb").write_text(text, "utf-8")
    assert check("--diff", "a.ipynb").err == "qianfan-typed: nothing to fix\n"
    assert check("--fix", "a.ipynb").err.startswith("qianfan-typed: 1 call in 1 file: all valid")
    assert (folder / "a.ipynb").read_text("utf-8") == text


def test_a_notebook_whose_lines_stand_in_pieces_is_mended_where_it_stays_right(folder: Path, check: Run) -> None:
    text = notebook([CELLS[0], ["chat.do([], st", "op='x'", ")"]], ascii_only=True)
    (folder / "a.ipynb").write_text(text, "utf-8")
    check("--fix", "a.ipynb")
    assert (folder / "a.ipynb").read_text("utf-8") == text.replace("'x'", "['x']")


# --- whatever stands there -------------------------------------------------------------------------------------------

NAMES = st.sampled_from(
    [
        "temperature",
        "temprature",
        "topP",
        "stop",
        "user",
        "user_id",
        "item",
        "system",
        "max_tokens",
        "max_output_tokens",
    ]
)
VALUES = st.sampled_from(
    ['"0.7"', "0.7", "100.0", "'x'", "['x']", "True", "'true'", "5", "1e9", "None", "{}", "v", "'''a\n你'''"]
)
ROLES = st.sampled_from(["user", "User", "system", "assistant", "usr"])
MESSAGES = st.lists(st.builds("{{'role': '{}', 'content': {}}}".format, ROLES, VALUES), max_size=3)


@settings(max_examples=100, deadline=None)
@given(
    members=st.dictionaries(NAMES, VALUES, max_size=4),
    messages=MESSAGES,
    how=st.sampled_from(["chat.do(m, {})", "p = dict({})\nchat.do(m, **p)", "p = dict({})\nchat.do(m, **p); print(p)"]),
)
def test_what_is_fixed_once_is_fixed(members: dict[str, str], messages: list[str], how: str) -> None:
    given_ = ", ".join(f"{name}={value}" for name, value in members.items())
    text = f"{HEAD}v = input()\nm = [{', '.join(messages)}]  # 你\n{how.format(given_)}\n"
    once = fixed(text)
    assert fixed(once) == once
    before, after = (Counter(codes(one)) for one in (text, once))
    assert not after - before
    assert (once == text) == (before == after)
    ast.parse(once)


def codes(text: str) -> list[str]:
    """What is wrong with a module, but for the order of roles: that is looked at once they are all right."""
    return [one.rule for one in check_text(text, "a.py").findings if one.code not in ("order", "count", "last")]


def fixed(text: str) -> str:
    """A module with every fix made."""
    return with_fixes(text, "a.py", ViolationFilter())[0]
