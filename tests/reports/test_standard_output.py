"""Standard output that cannot be written, and a check that cannot go on: each is said for what it is."""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Iterator

import pytest

from qianfan_typed.reports import standard_output
from qianfan_typed.reports.findings import Finding, Tally
from qianfan_typed.reports.standard_output import OutputError, write_report

FINDING = Finding(file="a", line=1, column=1, code="x", message="y")


class Broken(io.StringIO):
    """An output that fails with an error's number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def write(self, text: str) -> int:
        raise OSError(self.number, "what the system says")


def test_why_standard_output_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Broken(errno.ENOSPC))
    with pytest.raises(OutputError, match=r"^standard output: what the system says$"):
        write_report([FINDING], "text", Tally(), None)
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(OutputError, match=r"^standard output is closed$"):
        write_report([FINDING], "text", Tally(), None)


def test_a_fault_of_the_check_is_not_taken_for_one_of_standard_output(monkeypatch: pytest.MonkeyPatch) -> None:
    def findings() -> Iterator[Finding]:
        yield FINDING
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(sys, "stdout", io.StringIO())
    with pytest.raises(OutputError, match=r"^the check cannot go on: Too many open files$"):
        write_report(findings(), "json", Tally(), None)


@pytest.mark.parametrize("number", [errno.EPIPE, errno.EINVAL])
def test_a_closed_pipe_is_one_whatever_windows_calls_it(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(standard_output, "_PIPE_CLOSED", {errno.EPIPE, errno.EINVAL})
    monkeypatch.setattr(sys, "stdout", Broken(number))
    with pytest.raises(BrokenPipeError) as caught:
        write_report([FINDING], "text", Tally(), None)
    assert caught.value.errno == errno.EPIPE
    # What is flushed at the end has nowhere to fail.
    sys.stdout.write("more")
    sys.stdout.flush()
