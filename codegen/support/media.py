"""What replies with texts, vectors and images can do. NumPy and Pillow are needed only where they are used."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from qianfan_api.reply import Reply
from qianfan_api.shapes import Message
from qianfan_api.statistic import CompletionStatistic, statistic_of

if TYPE_CHECKING:
    import numpy
    import numpy.typing
    from PIL.Image import Image as PillowImage


class ResultText(Reply):
    """A V1 reply or piece: its text is `result`."""

    @property
    def text(self) -> str:
        """The answer, the same way on V1 and V2."""
        return cast("str", cast("Any", self).result)

    def to_message(self) -> Message:
        """The answer as a message, to go on with the conversation: its text, and the function call if there is one."""
        message: Message = {"role": "assistant", "content": self.text}
        call = cast("Any", self).function_call
        if call is not None:
            message["function_call"] = {"name": call.name, "arguments": call.arguments}
        return message


class ChoicesText(Reply):
    """A V2 reply: its text is that of the first choice."""

    @property
    def text(self) -> str:
        """The first choice's answer, the same way on V1 and V2. Empty where tools are to be called."""
        choices = cast("Any", self).choices
        return cast("str", choices[0].message.content or "") if choices else ""

    @property
    def statistic(self) -> CompletionStatistic:
        """How long it took and how fast it came, as the official SDK tells it. Of a call; `meta` has more."""
        return CompletionStatistic(**statistic_of(self))

    @property
    def reasoning(self) -> str:
        """What the first choice's model thought before it answered. Empty where the platform gave none."""
        choices = cast("Any", self).choices
        return cast("str", choices[0].message.reasoning_content or "") if choices else ""

    def to_message(self) -> Message:
        """The first choice as a message, to go on with the conversation: its text, and its tool calls."""
        choices = cast("Sequence[ChoiceMessage]", cast("Any", self).choices)
        return choices[0].to_message() if choices else {"role": "assistant", "content": ""}


class SaidMessage:
    """What the model said, in a choice of a V2 reply."""

    __slots__ = ()

    def to_message(self) -> Message:
        """The message, to go on with the conversation: its text, and its tool calls."""
        said = cast("Any", self)
        message: Message = {"role": "assistant", "content": said.content or ""}
        if said.tool_calls:
            message["tool_calls"] = [
                {
                    "id": one.id,
                    "type": "function",
                    "function": {"name": one.function.name, "arguments": one.function.arguments},
                }
                for one in said.tool_calls
            ]
        return message


class ChoiceMessage:
    """A choice of a V2 reply: its message may stand for it."""

    __slots__ = ()

    def to_message(self) -> Message:
        """The message of the choice, to go on with the conversation."""
        return cast("SaidMessage", cast("Any", self).message).to_message()


class ChoicesPiece(Reply):
    """A piece of a V2 stream: its text is what the first choice goes on with."""

    @property
    def text(self) -> str:
        """What the first choice goes on with, the same way on V1 and V2. Empty in a piece without choices."""
        choices = cast("Any", self).choices
        return cast("str", choices[0].delta.content or "") if choices else ""

    @property
    def statistic(self) -> CompletionStatistic:
        """How long it took and how fast it came, as the official SDK tells it. Of a call; `meta` has more."""
        return CompletionStatistic(**statistic_of(self))

    @property
    def reasoning(self) -> str:
        """What the thinking of the first choice goes on with. Empty where a piece has none."""
        choices = cast("Any", self).choices
        return cast("str", choices[0].delta.reasoning_content or "") if choices else ""


class _Part(Protocol):
    @property
    def text(self) -> str | None: ...


class _Item(Protocol):
    @property
    def type(self) -> str: ...
    @property
    def content(self) -> list[_Part] | None: ...


class ResponseText(Reply):
    """A response: its text is that of its messages."""

    @property
    def text(self) -> str:
        """What the model said: the texts of its messages. Empty where functions are to be called."""
        items = cast("Sequence[_Item]", cast("Any", self).output)
        parts = (part for item in items if item.type == "message" for part in item.content or ())
        return "".join(part.text or "" for part in parts)


class ResponsePiece(Reply):
    """An event of a response's stream: its text is what the answer goes on with."""

    @property
    def text(self) -> str:
        """What the answer goes on with. Empty in events that are about something else."""
        event = cast("Any", self)
        return cast("str", event.delta or "") if event.type == "response.output_text.delta" else ""


class _Vector(Protocol):
    @property
    def embedding(self) -> list[float]: ...


class Embeddings(Reply):
    """A reply that holds a vector for each text."""

    def numpy(self) -> numpy.typing.NDArray[numpy.float32]:
        """The vectors as an array of shape (texts, dimensions), float32. Needs NumPy."""
        try:
            import numpy as np
        except ImportError:
            raise ImportError("reply.numpy() needs NumPy: pip install numpy") from None
        data = cast("Sequence[_Vector]", cast("Any", self).data)
        return np.array([one.embedding for one in data], dtype=np.float32)


class Picture:
    """An image in a reply."""

    def _base64(self) -> str:
        return cast("str", cast("Any", self).b64_image)

    @property
    def image(self) -> bytes:
        """The image file's bytes."""
        return base64.b64decode(self._base64())

    def _repr_png_(self) -> bytes | None:
        """What notebooks show of a PNG."""
        return self.image if self.image.startswith(b"\x89PNG") else None

    def _repr_jpeg_(self) -> bytes | None:
        """What notebooks show of a JPEG."""
        return self.image if self.image.startswith(b"\xff\xd8") else None

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the image to a file. Gives its path."""
        target = Path(path)
        target.write_bytes(self.image)
        return target

    def pil(self) -> PillowImage:
        """The image as a Pillow image. Needs Pillow."""
        try:
            from PIL import Image
        except ImportError:
            raise ImportError("image.pil() needs Pillow: pip install pillow") from None
        import io

        return Image.open(io.BytesIO(self.image))
