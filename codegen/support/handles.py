"""What generated handles stand on: operations, targets and the runner that carries a request out."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypedDict, TypeVar, cast

import attrs

from qianfan_api.answers import AsyncParsedStream, FunctionRun, OnError, Parsed, ParsedStream, Progress
from qianfan_api.catalogue import Model
from qianfan_api.keywords import Explained
from qianfan_api.reply import Reply
from qianfan_api.retry import Retry as Retry
from qianfan_api.streams import AsyncStream as AsyncStream
from qianfan_api.streams import Stream as Stream
from qianfan_api.violations import Violation

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
T = TypeVar("T")
R_co = TypeVar("R_co", bound=Reply, covariant=True)
C_co = TypeVar("C_co", bound=Reply, covariant=True)


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
    split: str | None = None
    """The parameter whose items each have one of their own in `data` of the reply: more than one request may bear
    them."""
    most: Mapping[str, int] = attrs.field(factory=dict[str, int])
    """Constraint group → how many of those items a request bears."""
    multipart: bool = False
    """Whether the body is a form with files."""
    flat_errors: bool = False
    """Whether it says no as IAM does, with the dialect's codes."""
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
    doubt: Violation | None = None
    """What is doubtful about the name. A call warns of it, once in a process."""


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
    headers: Mapping[str, str] | None = attrs.field(default=None, repr=False)
    """Headers to send with it, over those of the client."""

    def over(self, others: Options) -> Options:
        """These options, and where they say nothing the others."""
        both: dict[str, Any] = {}
        for field in attrs.fields(Options):
            mine, theirs = getattr(self, field.name), getattr(others, field.name)
            if isinstance(mine, Retry) and isinstance(theirs, Retry):
                said = {
                    part.name: value for part in attrs.fields(Retry) if (value := getattr(mine, part.name)) is not None
                }
                both[field.name] = attrs.evolve(theirs, **said)
            elif isinstance(mine, Mapping) and isinstance(theirs, Mapping):
                both[field.name] = {**theirs, **mine}
            else:
                both[field.name] = theirs if mine is None else mine
        return Options(**both)


@attrs.frozen(kw_only=True)
class Waiting:
    """How a task is waited for: what its status says, and how long."""

    task: str
    """The parameter that names it."""
    status: str
    """The member of the reply that says how far it is."""
    done: frozenset[str]
    """What that says once the task is done."""
    failed: frozenset[str]
    """What that says once it will never be."""
    interval: float
    """Seconds between two questions."""
    deadline: float | None
    """Seconds until giving up. None: never."""


class CallOptions(TypedDict, total=False):
    """The same as keywords: what every call takes besides its parameters."""

    extra: Mapping[str, object] | None
    """Keys to send as they are, unchecked: for what the spec does not know yet."""
    timeout: float | None
    """Seconds that the platform may be silent. None: as the client is set."""
    deadline: float | None
    """Seconds that the whole call may take, retries and stream included. None: as the client is set."""
    retry: Retry | None
    """When to send the request again, and how often. None: as the client is set."""
    validate: Validate | None
    """What to do with a request that breaks a rule. None: as the client is set."""
    headers: Mapping[str, str] | None
    """Headers to send with it, over those of the client."""


class Request(Protocol):
    """A request object: gives the JSON object that goes over the wire."""

    def to_wire(self) -> dict[str, Any]: ...


class Runner(Protocol):
    """Carries requests out: validates, encodes, authorises, sends, decodes."""

    def create(self, target: Target[R, C], request: Request, options: Options) -> R: ...
    def wait(self, target: Target[R, C], request: Request, options: Options, waiting: Waiting) -> R: ...
    def stream(self, target: Target[R, C], request: Request, options: Options) -> Stream[C, R]: ...
    def parse(
        self, target: Target[R, C], create: Callable[..., R], into: type[T], retries: int, arguments: Mapping[str, Any]
    ) -> Parsed[T, R]: ...
    def parse_stream(
        self, target: Target[R, C], stream: Callable[..., Stream[C, R]], into: type[T], arguments: Mapping[str, Any]
    ) -> ParsedStream[T, R]: ...
    def run(
        self,
        target: Target[R, C],
        create: Callable[..., R],
        tools: Sequence[Callable[..., object]],
        max_turns: int,
        on_error: OnError,
        arguments: Mapping[str, Any],
    ) -> FunctionRun[R]: ...
    def create_many(
        self,
        create: Callable[..., R],
        requests: Iterable[Mapping[str, Any]],
        workers: int,
        patience: float,
        on_progress: Callable[[Progress], object] | None,
    ) -> list[R | Exception]: ...


class AsyncRunner(Protocol):
    """The same, awaited."""

    def create(self, target: Target[R, C], request: Request, options: Options) -> Coroutine[Any, Any, R]: ...
    async def wait(self, target: Target[R, C], request: Request, options: Options, waiting: Waiting) -> R: ...
    def stream(self, target: Target[R, C], request: Request, options: Options) -> AsyncStream[C, R]: ...
    async def parse(
        self,
        target: Target[R, C],
        create: Callable[..., Coroutine[Any, Any, R]],
        into: type[T],
        retries: int,
        arguments: Mapping[str, Any],
    ) -> Parsed[T, R]: ...
    def parse_stream(
        self,
        target: Target[R, C],
        stream: Callable[..., AsyncStream[C, R]],
        into: type[T],
        arguments: Mapping[str, Any],
    ) -> AsyncParsedStream[T, R]: ...
    async def run(
        self,
        target: Target[R, C],
        create: Callable[..., Coroutine[Any, Any, R]],
        tools: Sequence[Callable[..., object]],
        max_turns: int,
        on_error: OnError,
        arguments: Mapping[str, Any],
    ) -> FunctionRun[R]: ...
    async def create_many(
        self,
        create: Callable[..., Coroutine[Any, Any, R]],
        requests: Iterable[Mapping[str, Any]],
        workers: int,
        patience: float,
        on_progress: Callable[[Progress], object] | None,
    ) -> list[R | Exception]: ...


Run = TypeVar("Run", Runner, AsyncRunner)


class Handle(Explained, Generic[Run, R, C]):
    """A model or endpoint, ready to be called."""

    __slots__ = ("_runner", "target")

    def __init__(self, runner: Run, target: Target[R, C]) -> None:
        self._runner: Run = runner
        self.target: Target[R, C] = target

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(_not_a_method(self, name), name=name, obj=self)

    def _whom(self) -> tuple[str, Model | None]:
        return self.target.operation.name, self.target.model

    @property
    def model(self) -> Model | None:
        """The catalogue's entry: limits, rates, price. None: no rules are known."""
        return self.target.model

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.target.operation.name} {self.target.name}>"


_NEEDS = {"run": ("functions", "tools"), "parse": ("response_format", "functions", "tools")}
"""Method → the parameters of which its models take one."""


def _not_a_method(handle: Handle[Any, Any, Any], name: str) -> str:
    """What to say of a name that a handle does not have: why, and which models have it."""
    from qianfan_api.validation import check  # Late: it loads every rule.

    target = handle.target
    asked = _NEEDS.get(name.removesuffix("_stream"), ())
    found = check(target.operation.name, dict.fromkeys(asked, ""), target.model) if asked else []
    said = [f"{one.pointer[1:]}: {one.message}" for one in found if one.code == "unsupported"]
    return f"{type(handle).__name__} has no {name}{': ' if said else ''}{'; '.join(said)}"


class SyncHandle(Handle[Runner, R, C]):
    """One that blocks."""

    __slots__ = ()

    def create_many(
        self,
        requests: Iterable[Mapping[str, Any]],
        *,
        workers: int = 20,
        patience: float = 120,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> list[R | Exception]:
        """Makes many calls at once. A call that fails is a value: its error stands in its place.

        A refusal for the load (RateLimited, Overloaded) makes all calls wait, as long as the platform says, else twice
        as long each time, and costs none of them.

        Args:
            requests: The keywords of `create`, for each call: `{"messages": […], "temperature": 0.5}`.
            workers: How many calls are under way at once.
            patience: Seconds for which refused calls are kept when nothing succeeds. Then they fail.
            on_progress: Called after each call that is done, in one thread at a time.

        Returns:
            The replies and errors, in the order of the requests.

        Raises:
            TypeError: A request has a keyword that `create` does not take. What is under way is still done.
        """
        return self._runner.create_many(cast("Any", self).create, requests, workers, patience, on_progress)


class AsyncHandle(Handle[AsyncRunner, R, C]):
    """One that is awaited."""

    __slots__ = ()

    async def create_many(
        self,
        requests: Iterable[Mapping[str, Any]],
        *,
        workers: int = 20,
        patience: float = 120,
        on_progress: Callable[[Progress], object] | None = None,
    ) -> list[R | Exception]:
        """Makes many calls at once. A call that fails is a value: its error stands in its place.

        A refusal for the load (RateLimited, Overloaded) makes all calls wait, as long as the platform says, else twice
        as long each time, and costs none of them.

        Args:
            requests: The keywords of `create`, for each call: `{"messages": […], "temperature": 0.5}`.
            workers: How many calls are under way at once.
            patience: Seconds for which refused calls are kept when nothing succeeds. Then they fail.
            on_progress: Called after each call that is done.

        Returns:
            The replies and errors, in the order of the requests.

        Raises:
            TypeError: A request has a keyword that `create` does not take. What is under way is cancelled.
        """
        return await self._runner.create_many(cast("Any", self).create, requests, workers, patience, on_progress)


H_co = TypeVar("H_co", covariant=True)


class Undeployed(Generic[H_co]):
    """A model that the platform does not serve ready-made: deploy it, then call it `at` your endpoint."""

    __slots__ = ("_handle", "_operation", "_runner", "model")

    def __init__(
        self, handle: Callable[..., H_co], runner: object, operation: Operation[Any, Any], model: Model
    ) -> None:
        self._handle = handle
        self._runner = runner
        self._operation = operation
        self.model: Model = model

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            message = f"{self.model.name} is served only where you deployed it: write .at('your_endpoint').{name}"
            raise AttributeError(message, name=name, obj=self)

    def at(self, endpoint: str) -> H_co:
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
