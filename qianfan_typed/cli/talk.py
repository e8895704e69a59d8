"""Talk: one question and its answer, asked and shown. Ctrl-C ends the answer, not the conversation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from rich.console import Console
from rich.text import Text

from qianfan_api.handles import OpenRequest, Options
from qianfan_api.messages import Message
from qianfan_api.reply import Reply
from qianfan_typed.cli.answer_view import PlainView, View, harmless
from qianfan_typed.cli.answers import Answer, tally
from qianfan_typed.cli.conversation import Conversation
from qianfan_typed.runners.sync_runner import SyncRunner

if TYPE_CHECKING:
    from qianfan_typed.answers.forms import Form
    from qianfan_typed.answers.tools import FunctionTool
    from qianfan_typed.cli.call_views import CallView


@attrs.frozen(kw_only=True)
class Manner:
    """How answers are wanted and shown."""

    raw: bool = False
    """The text as it comes, even on a terminal."""
    as_json: bool = False
    """The platform's reply in place of its text."""
    tools: Sequence[FunctionTool[..., object]] = ()
    """Functions that the model may have called."""
    max_turns: int = 8
    """How often the model is asked for one answer, where it has functions called."""
    form: Form[Any] | None = None
    """The form of each answer. None: as the model likes."""


class Talk:
    """Asks and shows."""

    def __init__(self, runner: SyncRunner, conversation: Conversation, manner: Manner) -> None:
        """
        Args:
            runner: What carries the calls.
            conversation: What was said so far; what is said now is added.
            manner: How answers are wanted and shown.
        """
        self.conversation: Conversation = conversation
        self.console: Console = Console(highlight=False)
        self._turns: list[Answer] = []
        self._question: Message | None = None
        self._runner = runner
        self._manner = manner

    @property
    def last(self) -> Answer:
        """The last answer: what the model said once all functions were called."""
        return self._turns[-1] if self._turns else Answer()

    def ask(self, prompt: str, images: Sequence[Path] = ()) -> None:
        """Asks, shows the answer, and keeps both. What came before an error is kept; a question without text is not.

        Raises:
            KeyboardInterrupt: The user stopped it.
            QianfanError: There is no answer.
        """
        self.conversation.ask(prompt, images)
        self._go_on()

    def ask_again(self) -> bool:
        """Asks the last question again, in place of its answer. False: nothing was asked yet. Raises as `ask` does."""
        message = self.conversation.take_back() or self._question
        if message is not None:
            self.conversation.messages.append(message)
            self._go_on()
        return message is not None

    def _go_on(self) -> None:
        self._question = self.conversation.messages[-1]
        self._turns = []
        added: Sequence[Message] = ()
        try:
            added = self._answer()
        finally:
            # An empty message would be refused next time, and a call of functions waits for what they return.
            if not self.last.text:
                self.conversation.take_back()
            elif added:
                self.conversation.messages.extend(added)
            else:
                self.conversation.answered(self.last.text)

    def _answer(self) -> Sequence[Message]:
        """Has the question answered. Gives the messages that came of it, where functions were called."""
        added: Sequence[Message] = ()
        if self._manner.tools:
            added = self._run()
        elif self._manner.form is not None:
            self._parse(self._manner.form)
        else:
            self._turn(**self._arguments())
            if self.last.calls and not self._manner.as_json:
                self._print(self.last.calls_as_text())
        if self._is_seen:
            self.console.print(Text(tally(self._turns, self.conversation.target.model), style="dim"))
        return added

    def _run(self) -> Sequence[Message]:
        from qianfan_typed.answers.dialects import DIALECTS
        from qianfan_typed.answers.run import run, running

        calls, arguments = self._call_view(), self._arguments()
        asked = DIALECTS[self.conversation.target.operation.dialect].calls

        def turn(**given: Any) -> Reply:
            reply = self._turn(**given)
            for call in asked(reply):
                calls.asked(call)
            return reply

        course = running(
            self.conversation.target, self._manner.tools, self._manner.max_turns, "tell", arguments, calls.made
        )
        return run(course, turn).messages[len(arguments["messages"]) :]

    def _parse(self, form: Form[Any]) -> None:
        from qianfan_typed.answers.forms import unfenced
        from qianfan_typed.answers.parse import parse, parsing

        found = parse(parsing(self.conversation.target, form, 0, self._arguments()), self._turn)
        # Where a function's arguments were the answer, there is no other text to keep.
        self.last.text = found.text
        if not self._manner.as_json:
            value = form.unwrapped(json.loads(unfenced(found.text)))
            self._print(json.dumps(value, ensure_ascii=False, indent=2))

    def _print(self, words: str) -> None:
        print(harmless(words) if self.console.is_terminal else words, flush=True)

    def _arguments(self) -> dict[str, Any]:
        return self.conversation.request(stream=not self._manner.as_json)

    def _turn(self, **arguments: Any) -> Reply:
        """Asks the model once, and shows what it says."""
        target, answer, request = self.conversation.target, Answer(), OpenRequest(arguments)
        self._turns.append(answer)
        if self._manner.as_json:
            reply: Reply = self._runner.create(target, request, Options())
            list(answer.add(reply))
            print(reply.json(), flush=True)
            return reply
        stream = self._runner.stream(target, request, Options())
        with self._view() as view, stream:
            piece: Any
            for piece in stream:
                for kind, words in answer.add(piece):
                    if self._manner.form is None or kind == "thinking":
                        view.show(kind, words)
            whole: Reply = stream.reply()
            return whole

    @property
    def _is_seen(self) -> bool:
        """Whether someone looks, and wants more than the text."""
        return self.console.is_terminal and not self._manner.raw and not self._manner.as_json

    def _view(self) -> View:
        if not self._is_seen:
            return PlainView()
        from qianfan_typed.cli.markdown_view import MarkdownView

        return MarkdownView(self.console, self.last)

    def _call_view(self) -> CallView:
        from qianfan_typed.cli.call_views import CallsAsJson, SaidCalls, SeenCalls

        if self._manner.as_json:
            return CallsAsJson()
        return SeenCalls(self.console) if self._is_seen else SaidCalls()
