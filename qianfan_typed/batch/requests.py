"""Requests of a batch: made of records, judged before anything is sent."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import attrs

from qianfan_api.handles import OpenRequest, Target
from qianfan_api.models import CATALOGUES
from qianfan_api.operations import OPERATIONS
from qianfan_api.violations import Violation, shown
from qianfan_api.words import told
from qianfan_typed.batch.bits import Bits, IdSet
from qianfan_typed.batch.inputs import InputFile, Record
from qianfan_typed.batch.recipes import Recipe, Unfit
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.payloads.envelopes import AddressedRequest, Envelopes, Undecided, fields_of
from qianfan_typed.payloads.json_places import Lines, Places
from qianfan_typed.payloads.judge import Judge
from qianfan_typed.reports.codes import SYNTAX
from qianfan_typed.reports.findings import OF_THE_NAME, Finding, Span, ViolationFilter
from qianfan_typed.sdk.targets import target_of_endpoint, target_of_model

_OF_FILES = "batch."
"""How the ids of rules begin that hold for the platform's own files of requests."""
_LONGEST_ID = 512
"""Characters of a `custom_id`."""


@attrs.frozen(kw_only=True)
class BatchRequest:
    """A request of a batch, ready to be called."""

    index: int
    """Which of the input, from 0."""
    custom_id: str
    api: str
    model: str
    """As the request or the batch names it."""
    body: Mapping[str, Any]
    """The parameters, without what names the model where the path does."""
    target: Target[Any, Any]

    def to_wire(self) -> OpenRequest:
        """The request as a client takes it."""
        return OpenRequest(self.body)


@attrs.frozen(kw_only=True)
class UnfitRequest:
    """A record that is no request that may be sent."""

    index: int
    custom_id: str
    api: str
    model: str | None
    violations: list[Violation]


@attrs.frozen(kw_only=True)
class Judged:
    """What a record came to."""

    outcome: BatchRequest | UnfitRequest
    findings: tuple[Finding, ...] = ()
    """What is wrong with it, and what its pages advise against."""


class RecordJudge:
    """Makes requests of records, one at a time, and judges them as `validate` does."""

    def __init__(self, recipe: Recipe, *, remote: bool = False) -> None:
        """
        Args:
            recipe: How a record becomes a request.
            remote: Whether the platform's own batches answer: its rules for files hold then.

        Raises:
            ConfigurationError: The recipe's template is none.
        """
        self._recipe = recipe
        self._remote = remote
        self._judge = Judge(recipe.api, recipe.model, ViolationFilter())
        self._passes = self._judge.passer()

    def judged(self, index: int, record: Record, require_new: Callable[[str], object] = lambda name: None) -> Judged:
        """What a record came to.

        Args:
            index: Which it is, from 0. Its number is its id, where it has none.
            record: The record.
            require_new: Is given its id, and raises Unfit where another has it.
        """
        name = str(index + 1)
        try:
            if record.problem is not None:
                raise Unfit(record.problem)
            document, own = self._recipe.document(record)
            name = name if own is None else own
            if len(name) > _LONGEST_ID:
                raise Unfit(f"custom_id {shown(name)}: must have at most {_LONGEST_ID} characters")
            require_new(name)
            addressed = self._judge.envelopes.request(document)
            found = () if self._passes(document) else self._findings(document, record)
            if not any(one.level == "error" for one in found):
                return Judged(outcome=request_of(index, name, addressed), findings=found)
        except (Unfit, Undecided, ConfigurationError) as error:
            return self._unfit(index, name, record, str(error))
        return Judged(outcome=_refused(index, name, addressed, found), findings=found)

    def _findings(self, document: Mapping[str, Any], record: Record) -> tuple[Finding, ...]:
        verdict = self._judge.verdict(document)
        if verdict is None:
            return ()
        violations = [one for one in verdict.violations if self._remote or not one.rule.startswith(_OF_FILES)]
        return tuple(
            Finding.of_request(
                one, record.file, _place(record, one), api=verdict.api, model=verdict.model, record=record.line
            )
            for one in violations
        )

    def _unfit(self, index: int, name: str, record: Record, why: str) -> Judged:
        rule = SYNTAX if record.problem is not None else "batch.input"
        finding = Finding.of_file(rule, record.file, why, record.line, record.column, record.line)
        violation = Violation(pointer="", code=finding.code, message=why, level="error", rule=rule, source="")
        outcome = UnfitRequest(
            index=index, custom_id=name, api=self._recipe.api, model=self._recipe.model, violations=[violation]
        )
        return Judged(outcome=outcome, findings=(finding,))


@attrs.define
class RequestReader:
    """Reads the requests of an input: the same ones however often it is read."""

    files: Sequence[InputFile]
    recipe: Recipe
    remote: bool = False
    """Whether the platform's own batches answer them: its rules for files hold then."""

    def judged(self) -> Iterator[Judged]:
        """Every record, judged. Raises OSError."""
        seen = IdSet()
        judge = RecordJudge(self.recipe, remote=self.remote)
        for index, record in enumerate(self._records()):
            yield judge.judged(index, record, functools.partial(self._require_new, seen, record))

    def _require_new(self, seen: IdSet, record: Record, name: str) -> None:
        if not seen.add(name):
            raise Unfit(f"custom_id {shown(name)}: must be of one record alone; {self._first_with(name, record)}")

    def requests(self, wanted: Bits) -> Iterator[BatchRequest]:
        """Those that are wanted, of which nothing was found that forbids them.

        Raises:
            ConfigurationError: The input is not what it was when it was judged.
            OSError: It cannot be read.
        """
        recipe, envelopes = self.recipe, Envelopes(self.recipe.api, self.recipe.model)
        for index, record in enumerate(self._records()):
            if index not in wanted:
                continue
            try:
                document, own = recipe.document(record)
                yield request_of(index, str(index + 1) if own is None else own, envelopes.request(document))
            except (Unfit, Undecided) as error:
                message = f"{record.file}: changed while it was read: {error}"
                raise ConfigurationError(message=message, setting="input") from None

    def _records(self) -> Iterator[Record]:
        for file in self.files:
            yield from file.records()

    def _first_with(self, name: str, later: Record) -> str:
        """Where the id stands first. Only where one stands twice, the input is read for it."""
        for index, record in enumerate(self._records()):
            try:
                own = self.recipe.document(record)[1] if record.problem is None else None
            except Unfit:
                continue
            if (str(index + 1) if own is None else own) == name:
                where = f"{record.file}:{record.line}" if record.file != later.file else f"line {record.line}"
                return f"{where} has it too"
        return "another has it too"


def request_of(index: int, custom_id: str, addressed: AddressedRequest) -> BatchRequest:
    """A request out of a document. Raises Unfit and ConfigurationError where it goes to nobody."""
    body = fields_of(addressed.body)
    if body is None:
        raise Unfit(f"{shown(addressed.body)}: a request must be an object")
    operation = OPERATIONS[addressed.api]
    if operation.media_type is not None or not operation.is_plain:
        raise Unfit(f"{addressed.api}: takes no request of JSON, one a line")
    if operation.model_in == "none":
        target = Target(operation=operation, name=operation.name)
        return BatchRequest(
            index=index, custom_id=custom_id, api=addressed.api, model=operation.name, body=body, target=target
        )
    endpoint = None
    name = addressed.model or body.get("model")
    if operation.model_in == "path" and addressed.model is None and isinstance(body.get("endpoint"), str):
        endpoint = str(body["endpoint"])
    if endpoint is None and not isinstance(name, str):
        raise Unfit("it names no model; say --model, or a model in each request")
    if operation.model_in == "path" and not CATALOGUES[addressed.api].model_is_parameter:
        body = {key: value for key, value in body.items() if key not in ("model", "endpoint")}
    target = _target(addressed.api, cast("str", endpoint or name), of_endpoint=endpoint is not None)
    return BatchRequest(
        index=index, custom_id=custom_id, api=addressed.api, model=target.name, body=body, target=target
    )


@functools.lru_cache(1024)
def _target(api: str, name: str, *, of_endpoint: bool) -> Target[Any, Any]:
    if of_endpoint:
        return target_of_endpoint(OPERATIONS[api], name)
    return target_of_model(OPERATIONS[api], name, warn=False)


def _refused(index: int, name: str, addressed: AddressedRequest, found: Sequence[Finding]) -> UnfitRequest:
    body = fields_of(addressed.body)
    model = addressed.model or (None if body is None else body.get("model"))
    violations = [
        Violation(
            pointer=one.pointer,
            code=one.code,
            message=told(one.message),
            level="error",
            rule=one.rule,
            source=str(one.source),
        )
        for one in found
        if one.level == "error"
    ]
    return UnfitRequest(
        index=index,
        custom_id=name,
        api=addressed.api,
        model=model if isinstance(model, str) else None,
        violations=violations,
    )


def _place(record: Record, violation: Violation) -> Span:
    if record.text is None:
        return (record.line, 1), None
    found = Places(record.text, 0).range_of(violation.pointer, name=violation.code in OF_THE_NAME)
    return Lines(record.text, record.line).over(*found)
