"""`Embedding`: texts into vectors, on V1 and V2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar, overload

from qianfan_api.documents.embedding import EmbeddingCalls
from qianfan_api.reply import Reply
from qianfan_typed.sdk.keywords import ObjectOptions, Version
from qianfan_typed.sdk.resource import Resource

if TYPE_CHECKING:
    from typing_extensions import TypeVar as WithDefault
    from typing_extensions import Unpack

    from qianfan_api.v1.embedding.names import ModelName as V1EmbeddingName
    from qianfan_api.v1.embedding.types import EmbeddingReply as V1EmbeddingReply
    from qianfan_api.v2.embedding.names import ModelName as V2EmbeddingName
    from qianfan_api.v2.embedding.types import EmbeddingReply as V2EmbeddingReply

    R = WithDefault("R", bound=Reply, default=V1EmbeddingReply)
else:
    R = TypeVar("R")


class Embedding(EmbeddingCalls[R], Resource[R, Reply]):
    """Texts into vectors: `Embedding().do(texts=["世界上最高的山"]).reply.data[0].embedding`."""

    @overload
    def __init__(
        self: Embedding[V1EmbeddingReply],
        *,
        model: V1EmbeddingName | str | None = None,
        endpoint: str | None = None,
        version: Literal["1", 1] | None = None,
        **options: Unpack[ObjectOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: Embedding[V2EmbeddingReply],
        *,
        model: V2EmbeddingName | str | None = None,
        endpoint: str | None = None,
        version: Literal["2", 2],
        **options: Unpack[ObjectOptions],
    ) -> None: ...
    def __init__(
        self,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        version: Version | None = None,
        **options: Unpack[ObjectOptions],
    ) -> None:
        """
        Args:
            model: The model's name. None: as `DEFAULT_MODELS` of `qianfan_api.platform` says.
            endpoint: What stands after the last `/` of the address of a service of your own. It goes before `model`.
            version: "1" or "2": the platform's interface.
            **options: Keys, hosts, limits and retries: see `ObjectOptions`.

        Raises:
            TypeError: A keyword is not known.
        """
        self._set_up(version, model, endpoint, options)
