"""What an editor shows while one writes: pyright's language server (VS Code, Neovim, …) and jedi (Jupyter, IPython)."""

from __future__ import annotations

import os
import pydoc
import sys
from collections.abc import Iterator
from pathlib import Path

import jedi
import pytest

from qianfan_api.models import V1_CHAT
from qianfan_api.v1.chat.handles import ErnieSpeed8kChat
from qianfan_api.v1.chat.namespace import V1Chat
from qianfan_api.v1.chat.params import ErnieSpeed8kChatParams
from tests.typing.checking import SEARCH
from tests.typing.language_server import CURSOR, Document, LanguageServer, language_server

START = """\
from qianfan_typed import AsyncQianfan, Qianfan, user

client = Qianfan()
asynchronous = AsyncQianfan()
hello = [user("你好")]
"""
OF_THE_CALL = {"deadline", "extra", "timeout", "retry", "validate", "headers"}
SPEED_8K = {"messages", *ErnieSpeed8kChatParams.__annotations__, *OF_THE_CALL}
TEMPERATURE = "temperature: above 0 and at most 1.0, default 0.95. Higher is more random, lower is more focused."
STRUCK_OUT = 2
"""The tag Deprecated of a diagnostic."""
PROPERTY = 10
"""The kind of a completion."""

CALLS = [
    "client.v1.chat.ernie_lite_pro_128k.create",
    "client.v1.chat.ernie_lite_pro_128k.stream",
    "client.v1.chat.ernie_speed.create",
    'client.v1.chat.model("ERNIE-Lite-Pro-128K").create',
    'client.v1.chat.endpoint("mine", like="ERNIE-Lite-Pro-128K").create',
    "asynchronous.v1.chat.ernie_lite_pro_128k.create",
    "asynchronous.v1.chat.ernie_lite_pro_128k.stream",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    with language_server(tmp_path_factory.mktemp("workspace")) as started:
        yield started


@pytest.fixture
def write(server: LanguageServer) -> Writer:
    return Writer(server)


class Writer:
    """Writes a line of user code in the editor."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server

    def __call__(self, line: str) -> Document:
        return self._server.open(f"{START}{line}\n")


def keywords(labels: list[str]) -> set[str]:
    """The keyword arguments among the things offered."""
    return {label.removesuffix("=") for label in labels if label.endswith("=")}


def labels(document: Document) -> list[str]:
    """The things offered."""
    return [item["label"] for item in document.completions()]


@pytest.mark.parametrize("call", CALLS)
def test_a_call_offers_the_parameters_of_its_model(write: Writer, call: str) -> None:
    assert keywords(labels(write(f"{call}(hello, {CURSOR})"))) == SPEED_8K


def test_a_call_does_not_offer_what_other_models_take(write: Writer) -> None:
    assert "disable_search" in keywords(labels(write(f"client.v1.chat.ernie_4_0_8k.create(hello, {CURSOR})")))
    assert "disable_search" not in keywords(
        labels(write(f"client.v1.chat.ernie_lite_pro_128k.create(hello, {CURSOR})"))
    )


def test_the_client_offers_every_model(write: Writer) -> None:
    offered = write(f"client.v1.chat.{CURSOR}").completions()
    properties = {item["label"] for item in offered if item["kind"] == PROPERTY and not item["label"].startswith("_")}
    assert properties == {name for name, member in vars(V1Chat).items() if isinstance(member, property)}
    assert len(properties) >= len(V1_CHAT)
    assert {"model", "endpoint"} <= {item["label"] for item in offered}


def test_names_are_offered_inside_the_quotes(write: Writer) -> None:
    assert {'"ERNIE-Lite-Pro-128K"', '"ERNIE-Bot-4"'} <= set(labels(write(f'client.v1.chat.model("{CURSOR}")')))


def test_roles_and_keys_of_a_message_are_offered(write: Writer) -> None:
    roles = labels(write(f'client.v1.chat.ernie_lite_pro_128k.create([{{"role": "{CURSOR}"}}])'))
    assert roles == ['"user"', '"assistant"', '"function"', '"system"', '"tool"']
    assert {'"role"', '"content"'} <= set(labels(write(f'client.v1.chat.ernie_lite_pro_128k.create([{{"{CURSOR}"}}])')))


def test_hover_on_a_call_shows_every_parameter(write: Writer) -> None:
    shown = plain(write(f"client.v1.chat.ernie_lite_pro_128k.cre{CURSOR}ate(hello)").hover())
    assert "Answers a conversation." in shown
    arguments = shown.partition("Args:")[2].partition("Raises:")[0]
    assert {line.split(":")[0] for line in arguments.strip().splitlines()} == SPEED_8K
    assert TEMPERATURE in arguments
    assert "Source: 对话Chat, read 2025-01-13." in shown


def test_hover_on_an_argument_shows_its_range(write: Writer) -> None:
    shown = write(f"client.v1.chat.ernie_lite_pro_128k.create(hello, temper{CURSOR}ature=0.5)").hover()
    assert shown == f"```python\n(parameter) temperature: float | None\n```\n{TEMPERATURE}"


def test_hover_on_a_model_shows_its_limits(write: Writer) -> None:
    shown = write(f"client.v1.chat.ernie_{CURSOR}3_5_8k").hover()
    assert "(property) ernie_3_5_8k: Ernie35Chat" in shown
    assert "ERNIE-3.5-8K. Input characters at most 20,000; input tokens at most 5,120; " in shown


def test_hover_on_a_field_of_a_reply_says_what_it_is(write: Writer) -> None:
    shown = write(f"client.v1.chat.ernie_lite_pro_128k.create(hello).is_trun{CURSOR}cated").hover()
    assert "Whether the answer was cut short." in shown


@pytest.mark.parametrize("call", CALLS)
def test_signature_help_shows_the_range_of_the_parameter(write: Writer, call: str) -> None:
    written = write(f"{call}(hello, temperature={CURSOR})").signature_help()
    assert written == ("temperature: float | None = None", TEMPERATURE)


def test_signature_help_of_the_openai_like_entry(write: Writer) -> None:
    label, shown = write(f"client.chat.completions.create(model={CURSOR})").signature_help()
    assert label.startswith("model: ")
    assert label.endswith(" | str")
    assert shown == (
        "model: The model's name, exactly. A name that is not known is sent with a warning, which has the nearest."
    )


def test_the_openai_like_entry_offers_the_models_names(write: Writer) -> None:
    offered = labels(write(f'client.chat.completions.create(model="{CURSOR}")'))
    assert {'"ernie-4.5-turbo-128k"', '"deepseek-r1"'} <= set(offered)
    assert {'"embedding-v1"', '"tao-8k"'} <= set(labels(write(f'client.embeddings.create(model="{CURSOR}")')))


def test_a_retired_model_is_struck_out(write: Writer) -> None:
    document = write("client.v1.chat.ernie_bot_8k.create(hello)\nclient.v1.chat.ernie_lite_pro_128k.create(hello)")
    [struck] = [found for found in document.diagnostics() if STRUCK_OUT in found.get("tags", [])]
    line = START.count("\n")
    assert struck["range"] == {
        "start": {"line": line, "character": len("client.v1.chat.")},
        "end": {"line": line, "character": len("client.v1.chat.ernie_bot_8k")},
    }
    assert struck["message"].startswith('The getter for property "ernie_bot_8k" is deprecated\n')


def test_a_mistake_is_underlined_where_it_stands(write: Writer) -> None:
    document = write("client.v1.chat.ernie_lite_pro_128k.create(hello, disable_search=True)")
    [wrong] = [found for found in document.diagnostics() if found["severity"] == 1]
    assert wrong["message"] == 'No parameter named "disable_search"'
    start = len("client.v1.chat.ernie_lite_pro_128k.create(hello, ")
    assert (wrong["range"]["start"]["character"], wrong["range"]["end"]["character"]) == (
        start,
        start + len("disable_search"),
    )


def plain(markdown: str) -> str:
    """Text as it is shown: without escapes, indents and trailing blanks."""
    lines = markdown.replace("&nbsp;", "").replace("\\", "").splitlines()
    return "\n".join(line.strip() for line in lines)


@pytest.fixture(scope="module")
def in_jedi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    kept = jedi.settings.cache_directory
    jedi.settings.cache_directory = str(tmp_path_factory.mktemp("jedi"))
    yield Notebook(tmp_path_factory.mktemp("project"))
    jedi.settings.cache_directory = kept


class Notebook:
    """Asks jedi about a line of user code."""

    def __init__(self, folder: Path) -> None:
        # Not this process: pytest has rewritten qianfan_typed, which it loads as a plugin; jedi then sees no source.
        self._environment = jedi.create_environment(sys.executable, safe=False)
        self._project = jedi.Project(str(folder), added_sys_path=SEARCH.split(os.pathsep))

    def offered(self, line: str) -> dict[str, str]:
        """What jedi offers at the cursor: names, each with its kind."""
        script, *cursor = self._script(line)
        return {str(found.name): str(found.type) for found in script.complete(*cursor)}

    def signature(self, line: str) -> tuple[set[str], str]:
        """The parameters of the call around the cursor, and its text."""
        script, *cursor = self._script(line)
        [signature] = script.get_signatures(*cursor)
        return {str(parameter.name) for parameter in signature.params}, str(signature.docstring())

    def _script(self, line: str) -> tuple[jedi.Script, int, int]:
        before, _, after = f"{START}{line}\n".partition(CURSOR)
        lines = before.split("\n")
        script = jedi.Script(before + after, project=self._project, environment=self._environment)
        return script, len(lines), len(lines[-1])


JEDI_CALLS = [call for call in CALLS if "(" not in call]
"""jedi does not choose among overloads: behind `.model(…)` and `.endpoint(…)` it offers what any model takes."""


@pytest.mark.parametrize("call", JEDI_CALLS)
def test_jedi_offers_the_parameters_of_the_model(in_jedi: Notebook, call: str) -> None:
    # jedi knows that the first argument is `messages`.
    assert keywords(list(in_jedi.offered(f"{call}(hello, {CURSOR})"))) == SPEED_8K - {"messages"}


@pytest.mark.parametrize("call", JEDI_CALLS)
def test_jedi_shows_the_ranges(in_jedi: Notebook, call: str) -> None:
    parameters, shown = in_jedi.signature(f"{call}(hello, {CURSOR})")
    assert parameters == SPEED_8K
    assert f"    {TEMPERATURE}\n" in shown


def test_jedi_offers_every_model(in_jedi: Notebook) -> None:
    offered = {name for name, kind in in_jedi.offered(f"client.v1.chat.{CURSOR}").items() if kind == "property"}
    assert {name for name, member in vars(V1Chat).items() if isinstance(member, property)} <= offered


def test_jedi_offers_the_fields_of_a_reply(in_jedi: Notebook) -> None:
    offered = in_jedi.offered(f"client.v1.chat.ernie_lite_pro_128k.create(hello).{CURSOR}")
    assert {"result", "usage", "finish_reason", "meta", "to_dict"} <= set(offered)


def test_help_shows_the_ranges() -> None:
    shown = pydoc.plain(pydoc.render_doc(ErnieSpeed8kChat.create))
    assert f"        {TEMPERATURE}\n" in shown


def test_the_server_leaves_nothing_behind(tmp_path: Path) -> None:
    with language_server(tmp_path) as started:
        assert started.open("x = 1").diagnostics() == []
    assert list(tmp_path.iterdir()) == []
