"""Clients: `Qianfan` blocks, `AsyncQianfan` is awaited. Both have the same shape."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Literal, NoReturn, TypeVar

import attrs

from qianfan_api.handles import OpenRequest, Options, Target, Validate
from qianfan_api.keywords import explained
from qianfan_api.once import once
from qianfan_api.retry import Retry
from qianfan_typed.config import Settings, load, require_plain_hooks, without_traces
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.hooks.watch import Hook
from qianfan_typed.limits.limits import Limits

if TYPE_CHECKING:
    import ssl

    from qianfan_api.v1 import V1, AsyncV1
    from qianfan_api.v2 import V2, AsyncV2
    from qianfan_api.v2.batches.async_namespace import AsyncV2Batches
    from qianfan_api.v2.batches.namespace import V2Batches
    from qianfan_api.v2.files.async_namespace import AsyncV2Files
    from qianfan_api.v2.files.namespace import V2Files
    from qianfan_api.v2.responses.async_namespace import AsyncV2Responses
    from qianfan_api.v2.responses.namespace import V2Responses
    from qianfan_typed import openai_like
    from qianfan_typed.batch.reports import BatchReport
    from qianfan_typed.batch.run import Paths
    from qianfan_typed.batch.work import BatchProgress
    from qianfan_typed.core.open_path import OpenReply
    from qianfan_typed.limits import Limiter
    from qianfan_typed.runners.async_runner import AsyncRunner
    from qianfan_typed.runners.sync_runner import SyncRunner
    from qianfan_typed.transports import AsyncTransport, Transport

Self = TypeVar("Self")
Carrier = TypeVar("Carrier")


class _Client(Generic[Carrier]):
    """The settings of both clients: arguments, then the environment, then defaults."""

    def __init__(
        self,
        *,
        access_key: str | None = None,
        secret_key: str | None = None,
        ak: str | None = None,
        sk: str | None = None,
        access_token: str | None = None,
        bearer_token: str | None = None,
        api_key: str | None = None,
        app_id: str | None = None,
        base_url: str | None = None,
        console_api_base_url: str | None = None,
        iam_base_url: str | None = None,
        validate: Validate | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        connect_timeout: float | None = None,
        idle_timeout: float | None = None,
        max_attempts: int | None = None,
        headers: Mapping[str, str] | None = None,
        proxy: str | None = None,
        verify_ssl: bool | None = None,
        ca: str | os.PathLike[str] | ssl.SSLContext | None = None,
        cert: str | os.PathLike[str] | tuple[str, str] | None = None,
        no_auth: bool | None = None,
        max_rule_age: int | None = None,
        max_reply_bytes: int | None = None,
        max_event_bytes: int | None = None,
        retry: Retry | None = None,
        limits: Limits | Literal["catalogue"] | None = None,
        on_request: Hook | None = None,
        on_reply: Hook | None = None,
        on_retry: Hook | None = None,
        on_error: Hook | None = None,
        telemetry: bool | None = None,
        env_file: str | os.PathLike[str] | None = None,
        transport: Carrier | None = None,
    ) -> None:
        """Takes what is given, the rest from the environment.

        Args:
            access_key: The account's IAM access key, with `secret_key`: serves V1 and V2. `QIANFAN_ACCESS_KEY`.
            secret_key: Its secret. `QIANFAN_SECRET_KEY`.
            ak: An application's API key, with `sk`: serves V1. `QIANFAN_AK`.
            sk: Its secret. `QIANFAN_SK`.
            access_token: A ready access token: serves V1. `QIANFAN_ACCESS_TOKEN`.
            bearer_token: A ready bearer token or a permanent API key: serves V2. `QIANFAN_BEARER_TOKEN`.
            api_key: Another name for `bearer_token`.
            app_id: The application that V2 calls are booked to. `QIANFAN_APP_ID`.
            base_url: A gateway or a plan, also with /v1 or /v2. As a variable: V1 alone. `QIANFAN_BASE_URL`.
            console_api_base_url: Where V2 is, if elsewhere. `QIANFAN_CONSOLE_API_BASE_URL`.
            iam_base_url: Where bearer tokens are, if elsewhere. `QIANFAN_IAM_BASE_URL`.
            validate: error: refuse a request that breaks a rule (default); warn: warn and send it; off: do not look.
            timeout: Seconds that the platform may be silent, 300 by default. `QIANFAN_LLM_API_RETRY_TIMEOUT`.
            deadline: Seconds that a call may take, retries and stream too; no bound by default. `QIANFAN_DEADLINE`.
            connect_timeout: Seconds that a connection may take, 10 by default. `QIANFAN_CONNECT_TIMEOUT`.
            idle_timeout: Seconds that an idle connection is kept for a call, 30 by default. `QIANFAN_IDLE_TIMEOUT`.
            max_attempts: How often a request is sent at most, 3 by default. `QIANFAN_LLM_API_RETRY_COUNT`.
            headers: Headers to send with every request, over the client's own.
            proxy: A proxy's address. None: as `HTTPS_PROXY` and `NO_PROXY` say. `QIANFAN_PROXY`.
            verify_ssl: Whether certificates are checked, as they are by default. `QIANFAN_SSL_VERIFICATION_ENABLED`.
            ca: What to trust: a file or folder of certificates, or an `ssl.SSLContext`. `QIANFAN_CA_BUNDLE`.
            cert: A PEM file with a client certificate and its key, or the files of both. `QIANFAN_CLIENT_CERT`.
            no_auth: Send no credentials: a gateway adds them. `QIANFAN_NO_AUTH`.
            max_rule_age: Days. Rules whose source was read longer ago only warn. `QIANFAN_MAX_RULE_AGE`.
            max_reply_bytes: Bytes of a whole reply at most, 268435456 by default. `QIANFAN_MAX_REPLY_BYTES`.
            max_event_bytes: Bytes of one event of a stream at most, 67108864 by default. `QIANFAN_MAX_EVENT_BYTES`.
            retry: When to send a request again, and how often: every part of it in one value.
            limits: What calls wait for; by default nothing. catalogue: each model's default rate.
            on_request: Called with a RequestSent before each attempt. What hooks raise is logged.
            on_reply: Called with a ReplyCame when a reply came, or a stream ended.
            on_retry: Called with a RetryPlanned when an attempt failed and another follows.
            on_error: Called with a CallFailed when a call comes to an error.
            telemetry: Record OpenTelemetry spans and metrics, no content; needs the extra otel. `QIANFAN_TELEMETRY`.
            env_file: A file of variables. None: `.env`, if it is there. `QIANFAN_DOT_ENV_CONFIG_FILE`.
            transport: What carries requests: see `qianfan_typed.transports`. Yours to close. None: one of its own.

        Raises:
            ConfigurationError: A value cannot be, or a key is missing or half given.
        """
        # The arguments are rows of the table of settings: a test holds names, types and words above against it.
        arguments = {name: value for name, value in locals().items() if name not in ("self", "transport")}
        if transport is not None:
            self._require_fit(transport)
        self._transport = transport
        try:
            self._settings = load(**arguments)
            if not isinstance(self, AsyncQianfan):
                require_plain_hooks(self._settings)
        except ConfigurationError as error:
            failure = without_traces(error)
        else:
            return
        # A traceback may show the locals of its frames.
        del arguments, access_key, secret_key, ak, sk, access_token, bearer_token, api_key, proxy, headers
        del base_url, console_api_base_url, iam_base_url
        raise failure

    if not TYPE_CHECKING:
        __init__ = explained(__init__)

    def _require_fit(self, transport: Carrier) -> None:
        """Raises ConfigurationError where a transport is of the other kind, or none."""
        raise NotImplementedError

    def _take_over(self, other: _Client[Carrier], options: Options) -> None:
        """Is set as another client, but for some options."""
        self._transport = other._transport
        known = {
            name: value for name in ("timeout", "deadline", "validate", "retry") if (value := getattr(options, name))
        }
        headers = {**other.settings.headers, **(options.headers or {})}
        self._settings = attrs.evolve(other.settings, headers=headers, **known)

    @property
    def settings(self) -> Settings:
        """How the client is set. Secrets are masked when shown."""
        return self._settings

    def __copy__(self: Self) -> Self:
        # It cannot be changed, and a second one would have no tokens and connections.
        return self

    def __deepcopy__(self: Self, memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} is not pickled: it holds keys and connections. "
            "Make one in the other process, with its keys as environment variables"
        )

    def __repr__(self) -> str:
        settings = getattr(self, "_settings", None)  # A traceback may show a client that could not be made.
        names = ("access_key", "ak", "access_token", "bearer_token")
        found = [(name, getattr(settings, name, None)) for name in names]
        shown = [f"{name}={str(secret)!r}" for name, secret in found if secret is not None]
        return f"{type(self).__name__}({', '.join(shown)})"


class Qianfan(_Client["Transport"]):
    """The platform, ready to be called. Threads may share a client; it keeps its connections open for the next call.

    Examples:
        >>> client = Qianfan()  # keys from the environment
        >>> client.v2.chat.ernie_4_5_turbo_128k.create([user("你好")]).text
        >>> client.chat.completions.create(model="ernie-4.5-turbo-128k", messages=[user("你好")])
    """

    def _require_fit(self, transport: Transport) -> None:
        from qianfan_typed.transports.protocols import require_fit

        require_fit(transport, "Transport", "Qianfan")

    @once
    def _runner(self) -> SyncRunner:
        from qianfan_typed.runners.sync_runner import SyncRunner

        return SyncRunner(self._settings, self._transport)

    @once
    def v1(self) -> V1:
        """The operations of V1: a path for each model, access tokens or IAM signatures."""
        from qianfan_api.v1 import V1

        return V1(self._runner)

    @once
    def v2(self) -> V2:
        """The operations of V2: OpenAI-like, bearer tokens."""
        from qianfan_api.v2 import V2

        return V2(self._runner)

    @once
    def chat(self) -> openai_like.Chat:
        """`client.chat.completions.create(model=…, messages=…)`, as the platform's documents write it (V2)."""
        from qianfan_typed.openai_like import Chat

        return Chat(self._runner)

    @once
    def embeddings(self) -> openai_like.Embeddings:
        """Texts into vectors on V2: `create(model=…, input=[…])`, of any number of texts."""
        from qianfan_typed.openai_like import Embeddings

        return Embeddings(self._runner)

    @once
    def images(self) -> openai_like.Images:
        """Images on V2: `generate(model=…, prompt=…)` and `edit(model=…, image=…)`."""
        from qianfan_typed.openai_like import Images

        return Images(self._runner)

    @once
    def models(self) -> openai_like.Models:
        """The models that one may call: `list()` and `retrieve(model)`."""
        from qianfan_typed.openai_like import Models

        return Models(self._runner)

    @property
    def responses(self) -> V2Responses:
        """Answers that the platform remembers: `create(model=…, input=…)`."""
        return self.v2.responses

    @property
    def files(self) -> V2Files:
        """Files for batches: `create(file=…, purpose=…)`, `list()`, `retrieve(…)`, `content(…)`, `delete(…)`."""
        return self.v2.files

    @property
    def batches(self) -> V2Batches:
        """Batches of requests: `create(…)`, `retrieve(…)`, `list()`, `cancel(…)`."""
        return self.v2.batches

    def with_options(
        self,
        *,
        timeout: float | None = None,
        deadline: float | None = None,
        retry: Retry | None = None,
        headers: Mapping[str, str] | None = None,
        validate: Validate | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> Qianfan:
        """The same client with other options for calls that say nothing. Closing it closes nothing.

        It has the connections, tokens and limits of this one. Headers and `extra` are added to those that are set.

        Args:
            timeout: Seconds that the platform may be silent. None: as this client is set.
            deadline: Seconds that a call may take, retries and stream included. None: as this client is set.
            retry: When to send a request again, and how often. What it does not say is as this client is set.
            headers: Headers to send with each request.
            validate: "error", "warn" or "off": what to do with a request that breaks a rule.
            extra: Keys to send with each request as they are, unchecked.

        Raises:
            ConfigurationError: A value cannot be.
        """
        options = Options(extra, timeout, deadline, validate, retry, headers)
        other = Qianfan.__new__(Qianfan)
        other._take_over(self, options)
        other.__dict__["_runner"] = self._runner.with_options(options)
        return other

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        timeout: float | None = None,
        deadline: float | None = None,
        retry: Retry | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> OpenReply:
        """A request to any path, signed and retried as others are: for operations that the spec does not know.

        Args:
            method: GET, POST, …
            path: The path on its host, as `/v2/chat/completions`. V1's paths go to V1, all others to V2.
            body: What is sent as JSON; with GET and DELETE as the query.
            timeout: Seconds that the platform may be silent. None: as the client is set.
            deadline: Seconds that the call may take. None: as the client is set.
            retry: When to send the request again, and how often. None: as the client is set.
            headers: Headers to send with it, over those of the client.

        Returns:
            The reply: `reply["field"]`, `reply.to_dict()`.
        """
        from qianfan_typed.core.open_path import open_operation  # Late: it loads every operation.

        target = Target(operation=open_operation(method, path), name=path)
        options = Options(None, timeout, deadline, "off", retry, headers)
        return self._runner.create(target, OpenRequest(body or {}), options)

    def post(
        self, path: str, body: Mapping[str, object] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> OpenReply:
        """`request("POST", path, body)`."""
        return self.request("POST", path, body, headers=headers)

    @property
    def limiter(self) -> Limiter | None:
        """What keeps its calls to limits, and how much of them is used. None: there are none."""
        return self._runner.planner.limiter

    def batch(
        self,
        inputs: Paths,
        output: str | os.PathLike[str],
        *,
        api: str = "v2.chat",
        model: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        messages_from: str | None = None,
        columns: Mapping[str, str] | None = None,
        id_from: str | None = None,
        system: str | None = None,
        template: str | os.PathLike[str] | None = None,
        workers: int = 16,
        resume: bool = False,
        only_failed: bool = False,
        skip_invalid: bool = False,
        deadline: float | None = None,
        remote: bool = False,
        window: str = "24h",
        interval: float = 30.0,
        on_progress: Callable[[BatchProgress], object] | None = None,
    ) -> BatchReport:
        """Answers every request of files into another file: a line for each, whatever happens in between.

        What is counted is on the disk. Whatever ends it, the same call goes on where it was.

        Args:
            inputs: Files, folders and patterns; `-` is standard input.
            output: JSON Lines, or Parquet where its name ends so.
            api: The operation of requests that do not say it.
            model: The model of requests that do not name one.
            parameters: Parameters of requests that do not say them.
            messages_from: The column that is the user's message, where the input has columns and no requests.
            columns: Parameter → the column that is it.
            id_from: The column that is the custom_id. None: the one that is called so, else the number of the record.
            system: The system message of requests that have none.
            template: A file with a Jinja template of the user's message.
            workers: Calls at once.
            resume: Whether it is an error where nothing was begun.
            only_failed: Send again what failed, and no more.
            skip_invalid: Leave out requests that break rules, with a row that says so. False: nothing is sent.
            deadline: Seconds that a call may take. None: as the client is set.
            remote: Have the platform's own batches answer: files of requests, one model each, that are fetched later.
            window: How long they may take: hours from 1h to 672h.
            interval: Seconds between two questions of how far they are.
            on_progress: Called ten times a second with how far it is, from another thread.

        Raises:
            InvalidBatch: Requests break rules, or cannot be read; nothing was sent.
            ConfigurationError: Another run writes the output, or it belongs to another input or other parameters.
            QianfanError: The platform refuses whoever asks: keys, permission, quota.
            OSError: Something cannot be read or written. What was counted is on the disk.
            KeyboardInterrupt: Ctrl-C was pressed. What was under way is finished and saved; twice, it is not.
        """
        from qianfan_typed.batch.blocking import INTERRUPTED, run_blocking
        from qianfan_typed.batch.run import BatchOrder, BatchRun

        order = BatchOrder(
            inputs=inputs,
            output=output,
            api=api,
            model=model,
            parameters=parameters,
            messages_from=messages_from,
            columns=columns,
            id_from=id_from,
            system=system,
            template=template,
            workers=workers,
            resume=resume,
            only_failed=only_failed,
            skip_invalid=skip_invalid,
            deadline=deadline,
            remote=remote,
            window=window,
            interval=interval,
        )
        report = run_blocking(
            BatchRun(order, on_progress=on_progress),
            self._settings,
            workers=workers,
            transport=self._transport,
            limiter=self.limiter,
        )
        if report.stopped == INTERRUPTED:
            raise KeyboardInterrupt
        return report

    def close(self) -> None:
        """Closes the connections that wait for the next call."""
        self._runner.close()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncQianfan(_Client["AsyncTransport"]):
    """The platform, ready to be called and awaited. The tasks of an event loop may share a client.

    Examples:
        >>> async with AsyncQianfan() as client:
        ...     reply = await client.v2.chat.ernie_4_5_turbo_128k.create([user("你好")])
    """

    def _require_fit(self, transport: AsyncTransport) -> None:
        from qianfan_typed.transports.protocols import require_fit

        require_fit(transport, "AsyncTransport", "AsyncQianfan")

    @once
    def _runner(self) -> AsyncRunner:
        from qianfan_typed.runners.async_runner import AsyncRunner

        return AsyncRunner(self._settings, self._transport)

    @once
    def v1(self) -> AsyncV1:
        """The operations of V1: a path for each model, access tokens or IAM signatures."""
        from qianfan_api.v1 import AsyncV1

        return AsyncV1(self._runner)

    @once
    def v2(self) -> AsyncV2:
        """The operations of V2: OpenAI-like, bearer tokens."""
        from qianfan_api.v2 import AsyncV2

        return AsyncV2(self._runner)

    @once
    def chat(self) -> openai_like.AsyncChat:
        """`await client.chat.completions.create(model=…, messages=…)`, as the platform's documents write it (V2)."""
        from qianfan_typed.openai_like import AsyncChat

        return AsyncChat(self._runner)

    @once
    def embeddings(self) -> openai_like.AsyncEmbeddings:
        """Texts into vectors on V2: `create(model=…, input=[…])`, of any number of texts."""
        from qianfan_typed.openai_like import AsyncEmbeddings

        return AsyncEmbeddings(self._runner)

    @once
    def images(self) -> openai_like.AsyncImages:
        """Images on V2: `generate(model=…, prompt=…)` and `edit(model=…, image=…)`."""
        from qianfan_typed.openai_like import AsyncImages

        return AsyncImages(self._runner)

    @once
    def models(self) -> openai_like.AsyncModels:
        """The models that one may call: `list()` and `retrieve(model)`."""
        from qianfan_typed.openai_like import AsyncModels

        return AsyncModels(self._runner)

    @property
    def responses(self) -> AsyncV2Responses:
        """Answers that the platform remembers: `create(model=…, input=…)`."""
        return self.v2.responses

    @property
    def files(self) -> AsyncV2Files:
        """Files for batches: `create(file=…, purpose=…)`, `list()`, `retrieve(…)`, `content(…)`, `delete(…)`."""
        return self.v2.files

    @property
    def batches(self) -> AsyncV2Batches:
        """Batches of requests: `create(…)`, `retrieve(…)`, `list()`, `cancel(…)`."""
        return self.v2.batches

    def with_options(
        self,
        *,
        timeout: float | None = None,
        deadline: float | None = None,
        retry: Retry | None = None,
        headers: Mapping[str, str] | None = None,
        validate: Validate | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> AsyncQianfan:
        """The same client with other options for calls that say nothing. Closing it closes nothing.

        It has the connections, tokens and limits of this one. Headers and `extra` are added to those that are set.

        Args:
            timeout: Seconds that the platform may be silent. None: as this client is set.
            deadline: Seconds that a call may take, retries and stream included. None: as this client is set.
            retry: When to send a request again, and how often. What it does not say is as this client is set.
            headers: Headers to send with each request.
            validate: "error", "warn" or "off": what to do with a request that breaks a rule.
            extra: Keys to send with each request as they are, unchecked.

        Raises:
            ConfigurationError: A value cannot be.
        """
        options = Options(extra, timeout, deadline, validate, retry, headers)
        other = AsyncQianfan.__new__(AsyncQianfan)
        other._take_over(self, options)
        other.__dict__["_runner"] = self._runner.with_options(options)
        return other

    async def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        timeout: float | None = None,
        deadline: float | None = None,
        retry: Retry | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> OpenReply:
        """A request to any path, signed and retried as others are: for operations that the spec does not know.

        Args:
            method: GET, POST, …
            path: The path on its host, as `/v2/chat/completions`. V1's paths go to V1, all others to V2.
            body: What is sent as JSON; with GET and DELETE as the query.
            timeout: Seconds that the platform may be silent. None: as the client is set.
            deadline: Seconds that the call may take. None: as the client is set.
            retry: When to send the request again, and how often. None: as the client is set.
            headers: Headers to send with it, over those of the client.

        Returns:
            The reply: `reply["field"]`, `reply.to_dict()`.
        """
        from qianfan_typed.core.open_path import open_operation  # Late: it loads every operation.

        target = Target(operation=open_operation(method, path), name=path)
        options = Options(None, timeout, deadline, "off", retry, headers)
        return await self._runner.create(target, OpenRequest(body or {}), options)

    async def post(
        self, path: str, body: Mapping[str, object] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> OpenReply:
        """`request("POST", path, body)`."""
        return await self.request("POST", path, body, headers=headers)

    @property
    def limiter(self) -> Limiter | None:
        """What keeps its calls to limits, and how much of them is used. None: there are none."""
        return self._runner.planner.limiter

    async def batch(
        self,
        inputs: Paths,
        output: str | os.PathLike[str],
        *,
        api: str = "v2.chat",
        model: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        messages_from: str | None = None,
        columns: Mapping[str, str] | None = None,
        id_from: str | None = None,
        system: str | None = None,
        template: str | os.PathLike[str] | None = None,
        workers: int = 16,
        resume: bool = False,
        only_failed: bool = False,
        skip_invalid: bool = False,
        deadline: float | None = None,
        remote: bool = False,
        window: str = "24h",
        interval: float = 30.0,
        on_progress: Callable[[BatchProgress], object] | None = None,
    ) -> BatchReport:
        """Answers every request of files into another file: a line for each, whatever happens in between.

        What is counted is on the disk. Whatever ends it, the same call goes on where it was.

        Args:
            inputs: Files, folders and patterns; `-` is standard input.
            output: JSON Lines, or Parquet where its name ends so.
            api: The operation of requests that do not say it.
            model: The model of requests that do not name one.
            parameters: Parameters of requests that do not say them.
            messages_from: The column that is the user's message, where the input has columns and no requests.
            columns: Parameter → the column that is it.
            id_from: The column that is the custom_id. None: the one that is called so, else the number of the record.
            system: The system message of requests that have none.
            template: A file with a Jinja template of the user's message.
            workers: Calls at once.
            resume: Whether it is an error where nothing was begun.
            only_failed: Send again what failed, and no more.
            skip_invalid: Leave out requests that break rules, with a row that says so. False: nothing is sent.
            deadline: Seconds that a call may take. None: as the client is set.
            remote: Have the platform's own batches answer: files of requests, one model each, that are fetched later.
            window: How long they may take: hours from 1h to 672h.
            interval: Seconds between two questions of how far they are.
            on_progress: Called ten times a second with how far it is.

        Raises:
            InvalidBatch: Requests break rules, or cannot be read; nothing was sent.
            ConfigurationError: Another run writes the output, or it belongs to another input or other parameters.
            QianfanError: The platform refuses whoever asks: keys, permission, quota.
            OSError: Something cannot be read or written. What was counted is on the disk.
        """
        from qianfan_typed.batch.run import BatchOrder, BatchRun

        order = BatchOrder(
            inputs=inputs,
            output=output,
            api=api,
            model=model,
            parameters=parameters,
            messages_from=messages_from,
            columns=columns,
            id_from=id_from,
            system=system,
            template=template,
            workers=workers,
            resume=resume,
            only_failed=only_failed,
            skip_invalid=skip_invalid,
            deadline=deadline,
            remote=remote,
            window=window,
            interval=interval,
        )
        return await BatchRun(order, on_progress=on_progress).run(self._runner)

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._runner.aclose()

    close = aclose

    async def __aenter__(self: Self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
