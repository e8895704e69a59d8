"""`python -m codegen new-model`: a few lines more, no other line touched, and the model is everywhere."""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import attrs
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
    ("words", "line"),
    [
        (["Tiny-9", "--like", "Tiny-1"], "Tiny-9: {path: tiny-9, path_guessed: true, source: manual}"),
        (
            ["Tiny-9", "--like", "Tiny-1", "--unverified"],
            "Tiny-9: {path: tiny-9, path_guessed: true, unverified: true, source: manual}",
        ),
        (["Huge", "--like", "Giant"], "Huge: {prebuilt: false, deployable: true, source: manual}"),
        (["千-1: x", "--like", "Tiny-1", "--path", "x"], '"千-1: x": {path: x, source: manual}'),
        (["1.5", "--like", "Tiny-1", "--path", "x"], '"1.5": {path: x, source: manual}'),
    ],
)
def test_what_the_hunk_says(small: SmallSpec, words: list[str], line: str) -> None:
    assert add(small, *words, "--source", "manual")[0] == 0
    assert hunk(small) == [f"+       {line}"]


UNVERIFIED = "so it is unverified and its rules only warn: --source PAGE names the page that does"
GUESSED = "its path is guessed from that of Tiny-1: --path says another"


@pytest.mark.parametrize(
    ("words", "facts", "assumed"),
    [
        (["--path", "x", "--source", "manual"], "path: x, source: manual", []),
        (["--path", "x"], "path: x, unverified: true", [f"no page is named that lists it, {UNVERIFIED}"]),
        (["--path", "x", "--unverified"], "path: x, unverified: true", []),
        (
            ["--path", "x", "--source", "hearsay"],
            "path: x, unverified: true, source: hearsay",
            [f"hearsay is no page of the documentation, {UNVERIFIED}"],
        ),
        (["--path", "x", "--source", "hearsay", "--unverified"], "path: x, unverified: true, source: hearsay", []),
        (
            [],
            "path: new, path_guessed: true, unverified: true",
            [GUESSED, f"no page is named that lists it, {UNVERIFIED}"],
        ),
    ],
)
def test_what_nobody_stated_is_said(small: SmallSpec, words: list[str], facts: str, assumed: list[str]) -> None:
    """The group's page lists the models that stand there, not the new one."""
    code, said = add(small, "New", "--like", "Tiny-1", *words)
    assert (code, said[1]) == (0, f"+      New: {{{facts}}}")
    assert said[2:] == [*assumed, "`make generate` carries it everywhere"]


def test_comments_blank_lines_and_long_entries_stay_where_they_are(small: SmallSpec) -> None:
    small.change(
        CHAT,
        "      Tiny-2:",
        "      Old:\n        # Of old.\n        path: old\n# At the margin.\n        deployable: true\n"
        "\n      # Next.\n      Tiny-2:",
    )
    assert add(small, "New", "--like", "Old", "--path", "new/" + 100 * "x", "--source", "manual") == (
        0,
        [
            "spec/v1/chat.yaml:41, in SmallChat:",
            "+      New:",
            f"+        path: new/{100 * 'x'}",
            "+        source: manual",
            "`make generate` carries it everywhere",
        ],
    )
    assert hunk(small) == ["+       New:", f"+         path: new/{100 * 'x'}", "+         source: manual"]


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


@attrs.frozen
class Copy:
    """A copy of the repository."""

    folder: Path

    def python(self, *words: str) -> str:
        """Runs a Python that imports the copy; gives what it says."""
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(self.folder), str(self.folder / "generated")]),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [sys.executable, *words]
        run = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, encoding="utf-8", check=False
        )
        assert run.returncode == 0, run.stdout[-5000:] + run.stderr
        return run.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A copy of the repository, with its tests."""
    skipped = shutil.ignore_patterns(".git", ".venv*", ".*_cache", ".hypothesis", "__pycache__")
    return Copy(shutil.copytree(ROOT, tmp_path / "copy", ignore=skipped))


ADDED = {
    "V1, listed by a page": ["ERNIE-Speed-8K-0901", "--like", "ERNIE-Speed-8K", "--source", "chat-v1"],
    "V1, listed by none": ["ERNIE-3.5-8K-0902", "--like", "ERNIE-3.5-8K", "--api", "v1.chat", "--unverified"],
    "V1, with needs of its own": ["ChatLaw-2", "--like", "ChatLaw", "--path", "chat/chatlaw2", "--source", "chat-v1"],
    "V2, listed by a page": ["ernie-speed-9k", "--like", "ernie-speed-8k", "--api", "v2.chat", "--source", "chat-v2"],
    "V2, nothing said": ["ernie-4.5-turbo-9k", "--like", "ernie-4.5-turbo-128k"],
    "images": ["irag-2.0", "--like", "irag-1.0", "--source", "images-v2"],
}
WHAT_KNOWS_THE_CATALOGUE = [
    *("tests/rules", "tests/schemas", "tests/checking_source", "tests/checking/test_formats.py"),
    *("tests/emulator/test_catalogue.py", "tests/emulator/test_operations_catalogue.py"),
    *("tests/compat/test_migrating.py", "tests/test_readme.py"),
    "tests/checking/test_pytest_plugin.py::test_each_payload_file_is_a_test",
    "tests/codegen/test_drift.py::test_committed_files_are_what_the_spec_gives",
]


@pytest.mark.slow
def test_with_models_added_the_tests_hold_without_another_edit(copy: Copy) -> None:
    for words in ADDED.values():
        copy.python("-m", "codegen", "new-model", *words)
    copy.python("-m", "codegen", "generate")
    options = ["-q", "-p", "no:cacheprovider", "-m", "not slow", "--maxfail=20", "--tb=line"]
    assert " passed" in copy.python("-m", "pytest", *options, *WHAT_KNOWS_THE_CATALOGUE)


@pytest.mark.slow
def test_a_model_added_to_a_copy_of_the_repository_is_everywhere(copy: Copy) -> None:
    like = ["--like", "ERNIE-Speed-8K", "--alias", "Speed Nine", "--path", "chat/ernie-speed-9k"]
    copy.python(
        "-m", "codegen", "new-model", "ERNIE-Speed-9K", *like, "--limit", "max_chars=24000", "--source", "chat-v1"
    )
    copy.python("-m", "codegen", "generate")
    assert json.loads(copy.python("-c", USE)) == {
        "from": [str(copy.folder / "generated"), str(copy.folder)],
        "class": True,
        "min_output_tokens": True,
        "functions": False,
        "answer": True,
        "refused": "ERNIE-Speed-9K does not take this request (1 problem)",
        "valid": ["/temperature"],
        "catalogue": ["ERNIE-Speed-9K", "chat/ernie-speed-9k", 24000],
    }
    for file in ("schemas/v1.chat/ErnieSpeed8kChat.schema.json", "schemas/openapi.json"):
        assert "ERNIE-Speed-9K" in (copy.folder / "generated" / file).read_text("utf-8")
        assert "ERNIE-Speed-9K" not in (ROOT / "generated" / file).read_text("utf-8")
