"""`qianfan-typed embedding`: vectors of texts, to a screen or a file. Needs the extra `cli`."""

from __future__ import annotations

import csv
import json
import sys
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from qianfan_typed.cli.callees import ApiOption, EndpointOption, ListModels
from qianfan_typed.cli.completions import model_names
from qianfan_typed.cli.connection import Connection
from qianfan_typed.cli.parameters import Given

if TYPE_CHECKING:
    from collections.abc import Sequence


APIS = ("v2.embedding", "v1.embedding")


class VectorFormat(str, Enum):
    """How vectors are written."""

    json = "json"
    csv = "csv"
    npy = "npy"
    parquet = "parquet"


def embedding(
    connection: Connection,
    parameters: Given,
    texts: Annotated[list[str] | None, typer.Argument(help="Texts. Left out: each line that is piped in.")] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="The model.", autocompletion=model_names(APIS))
    ] = None,
    endpoint: EndpointOption = None,
    api: ApiOption = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="A file of texts, a line each.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to. Left out: standard output.", metavar="FILE")
    ] = None,
    form: Annotated[
        VectorFormat | None,
        typer.Option("--format", help="Left out: as the name of --output ends, else json.", show_default=False),
    ] = None,
    list_model: ListModels = False,
) -> None:
    """Makes vectors of texts.

    A line of JSON for each text, CSV without a header, a NumPy array, or Parquet with the columns text and embedding.
    """
    if list_model:
        from qianfan_typed.cli.listing import print_models_of

        print_models_of(APIS)
        return
    from qianfan_api.handles import OpenRequest, Options
    from qianfan_typed.cli.callees import find_target
    from qianfan_typed.cli.texts import lines

    form = form or _form_of(output)
    _require_writable(form, output)
    target = find_target(APIS, connection.settings(), api=api, model=model, endpoint=endpoint)
    said = lines(texts, file, "texts")
    request = OpenRequest({"input": said, **parameters.of(target.operation.name)})
    reply = connection.runner().create(target, request, Options())
    if form is VectorFormat.npy:
        _write_bytes(_npy(reply), output)
    elif form is VectorFormat.parquet:
        _write_bytes(_parquet(said, reply), output)
    elif output is None:
        _write(sys.stdout, form, said, reply)
    else:
        with output.open("w", encoding="utf-8", newline="") as out:
            _write(out, form, said, reply)


def _form_of(output: Path | None) -> VectorFormat:
    suffix = "" if output is None else output.suffix.lower()
    return next((form for form in VectorFormat if suffix == f".{form.value}"), VectorFormat.json)


def _require_writable(form: VectorFormat, output: Path | None) -> None:
    from qianfan_typed.batch.inputs import require_pyarrow
    from qianfan_typed.errors import ConfigurationError

    # Before the call is made, and paid for.
    if form is VectorFormat.parquet:
        require_pyarrow("parquet", "Parquet")
    if form is VectorFormat.npy and find_spec("numpy") is None:
        raise ConfigurationError(message="--format npy needs numpy: pip install numpy", setting="format")
    if form in (VectorFormat.npy, VectorFormat.parquet) and output is None and sys.stdout.isatty():
        message = f"--format {form.value} writes bytes: say a file with --output, or pipe them"
        raise ConfigurationError(message=message, setting="output")


def _write(out: TextIO, form: VectorFormat, texts: Sequence[str], reply: Any) -> None:
    ordered = sorted(reply.data, key=lambda one: one.index)
    if form is VectorFormat.csv:
        csv.writer(out, lineterminator="\n").writerows(one.embedding for one in ordered)
        return
    for text, one in zip(texts, ordered, strict=False):
        print(json.dumps({"text": text, "embedding": one.embedding}, ensure_ascii=False), file=out)


def _npy(reply: Any) -> bytes:
    import io

    import numpy

    data = io.BytesIO()
    numpy.save(data, reply.numpy())
    return data.getvalue()


def _parquet(texts: Sequence[str], reply: Any) -> bytes:
    import io

    from qianfan_typed.batch.inputs import require_pyarrow

    parquet, arrow = require_pyarrow("parquet", "Parquet"), require_pyarrow("lib", "Parquet")
    vectors = [one.embedding for one in sorted(reply.data, key=lambda one: one.index)]
    data = io.BytesIO()
    parquet.write_table(arrow.table({"text": list(texts), "embedding": vectors}), data)
    return data.getvalue()


def _write_bytes(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(data)
