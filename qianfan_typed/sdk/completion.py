"""`Completion`: continues a text. Models of chat take the prompt as one message of the user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, overload

from qianfan_api.handles import Target
from qianfan_api.messages import user
from qianfan_api.models import CATALOGUES
from qianfan_api.v1.chat.types import ChatChunk, ChatReply
from qianfan_api.v1.completion.types import CompletionChunk, CompletionReply
from qianfan_typed.sdk.classes import DOCUMENT_CLASSES, DocumentClass
from qianfan_typed.sdk.keywords import ClientOptions
from qianfan_typed.sdk.resource import StreamingResource
from qianfan_typed.sdk.response import QfResponse
from qianfan_typed.sdk.streams import AsyncResponseStream, ResponseStream
from qianfan_typed.sdk.targets import operation, target_of_endpoint

if TYPE_CHECKING:
    from typing_extensions import Unpack

_Reply: TypeAlias = CompletionReply | ChatReply
_Chunk: TypeAlias = CompletionChunk | ChatChunk
_COMPLETION, _CHAT = "v1.completion", "v1.chat"


class Completion(StreamingResource[str, _Reply, _Chunk]):
    """Continues a text: `Completion(model="SQLCoder-7B").do(prompt="…")["result"]`."""

    _ROW: ClassVar[DocumentClass] = DOCUMENT_CLASSES["Completion"]

    def __init__(
        self, *, model: str | None = None, endpoint: str | None = None, **options: Unpack[ClientOptions]
    ) -> None:
        """
        Args:
            model: The model's name, of completion or of chat. None: as `DEFAULT_MODELS` of `qianfan_api.platform` says.
            endpoint: What stands after the last `/` of the address of a service of your own. It goes before `model`.
            **options: Keys, hosts, limits and retries: see `ClientOptions`.

        Raises:
            TypeError: A keyword is not known.
        """
        self._set_up(None, model, endpoint, options)

    def _target(self, model: str | None, endpoint: str | None, *, warn: bool) -> Target[Any, Any]:
        if endpoint is not None:
            of_chat = CATALOGUES[_CHAT].at_endpoint(endpoint) or CATALOGUES[_CHAT].get(model or "")
            return target_of_endpoint(operation(_CHAT if of_chat else _COMPLETION), endpoint)
        model = model or self._default_model()
        return self._target_of_model(operation(_CHAT if model in CATALOGUES[_CHAT] else _COMPLETION), model, warn=warn)

    def _subject(self, target: Target[Any, Any], item: str) -> dict[str, object]:
        return {"messages": [user(item)]} if target.operation.name == _CHAT else {"prompt": item}

    @overload
    def do(
        self,
        prompt: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[False] = False,
        **keywords: object,
    ) -> QfResponse[_Reply]: ...
    @overload
    def do(
        self,
        prompt: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[True],
        **keywords: object,
    ) -> ResponseStream[_Chunk]: ...
    @overload
    def do(
        self,
        prompt: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool,
        **keywords: object,
    ) -> QfResponse[_Reply] | ResponseStream[_Chunk]: ...
    def do(
        self,
        prompt: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool = False,
        **keywords: object,
    ) -> QfResponse[_Reply] | ResponseStream[_Chunk]:
        """Continues a text.

        Args:
            prompt: The text.
            model: The model of this call, in place of the object's model and endpoint.
            endpoint: The endpoint of this call, likewise. It goes before `model`.
            stream: Whether the answer comes in pieces.
            **keywords: The model's parameters and the options of a call: see `CallOptions`.

        Raises:
            TypeError: A keyword is neither a parameter nor an option.
            InvalidRequest: The request breaks rules of the model. Nothing was sent.
            ApiError: The platform refused.
            TransportError: There was no reply.
        """
        given = {"model": model, "endpoint": endpoint, **keywords}
        return self._stream(prompt, given) if stream else self._do(prompt, given)

    @overload
    async def ado(
        self,
        prompt: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[False] = False,
        **keywords: object,
    ) -> QfResponse[_Reply]: ...
    @overload
    async def ado(
        self,
        prompt: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[True],
        **keywords: object,
    ) -> AsyncResponseStream[_Chunk]: ...
    @overload
    async def ado(
        self,
        prompt: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool,
        **keywords: object,
    ) -> QfResponse[_Reply] | AsyncResponseStream[_Chunk]: ...
    async def ado(
        self,
        prompt: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool = False,
        **keywords: object,
    ) -> QfResponse[_Reply] | AsyncResponseStream[_Chunk]:
        """The same, awaited."""
        given = {"model": model, "endpoint": endpoint, **keywords}
        return await (self._astream(prompt, given) if stream else self._ado(prompt, given))
