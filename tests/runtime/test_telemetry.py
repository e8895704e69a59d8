"""OpenTelemetry: the spans and metrics of calls, as the SDK's own exporters keep them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import attrs
import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from qianfan_typed import Retry
from qianfan_typed.errors import ApiError, StreamCut
from tests.runtime.callers import HELLO, Caller
from tests.runtime.conftest import Script, reply

MODEL = {"v1": "ERNIE-Lite-Pro-128K", "v2": "ernie-4.5-turbo-128k"}


@attrs.frozen
class Recorded:
    """What was exported."""

    spans: InMemorySpanExporter
    reader: InMemoryMetricReader

    def span(self) -> Any:
        """The one span."""
        (span,) = self.spans.get_finished_spans()
        return span

    def points(self) -> dict[str, list[Any]]:
        """Metrics since the last time, by name."""
        data = self.reader.get_metrics_data()
        if data is None:
            return {}
        found = [metric for one in data.resource_metrics for scope in one.scope_metrics for metric in scope.metrics]
        return {metric.name: list(metric.data.data_points) for metric in found}


@pytest.fixture(scope="module")
def providers() -> Recorded:
    """A process sets its providers once."""
    recorded = Recorded(InMemorySpanExporter(), InMemoryMetricReader({Histogram: AggregationTemporality.DELTA}))
    tracers = TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(recorded.spans))
    trace.set_tracer_provider(tracers)
    metrics.set_meter_provider(MeterProvider([recorded.reader]))
    return recorded


@pytest.fixture
def recorded(providers: Recorded) -> Recorded:
    providers.spans.clear()
    providers.points()
    return providers


def server(caller: Caller) -> dict[str, object]:
    return {"server.address": "127.0.0.1", "server.port": int(caller.script.url.rpartition(":")[2])}


def test_a_chat_is_a_span(caller: Caller, recorded: Recorded) -> None:
    caller.script.answers = [caller.ok("X-Bce-Request-Id: as-head")]
    most = {"max_output_tokens": 99} if caller.dialect == "v1" else {"max_completion_tokens": 99}
    caller.create(caller.client(telemetry=True), temperature=0.5, top_p=0.5, validate="off", **most)
    span = recorded.span()
    assert (span.name, span.kind) == (f"chat {MODEL[caller.dialect]}", trace.SpanKind.CLIENT)
    answered = (
        {"gen_ai.response.model": "ernie-4.5-turbo-128k-preview", "gen_ai.response.finish_reasons": ("stop",)}
        if caller.dialect == "v2"
        else {}
    )
    assert dict(span.attributes) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "baidu.qianfan",
        "gen_ai.request.model": MODEL[caller.dialect],
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.top_p": 0.5,
        "gen_ai.request.max_tokens": 99,
        "gen_ai.response.id": "as-1",
        "gen_ai.usage.input_tokens": 2,
        "gen_ai.usage.output_tokens": 3,
        "qianfan.request_id": "as-head",
        **answered,
        **server(caller),
    }
    assert span.status.status_code == trace.StatusCode.UNSET


def test_a_stream_is_a_span_until_it_ends(caller: Caller, recorded: Recorded) -> None:
    caller.script.answers = [caller.pieces()]
    pieces = caller.stream(caller.client(telemetry=True))
    next(pieces)
    assert recorded.spans.get_finished_spans() == ()
    list(pieces)
    attributes = recorded.span().attributes
    assert attributes["gen_ai.request.stream"] is True
    assert attributes["gen_ai.response.time_to_first_chunk"] > 0
    assert len(recorded.points()["gen_ai.client.operation.time_to_first_chunk"]) == 1


def test_a_failure_is_a_span_with_the_platforms_code(caller: Caller, recorded: Recorded) -> None:
    caller.script.answers = [caller.busy(), caller.busy()]
    with pytest.raises(ApiError):
        caller.create(caller.client(telemetry=True, retry=Retry(attempts=2, backoff=0)))
    span = recorded.span()
    assert span.attributes["error.type"] == str(caller.busy_code)
    assert (span.status.status_code, span.status.description) == (trace.StatusCode.ERROR, "RateLimited")
    (event,) = span.events
    assert (event.name, dict(event.attributes)) == (
        "qianfan.retry",
        {"attempt": 1, "error.type": str(caller.busy_code), "wait": 0},
    )


def test_a_cut_stream_is_a_span_with_the_class_of_its_error(caller: Caller, recorded: Recorded) -> None:
    caller.script.answers = [caller.pieces(end=False)]
    with pytest.raises(StreamCut):
        list(caller.stream(caller.client(telemetry=True)))
    assert recorded.span().attributes["error.type"] == "StreamCut"


def test_tokens_and_seconds_are_counted(caller: Caller, recorded: Recorded) -> None:
    caller.script.answers = [caller.ok(), reply("", status=404)]
    client = caller.client(telemetry=True)
    caller.create(client)
    with pytest.raises(ApiError):
        caller.create(client)
    points = recorded.points()
    labels = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "baidu.qianfan",
        "gen_ai.request.model": MODEL[caller.dialect],
        **server(caller),
    }
    answered = {"gen_ai.response.model": "ernie-4.5-turbo-128k-preview"} if caller.dialect == "v2" else {}
    used = {point.attributes["gen_ai.token.type"]: point for point in points["gen_ai.client.token.usage"]}
    assert {kind: point.sum for kind, point in used.items()} == {"input": 2, "output": 3}
    assert dict(used["input"].attributes) == {**labels, **answered, "gen_ai.token.type": "input"}
    assert used["input"].explicit_bounds == tuple(4.0**power for power in range(14))
    lasted = points["gen_ai.client.operation.duration"]
    assert [dict(point.attributes) for point in lasted] == [
        {**labels, **answered},
        {**labels, "error.type": "NotFound"},
    ]
    assert lasted[0].explicit_bounds[:3] == (0.01, 0.02, 0.04)


def test_a_span_is_the_child_of_the_callers(caller: Caller, recorded: Recorded) -> None:
    caller.script.answers = [caller.ok()]
    client = caller.client(telemetry=True)
    with trace.get_tracer("test").start_as_current_span("outer") as outer:
        caller.create(client)
    inner = next(span for span in recorded.spans.get_finished_spans() if span.name.startswith("chat"))
    assert inner.parent.span_id == outer.get_span_context().span_id


def test_no_span_has_content(script: Script, recorded: Recorded) -> None:
    for dialect in ("v1", "v2"):
        caller = Caller(dialect, False, script)
        refusal = reply('{"error_code": 336003, "error_msg": "你好 is refused"}')
        script.answers = [caller.ok(), refusal]
        client = caller.client(telemetry=True)
        caller.create(client)
        with pytest.raises(ApiError):
            caller.create(client)
        caller.close()
    shown = " ".join(span.to_json(indent=None) for span in recorded.spans.get_finished_spans())
    assert "gen_ai.request.model" in shown
    assert HELLO[0]["content"] not in shown.encode().decode("unicode_escape", "replace")
    assert "hello" not in shown


def test_other_operations_have_names_of_the_conventions(script: Script, recorded: Recorded) -> None:
    caller = Caller("v1", False, script)
    script.answers = [reply('{"id": "as-1", "data": [], "usage": {"prompt_tokens": 4, "total_tokens": 4}}')]
    caller.client(telemetry=True).v1.embedding.bge_large_zh.create(["a"])
    assert recorded.span().name == "embeddings bge-large-zh"
    caller.close()


def test_telemetry_is_not_imported_unless_it_is_asked_for() -> None:
    program = (
        "import sys; from qianfan_typed import Qianfan; Qianfan(no_auth=True).v1.chat;"
        "print([name for name in sys.modules if name.startswith('opentelemetry') or name.endswith('hooks.otel')])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
