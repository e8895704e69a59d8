"""Inputs: files of requests, or of what requests are made of, a record at a time."""

from __future__ import annotations

import csv
import hashlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, cast

import attrs

from qianfan_typed.errors import ConfigurationError
from qianfan_typed.payloads.json_places import BOM
from qianfan_typed.payloads.json_text import NOT_JSON, decode, why_not_json
from qianfan_typed.payloads.units import MOST_BYTES
from qianfan_typed.project.encodings import foreign_encoding
from qianfan_typed.project.paths import find

STDIN = "-"
InputForm = Literal["lines", "list", "csv", "parquet"]
SUFFIXES: Mapping[str, InputForm] = {
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".json": "list",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
}
"""How files end that a folder stands for. A file with another name is JSON Lines."""
_PIECE = 1 << 20
_ROWS = 1024
"""Rows of Parquet that are read at a time."""


@attrs.frozen(kw_only=True)
class Record:
    """A record of an input."""

    file: str
    line: int
    """From 1; of a list or of Parquet, which record it is."""
    value: object = None
    text: bytes | None = None
    """The JSON that it was read from. None: it was no JSON."""
    problem: str | None = None
    """Why it cannot be read. None: it can."""
    column: int = 1
    """Where the problem is, from 1."""


@attrs.frozen(kw_only=True)
class InputFile:
    """A file of an input: where its bytes are, and what it is called."""

    name: str
    path: Path

    @property
    def form(self) -> InputForm:
        """What it is, as its name says."""
        return SUFFIXES.get(self.path.suffix.lower(), "lines")

    def records(self) -> Iterator[Record]:
        """Its records, in order. Raises OSError, and ConfigurationError where an extra is missing."""
        if self.form == "csv":
            return self._rows_of_csv()
        if self.form == "parquet":
            return self._rows_of_parquet()
        return self._items() if self.form == "list" else self._lines()

    def _lines(self) -> Iterator[Record]:
        with self.path.open("rb") as file:
            number = 0
            while line := file.readline(MOST_BYTES + 1):
                number += 1
                if len(line) > MOST_BYTES:
                    yield Record(file=self.name, line=number, problem=f"a record of more than {MOST_BYTES:,} bytes")
                    return
                if number == 1:
                    other = foreign_encoding(line)
                    if other is not None:
                        yield Record(file=self.name, line=1, problem=f"it is {other}: save it as UTF-8")
                        return
                    line = line.removeprefix(BOM)
                if line.strip():
                    yield self._read(line, number)

    def _items(self) -> Iterator[Record]:
        """Of a list of JSON its items. A file that is none may be lines under another name."""
        data = self.path.read_bytes().removeprefix(BOM)
        if data.lstrip()[:1] != b"[" or (b"\n" in data.strip() and _is_dialogue(data)):
            yield from self._lines()
            return
        try:
            values = cast("list[object]", decode(data))
        except NOT_JSON as error:
            yield Record(file=self.name, line=1, problem=why_not_json(error, data)[0])
            return
        for number, value in enumerate(values, 1):
            yield Record(file=self.name, line=number, value=value)

    def _read(self, line: bytes, number: int) -> Record:
        try:
            return Record(file=self.name, line=number, value=decode(line), text=line)
        except NOT_JSON as error:
            why, offset = why_not_json(error, line)
            return Record(file=self.name, line=number, problem=why, column=offset + 1)

    def _rows_of_csv(self) -> Iterator[Record]:
        csv.field_size_limit(MOST_BYTES)
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t" if self.path.suffix.lower() == ".tsv" else ",", strict=True)
            line = 1
            try:
                for row in reader:
                    line = reader.line_num
                    spare: object = cast("dict[object, object]", row).pop(None, None)
                    missing = [name for name, cell in row.items() if cell is None]
                    if spare is not None or missing:
                        count = len(reader.fieldnames or ())
                        yield Record(file=self.name, line=line, problem=f"not a row of {count} cells as the header is")
                        continue
                    yield Record(file=self.name, line=line, value=dict(row))
            except (csv.Error, UnicodeDecodeError) as error:
                what = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
                yield Record(file=self.name, line=line + 1, problem=f"not CSV that can be read: {what}")

    def _rows_of_parquet(self) -> Iterator[Record]:
        parquet = require_pyarrow("parquet", f"{self.name}: Parquet")
        number = 0
        try:
            with parquet.ParquetFile(self.path) as file:
                for part in file.iter_batches(batch_size=_ROWS):
                    for row in part.to_pylist():
                        number += 1
                        yield Record(file=self.name, line=number, value=row)
        except ValueError as error:  # pyarrow's own errors are such
            yield Record(file=self.name, line=number + 1, problem=f"not Parquet that can be read: {error}")


def _is_dialogue(data: bytes) -> bool:
    """Whether the first line is a whole list: a dialogue on each line, as the platform's data sets have it."""
    try:
        return isinstance(decode(data.lstrip().partition(b"\n")[0]), list)
    except NOT_JSON:
        return False


def require_pyarrow(module: str, purpose: str) -> Any:
    """A module of pyarrow. Raises ConfigurationError where it is not installed."""
    try:
        return import_module(f"pyarrow.{module}")
    except ModuleNotFoundError:
        message = f'{purpose} needs pyarrow: pip install "qianfan-typed[batch]"'
        raise ConfigurationError(message=message, setting="input") from None


def input_files(paths: Sequence[str | os.PathLike[str]], spooled: Path) -> list[InputFile]:
    """The files that paths, folders and patterns stand for, in order.

    Args:
        paths: `-` is standard input.
        spooled: The file that standard input was written to.

    Raises:
        ConfigurationError: One of them leads to nothing.
    """
    found, missing = find([os.fspath(path) for path in paths], tuple(SUFFIXES))
    if missing:
        message = "\n".join(f"{one.file}: {one.message}" for one in missing)
        raise ConfigurationError(message=message, setting="input")
    return [InputFile(name=name, path=spooled if name == STDIN else Path(name)) for name in found]


def spool(target: Path) -> None:
    """Writes standard input to a file, which stands whole or not at all. Raises OSError."""
    beside = target.with_name(f".{target.name}.new")
    with beside.open("wb") as file:
        while piece := sys.stdin.buffer.read(_PIECE):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)


def digest_of(files: Sequence[InputFile]) -> tuple[str, int]:
    """A digest of all bytes of an input, and how many they are. Raises OSError."""
    digest, size = hashlib.blake2b(digest_size=16), 0
    for one in files:
        digest.update(b"\0file\0")
        with one.path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
                size += len(piece)
    return digest.hexdigest(), size
