"""Responses: what the documents' methods return, whole or in pieces, with the request that each answers."""

from __future__ import annotations

from collections import UserDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeAlias, TypeVar, overload

import attrs

from qianfan_api.reply import Reply
from qianfan_api.statistic import Statistic, statistic_of

if TYPE_CHECKING:
    from qianfan_api.v1.chat.types import ChatChunk, ChatReply
    from qianfan_api.v1.completion.types import CompletionChunk, CompletionReply
    from qianfan_api.v1.image2text.types import Image2TextChunk, Image2TextReply
    from qianfan_api.v1.plugin.types import PluginChunk, PluginReply
    from qianfan_api.v1.plugin_endpoint.types import PluginChunk as ServiceChunk
    from qianfan_api.v1.plugin_endpoint.types import PluginReply as ServiceReply

    _Chat: TypeAlias = ChatReply | ChatChunk | CompletionReply | CompletionChunk
    _Result: TypeAlias = (
        _Chat | Image2TextReply | Image2TextChunk | PluginReply | PluginChunk | ServiceReply | ServiceChunk
    )

R_co = TypeVar("R_co", bound=Reply, covariant=True)
C = TypeVar("C", bound=Reply)
C_co = TypeVar("C_co", bound=Reply, covariant=True)
Self = TypeVar("Self")


@attrs.frozen(kw_only=True)
class RetryConfig:
    """How a request is tried again."""

    retry_count: int
    """Attempts after the first."""
    timeout: float
    """Seconds that the platform may be silent."""
    backoff_factor: float
    """Seconds before the first retry; each further one doubles them."""
    jitter: float
    """The share of a wait that is left to chance, from 0 to 1."""
    max_wait_interval: float
    """Seconds between two attempts at most."""


@attrs.frozen(kw_only=True)
class QfRequest:
    """A request, as it was sent. Keys, tokens and signatures are hidden."""

    method: str
    url: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    json_body: dict[str, Any]
    retry_config: RetryConfig


class QfResponse(Mapping[str, Any], Generic[R_co]):
    """A reply of the platform: `resp["result"]`, `resp.body["result"]`, or typed, `resp.reply.result`."""

    def __init__(
        self,
        reply: R_co,
        request: QfRequest | Callable[[], QfRequest],
        *,
        body: dict[str, Any] | None = None,
    ) -> None:
        """
        Args:
            reply: The typed reply.
            request: The request that it answers, or what tells it when asked.
            body: The JSON object, where it is not the reply's own.
        """
        self._reply = reply
        self._request = request
        if body is None and reply.event is not None:
            # As the official SDK has it: the name of the event is a member of the piece.
            body = {**reply.to_dict(), "_event": reply.event}
        self._body = body

    @property
    def reply(self) -> R_co:
        """The typed reply: documented fields are attributes."""
        return self._reply

    @property
    def waited(self) -> float:
        """Seconds that the call was held back to keep to a limit."""
        return self._reply.meta.waited

    @property
    def _event(self) -> str | None:
        """The name of the event that a piece came in; `resp["_event"]` too. None: it has none."""
        return self._reply.event

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object that the platform sent."""
        return self._reply.to_dict() if self._body is None else self._body

    @property
    def code(self) -> int:
        """The HTTP status."""
        return self._reply.meta.status

    @property
    def headers(self) -> MutableMapping[str, str]:
        """The HTTP headers; names in any case."""
        return _Headers(self._reply.meta.headers)

    @property
    def statistic(self) -> Statistic:
        """How long the call took."""
        return statistic_of(self._reply)

    @property
    def request(self) -> QfRequest:
        """The request that this answers, without its secrets."""
        return self._request if isinstance(self._request, QfRequest) else self._request()

    def __getstate__(self) -> dict[str, object]:
        # What tells the request is bound to the object that sent it: a copy has the request itself.
        return {**self.__dict__, "_request": self.request}

    def with_body(self, body: dict[str, Any]) -> QfResponse[R_co]:
        """The same response with another `body`."""
        return QfResponse(self._reply, self._request, body=body)

    @overload
    def __getitem__(self, key: Literal["body"]) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, key: Literal["code"]) -> int: ...
    @overload
    def __getitem__(self, key: Literal["headers"]) -> MutableMapping[str, str]: ...
    @overload
    def __getitem__(self, key: Literal["statistic"]) -> Statistic: ...
    @overload
    def __getitem__(self, key: Literal["request"]) -> QfRequest: ...
    @overload
    def __getitem__(self: QfResponse[_Result], key: Literal["result"]) -> str: ...
    @overload
    def __getitem__(self, key: str) -> Any: ...
    def __getitem__(self, key: str) -> Any:
        return getattr(self, key) if key in _OWN else self.body[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.body)

    def __len__(self) -> int:
        return len(self.body)

    def __repr__(self) -> str:
        return f"QfResponse(code={self.code}, body={self.body!r})"


class _Headers(UserDict[str, str]):
    """Headers by name, in any case."""

    def __getitem__(self, name: str) -> str:
        return self.data[name.lower()]

    def __setitem__(self, name: str, value: str) -> None:
        self.data[name.lower()] = value

    def __delitem__(self, name: str) -> None:
        del self.data[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self.data


_OWN = frozenset({"body", "code", "headers", "statistic", "request"})


class Pieces(Protocol[C_co]):
    """What a stream of responses is read from."""

    def __next__(self) -> C_co: ...
    def close(self) -> None: ...


class AsyncPieces(Protocol[C_co]):
    """The same, awaited."""

    def __anext__(self) -> Awaitable[C_co]: ...
    async def aclose(self) -> None: ...


class ResponseStream(Iterator[QfResponse[C]], Generic[C]):
    """The pieces of an answer, as they come. Close it, or use it in a `with` block, if you stop reading early."""

    def __init__(self, pieces: Pieces[C], response: Callable[[C], QfResponse[C]]) -> None:
        """
        Args:
            pieces: The pieces, typed.
            response: Makes a response of a piece.
        """
        self._pieces = pieces
        self._response = response

    def __next__(self) -> QfResponse[C]:
        return self._response(self._pieces.__next__())

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops reading. The platform stops writing when it notices."""
        self._pieces.close()


class AsyncResponseStream(AsyncIterator[QfResponse[C]], Generic[C]):
    """The same, awaited."""

    def __init__(self, pieces: AsyncPieces[C], response: Callable[[C], QfResponse[C]]) -> None:
        self._pieces = pieces
        self._response = response

    async def __anext__(self) -> QfResponse[C]:
        return self._response(await self._pieces.__anext__())

    async def __aenter__(self: Self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stops reading. The platform stops writing when it notices."""
        await self._pieces.aclose()
