"""Clients: `Qianfan`, which blocks."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from qianfan_api.handles import OpenRequest, Options, Target
from qianfan_api.once import once
from qianfan_api.retry import Retry
from qianfan_typed.client.base import ClientBase

if TYPE_CHECKING:
    from qianfan_api.v1 import V1
    from qianfan_api.v2 import V2
    from qianfan_api.v2.batches.namespace import V2Batches
    from qianfan_api.v2.files.namespace import V2Files
    from qianfan_api.v2.responses.namespace import V2Responses
    from qianfan_typed import openai_like
    from qianfan_typed.batch.reports import BatchReport
    from qianfan_typed.batch.run import Paths
    from qianfan_typed.batch.work import BatchProgress
    from qianfan_typed.core.open_path import OpenReply
    from qianfan_typed.runners.sync_runner import SyncRunner
    from qianfan_typed.transports import Transport

Self = TypeVar("Self")


class Qianfan(ClientBase["Transport"]):
    """The platform, ready to be called. Threads may share a client; it keeps its connections open for the next call.

    Examples:
        >>> client = Qianfan()  # keys from the environment
        >>> client.v2.chat.ernie_4_5_turbo_128k.create([user("你好")]).text
        >>> client.chat.completions.create(model="ernie-4.5-turbo-128k", messages=[user("你好")])
    """

    _awaits = False

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
