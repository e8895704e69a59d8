"""Prompt of a conversation: lines with history and completion, and commands that begin with a slash."""

from __future__ import annotations

import difflib
import os
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import typer
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth
from rich.text import Text

from qianfan_typed.cli.answer_view import harmless
from qianfan_typed.cli.callees import find_target
from qianfan_typed.cli.chat import APIS
from qianfan_typed.cli.completions import model_names
from qianfan_typed.cli.outcome import explained
from qianfan_typed.cli.talk import Talk
from qianfan_typed.cli.terminal import say
from qianfan_typed.config import Settings
from qianfan_typed.errors import QianfanError

COMMANDS: Mapping[str, str] = {
    "/model": "NAME: go on with another model. Alone: which one it is",
    "/system": "TEXT: who the model is to be. Alone: who it is",
    "/reset": "forget what was said",
    "/retry": "ask the last question again",
    "/thinking": "what the model thought before its last answer",
    "/save": "FILE: write the conversation to a file",
    "/load": "FILE: go on with one that was saved",
    "/help": "this",
    "/exit": "end; so does Ctrl-D",
}
_FENCE = '"""'
_HINTS = 'Alt-Enter begins a new line; so does Enter after """, until """ ends it. Ctrl-C stops an answer.'


class _SlashCompleter(Completer):
    """Completes commands, names of models and paths."""

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        before = document.text_before_cursor
        command, space, rest = before.partition(" ")
        if not before.startswith("/"):
            return
        if not space:
            for name, words in COMMANDS.items():
                if name.startswith(command):
                    yield Completion(name, -len(command), display_meta=words)
        elif command == "/model":
            for name in model_names(APIS)(rest):
                yield Completion(name, -len(rest))


class ChatPrompt:
    """Reads what the user says until there is no more."""

    def __init__(self, talk: Talk, settings: Settings) -> None:
        self._talk = talk
        self._settings = settings
        self._session: PromptSession[str] = PromptSession(
            history=_history(),
            multiline=True,
            key_bindings=_keys(),
            completer=_SlashCompleter(),
            complete_while_typing=False,
            color_depth=ColorDepth.DEPTH_1_BIT if os.environ.get("NO_COLOR") else None,
            prompt_continuation="  ",
        )
        self._commands: Mapping[str, Callable[[str], None]] = {
            "/model": self._model,
            "/system": self._system,
            "/reset": self._reset,
            "/retry": self._retry,
            "/thinking": self._thinking,
            "/save": self._save,
            "/load": self._load,
            "/help": self._help,
        }

    def run(self, images: Sequence[Path]) -> None:
        """Talks until the user ends it. `images`: shown with the first question."""
        self._tell(f"{self._talk.conversation.target.name} ({self._talk.conversation.api}); /help says what there is")
        while True:
            try:
                said = self._session.prompt(FormattedText([("bold", "> ")]))
            except KeyboardInterrupt:
                self._tell("Ctrl-D or /exit ends")
                continue
            except EOFError:
                return
            words = _unfenced(said).strip()
            if said.startswith("/"):
                if words.split()[0] in ("/exit", "/quit"):
                    return
                self._obey(words)
            elif words:
                self._ask(partial(self._talk.ask, words, images))
                images = ()

    def _ask(self, ask: Callable[[], object]) -> None:
        try:
            ask()
        except KeyboardInterrupt:
            kept = "what came is kept" if self._talk.last.text else "nothing had come: the question is forgotten"
            self._tell(f"stopped; {kept}. /retry asks again")
        except (QianfanError, OSError) as error:
            say(explained(error))

    def _obey(self, words: str) -> None:
        name, _, rest = words.partition(" ")
        command = self._commands.get(name)
        if command is None:
            near = difflib.get_close_matches(name, COMMANDS, 1)
            hint = f"did you mean {near[0]}?" if near else "/help lists them."
            self._tell(f"{name}: no such command; {hint} Before a question that begins with /, put a space")
            return
        try:
            command(rest.strip())
        except (QianfanError, OSError, ValueError) as error:
            say(explained(error))

    def _model(self, name: str) -> None:
        conversation = self._talk.conversation
        if name:
            conversation.target = find_target(APIS, self._settings, api=None, model=name, endpoint=None)
        model = conversation.target.model
        ended = "" if model is None or model.retired is None else f"; {model.retired}"
        self._tell(f"{conversation.target.name} ({conversation.api}){ended}")

    def _system(self, words: str) -> None:
        if words:
            self._talk.conversation.system = words
        self._tell(self._talk.conversation.system or "nothing is said of who the model is to be")

    def _reset(self, _: str) -> None:
        self._talk.conversation.messages.clear()
        self._tell("forgotten; the model and the system text stay")

    def _retry(self, _: str) -> None:
        def again() -> None:
            if not self._talk.ask_again():
                self._tell("nothing was asked yet")

        self._ask(again)

    def _thinking(self, _: str) -> None:
        self._tell(harmless(self._talk.last.thinking) or "the last answer came without thinking")

    def _save(self, name: str) -> None:
        path = _path(name)
        self._talk.conversation.save(path)
        self._tell(f"{path}: {len(self._talk.conversation.messages)} messages are written")

    def _load(self, name: str) -> None:
        path = _path(name)
        self._talk.conversation.load(path)
        self._tell(f"{path}: {len(self._talk.conversation.messages)} messages")

    def _help(self, _: str) -> None:
        for name, words in COMMANDS.items():
            self._tell(f"{name:<10} {words}")
        self._tell(_HINTS)

    def _tell(self, words: str) -> None:
        self._talk.console.print(Text(words, style="dim"))


def _path(name: str) -> Path:
    if not name:
        raise ValueError("say a file: /save FILE, /load FILE")
    return Path(shlex.split(name)[0] if name[0] in "'\"" else name).expanduser()


def _unfenced(said: str) -> str:
    text = said.strip()
    return text[len(_FENCE) :].removesuffix(_FENCE) if text.startswith(_FENCE) else said


def _history() -> History:
    """The lines of conversations before this one, in the user's folder for such things; else of this one alone."""
    folder = Path(typer.get_app_dir("qianfan-typed"))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / "chat-history"
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))


def _keys() -> KeyBindings:
    """Enter sends, unless a text in three quotes goes on; Alt-Enter begins a new line."""
    keys = KeyBindings()

    def enter(event: KeyPressEvent) -> None:
        text = event.current_buffer.text.strip()
        if text.startswith(_FENCE) and not (len(text) >= 2 * len(_FENCE) and text.endswith(_FENCE)):
            event.current_buffer.insert_text("\n")
        else:
            event.current_buffer.validate_and_handle()

    def new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    keys.add("enter")(enter)
    keys.add("escape", "enter")(new_line)
    return keys
