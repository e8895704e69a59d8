"""`Reranker`: sorts documents by how well they fit a query, on V1 and V2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, overload

from qianfan_api.handles import Target
from qianfan_api.reply import Reply
from qianfan_typed.sdk.classes import DOCUMENT_CLASSES, DocumentClass
from qianfan_typed.sdk.keywords import ClientOptions, Version
from qianfan_typed.sdk.resource import WholeResource
from qianfan_typed.sdk.response import QfResponse

if TYPE_CHECKING:
    from typing_extensions import TypeVar as WithDefault
    from typing_extensions import Unpack

    from qianfan_api.v1.rerank.types import RerankReply as V1Reply
    from qianfan_api.v2.rerank.types import RerankReply as V2Reply

    R = WithDefault("R", bound=Reply, default=V1Reply)
else:
    R = TypeVar("R")


class Reranker(WholeResource[tuple[str, Sequence[str]], R]):
    """Sorts documents by how well they fit a query: `Reranker().do("北京的天气", ["…", "…"]).reply.results`."""

    _ROW: ClassVar[DocumentClass] = DOCUMENT_CLASSES["Reranker"]

    @overload
    def __init__(
        self: Reranker[V1Reply],
        *,
        model: str | None = None,
        endpoint: str | None = None,
        version: Literal["1", 1] | None = None,
        **options: Unpack[ClientOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: Reranker[V2Reply],
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

    def _subject(self, target: Target[Any, Any], item: str | tuple[str, Sequence[str]]) -> dict[str, object]:
        if isinstance(item, str):
            return {"query": item}
        query, documents = item
        return {"query": query, "documents": documents}

    def do(
        self,
        query: str,
        documents: Sequence[str],
        top_n: int | None = None,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        **keywords: object,
    ) -> QfResponse[R]:
        """Sorts documents.

        Args:
            query: What is looked for.
            documents: The texts to sort.
            top_n: How many of the best to return. None: all.
            model: The model of this call, in place of the object's model and endpoint.
            endpoint: The endpoint of this call, likewise. It goes before `model`.
            **keywords: The model's parameters and the options of a call: see `CallOptions`.

        Raises:
            TypeError: A keyword is neither a parameter nor an option.
            InvalidRequest: The request breaks rules of the model. Nothing was sent.
            ApiError: The platform refused.
            TransportError: There was no reply.
        """
        return self._do((query, documents), {"model": model, "endpoint": endpoint, "top_n": top_n, **keywords})

    async def ado(
        self,
        query: str,
        documents: Sequence[str],
        top_n: int | None = None,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        **keywords: object,
    ) -> QfResponse[R]:
        """The same, awaited."""
        return await self._ado((query, documents), {"model": model, "endpoint": endpoint, "top_n": top_n, **keywords})
