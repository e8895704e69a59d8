"""`ChatCompletion` and `Function`: dialogues with a model, on V1 and V2."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, overload

from qianfan_api.handles import Target
from qianfan_api.reply import Reply
from qianfan_typed.sdk.classes import DOCUMENT_CLASSES, DocumentClass
from qianfan_typed.sdk.keywords import ClientOptions, Version
from qianfan_typed.sdk.messages import MessagesInput, listed
from qianfan_typed.sdk.resource import StreamingResource
from qianfan_typed.sdk.response import QfResponse
from qianfan_typed.sdk.streams import AsyncResponseStream, ResponseStream

if TYPE_CHECKING:
    from typing_extensions import TypeVar as WithDefault
    from typing_extensions import Unpack

    from qianfan_api.v1.chat.types import ChatChunk as V1Chunk
    from qianfan_api.v1.chat.types import ChatReply as V1Reply
    from qianfan_api.v2.chat.types import ChatChunk as V2Chunk
    from qianfan_api.v2.chat.types import ChatReply as V2Reply

    R = WithDefault("R", bound=Reply, default=V1Reply)
    C = WithDefault("C", bound=Reply, default=V1Chunk)
else:
    R = TypeVar("R")
    C = TypeVar("C")


class ChatCompletion(StreamingResource[MessagesInput, R, C]):
    """Dialogues with a model: `ChatCompletion(model="ERNIE-3.5-8K").do(messages=[…])["result"]`.

    `version="2"` speaks the platform's V2, whose replies look like OpenAI's.
    """

    _ROW: ClassVar[DocumentClass] = DOCUMENT_CLASSES["ChatCompletion"]

    @overload
    def __init__(
        self: ChatCompletion[V1Reply, V1Chunk],
        *,
        model: str | None = None,
        endpoint: str | None = None,
        version: Literal["1", 1] | None = None,
        **options: Unpack[ClientOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: ChatCompletion[V2Reply, V2Chunk],
        *,
        model: str | None = None,
        endpoint: str | None = None,
        version: Literal["2", 2],
        **options: Unpack[ClientOptions],
    ) -> None: ...
    def __init__(
        self,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        version: Version | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        """
        Args:
            model: The model's name. None: as `DEFAULT_MODELS` of `qianfan_api.platform` says.
            endpoint: What stands after the last `/` of the address of a service of your own. It goes before `model`.
            version: "1" or "2": the platform's interface.
            **options: Keys, hosts, limits and retries: see `ClientOptions`.

        Raises:
            TypeError: A keyword is not known.
        """
        self._set_up(version, model, endpoint, options)

    def _subject(self, target: Target[Any, Any], item: MessagesInput) -> dict[str, object]:
        return {"messages": listed(item)}

    @overload
    def do(
        self,
        messages: MessagesInput,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[False] = False,
        **keywords: object,
    ) -> QfResponse[R]: ...
    @overload
    def do(
        self,
        messages: MessagesInput,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[True],
        **keywords: object,
    ) -> ResponseStream[C]: ...
    @overload
    def do(
        self,
        messages: MessagesInput,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool,
        **keywords: object,
    ) -> QfResponse[R] | ResponseStream[C]: ...
    def do(
        self,
        messages: MessagesInput,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool = False,
        **keywords: object,
    ) -> QfResponse[R] | ResponseStream[C]:
        """Sends a dialogue.

        Args:
            messages: The dialogue; the last message is the one to answer. It is never changed.
            model: The model of this call, in place of the object's model and endpoint.
            endpoint: The endpoint of this call, likewise. It goes before `model`.
            stream: Whether the answer comes in pieces.
            **keywords: The model's parameters (`temperature`, …) and the options of a call: see `CallOptions`.

        Raises:
            TypeError: A keyword is neither a parameter nor an option.
            InvalidRequest: The request breaks rules of the model. Nothing was sent.
            ApiError: The platform refused.
            TransportError: There was no reply.
        """
        given = {"model": model, "endpoint": endpoint, **keywords}
        return self._stream(messages, given) if stream else self._do(messages, given)

    @overload
    async def ado(
        self,
        messages: MessagesInput,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[False] = False,
        **keywords: object,
    ) -> QfResponse[R]: ...
    @overload
    async def ado(
        self,
        messages: MessagesInput,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[True],
        **keywords: object,
    ) -> AsyncResponseStream[C]: ...
    @overload
    async def ado(
        self,
        messages: MessagesInput,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool,
        **keywords: object,
    ) -> QfResponse[R] | AsyncResponseStream[C]: ...
    async def ado(
        self,
        messages: MessagesInput,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool = False,
        **keywords: object,
    ) -> QfResponse[R] | AsyncResponseStream[C]:
        """Sends a dialogue, awaited. Args and errors as `do`."""
        given = {"model": model, "endpoint": endpoint, **keywords}
        return await (self._astream(messages, given) if stream else self._ado(messages, given))

    @overload
    def create(
        self,
        messages: MessagesInput,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[False] = False,
        **keywords: object,
    ) -> R: ...
    @overload
    def create(
        self,
        messages: MessagesInput,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[True],
        **keywords: object,
    ) -> Iterator[C]: ...
    def create(
        self,
        messages: MessagesInput,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool = False,
        **keywords: object,
    ) -> R | Iterator[C]:
        """Sends a dialogue and gives the typed reply itself, or its pieces. Args and errors as `do`."""
        given = {"model": model, "endpoint": endpoint, **keywords}
        if stream:
            return (response.reply for response in self._stream(messages, given))
        return self._do(messages, given).reply

    @overload
    async def acreate(
        self,
        messages: MessagesInput,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[False] = False,
        **keywords: object,
    ) -> R: ...
    @overload
    async def acreate(
        self,
        messages: MessagesInput,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[True],
        **keywords: object,
    ) -> AsyncIterator[C]: ...
    async def acreate(
        self,
        messages: MessagesInput,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool = False,
        **keywords: object,
    ) -> R | AsyncIterator[C]:
        """The same, awaited."""
        given = {"model": model, "endpoint": endpoint, **keywords}
        if stream:
            pieces = await self._astream(messages, given)
            return (response.reply async for response in pieces)
        return (await self._ado(messages, given)).reply


class Function(ChatCompletion[R, C]):
    """Dialogues with functions that the model may ask to have called: `Function().do(messages=…, functions=[…])`."""

    _ROW: ClassVar[DocumentClass] = DOCUMENT_CLASSES["Function"]

    # Again, and not inherited: mypy would read the self of the base's overloads as its default.
    @overload
    def __init__(
        self: Function[V1Reply, V1Chunk],
        *,
        model: str | None = None,
        endpoint: str | None = None,
        version: Literal["1", 1] | None = None,
        **options: Unpack[ClientOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: Function[V2Reply, V2Chunk],
        *,
        model: str | None = None,
        endpoint: str | None = None,
        version: Literal["2", 2],
        **options: Unpack[ClientOptions],
    ) -> None: ...
    def __init__(
        self,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        version: Version | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        """
        Args:
            model: The model's name. None: as `DEFAULT_MODELS` of `qianfan_api.platform` says.
            endpoint: What stands after the last `/` of the address of a service of your own. It goes before `model`.
            version: "1" or "2": the platform's interface.
            **options: Keys, hosts, limits and retries: see `ClientOptions`.

        Raises:
            TypeError: A keyword is not known.
        """
        self._set_up(version, model, endpoint, options)
