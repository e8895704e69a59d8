"""The buffer of a report: in memory or in a file, it gives back what was written."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

import pytest

from qianfan_typed.reports import report_buffer
from qianfan_typed.reports.report_buffer import ReportBuffer
from tests.payloads.saying import Run, chat, lines


def copied(pieces: list[str]) -> str:
    out = io.StringIO()
    with ReportBuffer() as body:
        for piece in pieces:
            body.write(piece)
        body.copy_to(out)
    return out.getvalue()


@pytest.mark.parametrize("room", [0, 7, 1 << 20])
def test_it_gives_back_what_was_written(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    monkeypatch.setattr(report_buffer, "_ROOM", room)
    assert copied(["字" * 10, "", "\r\n😀", "a\n"] * 50) == ("字" * 10 + "\r\n😀" + "a\n") * 50
    assert copied([]) == ""


def test_half_a_character_does_not_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_buffer, "_ROOM", 0)
    assert copied(["a\udcff"]) == "a\\udcff"


def test_it_needs_no_folder_for_temporary_files(monkeypatch: pytest.MonkeyPatch, folder: Path, validate: Run) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "nowhere"))
    monkeypatch.setattr(report_buffer, "_ROOM", 500)
    (folder / "a.jsonl").write_text(lines(*[chat(top_p=7)] * 20), "utf-8")
    for form in ("json", "sarif", "junit"):
        said = validate("--api", "v1.chat", "--format", form, "a.jsonl")
        assert (said.code, said.out.count("7: must be at least 0 and at most 1.0") >= 20) == (1, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no file that is always full")
def test_where_the_disk_is_full_the_rest_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(buffering: int) -> object:
        return os.fdopen(os.open("/dev/full", os.O_RDWR), "r+b", buffering=buffering)

    monkeypatch.setattr(report_buffer, "_ROOM", 5)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    assert copied(["abc", "def", "ghi"]) == "abcdefghi"
