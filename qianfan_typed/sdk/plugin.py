"""`Plugin`: answers with the help of plugins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, overload

from qianfan_api.handles import Target
from qianfan_api.messages import user
from qianfan_api.v1.plugin.types import PluginChunk, PluginReply
from qianfan_api.v1.plugin_endpoint.types import PluginChunk as ServiceChunk
from qianfan_api.v1.plugin_endpoint.types import PluginReply as ServiceReply
from qianfan_typed.sdk.classes import DOCUMENT_CLASSES, DocumentClass
from qianfan_typed.sdk.keywords import ClientOptions
from qianfan_typed.sdk.messages import MessagesInput, listed
from qianfan_typed.sdk.resource import StreamingResource
from qianfan_typed.sdk.response import QfResponse
from qianfan_typed.sdk.streams import AsyncResponseStream, ResponseStream
from qianfan_typed.sdk.targets import operation, target_of_endpoint

if TYPE_CHECKING:
    from typing_extensions import Unpack

_Query: TypeAlias = str | MessagesInput
_Reply: TypeAlias = PluginReply | ServiceReply
_Chunk: TypeAlias = PluginChunk | ServiceChunk
_PLUGIN, _SERVICE = "v1.plugin", "v1.plugin_endpoint"


class Plugin(StreamingResource[_Query, _Reply, _Chunk]):
    """Answers with the help of plugins: `Plugin(model="EBPluginV2").do([user("…")], plugins=["eChart"])`.

    With an endpoint it asks a plugin service of your own, which takes one text.
    """

    _ROW: ClassVar[DocumentClass] = DOCUMENT_CLASSES["Plugin"]

    def __init__(
        self, *, model: str | None = None, endpoint: str | None = None, **options: Unpack[ClientOptions]
    ) -> None:
        """
        Args:
            model: The plugin's model. None: as `DEFAULT_MODELS` of `qianfan_api.platform` says.
            endpoint: What stands after the last `/` of the address of a service of your own. It goes before `model`.
            **options: Keys, hosts, limits and retries: see `ClientOptions`.

        Raises:
            TypeError: A keyword is not known.
        """
        self._set_up(None, model, endpoint, options)

    def _target(self, model: str | None, endpoint: str | None, *, warn: bool) -> Target[Any, Any]:
        if endpoint is not None:
            return target_of_endpoint(operation(_SERVICE), endpoint)
        return super()._target(model, None, warn=warn)

    def _subject(self, target: Target[Any, Any], item: _Query) -> dict[str, object]:
        if target.operation.name == _SERVICE:
            if not isinstance(item, str):
                raise TypeError(f"query: a plugin service takes a text, not {type(item).__name__}")
            return {"query": item}
        return {"messages": [user(item)] if isinstance(item, str) else listed(item)}

    @overload
    def do(
        self,
        query: _Query,
        plugins: Sequence[str] | None = None,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[False] = False,
        **keywords: object,
    ) -> QfResponse[_Reply]: ...
    @overload
    def do(
        self,
        query: _Query,
        plugins: Sequence[str] | None = None,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[True],
        **keywords: object,
    ) -> ResponseStream[_Chunk]: ...
    @overload
    def do(
        self,
        query: _Query,
        plugins: Sequence[str] | None = None,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool,
        **keywords: object,
    ) -> QfResponse[_Reply] | ResponseStream[_Chunk]: ...
    def do(
        self,
        query: _Query,
        plugins: Sequence[str] | None = None,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool = False,
        **keywords: object,
    ) -> QfResponse[_Reply] | ResponseStream[_Chunk]:
        """Asks.

        Args:
            query: The dialogue, or a question alone.
            plugins: The plugins that may be used.
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
        given = {"model": model, "endpoint": endpoint, "plugins": plugins, **keywords}
        return self._stream(query, given) if stream else self._do(query, given)

    @overload
    async def ado(
        self,
        query: _Query,
        plugins: Sequence[str] | None = None,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[False] = False,
        **keywords: object,
    ) -> QfResponse[_Reply]: ...
    @overload
    async def ado(
        self,
        query: _Query,
        plugins: Sequence[str] | None = None,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[True],
        **keywords: object,
    ) -> AsyncResponseStream[_Chunk]: ...
    @overload
    async def ado(
        self,
        query: _Query,
        plugins: Sequence[str] | None = None,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool,
        **keywords: object,
    ) -> QfResponse[_Reply] | AsyncResponseStream[_Chunk]: ...
    async def ado(
        self,
        query: _Query,
        plugins: Sequence[str] | None = None,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool = False,
        **keywords: object,
    ) -> QfResponse[_Reply] | AsyncResponseStream[_Chunk]:
        """The same, awaited."""
        given = {"model": model, "endpoint": endpoint, "plugins": plugins, **keywords}
        return await (self._astream(query, given) if stream else self._ado(query, given))
