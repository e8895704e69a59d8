"""What spec/documents.yaml names and the rest of the spec does not have is said with its place."""

from __future__ import annotations

import pytest

from tests.codegen.conftest import SmallSpec

FILE = """\
source: manual
options:
  patience: {type: float, doc: Seconds.}
classes:
  Talk:
    doc: Talks.
    call: Says something.
    operations: {"1": [v1.chat]}
    default_models: {"1": v1.chat}
    subjects: {said: {type: messages, sent_as: messages}}
    by_position: [heat]
    positions: [said, heat, model]
    functions_in_text: [Tiny-1]
    options: {whole: {type: bool, doc: Whether to wait.}}
  Sing:
    doc: Sings.
    call: Sings something.
    operations: {"1": [v1.chat]}
    default_models: {"1": v1.chat}
    subjects: {messages: {type: messages}}
    positions: [messages]
    like: Talk
"""
DEFAULTS = """\
default_models:
  models: {v1.chat: Tiny-1}
  source: manual
"""


def problems(small: SmallSpec, *changes: tuple[str, str]) -> list[str]:
    """What is wrong with the file, once some texts are replaced."""
    small.files["platform.yaml"] += DEFAULTS
    small.files["documents.yaml"] = FILE
    for old, new in changes:
        small.change("documents.yaml", old, new)
    return small.problems()


def test_nothing_is_wrong_with_it(small: SmallSpec) -> None:
    assert problems(small) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        pytest.param("like: Talk", "like: Tolk", "22:5: Tolk: not a class; did you mean Talk?", id="class"),
        pytest.param(
            "by_position: [heat]",
            "by_position: [heet]",
            "11:19: heet: not a parameter of its operations; did you mean heat?",
            id="position",
        ),
        pytest.param(
            "sent_as: messages",
            "sent_as: mesages",
            "10:16: mesages: not a parameter of its operations; did you mean messages?",
            id="subject",
        ),
        pytest.param(
            "subjects: {messages:",
            "subjects: {texts:",
            "20:16: texts: not a parameter of its operations; known: deep, heat, length, messages, mode",
            id="subject that is sent by its own name",
        ),
        pytest.param(
            "functions_in_text: [Tiny-1]",
            "functions_in_text: [Tiny-3]",
            "13:25: Tiny-3: not a model of its operations; did you mean Tiny-2?",
            id="model",
        ),
        pytest.param(
            "options: {whole:",
            "options: {deep:",
            "14:15: deep: a parameter of its operations has this name",
            id="option of a class",
        ),
    ],
)
def test_one_thing_is_wrong(small: SmallSpec, old: str, new: str, line: str) -> None:
    assert problems(small, (old, new)) == [f"spec/documents.yaml:{line}"]


def test_an_option_of_all_classes_is_said_once(small: SmallSpec) -> None:
    line = "spec/documents.yaml:3:3: heat: a parameter of its operations has this name"
    assert problems(small, ("  patience:", "  heat:")) == [line]


def test_an_argument_that_is_never_sent_may_be_an_option(small: SmallSpec) -> None:
    small.change("v1/chat.yaml", "mode: {type: string,", "mode: {sent: false, type: string,")
    assert problems(small, ("  patience:", "  mode:")) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        pytest.param(
            '"1": [v1.chat]}',
            '"1": [v1.chat, v1.caht]}',
            "18:33: v1.caht: not an operation; did you mean v1.chat?",
            id="operation",
        ),
        pytest.param(
            '"1": v1.chat}',
            '"1": v1.caht}',
            "19:22: v1.caht: not a key of default_models in platform.yaml; did you mean v1.chat?",
            id="default model",
        ),
        pytest.param(
            '"1": v1.chat}',
            '"1": v1.chat, "2": v1.chat}',
            "18:5: version 2: operations and default_models must have the same versions",
            id="version",
        ),
    ],
)
def test_one_thing_is_wrong_with_the_last_class(small: SmallSpec, old: str, new: str, line: str) -> None:
    first, sing = FILE.split("  Sing:")
    assert problems(small, (FILE, f"{first}  Sing:{sing.replace(old, new)}")) == [f"spec/documents.yaml:{line}"]
