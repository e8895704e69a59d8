"""The journal: whatever crash comes when, no row that was written is lost or doubled, and none is half."""

from __future__ import annotations

import contextlib
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from qianfan_typed.batch.journal import Journal, UnwritableOutput
from qianfan_typed.batch.rows import ResultRow, RowError, RowStatus, line_of, row_of

TOTAL = 12
REFUSED = RowError(type="ServerError", message="broke", code="internal_error")


def row(index: int, status: RowStatus = "ok", text: str = "你好") -> ResultRow:
    error = None if status == "ok" else REFUSED
    reply = {"text": text} if status == "ok" else None
    return ResultRow(
        index=index, custom_id=f"q{index}", status=status, api="v2.chat", model="m", reply=reply, error=error
    )


def written(journal: Journal, *rows: ResultRow) -> None:
    journal.append([(one.index, one.status, line_of(one)) for one in rows])
    journal.sync()


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Lets no file grow beyond a size: to a write it is as if the disk were full."""
    if sys.platform == "win32":
        pytest.skip("there are no such limits")
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@attrs.define
class Kept:
    """What a run keeps beside its output: where a round of failed requests begins."""

    again_from: int | None = None


class JournalMachine(RuleBasedStateMachine):
    """Runs that are begun, written to, crash at any byte and go on, with rounds of what failed."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.path = Path(self._folder.name) / "out.jsonl"
        self.kept = Kept()
        self.expected: dict[int, RowStatus] = {}
        """What was counted."""
        self.again: set[int] = set()
        self.journal = Journal(self.path, TOTAL)

    def teardown(self) -> None:
        self.journal.close()
        self._folder.cleanup()

    def _opened(self) -> None:
        self.journal.close()
        self.journal = Journal(self.path, TOTAL, self.kept.again_from)

    @rule(data=st.data(), statuses=st.lists(st.sampled_from(["ok", "failed"]), min_size=1, max_size=4))
    def do_some(self, data: st.DataObject, statuses: list[RowStatus]) -> None:
        todo = list(self.journal.todo(only_failed=False))
        chosen = data.draw(st.permutations(todo))[: len(statuses)]
        rows = [row(index, status) for index, status in zip(chosen, statuses, strict=False)]
        if not rows:
            return
        written(self.journal, *rows)
        self.expected.update({one.index: one.status for one in rows})
        if self.kept.again_from is not None:
            self.again |= set(chosen)

    @rule()
    def crash(self) -> None:
        self._opened()

    @rule(data=st.data(), share=st.floats(0, 1, exclude_max=True))
    def crash_in_a_write(self, data: st.DataObject, share: float) -> None:
        """Rows that were not counted are there in part: those that are whole are kept, the half one goes."""
        todo = list(self.journal.todo(only_failed=False))[:3]
        whole = [line_of(row(index)) for index in todo]
        torn = b"".join(whole)[: int(sum(map(len, whole)) * share)]
        with self.path.open("ab") as file:
            file.write(torn)
        for index, line in zip(todo, whole, strict=True):
            if torn.startswith(line):
                self.expected[index] = "ok"
                if self.kept.again_from is not None:
                    self.again.add(index)
                torn = torn[len(line) :]
            else:
                break
        self._opened()

    @rule(size=st.integers(1, 9))
    def power_fails(self, size: int) -> None:
        """The file has grown, and what was to stand there has not come: zeros, and no end of a line."""
        with self.path.open("ab") as file:
            file.write(b"\0" * size)
        self._opened()

    @precondition(lambda self: self.kept.again_from is None and "failed" in self.expected.values())
    @rule()
    def begin_round(self) -> None:
        self.kept.again_from = self.journal.begin_round()
        self.again = set()

    @precondition(lambda self: self.kept.again_from is not None)
    @rule(crash=st.sampled_from(["none", "before", "after"]))
    def end_round(self, crash: str) -> None:
        """Where nothing of it is left. Crashes on both sides of the step in which the file is written anew."""
        if self.journal.todo(only_failed=True):
            return
        self.kept.again_from = None
        if crash == "before":
            self._opened()
            return
        self.journal.end_round()
        if crash == "after":
            self._opened()

    @invariant()
    def what_was_counted_is_there(self) -> None:
        found: dict[int, RowStatus] = {}
        doubled: set[int] = set()
        for line in self.path.read_bytes().splitlines(keepends=True):
            one = row_of(line)
            doubled |= {one.index} & found.keys()
            found[one.index] = one.status
        assert found == self.expected
        assert set(self.journal.done) == found.keys()
        assert set(self.journal.failed) == {index for index, status in found.items() if status == "failed"}
        assert doubled <= (self.again if self.kept.again_from is not None else set())

    @invariant()
    def what_is_to_be_done_is_known(self) -> None:
        missing = set(range(TOTAL)) - self.expected.keys()
        todo, only_failed = set(self.journal.todo(only_failed=False)), set(self.journal.todo(only_failed=True))
        assert missing <= todo
        assert only_failed == todo - missing
        assert not only_failed & self.again


TestJournalMachine = JournalMachine.TestCase
TestJournalMachine.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)


def test_a_row_counts_once_it_is_on_the_disk(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "out.jsonl", 2)
    journal.append([(1, "ok", line_of(row(1)))])
    assert list(journal.done) == []
    journal.sync()
    assert [row_of(line).index for line in (tmp_path / "out.jsonl").read_bytes().splitlines()] == [1]
    assert list(journal.todo(only_failed=False)) == [0]


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_half_line_is_cut_off_and_done_again(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(line_of(row(0)) + line_of(row(1))[:-cut])
    journal = Journal(path, 2)
    assert (list(journal.done), journal.mended) == ([0], 1)
    assert path.read_bytes() == line_of(row(0))


def test_lines_that_are_no_rows_are_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(line_of(row(0)) + b"{}\n" + line_of(row(1)) + b"no JSON\n" + line_of(row(7)))
    journal = Journal(path, 2)
    assert (list(journal.done), journal.mended) == ([0, 1], 3)
    assert path.read_bytes() == line_of(row(0)) + line_of(row(1))


@pytest.mark.parametrize("room", [0, 1, 50, 149, 150, 151])
def test_a_disk_that_fills_in_the_middle_of_a_write_leaves_nothing_half(tmp_path: Path, room: int) -> None:
    path = tmp_path / "out.jsonl"
    journal = Journal(path, 9)
    written(journal, row(0))
    size = path.stat().st_size
    with room_for(size + room), pytest.raises(UnwritableOutput) as caught:
        written(journal, row(1), row(2))
    assert caught.value.filename == str(path)
    assert path.read_bytes() == line_of(row(0))
    assert list(journal.done) == [0]
    written(journal, row(1), row(2))
    assert list(Journal(path, 9).done) == [0, 1, 2]


def test_a_file_without_room_for_a_new_one_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    journal = Journal(path, 2)
    written(journal, row(0, "failed"), row(1))
    journal.begin_round()
    written(journal, row(0))
    data = path.read_bytes()
    with room_for(20), pytest.raises(UnwritableOutput):
        journal.end_round()
    assert path.read_bytes() == data
    assert os.listdir(tmp_path) == ["out.jsonl"]  # noqa: PTH208
    journal = Journal(path, 2)
    assert path.read_bytes() == line_of(row(1)) + line_of(row(0))
    assert list(journal.failed) == []


def test_long_lines_are_found_whatever_their_length(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    draw = random.Random(1)
    lines = [line_of(row(index, text="字" * draw.randrange(100_000))) for index in range(5)]
    path.write_bytes(b"".join(lines) + line_of(row(5, text="字" * 100_000))[:200_000])
    assert list(Journal(path, 6).done) == [0, 1, 2, 3, 4]
    assert path.read_bytes() == b"".join(lines)


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes are another matter there")
def test_a_file_that_is_written_anew_stays_where_a_link_leads_to_and_open_to_whom_it_was(tmp_path: Path) -> None:
    target, link = tmp_path / "elsewhere" / "rows.jsonl", tmp_path / "out.jsonl"
    target.parent.mkdir()
    target.touch()
    target.chmod(0o640)
    link.symlink_to(target)
    with contextlib.closing(Journal(link, TOTAL)) as journal:
        written(journal, row(0, "error"), row(1))
        written(journal, row(0))
        journal.compact()
        written(journal, row(2))
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert [row_of(line).index for line in target.read_bytes().splitlines()] == [1, 0, 2]
