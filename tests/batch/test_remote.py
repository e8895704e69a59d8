"""The platform's own batches, which the emulator really runs, answering into the same output."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import attrs
import pytest

from qianfan_api import batch_file
from qianfan_typed import Qianfan
from qianfan_typed.batch import remote
from qianfan_typed.batch.remote import RemoteFolder
from qianfan_typed.batch.work import BatchProgress
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import ApiError, ConfigurationError
from tests.batch.conftest import MODEL, Write, question, rows_in

OUT = Path("out.jsonl")
OTHER = "ernie-speed-128k"


def calls(emulator: Emulator) -> Counter[str]:
    """The calls of the emulator's operations of files and batches, by method and path, ids apart."""
    return Counter(
        f"{one.method} {'/'.join('…' if '-' in step else step for step in one.path.split('/'))}"
        for one in emulator.requests
    )


@pytest.fixture
def three_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of three requests: as if the platform took no more."""
    monkeypatch.setattr(remote, "BATCH_FILE", attrs.evolve(batch_file.BATCH_FILE, max_lines=3))


def test_each_model_has_its_files_and_all_come_to_one_output(
    emulator: Emulator, client: Qianfan, write: Write, three_a_file: None
) -> None:
    write(
        "in.jsonl",
        *(question(f"问题{index}", custom_id=f"q{index}") for index in range(7)),
        *(question(f"别的{index}", custom_id=f"o{index}", model=OTHER) for index in range(2)),
    )
    report = client.batch("in.jsonl", "out.jsonl", remote=True, interval=0.01)
    assert (report.summary.ok, report.stopped) == (9, None), report
    rows = sorted(rows_in(OUT), key=lambda row: row["index"])
    assert [row["custom_id"] for row in rows] == [*(f"q{index}" for index in range(7)), "o0", "o1"]
    assert [row["model"] for row in rows] == [MODEL] * 7 + [OTHER] * 2
    assert "问题4" in rows[4]["reply"]["choices"][0]["message"]["content"]
    assert rows[4]["usage"]["output"] > 0
    made = calls(emulator)
    assert (made["POST /v2/files"], made["POST /v2/batches"]) == (4, 4)
    assert list(RemoteFolder(Path("out.jsonl.batch")).parts()) == []


def with_a_refusal(client: Qianfan, emulator: Emulator, write: Write) -> None:
    """A run of two requests, of which the platform refuses one that our rules let pass."""
    write("in.jsonl", question("好", custom_id="a"), question("坏", custom_id="b"))
    emulator.fail_next(1, code="invalid_argument", on="any")
    with pytest.raises(ApiError):
        client.batch("in.jsonl", "out.jsonl", remote=True, interval=0.01)
    (part,) = RemoteFolder(Path("out.jsonl.batch")).parts()
    lines = RemoteFolder(Path("out.jsonl.batch")).lines_of(part)
    lines.write_bytes(lines.read_bytes().replace("坏".encode(), b""))


def test_what_the_platform_refuses_is_a_row(emulator: Emulator, client: Qianfan, write: Write) -> None:
    with_a_refusal(client, emulator, write)
    report = client.batch("in.jsonl", "out.jsonl", remote=True, interval=0.01)
    assert (report.summary.ok, report.summary.failed) == (1, 1), report
    (row,) = [row for row in rows_in(OUT) if row["status"] == "failed"]
    assert (row["custom_id"], row["error"]["type"], row["error"]["code"], row["error"]["status"]) == (
        "b",
        "BadRequest",
        "invalid_messages",
        400,
    )


def test_a_run_that_was_stopped_fetches_what_goes_on_meanwhile(
    emulator: Emulator, client: Qianfan, write: Write
) -> None:
    write("in.jsonl", *(question(f"问题{index}") for index in range(350)))
    seen: list[BatchProgress] = []

    def told(state: BatchProgress) -> None:
        seen.append(state)
        if calls(emulator)["GET /v2/batches/…"]:
            Path("out.jsonl.batch/stop").touch()

    report = client.batch("in.jsonl", "out.jsonl", remote=True, interval=60, on_progress=told)
    assert (report.stopped, report.pending) == ("batch cancel", 350)
    with pytest.raises(ConfigurationError) as caught:
        client.batch("in.jsonl", "out.jsonl")
    assert str(caught.value) == (
        "out.jsonl: 350 of its requests are with the platform's batches: --remote fetches them"
    )
    report = client.batch("in.jsonl", "out.jsonl", remote=True, interval=0.01)
    assert (report.summary.ok, report.begun) == (350, 350)
    assert calls(emulator)["POST /v2/batches"] == 1


def test_a_batch_that_a_crash_kept_from_being_noted_is_not_created_twice(
    emulator: Emulator, client: Qianfan, write: Write
) -> None:
    write("in.jsonl", *(question(f"问题{index}") for index in range(150)))
    stop_after_creation(client, emulator)
    folder = RemoteFolder(Path("out.jsonl.batch"))
    (part,) = folder.parts()
    assert part.batch is not None
    folder.note(attrs.evolve(part, batch=None))
    report = client.batch("in.jsonl", "out.jsonl", remote=True, interval=0.01)
    assert report.summary.ok == 150
    assert calls(emulator)["POST /v2/batches"] == 1


def stop_after_creation(client: Qianfan, emulator: Emulator) -> None:
    def told(state: BatchProgress) -> None:
        if calls(emulator)["POST /v2/batches"]:
            Path("out.jsonl.batch/stop").touch()

    client.batch("in.jsonl", "out.jsonl", remote=True, interval=60, on_progress=told)


def test_a_batch_that_was_stopped_at_the_platform_leaves_what_is_left(
    emulator: Emulator, client: Qianfan, write: Write
) -> None:
    write("in.jsonl", *(question(f"问题{index}") for index in range(150)))
    stop_after_creation(client, emulator)
    (part,) = RemoteFolder(Path("out.jsonl.batch")).parts()
    client.v2.batches.cancel(str(part.batch))
    report = client.batch("in.jsonl", "out.jsonl", remote=True, interval=0.01)
    assert report.stopped == f"the platform's batch {part.batch} ended as Stopped"
    answered = report.summary.ok
    assert report.pending == 150 - answered > 0
    report = client.batch("in.jsonl", "out.jsonl", remote=True, interval=0.01)
    assert (report.summary.ok, report.begun) == (150, 150 - answered)


def test_what_is_written_before_a_file_is_forgotten_is_not_written_twice(
    emulator: Emulator, client: Qianfan, write: Write
) -> None:
    write("in.jsonl", *(question(f"问题{index}") for index in range(150)))
    stop_after_creation(client, emulator)
    folder = RemoteFolder(Path("out.jsonl.batch"))
    (part,) = folder.parts()
    lines = folder.lines_of(part).read_bytes()
    client.batch("in.jsonl", "out.jsonl", remote=True, interval=0.01)
    folder.note(part)
    folder.lines_of(part).write_bytes(lines)
    report = client.batch("in.jsonl", "out.jsonl", remote=True, interval=0.01)
    assert (report.summary.ok, report.begun, len(rows_in(OUT))) == (150, 0, 150)


def test_an_upload_that_fails_goes_on_later(emulator: Emulator, client: Qianfan, write: Write) -> None:
    write("in.jsonl", question("一"))
    emulator.fail_next(1, code="invalid_argument", on="any")
    with pytest.raises(ApiError):
        client.batch("in.jsonl", "out.jsonl", remote=True, interval=0.01)
    assert client.batch("in.jsonl", "out.jsonl", remote=True, interval=0.01).summary.ok == 1


def test_operations_that_its_batches_do_not_answer(client: Qianfan, write: Write) -> None:
    write("in.jsonl", {"model": "bge-large-zh", "input": ["一"]})
    with pytest.raises(ConfigurationError) as caught:
        client.batch("in.jsonl", "out.jsonl", api="v2.embedding", remote=True)
    assert str(caught.value) == (
        "--remote: the platform's batches do not answer v2.embedding; they answer v2.chat, v2.images, v2.images.edits"
    )


def test_what_failed_there_may_be_sent_again_here(emulator: Emulator, client: Qianfan, write: Write) -> None:
    with_a_refusal(client, emulator, write)
    client.batch("in.jsonl", "out.jsonl", remote=True, interval=0.01)
    report = client.batch("in.jsonl", "out.jsonl", only_failed=True)
    assert (report.summary.ok, report.summary.failed, report.begun) == (2, 0, 1)
    assert len(rows_in(OUT)) == 2
