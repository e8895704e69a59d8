"""What the README shows, runs."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from qianfan_typed.emulator import Emulator
from tests.settled import settled

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^## ([^\n]+)$|^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def snippets(language: str) -> list[tuple[str, str]]:
    """Heading and text of each block in a language."""
    found: list[tuple[str, str]] = []
    heading = "First"
    for title, kind, text in BLOCKS:
        heading = title or heading
        if kind == language:
            found.append((heading, text))
    return found


@pytest.mark.parametrize(("heading", "code"), snippets("python"), ids=[heading for heading, _ in snippets("python")])
def test_python_snippets_run(
    heading: str,
    code: str,
    qianfan_emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in qianfan_emulator.environment.items():
        monkeypatch.setenv(name, value)
    # Between two questions for a video there are seconds.
    qianfan_emulator.finish_videos_after(0)
    exec(compile(code, f"README.md, {heading}", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out.strip()


def test_the_validate_snippet_prints_what_stands_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    ((_, expected),) = snippets("text")
    (code,) = [text for heading, text in snippets("python") if heading == "Validate"]
    exec(compile(code, "README.md", "exec"), {})
    assert settled(capsys.readouterr().out) == settled(expected)


def test_shell_snippets_name_what_there_is() -> None:
    shell = "\n".join(text for _, text in snippets("bash")) + README
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = {extra for group in re.findall(r"qianfan-typed\[([\w,]+)\]", shell) for extra in group.split(",")}
    assert extras <= project["optional-dependencies"].keys()
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)", shell)) <= targets


def test_on_pypi_nothing_leads_to_a_file_that_is_not_there() -> None:
    pytest.importorskip("hatch_fancy_pypi_readme", reason="hatch-fancy-pypi-readme makes the README of PyPI")
    from hatchling.metadata.core import ProjectMetadata
    from hatchling.plugin.manager import PluginManager

    shown = ProjectMetadata(str(ROOT), PluginManager()).core.readme
    assert [link for link in re.findall(r"\]\(([^)]*)\)", shown) if not link.startswith(("http://", "https://"))] == []
    assert "[docs/ci.md](docs/ci.md)" in README
    assert "docs/ci.md has workflow files" in shown


def test_the_figures_that_are_compared_stand_on_the_page_of_speed() -> None:
    compared = README.partition("## Compared\n")[2].partition("\n## ")[0]
    page = (ROOT / "docs" / "performance.md").read_text("utf-8")
    figures = re.findall(r"\| ([\d,.]+) [mµ]s", compared)
    assert len(figures) == 11
    assert [one for one in figures if f"| {one} |" not in page] == []
