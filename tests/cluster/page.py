"""The page of what was measured and simulated: `docs/scale.md`, and its plots in `docs/images`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

from qianfan_typed.limits.leases import LIFE
from tests.cluster import simulation
from tests.cluster.simulation import PERIOD, ROWS, Costs, Outcome

DOCS = Path(__file__).parents[2] / "docs"


Rows = Mapping[str, Mapping[str, float]]
"""Engine → rows a second, and CPU seconds of a row."""


def write(rows: Rows, costs: Costs, found: Mapping[str, list[Outcome]]) -> None:
    """Writes the page.

    Args:
        rows: What was measured, by engine, and on which machine.
        costs: What the simulation stands on.
        found: What was simulated.
    """
    limits = {name: came for name, came in found.items() if name.endswith("rpm")}
    lives = {name.removeprefix("life "): came for name, came in found.items() if name.startswith("life")}
    _plot(limits)
    parts = [
        _HEAD,
        _measured(rows),
        _ASSUMED.format(**_assumptions(costs)),
        _simulated(limits, costs.budget),
        _lives(lives, costs.budget),
    ]
    (DOCS / "scale.md").write_text("\n".join(parts), "utf-8")


_HEAD = """# How far it goes

Written by `make bench-scale`, from its last run: what rows cost on Ray on one machine, and what a simulation makes
of it for 10⁹ rows. [Batches](batches.md) says how to run on a cluster.
"""


def _measured(rows: Rows) -> str:
    machine = rows["machine"]
    bare = rows["bare"]["rate"]
    names = {
        "bare": "the async client alone",
        "local": "`batch run`",
        "ray 1": "`--engine ray`, 1 worker",
        "ray 2": "2 workers",
        "ray 4": "4 workers",
    }
    lines: list[str] = []
    for key, name in names.items():
        rate, spent = rows[key]["rate"], rows[key]["cpu"]
        lines.append(f"| {name} | {rate:,.0f} | {1e6 / rate - 1e6 / bare:+,.0f} | {spent * 1e6:,.0f} |")
    return f"""## Measured

{machine["rows"]:,.0f} requests, 64 calls at once in all, a server that answers at once in a process of its own, on
{machine["cores"]:.0f} cores, with a load of {machine["load"]:.0f} over the last quarter of an hour. All share the
cores, and Ray gives its workers the niceness 15: whatever else runs goes before them. On a busy
machine these rates say little of Ray, and more workers bring nothing. Rates are from the first row to the last, without
what begins the actors. CPU is that of the process that reads and writes; of the client alone, all of it.

| | rows/s | µs a row more than the client alone | CPU, µs a row |
|---|---|---|---|
{chr(10).join(lines)}
"""


_ASSUMED = """## Simulated

A discrete-event model (simpy) of steady running; the leases of limits are those of the package, by the model's clock.
It assumes:

- a call takes {latency:g} s in the median (log-normal, σ 0.6), and one in {stragglers:,.0f} takes {long:g} s;
- a worker has {slots} calls at once, and a row costs it {caller:,.0f} µs of CPU, as measured for the client alone;
- one process writes all rows and takes {driver:,.0f} µs for each, as measured with one worker;
- a worker is lost {lost:g} times a day; another begins after {begins:g} s, and what was under way is done again;
- a question to the budget takes {asking:g} ms on the way, and the budget works {work:.2g} ms on one, as measured;
- the platform counts requests in any minute, and never refuses what is inside the limit;
- {turns} turns of the limit are simulated, of which the first {warm} are not counted: a turn is a minute and a lease's
  life. {rows} rows take as long in proportion: begin and end are left out.

No machine of that size was at hand: what follows is a model's, not a measurement.
"""


def _assumptions(costs: Costs) -> dict[str, object]:
    return {
        "latency": simulation.LATENCY,
        "stragglers": 1 / simulation.STRAGGLER,
        "long": simulation.LONG,
        "slots": simulation.SLOTS,
        "caller": costs.caller * 1e6,
        "driver": costs.driver * 1e6,
        "lost": simulation.LOST_A_DAY,
        "begins": simulation.BEGINS,
        "asking": simulation.ASKING * 1e3,
        "work": costs.budget * 1e3,
        "turns": sum(simulation.TURNS),
        "warm": simulation.TURNS[0],
        "rows": "10⁹",
    }


def _simulated(limits: Mapping[str, Sequence[Outcome]], budget: float) -> str:
    parts: list[str] = []
    for name, came in limits.items():
        lines = [
            f"| {one.workers:,} | {one.rate:,.0f} | {_days(one.rate)} | {one.of_limit:.1%} | {one.most:.1%} "
            f"| {one.asks:,.0f} | {one.budget_busy:.1%} | {one.bottleneck} |"
            for one in came
        ]
        parts.append(f"""### {name}

| workers | rows/s | days for 10⁹ | of the limit | fullest minute | leases a second | budget busy | where it is tight |
|---|---|---|---|---|---|---|---|
{chr(10).join(lines)}
""")
    return "\n".join([*parts, _TIGHT.format(asks=round(1 / budget, -2))])


_TIGHT = """![rows a second by workers](images/scale.svg)

What is tight is first how many calls a worker has at once, then the account's limit or the one process that writes.
Stages of Ray Data have no such process. The budget comes next for both: it gives some {asks:,.0f} leases a second, and
a worker takes about two, however many calls it makes.
"""


def _days(rate: float) -> str:
    return f"{ROWS / rate / 86400:,.1f}"


def _lives(lives: Mapping[str, Sequence[Outcome]], budget: float) -> str:
    lines = [
        f"| {life} s | {one.workers} | {one.of_limit:.1%} | {one.most:.1%} | {one.asks / one.rate:.2f} |"
        for life, came in lives.items()
        for one in came
    ]
    return f"""## Which lease keeps the limit within 1 %

**One of {LIFE:g} s, the default**, where workers would send clearly more than the limit: of a minute's limit
60 / ({PERIOD:g} + {LIFE:g}) = {60 / (PERIOD + LIFE):.1%} are used. With any life no minute has more than the limit.
Where workers would send hardly more than the limit, a little more than 1 % goes unused besides: what goes out within a
second leaves the window together, with the last of it, however long a lease lives.

A shorter life wins less than it costs: the budget is asked more often, up to once a call, and where it is asked some
{round(1 / budget, -2):,.0f} times a second it has no time left. At 6,000 requests a minute, where five of these
workers would send 1.08 times the limit, six of them 1.29 times and twenty of them 4.3 times:

| life | workers | of the limit | fullest minute | leases a call |
|---|---|---|---|---|
{chr(10).join(lines)}

Leases of a limit a second live for a twentieth of it, and 5 % or more of it go unused. To lose 1 % they would have to
live for a hundredth, and each worker would ask a hundred times a second.
"""


def _plot(limits: Mapping[str, Sequence[Outcome]]) -> None:
    matplotlib.rcParams["svg.hashsalt"] = "scale"
    figure, axes = pyplot.subplots(figsize=(7, 4))
    for name, came in limits.items():
        axes.plot([one.workers for one in came], [one.rate for one in came], marker="o", label=name)
    axes.set(xscale="log", yscale="log", xlabel="workers", ylabel="rows a second")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(DOCS / "images" / "scale.svg", metadata={"Date": None})
