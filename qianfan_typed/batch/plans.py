"""Plans: what a batch is to do, found out before anything is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import attrs
import msgspec

from qianfan_typed.batch.bits import Bits
from qianfan_typed.batch.inputs import InputFile, digest_of
from qianfan_typed.batch.job import InputPrint
from qianfan_typed.batch.requests import BatchRequest, RequestReader
from qianfan_typed.batch.summary import price_of
from qianfan_typed.errors import ConfigurationError, InvalidBatch
from qianfan_typed.facts.costs import cost
from qianfan_typed.limits.estimates import OutputEstimate, input_tokens
from qianfan_typed.reports.findings import Finding

_SHOWN = 20
"""Findings that an error tells."""

_encode = msgspec.json.Encoder(enc_hook=str).encode


@attrs.define
class ModelEstimate:
    """What a model is to do."""

    requests: int = 0
    input: int = 0
    """Tokens, estimated."""
    output: int = 0
    """Tokens, estimated."""
    yuan: float | None = None
    """By the catalogue's price. None: it has none."""
    priced: str | None = None
    """The day of the price."""


@attrs.define
class BatchPlan:
    """What a batch is to do."""

    requests: int = 0
    invalid: Bits = attrs.field(factory=lambda: Bits(0))
    """Those that may not be sent."""
    warnings: int = 0
    """Findings that advise against something."""
    models: dict[tuple[str, str], ModelEstimate] = attrs.field(factory=dict[tuple[str, str], ModelEstimate])
    """Operation and model → what it is to do."""
    input: InputPrint = attrs.field(factory=lambda: InputPrint(requests=0, size=0, digest=""))
    errors: list[Finding] = attrs.field(factory=list[Finding])
    """What is wrong, the first of it."""
    kinds: Counter[str] = attrs.field(factory=Counter[str])
    """Rule → how often it is broken."""

    def require_valid(self) -> None:
        """Raises InvalidBatch where requests may not be sent."""
        if self.invalid:
            lines = [f"{one.where}: {one.level}: {one.sentence}" for one in self.errors]
            raise InvalidBatch(requests=self.requests, invalid=len(self.invalid), findings=lines)

    @property
    def yuan(self) -> float:
        """What it costs by the prices that are known."""
        return sum(one.yuan or 0.0 for one in self.models.values())


def plan_of(files: Sequence[InputFile], reader: RequestReader, tick: Callable[[int], object]) -> BatchPlan:
    """Reads and judges an input.

    Args:
        files: The input.
        reader: Reads it.
        tick: Is told now and then how many requests were read.

    Raises:
        ConfigurationError: There is no request in it.
        OSError: It cannot be read.
    """
    plan = BatchPlan()
    digest, size = digest_of(files)
    invalid: list[int] = []
    for judged in reader.judged():
        plan.requests += 1
        if isinstance(judged.outcome, BatchRequest):
            _estimate(plan, judged.outcome)
            plan.warnings += len(judged.findings)
        else:
            invalid.append(judged.outcome.index)
            errors = [one for one in judged.findings if one.level == "error"]
            plan.kinds.update(one.rule for one in errors)
            plan.errors += errors[: max(0, _SHOWN - len(plan.errors))]
        if not plan.requests % 1000:
            tick(plan.requests)
    if not plan.requests:
        names = ", ".join(one.name for one in files)
        raise ConfigurationError(message=f"{names}: there is no request in it", setting="input")
    plan.invalid = Bits(plan.requests)
    for index in invalid:
        plan.invalid.add(index)
    plan.input = InputPrint(requests=plan.requests, size=size, digest=digest)
    for (api, name), model in plan.models.items():
        price = price_of(api, name)
        if price is not None:
            model.yuan = model.yuan or 0.0
            model.priced = price.source.read
    return plan


def _estimate(plan: BatchPlan, request: BatchRequest) -> None:
    model = plan.models.get((request.api, request.model))
    if model is None:
        model = plan.models[request.api, request.model] = ModelEstimate()
    known = request.target.model
    read = input_tokens(_encode(_said(request.body)), None if known is None else known.max_input_tokens)
    written = OutputEstimate().of(request.body) if _writes(request.api) else 0
    model.requests += 1
    model.input += read
    model.output += written
    if known is not None and known.price is not None:
        model.yuan = (model.yuan or 0.0) + cost(known.price, read=read, written=written)


def _said(body: Any) -> Any:
    """What of a request a model reads: the rest of it are a few words."""
    return next((body[name] for name in ("messages", "prompt", "input", "query") if name in body), body)


def _writes(api: str) -> bool:
    return not api.endswith((".embedding", ".rerank", ".tokenizer")) and "image" not in api
