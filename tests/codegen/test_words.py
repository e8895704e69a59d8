"""The catalogue of another language: complete, with the same slots, and without what nobody says."""

from __future__ import annotations

import ast
import pickle
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.plan.catalogue import sentences, written
from codegen.plan.resolve import resolve
from codegen.spec import load
from codegen.support.words import Phrase as CodegenPhrase
from qianfan_api.validation import validate
from qianfan_api.violations import Violation
from qianfan_api.words import Phrase, catalogue, phrase, say, speak, spoken, told
from qianfan_typed.cli import app
from qianfan_typed.cli.commands import PLACES, load_command
from qianfan_typed.cli.language import texts
from qianfan_typed.cli.parameters import PANEL
from qianfan_typed.facts.facts_file import facts
from tests.offenders import no_offenders

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "codegen" / "words" / "zh.po"
SAYING = frozenset({"say", "phrase", "tell", "told", "Phrase"})
OPERATIONS = [resolve(spec, one) for spec in [load(ROOT / "spec")] for one in spec.operations]


def _said_in_code() -> Iterator[str]:
    """The sentences that the code says, but for what `qianfan_typed.cli.terminal.say` prints."""
    for folder in ("codegen/support", "codegen/plan", "qianfan_typed"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            ours = SAYING - {"say"} if "from qianfan_typed.cli.terminal import" in text else SAYING
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ours:
                    first = node.args[0] if node.args else None
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        yield first.value


def _leaves(words: object) -> Iterator[str]:
    if isinstance(words, CodegenPhrase):
        yield words.template
        for value in words.slots.values():
            yield from _leaves(value)


def _said_by_the_spec() -> set[str]:
    return {leaf for operation in OPERATIONS for sentence in sentences(operation) for leaf in _leaves(sentence)}


def _said_by_help() -> set[str]:
    """What the help says, but for parameters of models: their words are the spec's."""
    root: Any = typer.main.get_command(app)
    commands = [root, *(load_command(name, place) for name, place in PLACES.items())]
    found: set[str] = set()
    for command in commands:
        for owner, name in texts(command, typer.Context(command)):
            of_model = getattr(owner, "rich_help_panel", None) == PANEL and name == "help"
            text = getattr(owner, name)
            # The emulator's list of paths is no sentence.
            if not of_model and not text.startswith("\b"):
                found.add(text)
    return found


def _every() -> set[str]:
    said = {*_said_in_code(), *_said_by_the_spec(), *_said_by_help()}
    return {one for one in said if re.search(r"[A-Za-z]{2}", re.sub(r"\{\w+\}", "", one)) or one in written("zh")}


def test_every_sentence_has_its_chinese() -> None:
    no_offenders(repr(one) for one in sorted(_every() - written("zh").keys()))


def test_nothing_in_the_catalogue_is_said_by_nobody() -> None:
    no_offenders(repr(one) for one in sorted(written("zh").keys() - _every()))


def _slots(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name})


def test_a_sentence_has_the_same_slots_in_both_languages() -> None:
    no_offenders(f"{one!r}: {other!r}" for one, other in written("zh").items() if _slots(one) != _slots(other))


def test_no_sentence_stands_twice_and_none_is_marked_as_a_guess() -> None:
    with WORDS.open("rb") as file:
        no_offenders(repr(one.id) for one in read_po(file, abort_invalid=True) if one.fuzzy)
    ids = re.findall(r'^msgid (?!"")(.*)$', WORDS.read_text("utf-8"), re.MULTILINE)
    no_offenders(one for one in set(ids) if ids.count(one) > 1)


def test_every_rule_and_every_page_of_the_facts_is_said_in_chinese() -> None:
    rules = {rule.phrase for operation in facts().operations.values() for rule in operation.constraints}
    pages = {str(page) for page in facts().pages.values()}
    named = {source for operation in OPERATIONS for source in (one.words for one in operation.editions.every.values())}
    plain = re.compile(r'"[^"]*"')
    no_offenders(one for one in sorted(rules | named | pages) if told(one, "zh") == one and not plain.fullmatch(one))


def _values(words: object) -> Iterator[str]:
    """What the user or a page said, not we."""
    if isinstance(words, Phrase) and words.slots:
        for value in words.slots.values():
            yield from _values(value)
    elif isinstance(words, Phrase):
        yield from re.findall(r'"[^"]*"|\d+(?:\.\d+)?', words)
    else:
        yield str(words)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner))
ROLES = st.sampled_from(["user", "assistant", "system", "function", "tool", "usr"])
MESSAGES = st.lists(st.fixed_dictionaries({"role": ROLES, "content": SCALARS}), max_size=4)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, object]]:
    """A request that is wrong in many ways."""
    api = draw(st.sampled_from(["v1.chat", "v2.chat", "v2.embedding", "v1.text2image", "v2.images"]))
    members = [name for name in facts().operations[api].members if re.fullmatch(r"\w+", name)]
    model = draw(st.sampled_from([*facts().operations[api].models, "ernie-9"]))
    names = st.sampled_from([*members, "max_tokens", "temprature", "n"])
    members_of_it: dict[str, object] = {**draw(st.dictionaries(names, VALUES, max_size=8))}
    payload: dict[str, object] = {**members_of_it, "messages": draw(MESSAGES), "model": model}
    return api, payload


@settings(max_examples=200, deadline=None)
@given(requests())
def test_chinese_says_the_same_values_as_english(request_: tuple[str, dict[str, object]]) -> None:
    api, payload = request_
    for violation in validate(payload, api=api):
        words = violation.message
        assert isinstance(words, Phrase), words
        chinese = told(words, "zh")
        assert re.search(r"[\u4e00-\u9fff]", chinese), chinese
        for value in _values(words):
            assert value in words, (value, words)
            assert value in chinese, (value, chinese)


def test_a_sentence_goes_to_another_process_with_all_that_it_knows() -> None:
    sentence = say("{value}: must be {bounds}", value="7", bounds=phrase("at most 4"))
    again = pickle.loads(pickle.dumps(sentence))
    assert again == "7: must be at most 4"
    assert told(again, "zh") == "7：必须不大于 4"
    assert type(told(again, "en")) is str


def test_what_a_user_wrote_is_not_taken_for_a_sentence() -> None:
    assert "required" in catalogue("zh")
    assert told(say("{value}: no base64 follows", value="required"), "zh") == "required：后面没有 base64"


def test_a_violation_speaks_the_language_that_is_spoken() -> None:
    payload = {"model": "ernie-3.5-8k", "messages": [{"role": "user", "content": "你好"}], "temperature": 7}
    (found,) = validate(payload, api="v2.chat")
    assert spoken() == "en"
    assert str(found) == "/temperature  7: must be above 0 and at most 1.0  (对话Chat V2, read 2024-12-13)"
    speak("zh")
    try:
        assert str(found) == "/temperature  7：必须大于 0 且不大于 1.0  (对话Chat V2，2024-12-13 查阅)"
        assert found.to_dict()["message"] == "7：必须大于 0 且不大于 1.0"
    finally:
        speak(None)
    assert found.message == "7: must be above 0 and at most 1.0"
    assert isinstance(found, Violation)


def _fence(text: str) -> list[str]:
    return re.findall(r"^```.*?^```$", text, re.MULTILINE | re.DOTALL)


def _levels(text: str) -> list[int]:
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [len(one) for one in re.findall(r"^(#+) ", prose, re.MULTILINE)]


def test_the_chinese_readme_keeps_step() -> None:
    english, chinese = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))
    assert _fence(chinese) == _fence(english)
    assert _levels(chinese) == _levels(english)
    # Each code name, file and command that the one names, the other names.
    links = re.compile(r"\]\(([^)]*)\)")
    swapped = [one.replace("README.zh-CN.md", "README.md") for one in links.findall(english)]
    assert sorted(links.findall(chinese)) == sorted(swapped)
    assert "[中文](README.zh-CN.md)" in english
    assert "[English](README.md)" in chinese
