"""Talk: one question and its answer, asked and shown. Ctrl-C ends the answer, not the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from qianfan_api.handles import Options
from qianfan_api.messages import Message
from qianfan_typed.cli.answer_view import PlainView, View
from qianfan_typed.cli.answers import Answer
from qianfan_typed.cli.conversation import Conversation
from qianfan_typed.runners.sync_runner import SyncRunner


class Talk:
    """Asks and shows."""

    def __init__(self, runner: SyncRunner, conversation: Conversation, *, raw: bool, as_json: bool) -> None:
        """
        Args:
            runner: What carries the calls.
            conversation: What was said so far; what is said now is added.
            raw: The text as it comes, even on a terminal.
            as_json: The platform's reply in place of its text.
        """
        self.conversation: Conversation = conversation
        self.console: Console = Console(highlight=False)
        self.last: Answer = Answer()
        """The last answer."""
        self._question: Message | None = None
        self._runner = runner
        self._raw = raw
        self._as_json = as_json

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
        self.last = Answer()
        try:
            self._answer()
        finally:
            # An empty message would be refused next time, and a call of functions waits for what they return.
            if self.last.text:
                self.conversation.answered(self.last.text)
            else:
                self.conversation.take_back()

    def _answer(self) -> None:
        target = self.conversation.target
        if self._as_json or target.operation.chunk is None:
            reply = self._runner.create(target, self.conversation.request(stream=False), Options())
            list(self.last.add(reply))
            print(reply.json(), flush=True)
            return
        stream = self._runner.stream(target, self.conversation.request(stream=True), Options())
        with self._view() as view, stream:
            piece: Any
            for piece in stream:
                for kind, words in self.last.add(piece):
                    view.show(kind, words)
        if self.last.calls:
            print(self.last.calls_as_text(), flush=True)
        if self._is_seen:
            self.console.print(Text(self.last.tally(target.model), style="dim"))

    @property
    def _is_seen(self) -> bool:
        """Whether someone looks, and wants more than the text."""
        return self.console.is_terminal and not self._raw

    def _view(self) -> View:
        if not self._is_seen:
            return PlainView()
        from qianfan_typed.cli.markdown_view import MarkdownView

        return MarkdownView(self.console, self.last)
