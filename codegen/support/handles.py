"""What generated handles stand on: operations, targets and the runner that carries a request out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

import attrs

from qianfan_api.catalogue import Model
from qianfan_api.reply import Meta, Reply
from qianfan_api.retry import Retry as Retry
from qianfan_api.shapes import Message

if TYPE_CHECKING:
    from typing_extensions import deprecated as deprecated
else:

    def deprecated(message: str) -> Callable[[Any], Any]:
        """Strikes a model out in editors. At run time the call warns, once for each model, not the way to it."""

        def mark(function: Any) -> Any:
            function.__deprecated__ = message
            return function

        return mark


Validate = Literal["error", "warn", "off"]
"""What to do with a request that breaks a rule: refuse it, warn and send it, or not look."""

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)
R_co = TypeVar("R_co", bound=Reply, covariant=True)
C_co = TypeVar("C_co", bound=Reply, covariant=True)
Self = TypeVar("Self")


@attrs.frozen
class Placed:
    """Where a parameter stands that is no member of a JSON body, and how its value is written there."""

    place: Literal["path", "query", "form"]
    written: Literal["text", "json", "file"]
    """text: a string as it is, anything else as JSON."""


def _is_plain(operation: Operation[Any, Any]) -> bool:
    return not (operation.placed or operation.multipart or operation.method in ("GET", "DELETE"))


@attrs.frozen(kw_only=True)
class Operation(Generic[R_co, C_co]):
    """One operation of the platform, as the spec describes it."""

    name: str
    """`v1.chat`."""
    dialect: Literal["v1", "v2"]
    host: str
    """Which host serves it: a key of `platform.HOSTS`."""
    method: str
    path: str
    """Its path; `{path}` stands for the model's, other braces for parameters."""
    model_in: Literal["path", "body", "none"]
    auth: tuple[Literal["access_token", "iam", "bearer"], ...]
    also: tuple[str, ...] = ()
    """Other paths that serve it."""
    deployed_path: str | None = None
    """V1: the path of a service of one's own; `{endpoint}` stands for its name."""
    reply: type[R_co]
    chunk: type[C_co] | None = None
    until: str | None = None
    """What ends a stream: a member of the chunk, or a line."""
    end_events: tuple[str, ...] = ()
    """The events that end a stream, by their names."""
    media_type: str | None = None
    """What the reply is, where it is a file. None: it is JSON."""
    placed: Mapping[str, Placed] = attrs.field(factory=dict[str, Placed])
    """Parameter → its place. What is not in here is a member of the body; without a body, of the query."""
    multipart: bool = False
    """Whether the body is a form with files."""
    is_plain: bool = attrs.field(init=False, default=attrs.Factory(_is_plain, takes_self=True))
    """Whether a request is a JSON object in the body, and nothing else."""


@attrs.frozen(kw_only=True)
class Target(Generic[R_co, C_co]):
    """Whom a request goes to: an operation and a model or an endpoint."""

    operation: Operation[R_co, C_co]
    name: str
    """The model as the request names it, or the endpoint."""
    path: str | None = None
    """V1: the path after the operation's prefix."""
    model: Model | None = None
    """The catalogue's entry whose rules apply. None: no rules are known, the request passes as it is."""


@attrs.frozen
class Options:
    """How one call departs from the client's settings."""

    extra: Mapping[str, object] | None = None
    """Keys to send as they are, unchecked: for what the spec does not know yet."""
    timeout: float | None = None
    """Seconds that the platform may be silent. None: as the client is set."""
    deadline: float | None = None
    """Seconds that the call may take: attempts, pauses, tokens and stream together. None: as the client is set."""
    validate: Validate | None = None
    """None: as the client is set."""
    retry: Retry | None = None
    """When to send it again. None: as the client is set."""


class Request(Protocol):
    """A request object: gives the JSON object that goes over the wire."""

    def to_wire(self) -> dict[str, Any]: ...


class Stream(Protocol[C_co, R_co]):
    """The pieces of a reply, as they come. Close it, or use it in a `with` block, if you stop reading early."""

    @property
    def meta(self) -> Meta:
        """Status, headers, request id and latencies, as of the last piece."""
        ...

    def __iter__(self) -> Iterator[C_co]: ...
    def __next__(self) -> C_co: ...
    def __enter__(self: Self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def close(self) -> None: ...

    def text(self) -> Iterator[str]:
        """The answer's text, as it comes: of the pieces that are still to be read and have some."""
        ...

    def reply(self) -> R_co:
        """The whole reply, as `create` would have given it: the rest is read, and the pieces are put together.

        Raises:
            SentError: What ended the stream before its end; StreamCut where it was closed early.
        """
        ...

    def to_message(self) -> Message:
        """The whole answer as a message, to go on with the conversation. Raises as `reply`."""
        ...


class AsyncStream(Protocol[C_co, R_co]):
    """The pieces of a reply, as they come. `await` it, or enter it, to send the request before you ask for a piece.

    Awaited or entered with `async with`, it raises there what the platform refuses. Otherwise the request is sent when
    the first piece is asked for.
    """

    @property
    def meta(self) -> Meta:
        """Status, headers, request id and latencies, as of the last piece."""
        ...

    def __await__(self: Self) -> Generator[Any, None, Self]: ...
    def __aiter__(self) -> AsyncIterator[C_co]: ...
    async def __anext__(self) -> C_co: ...
    async def __aenter__(self: Self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    async def aclose(self) -> None: ...

    def text(self) -> AsyncIterator[str]:
        """The answer's text, as it comes: of the pieces that are still to be read and have some."""
        ...

    async def reply(self) -> R_co:
        """The whole reply, as `create` would have given it: the rest is read, and the pieces are put together.

        Raises:
            SentError: What ended the stream before its end; StreamCut where it was closed early.
        """
        ...

    async def to_message(self) -> Message:
        """The whole answer as a message, to go on with the conversation. Raises as `reply`."""
        ...


class Runner(Protocol):
    """Carries requests out: validates, encodes, authorises, sends, decodes."""

    def create(self, target: Target[R, C], request: Request, options: Options) -> R: ...
    def stream(self, target: Target[R, C], request: Request, options: Options) -> Stream[C, R]: ...


class AsyncRunner(Protocol):
    """The same, awaited."""

    async def create(self, target: Target[R, C], request: Request, options: Options) -> R: ...
    def stream(self, target: Target[R, C], request: Request, options: Options) -> AsyncStream[C, R]: ...


Run = TypeVar("Run", Runner, AsyncRunner)


class Handle(Generic[Run, R, C]):
    """A model or endpoint, ready to be called."""

    __slots__ = ("_runner", "target")

    def __init__(self, runner: Run, target: Target[R, C]) -> None:
        self._runner: Run = runner
        self.target: Target[R, C] = target

    @property
    def model(self) -> Model | None:
        """The catalogue's entry: limits, rates, price. None: no rules are known."""
        return self.target.model

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.target.operation.name} {self.target.name}>"


H = TypeVar("H")


class Undeployed(Generic[H]):
    """A model that the platform does not serve ready-made: deploy it, then call it `at` your endpoint."""

    __slots__ = ("_handle", "_operation", "_runner", "model")

    def __init__(self, handle: Callable[..., H], runner: object, operation: Operation[Any, Any], model: Model) -> None:
        self._handle = handle
        self._runner = runner
        self._operation = operation
        self.model: Model = model

    def at(self, endpoint: str) -> H:
        """The model as you deployed it. `endpoint`: what stands after the last `/` of the service's address."""
        path = endpoint_path(self._operation, endpoint)
        target = Target(operation=self._operation, name=endpoint, path=path, model=self.model)
        return self._handle(self._runner, target)

    def __repr__(self) -> str:
        return f"<{self.model.name}: deploy it, then call .at('your_endpoint')>"


def endpoint_path(operation: Operation[Any, Any], endpoint: str) -> str:
    """The path of a service of one's own. Raises ValueError where the operation has none."""
    if operation.deployed_path is None:
        raise ValueError(f"{operation.name} has no services of one's own")
    return operation.deployed_path.replace("{endpoint}", endpoint)


@attrs.frozen
class OpenRequest:
    """A request to a model that the catalogue does not know: it takes what it is given."""

    parameters: Mapping[str, object]

    def to_wire(self) -> dict[str, Any]:
        return {name: value for name, value in self.parameters.items() if value is not None}
