"""`Reranker`: sorts documents by how well they fit a query, on V1 and V2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar, overload

from qianfan_api.documents.reranker import RerankerCalls
from qianfan_api.reply import Reply
from qianfan_typed.sdk.keywords import ObjectOptions, Version
from qianfan_typed.sdk.resource import Resource

if TYPE_CHECKING:
    from typing_extensions import TypeVar as WithDefault
    from typing_extensions import Unpack

    from qianfan_api.v1.rerank.names import ModelName as V1RerankName
    from qianfan_api.v1.rerank.types import RerankReply as V1RerankReply
    from qianfan_api.v2.rerank.names import ModelName as V2RerankName
    from qianfan_api.v2.rerank.types import RerankReply as V2RerankReply

    R = WithDefault("R", bound=Reply, default=V1RerankReply)
else:
    R = TypeVar("R")


class Reranker(RerankerCalls[R], Resource[R, Reply]):
    """Sorts documents by how well they fit a query: `Reranker().do("北京的天气", ["…", "…"]).reply.results`."""

    @overload
    def __init__(
        self: Reranker[V1RerankReply],
        *,
        model: V1RerankName | str | None = None,
        endpoint: str | None = None,
        version: Literal["1", 1] | None = None,
        **options: Unpack[ObjectOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: Reranker[V2RerankReply],
        *,
        model: V2RerankName | str | None = None,
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
