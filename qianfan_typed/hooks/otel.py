"""OpenTelemetry: a span and metrics for each call, by the conventions for generative AI. Never any content.

The conventions are in development, and moved to a repository of their own in 2026:
https://github.com/open-telemetry/semantic-conventions-genai. The names stand here because the package that has them
marks them all as deprecated for that move.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import urlsplit

from qianfan_typed._version import __version__
from qianfan_typed.errors import ApiError, ConfigurationError, SentError
from qianfan_typed.hooks.events import CallFailed, CallInfo, ReplyCame, RequestSent, RetryPlanned
from qianfan_typed.hooks.watch import Hooks

try:
    from opentelemetry import metrics, trace
except ImportError:
    raise ConfigurationError(
        message='telemetry needs OpenTelemetry: pip install "qianfan-typed[otel]"', setting="qianfan-typed[otel]"
    ) from None

Attributes: TypeAlias = dict[str, str | bool | int | float | list[str]]

PROVIDER = "baidu.qianfan"
"""The conventions have no name for it yet; such a one is theirs to be overruled."""
_OPERATIONS: Mapping[str, str] = {
    "chat": "chat",
    "completion": "text_completion",
    "embedding": "embeddings",
    "images": "generate_content",
    "text2image": "generate_content",
    "image2text": "generate_content",
}
"""Ours → the conventions' own, where they have one."""
_PARAMETERS: Mapping[str, str] = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "seed": "seed",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "max_output_tokens": "max_tokens",
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "n": "choice.count",
}
"""Parameters → `gen_ai.request.…`. Of several that say the same, the last counts, as on the platform."""
_SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
_TOKENS = [float(4**power) for power in range(14)]
"""The boundaries that the conventions give."""


class Telemetry:
    """Makes spans and metrics of a client's events, with the providers that the program has set."""

    def __init__(self) -> None:
        self._tracer = trace.get_tracer("qianfan_typed", __version__)
        meter = metrics.get_meter("qianfan_typed", __version__)
        self._duration = meter.create_histogram(
            "gen_ai.client.operation.duration",
            unit="s",
            description="GenAI operation duration.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._first = meter.create_histogram(
            "gen_ai.client.operation.time_to_first_chunk",
            unit="s",
            description="Time from the request to the first chunk of a stream.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._usage = meter.create_histogram(
            "gen_ai.client.token.usage",
            unit="{token}",
            description="Number of input and output tokens used.",
            explicit_bucket_boundaries_advisory=_TOKENS,
        )

    def hooks(self) -> Hooks:
        """What hears of the calls."""
        return Hooks(on_request=self.request, on_reply=self.reply, on_retry=self.retry, on_error=self.error)

    def request(self, event: RequestSent) -> None:
        """Begins the span, at the first attempt."""
        call = event.call
        if "span" not in call.notes:
            attributes = {**_common(call), **_asked(call)}
            name = f"{attributes['gen_ai.operation.name']} {call.model or ''}".strip()
            began = int(call.started * 1e9)
            span = self._tracer.start_span(name, kind=trace.SpanKind.CLIENT, attributes=attributes, start_time=began)
            call.notes["span"] = span

    def retry(self, event: RetryPlanned) -> None:
        """An attempt that failed is an event of the span."""
        span = _span(event.call)
        if span is not None:
            span.add_event(
                "qianfan.retry",
                {"attempt": event.attempt, "error.type": _error_type(event.error), "wait": event.wait},
            )

    def reply(self, event: ReplyCame) -> None:
        """Ends the span, and counts."""
        span, labels = _span(event.call), _common(event.call)
        if event.response_model is not None:
            labels["gen_ai.response.model"] = event.response_model
        if span is not None:
            span.set_attributes({**labels, **_answered(event)})
            span.end()
        self._duration.record(event.seconds, labels)
        if event.first_token is not None and event.call.stream:
            self._first.record(event.first_token, labels)
        for kind, count in (("input", event.input_tokens), ("output", event.output_tokens)):
            if count is not None:
                self._usage.record(count, {**labels, "gen_ai.token.type": kind})

    def error(self, event: CallFailed) -> None:
        """Ends the span, and counts how long it took to fail."""
        span, kind = _span(event.call), _error_type(event.error)
        if span is not None:
            if isinstance(event.error, SentError) and event.error.request_id is not None:
                span.set_attribute("qianfan.request_id", event.error.request_id)
            span.set_attribute("error.type", kind)
            # Not the message: the platform may repeat the prompt in it.
            span.set_status(trace.Status(trace.StatusCode.ERROR, type(event.error).__name__))
            span.end()
        self._duration.record(event.seconds, {**_common(event.call), "error.type": kind})


@lru_cache(maxsize=1)
def telemetry() -> Hooks:
    """The hooks of all clients: instruments are made once."""
    return Telemetry().hooks()


def _span(call: CallInfo) -> trace.Span | None:
    span = call.notes.get("span")
    return span if isinstance(span, trace.Span) else None


def _common(call: CallInfo) -> Attributes:
    """What spans and metrics both have."""
    name = call.operation.partition(".")[2]
    parts = urlsplit(call.url)
    attributes: Attributes = {
        "gen_ai.operation.name": _OPERATIONS.get(name.partition(".")[0], name),
        "gen_ai.provider.name": PROVIDER,
        "server.address": parts.hostname or "",
        "server.port": parts.port or (443 if parts.scheme == "https" else 80),
    }
    if call.model is not None:
        attributes["gen_ai.request.model"] = call.model
    return attributes


def _asked(call: CallInfo) -> Attributes:
    asked: Attributes = {
        f"gen_ai.request.{there}": call.parameters[here]
        for here, there in _PARAMETERS.items()
        if here in call.parameters
    }
    if asked.get("gen_ai.request.choice.count") == 1:
        del asked["gen_ai.request.choice.count"]
    if call.stream:
        asked["gen_ai.request.stream"] = True
    return asked


def _answered(event: ReplyCame) -> Attributes:
    answered: Attributes = {}
    if event.finish_reasons:
        answered["gen_ai.response.finish_reasons"] = list(event.finish_reasons)
    for name, value in (
        ("gen_ai.response.id", event.response_id),
        ("gen_ai.response.time_to_first_chunk", event.first_token if event.call.stream else None),
        ("gen_ai.usage.input_tokens", event.input_tokens),
        ("gen_ai.usage.output_tokens", event.output_tokens),
        ("qianfan.request_id", event.request_id),
    ):
        if value is not None:
            answered[name] = value
    return answered


def _error_type(error: BaseException) -> str:
    """The platform's code, as the conventions ask for it; else the class."""
    if isinstance(error, ApiError) and error.code is not None:
        return str(error.code)
    return type(error).__name__
