"""`Text2Image`: draws images."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from qianfan_api.handles import Target
from qianfan_api.v1.text2image.types import ImageReply
from qianfan_typed.sdk.classes import DOCUMENT_CLASSES, DocumentClass
from qianfan_typed.sdk.keywords import ClientOptions
from qianfan_typed.sdk.resource import WholeResource
from qianfan_typed.sdk.response import QfResponse

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Text2Image(WholeResource[str, ImageReply]):
    """Draws images: `Text2Image().do(prompt="Rag doll cat", n=3).reply.data[0].save("cat.png")`."""

    _ROW: ClassVar[DocumentClass] = DOCUMENT_CLASSES["Text2Image"]

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

    def _subject(self, target: Target[Any, Any], item: str) -> dict[str, object]:
        return {"prompt": item}

    def _finished(self, response: QfResponse[ImageReply], keywords: Mapping[str, object]) -> QfResponse[ImageReply]:
        if keywords.get("with_decode") is None:
            return response
        images = [{**image, "image": b64decode(image["b64_image"])} for image in response.body["data"]]
        return response.with_body({**response.body, "data": images})

    def do(
        self,
        prompt: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        with_decode: Literal["base64"] | None = None,
        **keywords: object,
    ) -> QfResponse[ImageReply]:
        """Draws images.

        Args:
            prompt: What to draw.
            model: The model of this call, in place of the object's model and endpoint.
            endpoint: The endpoint of this call, likewise. It goes before `model`.
            with_decode: base64: each of `resp["data"]` has its bytes as `image`. They are in `resp.reply` in any case.
            **keywords: The model's parameters and the options of a call: see `CallOptions`.

        Raises:
            TypeError: A keyword is neither a parameter nor an option.
            InvalidRequest: The request breaks rules of the model. Nothing was sent.
            ApiError: The platform refused.
            TransportError: There was no reply.
        """
        return self._do(prompt, {"model": model, "endpoint": endpoint, "with_decode": with_decode, **keywords})

    async def ado(
        self,
        prompt: str,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        with_decode: Literal["base64"] | None = None,
        **keywords: object,
    ) -> QfResponse[ImageReply]:
        """The same, awaited."""
        return await self._ado(prompt, {"model": model, "endpoint": endpoint, "with_decode": with_decode, **keywords})
