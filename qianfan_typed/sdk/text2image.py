"""`Text2Image`: draws images."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import TYPE_CHECKING

from qianfan_api.documents.text2image import Text2ImageCalls
from qianfan_api.reply import Reply
from qianfan_api.responses import QfResponse
from qianfan_api.v1.text2image.types import ImageReply
from qianfan_typed.sdk.keywords import ObjectOptions
from qianfan_typed.sdk.resource import Resource

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from qianfan_api.v1.text2image.names import ModelName


class Text2Image(Text2ImageCalls, Resource[ImageReply, Reply]):
    """Draws images: `Text2Image().do(prompt="Rag doll cat", n=3).reply.data[0].save("cat.png")`."""

    def __init__(
        self, *, model: ModelName | str | None = None, endpoint: str | None = None, **options: Unpack[ObjectOptions]
    ) -> None:
        """
        Args:
            model: The model's name. None: as `DEFAULT_MODELS` of `qianfan_api.platform` says.
            endpoint: What stands after the last `/` of the address of a service of your own. It goes before `model`.
            **options: Keys, hosts, limits and retries: see `ObjectOptions`.

        Raises:
            TypeError: A keyword is not known.
        """
        self._set_up(None, model, endpoint, options)

    def _finished(self, response: QfResponse[ImageReply], keywords: Mapping[str, object]) -> QfResponse[ImageReply]:
        if keywords.get("with_decode") is None:
            return response
        images = [{**image, "image": b64decode(image["b64_image"])} for image in response.body["data"]]
        return response.with_body({**response.body, "data": images})
