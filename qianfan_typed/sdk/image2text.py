"""`Image2Text`: answers a question about an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qianfan_api.documents.image2text import Image2TextCalls
from qianfan_api.v1.image2text.types import Image2TextChunk, Image2TextReply
from qianfan_typed.sdk.keywords import ObjectOptions
from qianfan_typed.sdk.resource import Resource

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from qianfan_api.v1.image2text.names import ModelName


class Image2Text(Image2TextCalls, Resource[Image2TextReply, Image2TextChunk]):
    """Answers a question about an image: `Image2Text().do(prompt="这是什么？", image=base64)["result"]`."""

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
