"""Exports: the rows of an output in the order of the input, as JSON Lines, CSV or Parquet."""

from __future__ import annotations

import csv
import os
from array import array
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from qianfan_typed.batch.inputs import require_pyarrow
from qianfan_typed.batch.journal import NOWHERE, read_lines
from qianfan_typed.batch.rows import ResultRow, row_of
from qianfan_typed.errors import ConfigurationError

_ROWS = 1000
"""Rows of Parquet that are written at a time."""

COLUMNS: Mapping[str, tuple[str, Callable[[ResultRow], object]]] = {
    "index": ("int64", lambda row: row.index),
    "custom_id": ("string", lambda row: row.custom_id),
    "status": ("string", lambda row: row.status),
    "api": ("string", lambda row: row.api),
    "model": ("string", lambda row: row.model),
    "reply": ("string", lambda row: None if row.reply is None else msgspec.json.encode(row.reply).decode()),
    "error_type": ("string", lambda row: None if row.error is None else row.error.type),
    "error_code": ("string", lambda row: None if row.error is None or row.error.code is None else str(row.error.code)),
    "error_message": ("string", lambda row: None if row.error is None else row.error.message),
    "input_tokens": ("int64", lambda row: None if row.usage is None else row.usage.input),
    "output_tokens": ("int64", lambda row: None if row.usage is None else row.usage.output),
    "latency": ("float64", lambda row: row.latency),
    "attempts": ("int64", lambda row: row.attempts),
}
"""Column → its type, and what a row has of it. A reply is JSON text."""


def export(results: Path, total: int, target: Path) -> int:
    """Writes rows to a file, in one step. Gives how many they are.

    Args:
        results: The lines of the output.
        total: How many inputs there are.
        target: Where to; the end of its name says in which form.

    Raises:
        ConfigurationError: The name ends in no form that there is, or pyarrow is missing.
        OSError: It cannot be read or written.
    """
    write = _WRITERS.get(target.suffix.lower())
    if write is None:
        message = f"{target}: ends in none of {', '.join(_WRITERS)}, which say the form"
        raise ConfigurationError(message=message, setting="output")
    beside = target.with_name(f".{target.name}.new")
    try:
        with results.open("rb") as file, beside.open("wb") as out:
            count = write(_in_order(file, total), out)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    beside.replace(target)
    return count


def _in_order(file: BinaryIO, total: int) -> Iterator[bytes]:
    """The lines that count, by their index. Eight bytes for each input are all that is kept."""
    places = array("Q", [NOWHERE]) * total
    for found in read_lines(file, total):
        if not isinstance(found, int):
            places[found.head.index] = found.offset
    for place in places:
        if place != NOWHERE:
            file.seek(place)
            yield file.readline()


def _as_lines(lines: Iterator[bytes], out: BinaryIO) -> int:
    count = 0
    for line in lines:
        count += 1
        out.write(line)
    return count


def _as_csv(lines: Iterator[bytes], out: BinaryIO) -> int:
    count = 0
    text = _Encoded(out)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in lines:
        count += 1
        row = row_of(line)
        writer.writerow([read(row) for _, read in COLUMNS.values()])
    return count


class _Encoded:
    """What `csv` writes to, over a file of bytes that somebody else closes."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        return self._out.write(text.encode("utf-8", "replace"))


def _as_parquet(lines: Iterator[bytes], out: BinaryIO) -> int:
    parquet, arrow = require_pyarrow("parquet", "Parquet"), require_pyarrow("lib", "Parquet")
    schema = arrow.schema([(name, arrow.type_for_alias(kind)) for name, (kind, _) in COLUMNS.items()])
    count = 0
    with parquet.ParquetWriter(out, schema) as writer:
        for some in _in_parts(lines):
            count += len(some)
            columns: dict[str, list[Any]] = {name: [read(row) for row in some] for name, (_, read) in COLUMNS.items()}
            writer.write_table(arrow.Table.from_pydict(columns, schema=schema))
    return count


def _in_parts(lines: Iterator[bytes]) -> Iterator[list[ResultRow]]:
    some: list[ResultRow] = []
    for line in lines:
        some.append(row_of(line))
        if len(some) == _ROWS:
            yield some
            some = []
    if some:
        yield some


_WRITERS: Mapping[str, Callable[[Iterator[bytes], BinaryIO], int]] = {
    ".jsonl": _as_lines,
    ".csv": _as_csv,
    ".parquet": _as_parquet,
}
