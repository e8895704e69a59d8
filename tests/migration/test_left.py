"""Calls that stay as they are: where the rest of the program might change, or nobody can see what it does."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

import pytest

from qianfan_typed.migration.files import Migrated, migrate_files
from qianfan_typed.python_source.sources.python_files import python_files

CHAT = 'import qianfan\nchat = qianfan.ChatCompletion(model="ERNIE-3.5-8K")\n'
MESSAGES = 'messages=[{"role": "user", "content": "x"}]'
OPENAI = 'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url="https://qianfan.baidubce.com/v2")\n'
CREATE = f'client.chat.completions.create(model="deepseek-v3", {MESSAGES})'

LEFT: dict[str, tuple[str, list[tuple[int, str]]]] = {
    "returned": (
        f"{CHAT}def f():\n    return chat.do({MESSAGES})\n",
        [(4, "its reply is given back, and what becomes of it there cannot be followed")],
    ),
    "printed whole": (f"{CHAT}print(chat.do({MESSAGES}))\n", [(3, "its reply is given to print() as it is")]),
    "kept": (
        f"{CHAT}all = {{}}\nall[1] = chat.do({MESSAGES})\n",
        [(4, "its reply is kept where its uses cannot be followed")],
    ),
    "headers": (
        f"{CHAT}resp = chat.do({MESSAGES})\nprint(resp.headers)\n",
        [(3, "line 4: it reads .headers; write reply.meta.headers")],
    ),
    "shadowed member": (
        f"{CHAT}print(chat.do({MESSAGES})['statistic'])\n",
        [(3, "it reads ['statistic']; write reply.meta")],
    ),
    "no such field": (
        f"{OPENAI}print({CREATE}.system_fingerprint)\n",
        [(3, "it reads .system_fingerprint, which the reply of the handle has not")],
    ),
    "object given on": (
        f"{CHAT}use(chat)\nchat.do({MESSAGES})\n",
        [(4, "line 3: what becomes of it cannot be followed")],
    ),
    "two objects": (
        f"{CHAT}if x:\n    chat = object()\nchat.do({MESSAGES})\n",
        [(5, "chat may be something else there")],
    ),
    "exported": (f'{CHAT}__all__ = ["chat"]\nchat.do({MESSAGES})\n', [(4, "line 2: chat is imported elsewhere")]),
    "model of the caller": (
        f"import qianfan\ndef f(m):\n    qianfan.ChatCompletion().do({MESSAGES}, model=m)\n",
        [(3, "its model is not literal; write client.v1.chat.model(…), or the handle where it is")],
    ),
    "no model": (
        f"import qianfan\nqianfan.ChatCompletion().do({MESSAGES})\n",
        [
            (2, "it names no model; name the one that it is meant for, or let --models take ERNIE-Lite-Pro-128K"),
        ],
    ),
    "misspelt model": (
        f'import qianfan\nqianfan.ChatCompletion(model="ERNIE-3.5-8KK").do({MESSAGES})\n',
        [(2, "ERNIE-3.5-8KK: v1.chat has no such model; is it ERNIE-3.5-8K?")],
    ),
    "endpoint": (
        f'import qianfan\nqianfan.ChatCompletion(endpoint="mine").do({MESSAGES})\n',
        [(2, 'it goes to an endpoint; write client.v1.chat.endpoint("…", like="MODEL")')],
    ),
    "keywords": (f"{CHAT}chat.do({MESSAGES}, **more)\n", [(3, "**more may hold anything; write the keywords out")]),
    "sent as null": (
        f"{CHAT}chat.do({MESSAGES}, system=None)\n",
        [(3, "system=None may be sent as null; leave it out")],
    ),
    "refused": (
        f"{CHAT}chat.do({MESSAGES}, temperature=1.7)\n",
        [(3, "it is refused before it is sent: temperature: 1.7: must be above 0 and at most 1.0")],
    ),
    "messages": (
        f"{CHAT}m = qianfan.Messages()\nm.append('x')\nchat.do(m)\n",
        [(5, "it may be given Messages; write a list of user(…) and assistant(…)")],
    ),
    "timeout": (
        f"{OPENAI}{CREATE[:-1]}, timeout=t)\n",
        [(3, "its timeout is no literal number of seconds")],
    ),
    "batch": (
        f"{CHAT}chat.batch_do([[{{'role': 'user', 'content': 'x'}}]])\n",
        [(3, "batch_do() has no counterpart; make the calls one by one")],
    ),
    "some stream": (
        f"{CHAT}chat.do({MESSAGES}, stream=s)\n",
        [(3, "whether it streams is decided when it runs; write create() and stream()")],
    ),
    "stream begun under try": (
        f"{CHAT}try:\n    s = chat.do({MESSAGES}, stream=True)\nexcept E:\n    pass\nfor p in s: print(p['result'])\n",
        [(4, "line 7: the stream begins under another try or with than it is read under")],
    ),
    "both ways": (
        f"{CHAT}chat.do({MESSAGES})\nasync def f():\n    await chat.ado({MESSAGES})\n",
        [
            (3, "line 2: it is called with and without await: make a Qianfan and an AsyncQianfan"),
            (5, "line 2: it is called with and without await: make a Qianfan and an AsyncQianfan"),
        ],
    ),
    "name taken": (f"{CHAT}class Qianfan: ...\nchat.do({MESSAGES})\n", [(4, "line 2: the name Qianfan is taken")]),
    "keys for all": (
        f'{CHAT}qianfan.AK("a")\nchat.do({MESSAGES})\n',
        [(4, "line 2: keys are set in program.py:3; give them to Qianfan(…)")],
    ),
    "error read": (
        f"{CHAT}try:\n    chat.do({MESSAGES})\nexcept qianfan.errors.APIError as e:\n    print(e)\n",
        [(4, "line 5: e is read: ours has other words and fields")],
    ),
    "error without counterpart": (
        f"{CHAT}try:\n    chat.do({MESSAGES})\nexcept qianfan.errors.RequestError:\n    pass\n",
        [(4, "line 5: RequestError has no counterpart; see qianfan_typed.errors")],
    ),
    "key of the environment": (
        f'from openai import OpenAI\nclient = OpenAI(base_url="https://qianfan.baidubce.com/v2")\n{CREATE}\n',
        [(3, "line 2: its key is that of OPENAI_API_KEY; write api_key=… there")],
    ),
    "address unknown": (
        "import os\nfrom openai import OpenAI\n"
        f'client = OpenAI(api_key="k", base_url=os.environ["QIANFAN_URL"])\n{CREATE}\n',
        [(4, "line 3: whether its address is the platform's is decided when it runs")],
    ),
    "another method": (
        f'{OPENAI}client.responses.create(model="deepseek-v3", input="x")\n{CREATE}\n',
        [
            (3, "responses.create() has no counterpart on the client"),
            (4, "line 3: responses.create() has no counterpart on the client"),
        ],
    ),
}
"""Program → the lines of the calls that stay, and why."""


def migrated(folder: Path, code: str, *, replace: bool = False, **others: str) -> Migrated:
    """What becomes of a program in a folder with others."""
    for name, text in {"program": code, **others}.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    files = [str(folder / f"{name}.py") for name in ("program", *others)]
    return next(one for one in migrate_files(files, replace=replace) if one.file == files[0])


@pytest.mark.parametrize(("code", "left"), LEFT.values(), ids=LEFT.keys())
def test_a_call_stays_for_a_reason(
    code: str, left: list[tuple[int, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = migrated(Path(), code)
    assert [(one.line, one.why) for one in found.left] == left
    assert found.after == code


def test_a_client_of_another_provider_is_none_of_ours(tmp_path: Path) -> None:
    code = f'# not for qianfan\nfrom openai import OpenAI\nclient = OpenAI(api_key="k")\n{CREATE}\n'
    found = migrated(tmp_path, code)
    assert (found.after, found.left) == (code, ())


@pytest.mark.parametrize(
    "other", ["from program import chat", "import program\nprogram.chat.do()", "from program import *"]
)
def test_what_another_file_imports_stays(other: str, tmp_path: Path) -> None:
    found = migrated(tmp_path, f"{CHAT}chat.do({MESSAGES})\n", other=other)
    assert [one.why for one in found.left] == ["line 2: chat is imported elsewhere"]


@pytest.mark.parametrize("other", ["from program import r", "import program\nprogram.r.body", "from program import *"])
def test_so_does_a_reply_that_another_file_imports(other: str, tmp_path: Path) -> None:
    code = f"import qianfan\nr = qianfan.ChatCompletion(model='ERNIE-3.5-8K').do({MESSAGES})\n"
    found = migrated(tmp_path, code, other=other)
    assert [one.why for one in found.left] == ["r may be read elsewhere"]


def test_a_retired_model_stays_and_is_told(tmp_path: Path) -> None:
    code = f'import qianfan\nqianfan.ChatCompletion(model="ERNIE-Speed-8K").do({MESSAGES})\n'
    found = migrated(tmp_path, code)
    assert found.after.splitlines()[1].startswith("Qianfan().v1.chat.ernie_speed_8k.create(")
    assert [one.why for one in found.notes] == ["ERNIE-Speed-8K: retired on 2026-01-27; use ERNIE-Speed-Pro-128K"]


def test_a_retired_model_gives_way_where_that_is_wanted(tmp_path: Path) -> None:
    code = f'import qianfan\nqianfan.ChatCompletion(model="ERNIE-Speed-8K").do({MESSAGES})\n'
    found = migrated(tmp_path, code, replace=True)
    assert found.after.splitlines()[1].startswith("Qianfan().v1.chat.ernie_speed_pro_128k.create(")
    assert found.notes == ()


@pytest.mark.parametrize(
    ("code", "handle"),
    [
        (f"ChatCompletion().do({MESSAGES})", "v1.chat.ernie_lite_pro_128k.create("),
        (f"ChatCompletion(version=2).do({MESSAGES})", "v2.chat.ernie_4_5_turbo_128k.create("),
        ("Embedding().do(texts=['x'])", "v1.embedding.embedding_v1.create("),
    ],
    ids=["v1", "v2", "embedding"],
)
def test_with_models_a_call_that_names_none_goes_to_a_successor(tmp_path: Path, code: str, handle: str) -> None:
    found = migrated(tmp_path, f"import qianfan\nqianfan.{code}\n", replace=True)
    assert found.after.splitlines()[1].startswith(f"Qianfan().{handle}")


def test_what_still_needs_an_import_keeps_it(tmp_path: Path) -> None:
    found = migrated(
        tmp_path, f'import os, qianfan\nqianfan.ChatCompletion(model="ERNIE-3.5-8K").do({MESSAGES})\ndel os\n'
    )
    assert found.after.splitlines()[:2] == ["import os", "from qianfan_typed import Qianfan"]
    found = migrated(tmp_path, f"{CHAT}chat.do({MESSAGES})\nqianfan.disable_log()\n")
    assert found.after.splitlines()[:2] == ["import qianfan", "from qianfan_typed import Qianfan"]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="Python says where parts of f-strings stand")
def test_what_stands_in_an_f_string_stays_before_python_3_12(tmp_path: Path) -> None:
    found = migrated(tmp_path, f"{CHAT}print(f'{{chat.do(m)}}')\n")
    assert [one.why for one in found.left] == ["it stands in an f-string; give its reply a name"]
    found = migrated(tmp_path, f"{CHAT}r = chat.do({MESSAGES})\nprint(f'{{r.body}}')\n")
    assert [one.why for one in found.left] == ["line 4: it is read in an f-string; write .to_dict() there"]
    assert migrated(tmp_path, f"{CHAT}r = chat.do({MESSAGES})\nprint(f'{{r[\"result\"]}}')\n").rewritten == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["qianfan", "openai"])
def test_the_official_packages_themselves_stay(name: str) -> None:
    folder = Path(sysconfig.get_path("purelib"), name)
    if not folder.is_dir():
        pytest.skip(f"{name} is not installed")
    found = list(migrate_files(python_files([str(folder)])[0]))
    assert [(one.file, one.fault) for one in found if one.changed or one.fault] == []


def test_line_ends_stay(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(f"{CHAT}chat.do({MESSAGES})\n".replace("\n", "\r\n").encode())
    (found,) = migrate_files([str(tmp_path / "a.py")])
    assert found.changed
    assert found.after.count("\r\n") == found.after.count("\n") == 3
