"""Checks YAML: a request a document, or lists of them. Needs the extra `cli`."""

from __future__ import annotations

from qianfan_typed.payloads.judge import Judge
from qianfan_typed.payloads.unit_check import Outcome
from qianfan_typed.payloads.yaml_source import Fault
from qianfan_typed.reports.findings import SYNTAX, UNREADABLE


def check_yaml(data: bytes, judge: Judge, outcome: Outcome) -> None:
    """Checks a text: what stands before a fault is checked, what follows it cannot be."""
    try:
        from qianfan_typed.payloads.yaml_values import Values
    except ModuleNotFoundError:
        outcome.note(UNREADABLE, 1, 1, 'YAML needs ruamel.yaml: pip install "qianfan-typed[cli]"')
        return
    values = Values(data)
    passes = judge.passer()
    try:
        for request in values.requests():
            outcome.records += 1
            if request.faults:
                for fault in request.faults:
                    outcome.note(SYNTAX, *fault.place, str(fault), outcome.records)
            elif passes(request.value):
                outcome.checked += 1
            else:
                outcome.judge(judge, request.value, outcome.records, request.node.at)
    except Fault as fault:
        for one in (*values.faults, fault):
            outcome.note(SYNTAX, *one.place, str(one))
