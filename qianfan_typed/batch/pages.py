"""Pages: the report of a batch as HTML, one file without anything from elsewhere."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from qianfan_typed.batch.reports import PERCENTILES, BatchReport, cost_in_words
from qianfan_typed.errors import ConfigurationError

_TEMPLATE = "report.html.jinja"


def write_page(report: BatchReport, target: Path) -> None:
    """Writes the report of a batch as HTML.

    Raises:
        ConfigurationError: Jinja is not installed.
        OSError: It cannot be written.
    """
    try:
        import jinja2
    except ModuleNotFoundError:
        message = 'a report of HTML needs Jinja: pip install "qianfan-typed[batch]"'
        raise ConfigurationError(message=message, setting="report") from None
    text = resources.files("qianfan_typed.batch").joinpath(_TEMPLATE).read_text("utf-8")
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=True, trim_blocks=True)
    summary = report.summary
    latencies = summary.latencies
    page = environment.from_string(text).render(
        report=report,
        summary=summary,
        counts=(("ok", summary.ok), ("failed", summary.failed), ("invalid", summary.invalid), ("left", report.pending)),
        percentiles=[(name, latencies.percentile(share)) for name, share in PERCENTILES],
        histogram=latencies.histogram(),
        costs=list(cost_in_words(summary)),
        errors=summary.ordered_errors(),
    )
    target.write_text(page, "utf-8")
