"""Runs of a batch: what comes of an input, and what a mistake is told."""

from __future__ import annotations

import _thread
import asyncio
import json
import signal
import threading
from pathlib import Path

import pytest

from qianfan_typed import AsyncQianfan, Qianfan
from qianfan_typed.batch.blocking import INTERRUPTED, run_blocking
from qianfan_typed.batch.job import JobFolder
from qianfan_typed.batch.run import BatchOrder, BatchRun
from qianfan_typed.batch.work import BatchProgress
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import AuthenticationError, ConfigurationError, InvalidBatch
from qianfan_typed.transports import Urllib3Transport
from tests.batch.conftest import MODEL, Write, asked, question, rows_in

pytestmark = pytest.mark.anyio
OUT = Path("out.jsonl")


def test_each_request_has_one_row(emulator: Emulator, client: Qianfan, write: Write) -> None:
    write("in.jsonl", *(question(f"问题{index}", custom_id=f"q{index}") for index in range(40)))
    report = client.batch("in.jsonl", "out.jsonl", workers=8)
    assert (report.summary.ok, report.summary.total, report.begun, report.stopped) == (40, 40, 40, None)
    rows = sorted(rows_in(OUT), key=lambda row: row["index"])
    assert [row["custom_id"] for row in rows] == [f"q{index}" for index in range(40)]
    assert all(f"问题{index}" in row["reply"]["choices"][0]["message"]["content"] for index, row in enumerate(rows))
    assert list(rows[0]) == [
        *("index", "custom_id", "status", "api", "model", "reply", "error", "usage", "latency", "attempts")
    ]
    assert sorted(asked(emulator)) == sorted(f"问题{index}" for index in range(40))
    assert [row.custom_id for row in report.rows() if row.status != "ok"] == []


def test_a_finished_batch_sends_nothing_again(emulator: Emulator, client: Qianfan, write: Write) -> None:
    write("in.jsonl", question("一"), question("二"))
    client.batch("in.jsonl", "out.jsonl")
    before = OUT.read_bytes()
    report = client.batch("in.jsonl", "out.jsonl", resume=True)
    assert (report.begun, report.summary.ok, len(asked(emulator))) == (0, 2, 2)
    assert OUT.read_bytes() == before


async def test_awaited(emulator: Emulator, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    write("in.jsonl", question("一"), question("二"))
    async with AsyncQianfan(bearer_token=emulator.bearer_token, base_url=emulator.url) as client:
        report = await client.batch("in.jsonl", "out.jsonl")
    assert report.summary.ok == 2


async def test_cancelled_it_keeps_what_was_counted(
    emulator: Emulator, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    write("in.jsonl", *(question(str(index)) for index in range(200)))
    emulator.slow(0.02)
    async with AsyncQianfan(bearer_token=emulator.bearer_token, base_url=emulator.url) as client:
        seen: list[int] = []
        task = asyncio.ensure_future(
            client.batch("in.jsonl", "out.jsonl", workers=4, on_progress=lambda state: seen.append(state.done))
        )
        while not seen or seen[-1] < 8:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        kept = len(rows_in(OUT))
        assert max(seen) <= kept < 200
        report = await client.batch("in.jsonl", "out.jsonl")
    assert (report.begun, report.summary.ok) == (200 - kept, 200)
    assert len(asked(emulator)) <= 204


def test_a_transport_of_the_clients_own_carries_it(emulator: Emulator, write: Write, tmp_path: Path) -> None:
    write("in.jsonl", question("一"), question("二"))
    transport = Urllib3Transport()
    with Qianfan(bearer_token=emulator.bearer_token, base_url=emulator.url, transport=transport) as client:
        report = client.batch(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    transport.close()
    assert report.summary.ok == 2


# --- failures --------------------------------------------------------------------------------------------------------


def test_what_failed_is_a_row_and_is_sent_again_when_asked(emulator: Emulator, client: Qianfan, write: Write) -> None:
    write("in.jsonl", *(question(f"问题{index}", custom_id=f"q{index}") for index in range(10)))
    emulator.fail_next(3, code="invalid_argument", message="not so")
    report = client.batch("in.jsonl", "out.jsonl", workers=1)
    assert (report.summary.ok, report.summary.failed) == (7, 3)
    row = rows_in(OUT)[0]
    assert (row["status"], row["reply"], row["attempts"]) == ("failed", None, 1)
    assert (row["error"]["type"], row["error"]["code"], row["error"]["status"]) == (
        "BadRequest",
        "invalid_argument",
        400,
    )
    assert {label: count.count for label, count in report.summary.errors.items()} == {"BadRequest invalid_argument": 3}
    assert len(asked(emulator)) == 10

    emulator.fail_next(1, code="invalid_argument")
    report = client.batch("in.jsonl", "out.jsonl", workers=1, only_failed=True)
    assert (report.summary.ok, report.summary.failed, report.begun) == (9, 1, 3)
    assert sorted(row["index"] for row in rows_in(OUT)) == list(range(10))
    assert asked(emulator)[10:] == ["问题0", "问题1", "问题2"]

    report = client.batch("in.jsonl", "out.jsonl", only_failed=True)
    assert (report.summary.ok, report.begun) == (10, 1)


def test_keys_that_are_refused_end_it_and_no_row_says_so(emulator: Emulator, client: Qianfan, write: Write) -> None:
    write("in.jsonl", *(question(str(index)) for index in range(10)))
    emulator.fail_next(8, code="invalid_iam_token")
    with pytest.raises(AuthenticationError):
        client.batch("in.jsonl", "out.jsonl", workers=1)
    assert rows_in(OUT) == []
    emulator.reset()
    assert client.batch("in.jsonl", "out.jsonl").summary.ok == 10


def test_it_ends_where_everything_fails(emulator: Emulator, client: Qianfan, write: Write) -> None:
    write("in.jsonl", *(question(str(index)) for index in range(300)))
    emulator.fail_next(10_000, status=404)
    report = client.batch("in.jsonl", "out.jsonl", workers=2)
    assert report.stopped is not None
    assert report.stopped.startswith("50 requests in a row failed; the last: ")
    assert 50 <= report.summary.failed <= 52
    assert report.pending == 300 - report.summary.failed


# --- refusals --------------------------------------------------------------------------------------------------------


def refused(client: Qianfan, *arguments: object, **options: object) -> str:
    with pytest.raises((ConfigurationError, InvalidBatch)) as caught:
        client.batch(*arguments, **options)  # type: ignore[arg-type]
    return str(caught.value)


def test_nothing_is_sent_where_a_request_breaks_a_rule(emulator: Emulator, client: Qianfan, write: Write) -> None:
    write("in.jsonl", question("好"), question("坏", custom_id="b", temperature="hot"), {"model": MODEL}, [1])
    said = refused(client, "in.jsonl", "out.jsonl").splitlines()
    assert [line.partition(" [")[0] for line in said] == [
        'in.jsonl:2:116: error: ernie-4.5-turbo-128k /temperature "hot": must be a number, not a string',
        "in.jsonl:3:1: error: ernie-4.5-turbo-128k /messages missing: required",
        "in.jsonl:4:1: error: 1: a record must be an object, not a whole number",
        "3 requests of 4 cannot be sent, so nothing was: mend them, or skip_invalid leaves them out",
    ]
    assert emulator.requests == []
    assert not OUT.exists()
    assert not Path("out.jsonl.batch").exists()


def test_what_breaks_rules_is_left_out_with_a_row(emulator: Emulator, client: Qianfan, write: Write) -> None:
    write("in.jsonl", question("好"), question("坏", custom_id="b", temperature="hot"))
    report = client.batch("in.jsonl", "out.jsonl", skip_invalid=True)
    assert (report.summary.ok, report.summary.invalid) == (1, 1)
    (row,) = [row for row in rows_in(OUT) if row["status"] == "invalid"]
    assert (row["custom_id"], row["attempts"], row["error"]["type"], row["error"]["code"]) == (
        "b",
        0,
        "InvalidRequest",
        "type",
    )
    assert asked(emulator) == ["好"]
    assert client.batch("in.jsonl", "out.jsonl", skip_invalid=True).begun == 0


def test_an_id_that_stands_twice(client: Qianfan, write: Write) -> None:
    write("in.jsonl", question("一", custom_id="a"), question("二", custom_id="b"), question("三", custom_id="a"))
    assert refused(client, "in.jsonl", "out.jsonl").splitlines() == [
        'in.jsonl:3:1: error: custom_id "a": must be of one record alone; line 1 has it too [batch.input]',
        "1 request of 3 cannot be sent, so nothing was: mend them, or skip_invalid leaves them out",
    ]
    report = client.batch("in.jsonl", "out.jsonl", skip_invalid=True)
    assert (report.summary.ok, report.summary.invalid) == (2, 1)


def test_lines_that_cannot_be_read(client: Qianfan, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(b'{"messages": \n\xff\xfe\n' + json.dumps(question("好")).encode() + b"\n")
    assert refused(client, "in.jsonl", "out.jsonl").splitlines() == [
        "in.jsonl:1:13: error: not JSON: it ends too early [file.syntax]",
        "in.jsonl:2:1: error: not JSON: invalid character [file.syntax]",
        "2 requests of 3 cannot be sent, so nothing was: mend them, or skip_invalid leaves them out",
    ]


def test_an_output_of_another_input(client: Qianfan, write: Write) -> None:
    write("in.jsonl", question("一"))
    client.batch("in.jsonl", "out.jsonl", parameters={"temperature": 0.5})
    write("in.jsonl", question("一"), question("二"))
    assert refused(client, "in.jsonl", "out.jsonl", system="短", parameters={"temperature": 0.6}) == (
        "out.jsonl: belongs to another batch:\n"
        "  the input had 1 requests, now it has 2\n"
        "  parameter temperature was 0.5, now it is 0.6\n"
        '  system was not given, now it is "短"\n'
        "name another output, or give what it began with"
    )
    write("in.jsonl", question("二"))
    assert "the input has other bytes than then" in refused(
        client, "in.jsonl", "out.jsonl", parameters={"temperature": 0.5}
    )


def test_a_file_that_no_batch_wrote(client: Qianfan, write: Write) -> None:
    write("in.jsonl", question("一"))
    write("out.jsonl", {"mine": True})
    assert refused(client, "in.jsonl", "out.jsonl") == (
        "out.jsonl: is there, and no batch wrote it: name another, or move it away"
    )
    assert rows_in(OUT) == [{"mine": True}]


def test_nothing_to_go_on_with(client: Qianfan, write: Write) -> None:
    write("in.jsonl", question("一"))
    assert refused(client, "in.jsonl", "out.jsonl", resume=True) == (
        "out.jsonl: nothing was begun there; leave out --resume and --only-failed"
    )


def test_two_runs_on_one_output(emulator: Emulator, client: Qianfan, write: Write) -> None:
    write("in.jsonl", *(question(str(index)) for index in range(40)))
    emulator.slow(0.1)
    began = threading.Event()

    def told(state: BatchProgress) -> None:
        if state.done:
            began.set()

    first = threading.Thread(target=lambda: client.batch("in.jsonl", "out.jsonl", workers=2, on_progress=told))
    first.start()
    began.wait(30)
    said = refused(client, "in.jsonl", "out.jsonl")
    assert said.startswith("out.jsonl: is being written by process ")
    assert said.endswith("; wait for it, or end it with: batch cancel")
    assert JobFolder(OUT).holder() is not None
    JobFolder(OUT).stop_file.touch()
    first.join()
    assert JobFolder(OUT).holder() is None
    assert 0 < len(rows_in(OUT)) < 40
    emulator.slow(0)
    assert client.batch("in.jsonl", "out.jsonl").summary.ok == 40
    assert len(asked(emulator)) == 40


def test_no_input(client: Qianfan, tmp_path: Path) -> None:
    assert refused(client, "none.jsonl", "out.jsonl") == "none.jsonl: no such file or folder"
    (tmp_path / "in.jsonl").write_text("\n\n")
    assert refused(client, "in.jsonl", "out.jsonl") == "in.jsonl: there is no request in it"
    assert refused(client, "in.jsonl", "out.jsonl", workers=0) == "workers: 0: must be at least 1"
    assert refused(client, "in.jsonl", "out.jsonl", api="v3.chat") == (
        "api: 'v3.chat': not an operation; did you mean v2.chat?"
    )


def test_a_disk_that_fills_ends_it_and_loses_nothing(emulator: Emulator, client: Qianfan, write: Write) -> None:
    from tests.batch.test_journal import room_for

    write("in.jsonl", *(question(str(index)) for index in range(60)))
    with room_for(9_000), pytest.raises(OSError, match="File too large") as caught:
        client.batch("in.jsonl", "out.jsonl", workers=4)
    assert caught.value.filename == "out.jsonl"
    kept = len(rows_in(OUT))
    assert 0 < kept < 60
    report = client.batch("in.jsonl", "out.jsonl")
    assert (report.summary.ok, report.begun, report.mended) == (60, 60 - kept, 0)
    assert len(asked(emulator)) <= 60 + 4


def test_progress_counts_what_is_on_the_disk(emulator: Emulator, client: Qianfan, write: Write) -> None:
    write("in.jsonl", *(question(str(index)) for index in range(60)))
    emulator.slow(0.02)
    wrong: list[tuple[int, int]] = []

    def told(state: BatchProgress) -> None:
        lines = OUT.read_bytes().count(b"\n") if OUT.exists() else 0
        if state.done > lines:
            wrong.append((state.done, lines))

    client.batch("in.jsonl", "out.jsonl", workers=4, on_progress=told)
    assert wrong == []


def test_a_second_ctrl_c_while_the_first_is_told(emulator: Emulator, client: Qianfan, write: Write) -> None:
    """It ends the run at once, and does not leave it behind."""
    emulator.slow(60)
    write("in.jsonl", question("一"))

    def press_once(progress: BatchProgress) -> None:
        if progress.under_way and not pressed:
            pressed.append(progress.under_way)
            _thread.interrupt_main()

    def press_again() -> None:
        signal.raise_signal(signal.SIGINT)

    pressed: list[int] = []
    run = BatchRun(BatchOrder(inputs="in.jsonl", output="out.jsonl"), on_progress=press_once)
    report = run_blocking(run, client.settings, workers=1, on_interrupt=press_again)
    assert (report.stopped, report.pending, pressed) == (INTERRUPTED, 1, [1])
