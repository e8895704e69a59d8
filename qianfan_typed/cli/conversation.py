"""Conversation: what was said, in the words of either dialect, and the request that goes on with it."""

from __future__ import annotations

import base64
import json
import mimetypes
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import attrs

from qianfan_api.handles import Target
from qianfan_api.messages import Message, image, system, text, user
from qianfan_typed.cli.parameters import Given
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.facts.facts_file import facts


@attrs.define(kw_only=True)
class Conversation:
    """A conversation with a model."""

    target: Target[Any, Any]
    given: Given
    """The model's parameters, as the options say."""
    system: str | None = None
    messages: list[Message] = attrs.field(factory=list[Message])

    @property
    def api(self) -> str:
        """The operation."""
        return self.target.operation.name

    def ask(self, prompt: str, images: Sequence[Path] = ()) -> None:
        """Adds what the user says.

        Raises:
            ConfigurationError: Images are shown to a dialect that has none.
            OSError: An image cannot be read.
        """
        if not images:
            self.messages.append(user(prompt))
            return
        if self.target.operation.dialect == "v1":
            message = "--image: chat of V1 takes no images; say a model of V2 (models --sees), or use img2txt"
            raise ConfigurationError(message=message, setting="image")
        self.messages.append(user([*(image(data_url(path)) for path in images), text(prompt)]))

    def answered(self, said: str) -> None:
        """Adds what the model said."""
        self.messages.append({"role": "assistant", "content": said})

    def take_back(self) -> Message | None:
        """Takes the last question and what was answered to it back. None: there is none."""
        while self.messages:
            message = self.messages.pop()
            if message["role"] == "user":
                return message
        return None

    def request(self, *, stream: bool) -> dict[str, Any]:
        """The parameters of the request that the model answers next."""
        parameters: dict[str, object] = self.given.of(self.api)
        messages: list[Message] = list(self.messages)
        if self.system is not None and self.target.operation.dialect == "v1":
            parameters["system"] = self.system
        elif self.system is not None:
            messages = [system(self.system), *messages]
        if stream and "stream_options" not in parameters and "stream_options" in self._takes():
            parameters["stream_options"] = {"include_usage": True}
        return {"messages": messages, **parameters}

    def _takes(self) -> tuple[str, ...]:
        """The parameters that the model takes. Of one that is not known: nothing is sure."""
        model = self.target.model
        return () if model is None else facts().operations[self.api].groups[model.group].takes

    def save(self, path: Path) -> None:
        """Writes the conversation to a file. Raises OSError."""
        kept = {"api": self.api, "model": self.target.name, "system": self.system, "messages": self.messages}
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", "utf-8")

    def load(self, path: Path) -> None:
        """Goes on with the conversation of a file; with the model that is spoken to now.

        Raises:
            OSError: It cannot be read.
            ValueError: It holds no conversation.
        """
        problem = f"{path}: holds no conversation: a JSON object with messages, as /save writes it"
        try:
            kept: object = json.loads(path.read_text("utf-8"))
        except ValueError:
            raise ValueError(problem) from None
        found = cast("Mapping[str, Any]", kept).get("messages") if isinstance(kept, dict) else None
        if not isinstance(found, list) or not all(_is_message(one) for one in cast("list[object]", found)):
            raise ValueError(problem)
        self.messages = cast("list[Message]", found)
        self.system = cast("Mapping[str, Any]", kept).get("system")


def _is_message(one: object) -> bool:
    return isinstance(one, dict) and "role" in one and "content" in one


def data_url(path: Path) -> str:
    """A picture as a `data:` URL. Raises OSError."""
    kind = mimetypes.guess_type(path.name)[0] or "image/png"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
