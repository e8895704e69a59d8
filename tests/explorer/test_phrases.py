"""The words of the page: complete in each language, and none that nothing says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import qianfan_typed.explorer
from qianfan_api.models import CATALOGUES
from qianfan_typed.explorer.model_views import LIMITS
from qianfan_typed.explorer.samples import samples
from qianfan_typed.facts.facts_file import facts

STATIC = Path(qianfan_typed.explorer.__file__).parent / "static"
SCRIPTS = "".join(path.read_text("utf-8") for path in sorted(STATIC.glob("js/*.js")))
PHRASES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(STATIC.glob("phrases/*.json"))}
BRACES = re.compile(r"\{(\w+)\}")


def test_there_are_english_and_chinese() -> None:
    assert list(PHRASES) == ["en", "zh"]
    assert re.findall(r"(\w+): \"[^\"]+\"", SCRIPTS[SCRIPTS.index("LANGUAGES = {") :].split("}")[0]) == ["en", "zh"]


def test_each_language_has_every_phrase() -> None:
    assert PHRASES["zh"].keys() == PHRASES["en"].keys()
    assert [name for one in PHRASES.values() for name, words in one.items() if not words.strip()] == []


def test_a_phrase_takes_the_same_values_in_each_language() -> None:
    differ = [
        name
        for name, words in PHRASES["en"].items()
        if set(BRACES.findall(words)) != set(BRACES.findall(PHRASES["zh"][name]))
    ]
    assert [name for name in differ if not name.endswith(".one")] == []


def test_chinese_is_chinese() -> None:
    same = {name for name, words in PHRASES["en"].items() if PHRASES["zh"][name] == words}
    kept = {name for name in same if name.startswith(("form.", "variables."))} | {
        "standing.sdk",
        "models.count",
        "rules.count",
        "requests.count",
    }
    assert same <= kept


def test_every_phrase_that_is_asked_for_is_there() -> None:
    asked = set(re.findall(r"\bt\(\s*[\"']([^\"']+)[\"']", SCRIPTS))
    asked |= {
        name for choice in re.findall(r"\bt\(([^()]*\?[^()]*)\)", SCRIPTS) for name in re.findall(r'"([^"]+)"', choice)
    }
    assert len(asked) > 60
    assert asked - PHRASES["en"].keys() == set()


def test_every_phrase_is_asked_for() -> None:
    families = set(re.findall(r"\bt\(`([\w.]+)\.\$\{", SCRIPTS)) | set(re.findall(r"\bword\(\"(\w+)\"", SCRIPTS))
    unused = [
        name
        for name in PHRASES["en"]
        if f'"{name.removesuffix(".one")}"' not in SCRIPTS
        and not any(name.startswith(f"{family}.") for family in families)
        and not name.startswith("sample.")
    ]
    assert unused == []


def test_what_the_facts_name_has_words() -> None:
    phrases = PHRASES["en"]
    abilities = {one for catalogue in CATALOGUES.values() for model in catalogue.values() for one in model.abilities}
    wanted = {
        *(f"ability.{one}" for one in abilities),
        *(f"limit.{one}" for one in LIMITS),
        *(f"standing.{page.standing}" for page in facts().pages.values()),
        *(one.title for api in facts().operations for one in samples(api)),
    }
    assert wanted - phrases.keys() == set()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_file_is_laid_out(language: str) -> None:
    text = (STATIC / "phrases" / f"{language}.json").read_text("utf-8")
    assert text == json.dumps(PHRASES[language], ensure_ascii=False, indent=2) + "\n"
