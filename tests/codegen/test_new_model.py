"""`python -m codegen new-model`: a few lines more, no other line touched, and the model is everywhere."""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from codegen.__main__ import app
from tests.codegen.conftest import SmallSpec

ROOT = Path(__file__).parent.parent.parent
CHAT = "v1/chat.yaml"


def add(small: SmallSpec, *words: str) -> tuple[int, list[str]]:
    """Runs the command on a small spec: its exit code and what it says."""
    small.load()
    result = CliRunner().invoke(app, ["new-model", *words, "--spec", str(small.folder)])
    return result.exit_code, result.output.splitlines()


def hunk(small: SmallSpec) -> list[str]:
    """The lines of the chat file that are not what they were, as git marks them."""
    old, new = small.files[CHAT].splitlines(), (small.folder / CHAT).read_text("utf-8").splitlines()
    return [line for line in difflib.ndiff(old, new) if not line.startswith("  ")]


def test_one_line_beside_the_model_that_it_is_like(small: SmallSpec) -> None:
    line = "      Tiny-9: {path: small/tiny9, aliases: [Nine], limits: {max_chars: 7}, source: manual}"
    options = ["--path", "small/tiny9", "--alias", "Nine", "--limit", "max_chars=7", "--source", "manual"]
    assert add(small, "Tiny-9", "--like", "Tiny", *options) == (
        0,
        ["spec/v1/chat.yaml:36, in SmallChat:", f"+{line}", "`make generate` carries it everywhere"],
    )
    assert hunk(small) == [f"+ {line}"]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["Tiny-9", "--like", "Tiny-1"], ["      Tiny-9: {path: tiny-9, path_guessed: true}"]),
        (["Tiny-9", "--like", "Tiny-1", "--unverified"], None),
        (["Huge", "--like", "Giant"], ["      Huge: {prebuilt: false, deployable: true}"]),
        (["千-1: x", "--like", "Tiny-1", "--path", "x"], ['      "千-1: x": {path: x}']),
        (["1.5", "--like", "Tiny-1", "--path", "x"], ['      "1.5": {path: x}']),
    ],
)
def test_what_the_hunk_says(small: SmallSpec, words: list[str], lines: list[str] | None) -> None:
    assert add(small, *words)[0] == 0
    unverified = ["      Tiny-9: {path: tiny-9, path_guessed: true, unverified: true}"]
    assert hunk(small) == [f"+ {line}" for line in lines or unverified]


def test_comments_blank_lines_and_long_entries_stay_where_they_are(small: SmallSpec) -> None:
    small.change(
        CHAT,
        "      Tiny-2:",
        "      Old:\n        # Of old.\n        path: old\n# At the margin.\n        deployable: true\n"
        "\n      # Next.\n      Tiny-2:",
    )
    assert add(small, "New", "--like", "Old", "--path", "new/" + 100 * "x") == (
        0,
        [
            "spec/v1/chat.yaml:41, in SmallChat:",
            "+      New:",
            f"+        path: new/{100 * 'x'}",
            "`make generate` carries it everywhere",
        ],
    )
    assert hunk(small) == ["+       New:", f"+         path: new/{100 * 'x'}"]


def test_line_ends_stay_as_they_are(small: SmallSpec) -> None:
    small.load()
    chat = small.folder / CHAT
    chat.write_bytes(chat.read_bytes().replace(b"\n", b"\r\n"))
    words = ["new-model", "Huge", "--like", "Giant", "--spec", str(small.folder)]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert chat.read_bytes().count(b"\r\n") == chat.read_bytes().count(b"\n")


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["New", "--like", "Tini-1"], ["Tini-1: not a model of the spec; did you mean Tiny-1?"]),
        (
            ["New", "--like", "Tiny-1", "--api", "v2.chat"],
            ["v2.chat: not an operation with models; did you mean v1.chat?"],
        ),
        (["Giant", "--like", "Tiny-1"], ["Giant: v1.chat has it already, in LargeChat"]),
        (["TINY", "--like", "Tiny-1"], ["TINY: v1.chat has it already as an alias of Tiny-1, in SmallChat"]),
        (["tiny_1", "--like", "Giant"], ["tiny_1: its property tiny_1 is that of Tiny-1 already"]),
        (["New", "--like", "Tiny-1", "--alias", "Giant"], ["Giant: v1.chat has it already, in LargeChat"]),
        (["New", "--like", "Tiny-1", "--path", "tiny2"], ["tiny2: Tiny-2 has this path"]),
        (
            ["New", "--like", "Tiny-1", "--limit", "max_char=7"],
            ["max_char: not a limit; did you mean max_chars?"],
        ),
        (
            ["New", "--like", "Tiny-1", "--source", "manuel"],
            ["spec/v1/chat.yaml:36:44: manuel: not a page of sources.yaml; did you mean manual?", "New was not added"],
        ),
        (
            ["model", "--like", "Tiny-1"],
            ["spec/v1/chat.yaml:36:7: model: its property model is the name of a method", "model was not added"],
        ),
    ],
)
def test_what_cannot_be_added_is_refused_and_nothing_is_written(
    small: SmallSpec, words: list[str], lines: list[str]
) -> None:
    assert add(small, *words) == (1, lines)
    assert hunk(small) == []


def test_models_on_one_line_are_refused(small: SmallSpec) -> None:
    small.change(
        CHAT,
        "    models:\n      Giant: {prebuilt: false, deployable: true}\n",
        "    models: {Giant: {prebuilt: false, deployable: true}}\n",
    )
    assert add(small, "New", "--like", "Giant") == (
        1,
        ["spec/v1/chat.yaml:42: Giant stands on one line with other keys; give each model of its group a line"],
    )


USE = """
import inspect, json, subprocess, sys
from pathlib import Path
import qianfan_api, qianfan_typed
from qianfan_api.models import V1_CHAT
from qianfan_api.v1.chat.handles import ErnieSpeed8kChat
from qianfan_typed import Qianfan, user, validate
from qianfan_typed.errors import InvalidRequest

with subprocess.Popen([sys.executable, "-m", "qianfan_typed.cli", "emulator", "--port", "0"],
                      stdout=subprocess.PIPE, text=True) as emulator:
    url = emulator.stdout.readline().split()[-1]
    try:
        with Qianfan(access_key="emulator-access-key", secret_key="emulator-secret-key", base_url=url,
                     console_api_base_url=url, iam_base_url=url) as client:
            handle = client.v1.chat.ernie_speed_9k
            answer = bool(handle.create([user("hello")], temperature=0.5).result)
            long = [user("x" * 25000)]
            try:
                handle.create(long)
                refused = None
            except InvalidRequest as error:
                refused = str(error).splitlines()[0]
    finally:
        emulator.kill()
print(json.dumps({
    "from": [str(Path(module.__file__).parent.parent) for module in (qianfan_api, qianfan_typed)],
    "class": type(handle) is ErnieSpeed8kChat,
    "min_output_tokens": "min_output_tokens" in inspect.signature(handle.create).parameters,
    "functions": "functions" in inspect.signature(handle.create).parameters,
    "answer": answer,
    "refused": refused,
    "valid": [str(one.pointer) for one in validate(
        {"messages": [user("hello")], "temperature": 7}, api="v1.chat", model="Speed Nine")],
    "catalogue": [V1_CHAT["speed nine"].name, V1_CHAT["ERNIE-Speed-9K"].path, V1_CHAT["ERNIE-Speed-9K"].max_chars],
}))
"""


def test_a_model_added_to_a_copy_of_the_repository_is_everywhere(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    skipped = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "tests")
    shutil.copytree(ROOT, copy, ignore=skipped)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(copy), str(copy / "generated")]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    def python(*words: str) -> str:
        run = subprocess.run(
            [sys.executable, *words], cwd=copy, env=environment, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    like = ["--like", "ERNIE-Speed-8K", "--alias", "Speed Nine", "--path", "chat/ernie-speed-9k"]
    python("-m", "codegen", "new-model", "ERNIE-Speed-9K", *like, "--limit", "max_chars=24000", "--source", "chat-v1")
    python("-m", "codegen", "generate")
    assert json.loads(python("-c", USE)) == {
        "from": [str(copy / "generated"), str(copy)],
        "class": True,
        "min_output_tokens": True,
        "functions": False,
        "answer": True,
        "refused": "ERNIE-Speed-9K does not take this request (1 problem)",
        "valid": ["/temperature"],
        "catalogue": ["ERNIE-Speed-9K", "chat/ernie-speed-9k", 24000],
    }
    for file in ("schemas/v1.chat/ErnieSpeed8kChat.schema.json", "schemas/openapi.json"):
        assert "ERNIE-Speed-9K" in (copy / "generated" / file).read_text("utf-8")
        assert "ERNIE-Speed-9K" not in (ROOT / "generated" / file).read_text("utf-8")
