"""What the spec may not call a parameter or an operation: the names that generated code needs itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen.spec.check.names import METHOD_NAMES
from tests.codegen.conftest import SmallSpec
from tests.schemas.from_spec import SPEC

ROOT = Path(__file__).parent.parent.parent
GENERATED = ROOT / "generated" / "qianfan_api"
CHAT = "v1/chat.yaml"


def names_of_methods() -> Iterator[str]:
    """The arguments of every generated method that calls an operation, and the names that its body uses."""
    for path in sorted([*GENERATED.glob("v*/*/*.py"), *GENERATED.glob("v*/*/requests/*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                arguments = node.args
                every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.kwarg]
                names = [one.arg for one in every if one is not None]
                if "extra" in names:
                    yield from names
                    yield from (one.id for part in node.body for one in ast.walk(part) if isinstance(one, ast.Name))
            elif isinstance(node, ast.ClassDef) and path.parent.name == "requests":
                yield from (one.name for one in node.body if isinstance(one, ast.FunctionDef))


def test_the_reserved_names_are_those_that_generated_methods_use_beside_the_parameters() -> None:
    parameters = {name for operation in SPEC.operations for name in operation.parameters}
    # The two that are the spec's to give, where they mean what they mean for us.
    parameters |= {"model", "stream"}
    assert set(names_of_methods()) - parameters == METHOD_NAMES


@pytest.mark.parametrize("name", sorted(METHOD_NAMES))
def test_a_parameter_named_like_ours_is_refused(small: SmallSpec, name: str) -> None:
    small.change(CHAT, "  deep: {type", f"  {name}: {{type: int, doc: Theirs.}}\n  deep: {{type")
    small.change(CHAT, "takes: [common, deep]", f"takes: [common, deep, {name}]")
    words = "the generated methods use this name; leave it out, callers send it as"
    assert small.problems() == [f'spec/v1/chat.yaml:17:3: {name}: {words} extra={{"{name}": …}}']


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            "_heat: {type: float",
            'attrs drops the first _ of an argument; leave it out, callers send it as extra={"_heat": …}',
        ),
        (
            "stream: {type: bool",
            "expected the bool that asks for chunks, in an operation whose `stream` says which shape they have",
        ),
        ("endpoint: {type: string", "a payload names here the service that it is for; leave it out"),
    ],
)
def test_a_parameter_that_would_mean_two_things_is_refused(small: SmallSpec, line: str, fault: str) -> None:
    name = line.partition(":")[0]
    small.change(CHAT, "  deep: {type", f"  {line}, doc: Theirs.}}\n  deep: {{type")
    small.change(CHAT, "takes: [common, deep]", f"takes: [common, deep, {name}]")
    assert small.problems() == [f"spec/v1/chat.yaml:17:3: {name}: {fault}"]


def test_model_is_a_parameter_only_where_the_path_names_the_model(small: SmallSpec) -> None:
    small.change(CHAT, "  deep: {type", "  model: {type: string, doc: Theirs.}\n  deep: {type")
    small.change(CHAT, "takes: [common, deep]", "takes: [common, deep, model]")
    assert small.problems() == []
    small.change(CHAT, "model_in: path", "model_in: body")
    words = "`model_in: body` sends the handle's model under this name; leave it out"
    assert small.problems() == [f"spec/v1/chat.yaml:17:3: model: {words}"]


def test_stream_is_the_bool_that_streams(small: SmallSpec) -> None:
    small.change(CHAT, "reply: ChatReply\n", "reply: ChatReply\nstream: {chunk: ChatReply, until: last}\n")
    small.change(CHAT, "doc: What it says.}\n", "doc: What it says.}\n      last: {type: bool, doc: The last one.}\n")
    small.change(CHAT, "  deep: {type: bool", "  stream: {type: bool, doc: In pieces.}\n  deep: {type: bool")
    small.change(CHAT, "takes: [common, deep]", "takes: [common, deep, stream]")
    assert small.problems() == []
    small.change(CHAT, "stream: {type: bool", "stream: {type: string")
    words = "expected the bool that asks for chunks, in an operation whose `stream` says which shape they have"
    assert small.problems() == [f"spec/v1/chat.yaml:18:3: stream: {words}"]


@pytest.mark.parametrize(
    ("until", "fault"),
    [
        ("lst", "not a member of ChatReply, nor [DONE]; did you mean last?"),
        ("said", "expected a bool, which the last ChatReply has as true"),
    ],
)
def test_a_stream_ends_at_a_bool_of_its_chunk_or_at_done(small: SmallSpec, until: str, fault: str) -> None:
    stream = "reply: ChatReply\nstream: {chunk: ChatReply, until: %s}\n"
    small.change(CHAT, "reply: ChatReply\n", stream % until)
    small.change(CHAT, "doc: What it says.}\n", "doc: What it says.}\n      last: {type: bool, doc: The last one.}\n")
    assert small.problems() == [f"spec/v1/chat.yaml:10:28: {until}: {fault}"]
    small.change(CHAT, stream % until, stream % '"[DONE]"')
    assert small.problems() == []


@pytest.mark.parametrize("name", ["'Chat'", "'re rank'", "'class'", "'../chat'", "''", "'7b'", "'a__b'", "'_a'"])
def test_an_operation_is_named_as_a_module(small: SmallSpec, name: str) -> None:
    words = "an operation's name is a word of Python in lower case, as plugin_endpoint: it becomes a module"
    small.change(CHAT, "operation: chat", f"operation: {name}")
    assert small.problems() == [f"spec/v1/chat.yaml:1:1: {name}: {words}"]


@pytest.mark.parametrize(("first", "second"), [("chat", "chat"), ("image2text", "image_2text"), ("a_b", "a_b")])
def test_two_files_that_give_one_operation_are_refused(small: SmallSpec, first: str, second: str) -> None:
    text = small.files[CHAT]
    small.files["v1/one.yaml"] = text.replace("operation: chat", f"operation: {first}")
    small.files["v1/two.yaml"] = text.replace("operation: chat", f"operation: {second}")
    del small.files[CHAT]
    assert small.problems() == [
        f"spec/v1/two.yaml:1:1: {second}: spec/v1/one.yaml has the operation of this name; one file describes it"
    ]


def test_the_dialects_may_have_an_operation_of_one_name(small: SmallSpec) -> None:
    small.files["v2/chat.yaml"] = small.files[CHAT].replace("version: v1", "version: v2")
    assert small.problems() == []


def test_a_model_without_a_letter_for_its_property_is_refused(small: SmallSpec) -> None:
    small.change(CHAT, "      Giant:", "      千问:")
    words = "its property needs a letter or a digit of ASCII to be named after"
    assert small.problems() == [f"spec/v1/chat.yaml:43:7: 千问: {words}"]
