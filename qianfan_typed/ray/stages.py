"""Stages of Ray Data: classes for `Dataset.map_batches`, which call or judge each row and keep all its columns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, ClassVar

import attrs

from qianfan_api.handles import Options
from qianfan_api.operations import OPERATIONS
from qianfan_api.reply import Reply
from qianfan_api.validation import operation_name
from qianfan_api.violations import Violation
from qianfan_typed.batch.exports import COLUMNS
from qianfan_typed.batch.inputs import Record
from qianfan_typed.batch.recipes import Recipe
from qianfan_typed.batch.requests import BatchRequest, Judged, RecordJudge, UnfitRequest
from qianfan_typed.batch.rows import ResultRow, failed, invalid
from qianfan_typed.batch.stages import AccountRefused, Group, called, grouped
from qianfan_typed.config import TABLE, key_among, load
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.limits import Limits
from qianfan_typed.many import Intake, work_in_tasks
from qianfan_typed.ray.budgets import budget_actor, keep_together
from qianfan_typed.ray.tables import Column, rows_of, with_columns
from qianfan_typed.runners.async_runner import AsyncRunner

PARAMETERS = "sampling_params"
"""The column that has parameters of its row, by the name that `ray.data.llm` gives it."""

Read = Callable[[Reply], object]


def _text(reply: Any) -> object:
    return reply.text


def _vector(reply: Any) -> object:
    return reply.data[0].embedding if reply.data else None


def _ranking(reply: Any) -> object:
    return [{"index": one.index, "relevance_score": one.relevance_score} for one in reply.results]


_OWN: Mapping[str, tuple[str, Read]] = {
    "text": ("string", _text),
    "embedding": ("list<float>", _vector),
    "ranking": ("list<struct<index: int64, relevance_score: float64>>", _ranking),
}
"""Column that an operation's stage has besides → its type, and what a reply has of it."""
_VIOLATION = [field.name for field in attrs.fields(Violation)]
_ERROR: Mapping[str, tuple[str, Callable[[ResultRow], object]]] = {
    "error_status": ("int64", lambda row: None if row.error is None else row.error.status),
    "request_id": ("string", lambda row: None if row.error is None else row.error.request_id),
}
_OF_THE_INPUT = ("index", "custom_id")
"""Members of a result row that a row of a data set has no use for: it stands beside its input."""


@attrs.frozen(kw_only=True)
class StageOrder:
    """What a stage is to do."""

    recipe: Recipe
    prefix: str
    """How its columns begin."""
    own: str = ""
    """The column that it has besides those of every result row."""
    with_reply: bool = True
    workers: int = 32
    """Calls at once, of an actor."""
    deadline: float | None = None
    client: Mapping[str, object] = attrs.field(factory=dict[str, object], repr=False)
    """Arguments of the client."""
    budget: Any = None
    """The handle of what its limits are leased from. None: an actor keeps to them alone."""


class RowStage:
    """A stage. Ray makes one for each of its actors, and may have a batch done again: nothing is kept between them."""

    order: ClassVar[StageOrder]

    def __init__(self) -> None:
        self._judge = RecordJudge(self.order.recipe)

    def _judged(self, rows: Sequence[dict[str, Any]]) -> list[Judged]:
        return [
            self._judge.judged(index, Record(file="the batch", line=index + 1, value=row))
            for index, row in enumerate(rows)
        ]

    def _named(self, columns: Mapping[str, Column]) -> dict[str, Column]:
        return {f"{self.order.prefix}{name}": column for name, column in columns.items()}


class ValidateStage(RowStage):
    """Judges rows, and calls nobody."""

    def __call__(self, batch: object) -> object:
        """The batch, with what is wrong with each row."""
        judged = self._judged(rows_of(batch))
        said = [_violations(one) for one in judged]
        kind = f"list<struct<{', '.join(f'{name}: string' for name in _VIOLATION)}>>"
        columns: dict[str, Column] = {
            "valid": ("bool", [isinstance(one.outcome, BatchRequest) for one in judged]),
            "violations": (kind, said),
        }
        return with_columns(batch, self._named(columns))


def _violations(judged: Judged) -> list[dict[str, str | None]]:
    if isinstance(judged.outcome, UnfitRequest):
        return [one.to_dict() for one in judged.outcome.violations]
    return []


class CallStage(RowStage):
    """Calls the platform for each row."""

    def __init__(self) -> None:
        super().__init__()
        # In any case with limits: then a 429 holds up all calls of its model, and not one by one.
        settings = load(None, **{"limits": Limits(), **self.order.client})
        self._runner = AsyncRunner(settings)
        if self.order.budget is not None:
            keep_together(self._runner, self.order.budget)
        self._options = Options(deadline=self.order.deadline, validate="off")
        self._room: asyncio.Semaphore | None = None

    async def __call__(self, batch: object) -> AsyncIterator[object]:
        """The batch, with what each row came to. Ray gives an actor several at a time, which share its calls."""
        judged = self._judged(rows_of(batch))
        rows: dict[int, ResultRow] = {}
        requests: list[BatchRequest] = []
        for one in judged:
            outcome = one.outcome
            if isinstance(outcome, UnfitRequest):
                rows[outcome.index] = invalid(
                    outcome.index, outcome.custom_id, outcome.api, outcome.model, outcome.violations
                )
            else:
                requests.append(outcome)
        room = self._room = self._room or asyncio.Semaphore(self.order.workers)

        async def work(group: Group) -> None:
            async with room:
                for row in await answered(self._runner, group, self._options):
                    rows[row.index] = row

        await work_in_tasks(Intake(grouped(requests)), work, self.order.workers)
        yield with_columns(batch, self._named(self._columns([rows[index] for index in range(len(judged))])))

    def _columns(self, rows: Sequence[ResultRow]) -> dict[str, Column]:
        columns: dict[str, Column] = {}
        if self.order.own:
            kind, read = _OWN[self.order.own]
            columns[self.order.own] = (kind, [_read(row, read) for row in rows])
        for name, (kind, member) in {**COLUMNS, **_ERROR}.items():
            if name not in _OF_THE_INPUT and (name != "reply" or self.order.with_reply):
                columns[name] = (kind, [member(row) for row in rows])
        return columns


def _read(row: ResultRow, read: Read) -> object:
    return None if row.reply is None else read(OPERATIONS[row.api].reply.from_dict(row.reply))


async def answered(runner: AsyncRunner, group: Group, options: Options) -> list[ResultRow]:
    """What a call came to: a row for each of its requests, also where the platform refuses whoever asks."""
    try:
        return await called(runner.create, group, options)
    except AccountRefused as refused:
        return [failed(one.index, one.custom_id, one.api, one.model, refused.error, 0.0) for one in group]


# --- what users call -------------------------------------------------------------------------------------------------


def chat_stage(
    *,
    model: str | None = None,
    api: str = "v2.chat",
    messages_from: str | None = None,
    columns: Mapping[str, str] | None = None,
    system: str | None = None,
    template: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    prefix: str = "result_",
    with_reply: bool = True,
    workers: int = 32,
    deadline: float | None = None,
    limits: Limits | None = None,
    **client: object,
) -> type[CallStage]:
    """A stage that has each row's messages answered: `dataset.map_batches(chat_stage(model=…), concurrency=4)`.

    A row's messages are its column `messages`, and its own parameters those of its column `sampling_params`, if it has
    them; the options make them of other columns, as those of `Qianfan.batch` do. Columns that come: `text`, `status`,
    `api`, `model`, `reply` (JSON), `error_type`, `error_code`, `error_message`, `error_status`, `request_id`,
    `input_tokens`, `output_tokens`, `latency` and `attempts`, each behind the prefix.

    Args:
        model: The model of rows that have no column for it.
        api: The operation.
        messages_from: The column that is the user's message.
        columns: Parameter → the column that is it.
        system: The system message.
        template: The text of a Jinja template of the user's message.
        parameters: Parameters of all rows.
        prefix: How the columns begin that come.
        with_reply: Whether there is a column with the whole reply.
        workers: Calls at once of each actor.
        deadline: Seconds that a call may take. None: as the client is set.
        limits: What all actors keep to together. None: each keeps to what its environment says.
        **client: Arguments of `Qianfan`, but for keys, which stand in the environment of the workers.

    Raises:
        ConfigurationError: Something of it cannot be.
    """
    recipe = _chat_recipe(api, model, parameters, messages_from, columns, template, system)
    return _call_stage("chat_stage", recipe, "text", prefix, with_reply, workers, deadline, limits, client)


def embedding_stage(
    *,
    model: str,
    text_from: str = "text",
    api: str = "v2.embedding",
    parameters: Mapping[str, Any] | None = None,
    prefix: str = "result_",
    with_reply: bool = False,
    workers: int = 32,
    deadline: float | None = None,
    limits: Limits | None = None,
    **client: object,
) -> type[CallStage]:
    """A stage that turns each row's text into a vector: the column `embedding`. Texts go together, as many as it takes.

    The other columns, arguments and errors are those of `chat_stage`; the first row of a call has the tokens of all.

    Args:
        model: The model.
        text_from: The column that is the text.
        api: The operation.
        parameters: Parameters of all rows.
        prefix: How the columns begin that come.
        with_reply: Whether there is a column with the whole reply.
        workers: Calls at once of each actor.
        deadline: Seconds that a call may take. None: as the client is set.
        limits: What all actors keep to together. None: each keeps to what its environment says.
        **client: Arguments of `Qianfan`, but for keys, which stand in the environment of the workers.
    """
    recipe = Recipe(api=_operation(api), model=model, parameters=dict(parameters or {}), columns={"input": text_from})
    return _call_stage("embedding_stage", recipe, "embedding", prefix, with_reply, workers, deadline, limits, client)


def rerank_stage(
    *,
    model: str,
    query_from: str = "query",
    documents_from: str = "documents",
    api: str = "v2.rerank",
    parameters: Mapping[str, Any] | None = None,
    prefix: str = "result_",
    with_reply: bool = False,
    workers: int = 32,
    deadline: float | None = None,
    limits: Limits | None = None,
    **client: object,
) -> type[CallStage]:
    """A stage that ranks each row's documents: the column `ranking` has their indexes and scores, the best first.

    The other columns, arguments and errors are those of `chat_stage`.

    Args:
        model: The model.
        query_from: The column that is the question.
        documents_from: The column that is the list of texts.
        api: The operation.
        parameters: Parameters of all rows.
        prefix: How the columns begin that come.
        with_reply: Whether there is a column with the whole reply.
        workers: Calls at once of each actor.
        deadline: Seconds that a call may take. None: as the client is set.
        limits: What all actors keep to together. None: each keeps to what its environment says.
        **client: Arguments of `Qianfan`, but for keys, which stand in the environment of the workers.
    """
    columns = {"query": query_from, "documents": documents_from}
    recipe = Recipe(api=_operation(api), model=model, parameters=dict(parameters or {}), columns=columns)
    return _call_stage("rerank_stage", recipe, "ranking", prefix, with_reply, workers, deadline, limits, client)


def validate_stage(
    *,
    model: str | None = None,
    api: str = "v2.chat",
    messages_from: str | None = None,
    columns: Mapping[str, str] | None = None,
    template: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    prefix: str = "result_",
) -> type[ValidateStage]:
    """A stage that says what the platform would refuse, and sends nothing: the columns `valid` and `violations`.

    Args:
        model: The model of rows that have no column for it.
        api: The operation.
        messages_from: The column that is the user's message.
        columns: Parameter → the column that is it. None, without the other two: `messages` is.
        template: The text of a Jinja template of the user's message.
        parameters: Parameters of all rows.
        prefix: How the columns begin that come.
    """
    recipe = _chat_recipe(api, model, parameters, messages_from, columns, template)
    RecordJudge(recipe)
    return type("validate_stage", (ValidateStage,), {"order": StageOrder(recipe=recipe, prefix=prefix)})


def _chat_recipe(
    api: str,
    model: str | None,
    parameters: Mapping[str, Any] | None,
    messages_from: str | None,
    columns: Mapping[str, str] | None,
    template: str | None,
    system: str | None = None,
) -> Recipe:
    makes = messages_from is not None or template is not None or columns is not None
    return Recipe(
        api=_operation(api),
        model=model,
        parameters=dict(parameters or {}),
        parameters_from=PARAMETERS,
        messages_from=messages_from,
        columns=dict(columns or {}) if makes else {"messages": "messages"},
        system=system,
        template=template,
    )


def _require_no_keys(given: Mapping[str, object]) -> None:
    key = key_among(given)
    if key is not None:
        message = f"{key}: a stage takes no keys, which Ray would keep: set {TABLE[key].variable} where its workers run"
        raise ConfigurationError(message=message, setting=key)


def _call_stage(
    name: str,
    recipe: Recipe,
    own: str,
    prefix: str,
    with_reply: bool,
    workers: int,
    deadline: float | None,
    limits: Limits | None,
    client: Mapping[str, object],
) -> type[CallStage]:
    if workers < 1:
        raise ConfigurationError(message=f"workers: {workers}: must be at least 1", setting="workers")
    _require_no_keys(client)
    order = StageOrder(
        recipe=recipe,
        prefix=prefix,
        own=own,
        with_reply=with_reply,
        workers=workers,
        deadline=deadline,
        client=client if limits is None else {**client, "limits": limits},
        budget=None if limits is None or limits.redis is not None else budget_actor(),
    )
    # A class of its own, which Ray sends to its actors with what it holds.
    return type(name, (CallStage,), {"order": order})


def _operation(api: str) -> str:
    try:
        return operation_name(api)
    except ValueError as error:
        raise ConfigurationError(message=str(error), setting="api") from None
