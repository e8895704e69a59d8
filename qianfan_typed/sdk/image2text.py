"""`Image2Text`: answers a question about an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, overload

from qianfan_api.handles import Target
from qianfan_api.v1.image2text.types import Image2TextChunk, Image2TextReply
from qianfan_typed.sdk.classes import DOCUMENT_CLASSES, DocumentClass
from qianfan_typed.sdk.keywords import ClientOptions
from qianfan_typed.sdk.resource import StreamingResource
from qianfan_typed.sdk.response import QfResponse
from qianfan_typed.sdk.streams import AsyncResponseStream, ResponseStream

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Image2Text(StreamingResource[tuple[str, str], Image2TextReply, Image2TextChunk]):
    """Answers a question about an image: `Image2Text().do(prompt="这是什么？", image=base64)["result"]`."""

    _ROW: ClassVar[DocumentClass] = DOCUMENT_CLASSES["Image2Text"]

    def __init__(
        self, *, model: str | None = None, endpoint: str | None = None, **options: Unpack[ClientOptions]
    ) -> None:
        """
        Args:
            model: The model's name. None: as `DEFAULT_MODELS` of `qianfan_api.platform` says.
            endpoint: What stands after the last `/` of the address of a service of your own. It goes before `model`.
            **options: Keys, hosts, limits and retries: see `ClientOptions`.

        Raises:
            TypeError: A keyword is not known.
        """
        self._set_up(None, model, endpoint, options)

    def _subject(self, target: Target[Any, Any], item: str | tuple[str, str]) -> dict[str, object]:
        if isinstance(item, str):
            return {"prompt": item}
        prompt, image = item
        return {"prompt": prompt, "image": image}

    @overload
    def do(
        self,
        prompt: str,
        image: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[False] = False,
        **keywords: object,
    ) -> QfResponse[Image2TextReply]: ...
    @overload
    def do(
        self,
        prompt: str,
        image: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[True],
        **keywords: object,
    ) -> ResponseStream[Image2TextChunk]: ...
    @overload
    def do(
        self,
        prompt: str,
        image: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool,
        **keywords: object,
    ) -> QfResponse[Image2TextReply] | ResponseStream[Image2TextChunk]: ...
    def do(
        self,
        prompt: str,
        image: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool = False,
        **keywords: object,
    ) -> QfResponse[Image2TextReply] | ResponseStream[Image2TextChunk]:
        """Asks about an image.

        Args:
            prompt: The question.
            image: The image in base64.
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
        return self._stream((prompt, image), given) if stream else self._do((prompt, image), given)

    @overload
    async def ado(
        self,
        prompt: str,
        image: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[False] = False,
        **keywords: object,
    ) -> QfResponse[Image2TextReply]: ...
    @overload
    async def ado(
        self,
        prompt: str,
        image: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: Literal[True],
        **keywords: object,
    ) -> AsyncResponseStream[Image2TextChunk]: ...
    @overload
    async def ado(
        self,
        prompt: str,
        image: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool,
        **keywords: object,
    ) -> QfResponse[Image2TextReply] | AsyncResponseStream[Image2TextChunk]: ...
    async def ado(
        self,
        prompt: str,
        image: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        stream: bool = False,
        **keywords: object,
    ) -> QfResponse[Image2TextReply] | AsyncResponseStream[Image2TextChunk]:
        """The same, awaited."""
        given = {"model": model, "endpoint": endpoint, **keywords}
        return await (self._astream((prompt, image), given) if stream else self._ado((prompt, image), given))
