"""Plan of a batch: what it would send and what that costs, printed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from qianfan_typed.cli.tables import Column, print_table
from qianfan_typed.cli.terminal import say

if TYPE_CHECKING:
    from qianfan_typed.batch.run import BatchOrder


def print_plan(order: BatchOrder) -> None:
    """Prints what a run would do. Raises InvalidBatch as the run would."""
    from qianfan_typed.batch.inputs import STDIN, spool
    from qianfan_typed.batch.run import BatchRun

    with tempfile.TemporaryDirectory() as folder:
        spooled = Path(folder, "input.jsonl")
        if STDIN in order.inputs:
            spool(spooled)
        plan, _ = BatchRun(order).plan(spooled)
    if not order.skip_invalid:
        plan.require_valid()
    rows = [
        [
            name,
            api,
            f"{model.requests:,}",
            f"{model.input:,}",
            f"{model.output:,}",
            "not known" if model.yuan is None else f"{model.yuan:.4f}",
            model.priced or "",
        ]
        for (api, name), model in sorted(plan.models.items())
    ]
    columns = (
        Column("model", last_to_go=True),
        Column("api"),
        Column("requests", right=True),
        Column("tokens in", right=True),
        Column("tokens out", right=True),
        Column("yuan", right=True),
        Column("price of"),
    )
    print_table(columns, rows)
    left = f", {len(plan.invalid):,} of them invalid and left out" if plan.invalid else ""
    advised = f"; {plan.warnings:,} warnings: qianfan-typed validate says them" if plan.warnings else ""
    say(
        f"{plan.requests:,} requests{left}; tokens are estimated, about {plan.yuan:.4f} yuan; nothing was sent{advised}"
    )
