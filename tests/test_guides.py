"""Guides: every snippet of docs/guide runs, and a page in Chinese has the headings and snippets of its English one."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from qianfan_typed.emulator import Emulator

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "guide"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = sorted(path for path in GUIDE.glob("*.md") if not path.name.endswith(".zh.md"))
STAYS = ("lsp", "emulator", "explorer", "openai")
"""Commands that run until they are stopped."""
IN_A_PROCESS = ("logging",)
"""Pages whose snippets change what a whole process has: its log, its tracer."""
A_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000000400010d0a2db40000000049454e44ae426082"
)


def blocks(*kinds: str) -> list[object]:
    """The snippets of all guides of some kinds."""
    return [
        pytest.param(path.stem, code, id=f"{path.stem}: {number}")
        for path in PAGES
        for number, (kind, code) in enumerate(BLOCK.findall(path.read_text("utf-8")), 1)
        if kind in kinds
    ]


@pytest.fixture
def folder(qianfan_emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with what snippets read, in an environment that leads to the emulator."""
    monkeypatch.chdir(tmp_path)
    for name, value in qianfan_emulator.environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "cat.png").write_bytes(A_PIXEL)
    (tmp_path / "questions.jsonl").write_text(
        '{"model": "ernie-4.5-turbo-128k", "messages": [{"role": "user", "content": "你好"}]}\n', "utf-8"
    )
    (tmp_path / "program.py").write_text("from qianfan_typed import Qianfan\n", "utf-8")
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("page", "code"), blocks("python"))
def test_a_snippet_runs(page: str, code: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if code.startswith("# test_"):
        (folder / code.split()[1]).write_text(code, "utf-8")
        said = run("pytest", "-q", "-p", "no:cacheprovider")
        assert re.search(r"^1 passed", said, re.MULTILINE), said
        return
    if page in IN_A_PROCESS:
        (folder / "snippet.py").write_text(code, "utf-8")
        assert run("snippet").strip()
        return
    exec(compile(code, f"docs/guide/{page}.md", "exec", dont_inherit=True), {"__name__": "__main__"})
    assert capsys.readouterr().out.strip()


@pytest.mark.slow
@pytest.mark.parametrize(("page", "code"), blocks("bash"))
def test_a_command_runs(page: str, code: str, folder: Path) -> None:
    for line in code.splitlines():
        name, *words = shlex.split(line)
        if name == "qianfan-typed":
            run("qianfan_typed", *words, *(["--help"] if words[0] in STAYS else []))
        else:
            assert name in ("pip", "export"), line


def run(module: str, *words: str) -> str:
    """What a module says that ends well."""
    environment = os.environ | {"PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", module, *words], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_no_snippet_is_of_a_kind_that_nobody_runs() -> None:
    kinds = {kind for path in PAGES for kind, _ in BLOCK.findall(path.read_text("utf-8"))}
    assert kinds == {"python", "bash", "yaml"}


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("page", "code"), blocks("yaml"))
def test_a_workflow_runs_commands_that_there_are(page: str, code: str) -> None:
    jobs = YAML(typ="safe", pure=True).load(code)["jobs"]
    steps = [step["run"].split() for job in jobs.values() for step in job["steps"] if "run" in step]
    commands = [words[1] for words in steps if words[0] == "qianfan-typed"]
    assert commands, page
    for command in commands:
        run("qianfan_typed", command, "--help")


@pytest.mark.parametrize("path", [*PAGES, GUIDE.parent / "index.md"], ids=lambda path: path.stem)
def test_a_page_in_chinese_has_the_headings_the_snippets_and_the_links_of_its_english_one(path: Path) -> None:
    english, chinese = path.read_text("utf-8"), path.with_suffix(".zh.md").read_text("utf-8")
    assert BLOCK.findall(chinese) == BLOCK.findall(english)
    assert outline(chinese) == outline(english)
    assert re.search(r"[\u4e00-\u9fff]{4}", BLOCK.sub("", chinese))


def outline(text: str) -> tuple[list[str], list[str], int]:
    """The depths of a page's headings, what it leads to, and the rows of its tables."""
    prose = BLOCK.sub("", text)
    links = [link.replace(".zh.md", ".md") for link in re.findall(r"\]\(([^)]+)\)", prose)]
    return re.findall(r"^(#+) ", prose, re.MULTILINE), sorted(links), len(re.findall(r"^\|", prose, re.MULTILINE))
