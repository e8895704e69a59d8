"""Functions in text: of models that are told of functions in the first message, and call them in two lines. Pure."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar, cast

import attrs
import msgspec

from qianfan_api.reply import Reply, attach
from qianfan_typed.core.decoding import decode

C = TypeVar("C", bound=Reply)
C_co = TypeVar("C_co", bound=Reply, covariant=True)

_CALL, _ARGUMENTS = "Action: ", "Action Input: "
_CALLED = re.compile(rf"^{_CALL}(?P<name>[\w.-]+)\s*\n{_ARGUMENTS}(?P<arguments>.+)", re.DOTALL)
_TOLD = """回答时可以使用下列工具，参数按 JSON Schema 给出：

{functions}

需要工具时只输出两行，不加其他内容；结果会在下一条消息里给出：
{call}工具名称
{arguments}JSON 格式的参数

不需要工具时直接回答。问题：{question}"""


def told(parameters: Mapping[str, object]) -> dict[str, object] | None:
    """Parameters with the functions written into the first message, and calls and results as text.

    None: there are no functions, or they or the messages are not of the form that the rules ask for.
    """
    functions, messages = _objects(parameters.get("functions")), _objects(parameters.get("messages"))
    if not functions or not messages or not all("name" in one for one in functions):
        return None
    first, *rest = messages
    question = _TOLD.format(
        functions="\n".join(map(_described, functions)),
        call=_CALL,
        arguments=_ARGUMENTS,
        question=first.get("content") or "",
    )
    told = {"role": "user", "content": question}
    others = {name: value for name, value in parameters.items() if name != "functions"}
    return {**others, "messages": [told, *map(_as_text, rest)]}


def _objects(value: object) -> Sequence[Mapping[str, Any]]:
    items = cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else ()
    return cast("Sequence[Mapping[str, Any]]", items) if all(isinstance(one, Mapping) for one in items) else ()


def _described(function: Mapping[str, Any]) -> str:
    schema = msgspec.json.encode(function.get("parameters") or {}).decode()
    return f"名称：{function['name']}\n描述：{function.get('description') or ''}\n参数：{schema}\n"


def _as_text(message: Mapping[str, Any]) -> dict[str, object]:
    """A message in the words of such a model: a call in two lines, a result as what the user says."""
    if message.get("role") == "function":
        return {"role": "user", "content": message.get("content")}
    call: Mapping[str, Any] | None = message.get("function_call")
    if message.get("role") == "assistant" and call:
        return {"role": "assistant", "content": f"{_CALL}{call.get('name')}\n{_ARGUMENTS}{call.get('arguments')}"}
    return dict(message)


def read(reply: C, text: str | None = None) -> C:
    """A reply with the call that its text makes, in `function_call`. One that makes none is given as it is.

    Args:
        reply: The reply, or the last piece of one.
        text: The whole text, where the reply is a piece.
    """
    body = reply.to_dict()
    found = _CALLED.match((text if text is not None else str(body.get("result") or "")).strip())
    if found is None:
        return reply
    call = {"name": found["name"], "arguments": found["arguments"].strip()}
    raw = msgspec.json.encode({**body, "result": "", "function_call": call})
    read = decode(type(reply), raw)
    attach(read, raw, reply.meta)
    return read


@attrs.define
class _Held:
    """The pieces of a stream that may be a call: held back until the text says that it is none, or ends."""

    pieces: list[Any] = attrs.field(factory=list[Any])
    text: str = ""
    passes: bool = False

    def take(self, piece: C) -> list[C]:
        """The pieces that can be handed out, now that another came."""
        if self.passes:
            return [piece]
        self.pieces.append(piece)
        self.text += str(piece.to_dict().get("result") or "")
        begun = self.text.lstrip()
        if begun.startswith(_CALL) or _CALL.startswith(begun):
            return []
        self.passes = True
        held, self.pieces = self.pieces, []
        return held

    def rest(self) -> list[Any]:
        """The call, once the stream has ended, else the pieces that were held."""
        if not self.pieces:
            return []
        last = read(self.pieces[-1], self.text)
        return self.pieces if last is self.pieces[-1] else [last]


class Pieces(Protocol[C_co]):
    """What a stream is read from."""

    def __iter__(self) -> Iterator[C_co]: ...
    def close(self) -> None: ...


class AsyncPieces(Protocol[C_co]):
    """The same, awaited."""

    def __aiter__(self) -> AsyncIterator[C_co]: ...
    async def aclose(self) -> None: ...


class CallPieces(Iterator[C]):
    """The pieces of a stream, with a call in `function_call` of one piece instead of in the text of several."""

    def __init__(self, pieces: Pieces[C]) -> None:
        self._pieces = pieces
        self._read = self._all()

    def _all(self) -> Iterator[C]:
        held = _Held()
        for piece in self._pieces:
            yield from held.take(piece)
        yield from held.rest()

    def __next__(self) -> C:
        return next(self._read)

    def close(self) -> None:
        """Stops reading."""
        self._pieces.close()


class AsyncCallPieces(AsyncIterator[C]):
    """The same, awaited."""

    def __init__(self, pieces: AsyncPieces[C]) -> None:
        self._pieces = pieces
        self._read = self._all()

    async def _all(self) -> AsyncIterator[C]:
        held = _Held()
        async for piece in self._pieces:
            for one in held.take(piece):
                yield one
        for one in held.rest():
            yield one

    async def __anext__(self) -> C:
        return await anext(self._read)

    async def aclose(self) -> None:
        """Stops reading."""
        await self._pieces.aclose()
