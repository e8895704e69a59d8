"""The site: what is laid out for it is complete, and it is built without a warning or a dead link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import qianfan_typed
from qianfan_api.models import CATALOGUES
from qianfan_typed.explorer.rule_views import rule_lines
from qianfan_typed.facts.facts_file import facts
from website.__main__ import NOT_BUILT, ROOT, build, stage
from website.dead_links import dead_links
from website.reference import file_name


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of Markdown."""
    folder = tmp_path_factory.mktemp("site") / "docs"
    stage(folder)
    return folder


def test_every_operation_parameter_model_and_rule_has_a_page(pages: Path) -> None:
    for api, of in facts().operations.items():
        assert (pages / f"reference/{api}/index.md").exists()
        for name in of.members:
            assert (pages / f"reference/{api}/{file_name(name.replace('[]', ''))}.md").exists(), f"{api}.{name}"
        for model in CATALOGUES[api]:
            assert (pages / f"reference/{api}/models/{file_name(model)}.md").exists(), model
    for line in rule_lines():
        assert (pages / f"reference/rules/{file_name(line.id)}.md").exists(), line.id


def test_a_page_says_what_is_known_of_a_parameter(pages: Path) -> None:
    page = (pages / "reference/v1.chat/temperature.md").read_text("utf-8")
    id_ = "v1.chat.temperature.range"
    assert f"\n- above 0 and at most 1.0: error, [{id_}](../rules/{id_}.md); 对话Chat, read 2025-01-13\n" in page
    assert "[ERNIE-3.5-8K](models/ERNIE-3.5-8K.md)" in page


def test_no_link_leads_nowhere(pages: Path) -> None:
    assert list(lost(pages)) == []


def lost(pages: Path) -> Iterator[str]:
    """Links to files that are not there."""
    for path in pages.rglob("*.md"):
        prose = re.sub(r"^(`{3,}).*?^\1$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        for link in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", prose):
            if not (path.parent / link).exists():
                yield f"{path.relative_to(pages)} → {link}"


def test_every_public_name_is_shown(pages: Path) -> None:
    shown = re.findall(r"^::: ([\w.]+)$", (pages / "reference/api.md").read_text("utf-8"), re.MULTILINE)
    modules = {"errors", "models", "types"}
    homes = {name.rpartition(".")[2] for name in shown}
    for name in set(qianfan_typed.__all__) - modules - {"__version__"}:
        home = getattr(qianfan_typed, name)
        assert name in homes or getattr(home, "__name__", None) in homes, name


def test_the_menu_has_every_page_of_docs() -> None:
    text = (ROOT / "mkdocs.yml").read_text("utf-8").replace("!!python/object/apply:pymdownx.slugs.slugify", "")
    named = set(re.findall(r"[\w/-]+\.md", str(YAML(typ="safe", pure=True).load(text)["nav"])))
    there = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert {name for name in there if not name.endswith(".zh.md")} - named == set()


def test_dead_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<h1 id="top"></h1><a href="b.html#x">b</a><a href="#top">a</a>', "utf-8")
    (tmp_path / "b.html").write_text('<a href="c.html">c</a><a href="a.html#top">a</a><img src="/d.png">', "utf-8")
    assert dead_links(tmp_path) == ["a.html → b.html#x", "b.html → /d.png", "b.html → c.html"]


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_or_a_dead_link(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = build(tmp_path / "site")
    said = capfd.readouterr().out
    if NOT_BUILT in said:
        pytest.skip(NOT_BUILT)
    assert code == 0, said
    for page in ("index.html", "zh/index.html", "zh/guide/start.html", "reference/api.html"):
        assert (tmp_path / "site" / page).exists()
    assert "快速开始" in (tmp_path / "site/zh/guide/start.html").read_text("utf-8")
