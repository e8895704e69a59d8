"""Constants that a file imports from another file of the same run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.payloads.saying import Run

CALL = "import qianfan\nqianfan.ChatCompletion().do(messages=m, model='ERNIE-3.5-8K', temperature=T)\n"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("conf.py", "T = 1.7", "from conf import T"),
        ("conf.py", "T = 1.7", "from .conf import T"),
        ("conf.py", "T = 1.7", "from conf import *"),
        ("conf.py", "WARMTH = 1.7", "from conf import WARMTH as T"),
        ("conf.py", "T = 2 - 0.3", "import conf\nT = conf.T"),
        ("conf/__init__.py", "T = 1.7", "from conf import T"),
        ("conf/warmth.py", "T = 1.7", "from conf.warmth import T"),
        ("conf/warmth.py", "T = 1.7", "import conf.warmth as w\nT = w.T"),
        ("conf.py", "import os\nT = os.getenv('T', 1.7)", "from conf import T"),
    ],
)
def test_a_constant_of_another_file_is_known(folder: Path, check: Run, path: str, text: str, line: str) -> None:
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text(text, "utf-8")
    said = check(".", app=f"m = [{{'role': 'user', 'content': 'a'}}]\n{line}\n{CALL}")
    assert [one.split(" [")[0].split(": ", 1)[1] for one in said.lines] == [
        "error: ERNIE-3.5-8K /temperature 1.7: must be above 0 and at most 1.0"
    ]
    assert said.lines[0].startswith(f"app.py:{3 + line.count(chr(10)) + 1}:")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("T = 1.7\nT = 0.5", "from conf import T"),
        ("T = 1.7\nfrom more import *", "from conf import T"),
        ("def cool():\n    global T\n    T = 0.5\nT = 1.7", "from conf import T"),
        ("P = {'temperature': 1.7}", "import conf\nconf.P['temperature'] = 0.5\nT = conf.P['temperature']"),
        ("from conf import T", "from conf import T"),
        ("from app import T", "from conf import T"),
        ("T = = 1.7", "from conf import T"),
        ("T = 1.7", "from elsewhere.conf import T"),
        ("T = 1.7", "try:\n    from conf import T\nexcept ImportError:\n    T = 0.5"),
    ],
)
def test_what_is_not_sure_there_is_left_out(folder: Path, check: Run, text: str, line: str) -> None:
    said = check(".", conf=text, app=f"{line}\n{CALL}")
    assert said.lines == []


def test_a_file_that_is_not_of_the_run_is_not_read(folder: Path, check: Run) -> None:
    (folder / "conf.py").write_text("T = 1.7", "utf-8")
    assert check("app.py", app=f"from conf import T\n{CALL}").lines == []
