"""Calls of the documents' classes: what the generated signatures stand on, and `qianfan_typed` carries out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Generic, TypeVar

from qianfan_api.batch_futures import BatchRequestFuture
from qianfan_api.reply import Reply
from qianfan_api.responses import AsyncResponseStream, QfResponse, ResponseStream

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)
T = TypeVar("T")


class DocumentCalls(ABC, Generic[R, C]):
    """An object of the documents that holds a model. An item is what a call is about: the subject, or a tuple."""

    @abstractmethod
    def _do(self, item: object, keywords: Mapping[str, object]) -> QfResponse[R]: ...

    @abstractmethod
    async def _ado(self, item: object, keywords: Mapping[str, object]) -> QfResponse[R]: ...

    @abstractmethod
    def _stream(self, item: object, keywords: Mapping[str, object]) -> ResponseStream[C]: ...

    @abstractmethod
    async def _astream(self, item: object, keywords: Mapping[str, object]) -> AsyncResponseStream[C]: ...

    @abstractmethod
    def _batch(
        self,
        call: Callable[[object, Mapping[str, object]], T],
        items: Sequence[object],
        worker_num: int | None,
        keywords: Mapping[str, object],
    ) -> BatchRequestFuture[T]: ...

    @abstractmethod
    async def _abatch(
        self,
        call: Callable[[object, Mapping[str, object]], Coroutine[Any, Any, T]],
        items: Sequence[object],
        worker_num: int | None,
        keywords: Mapping[str, object],
    ) -> list[T | Exception]: ...
