"""`qianfan-typed embedding`: vectors of texts, to a screen or a file. Needs the extra `cli`."""

from __future__ import annotations

import csv
import json
import sys
from enum import Enum
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

    A line of JSON for each text, CSV without a header, or a NumPy array.
    """
    if list_model:
        from qianfan_typed.cli.listing import print_models_of

        print_models_of(APIS)
        return
    from qianfan_api.handles import OpenRequest, Options
    from qianfan_typed.cli.callees import find_target
    from qianfan_typed.cli.texts import lines

    form = form or _form_of(output)
    _require_place(form, output)
    target = find_target(APIS, connection.settings(), api=api, model=model, endpoint=endpoint)
    said = lines(texts, file, "texts")
    request = OpenRequest({"input": said, **parameters.of(target.operation.name)})
    reply = connection.runner().create(target, request, Options())
    if form is VectorFormat.npy:
        _write_npy(reply, output)
    elif output is None:
        _write(sys.stdout, form, said, reply)
    else:
        with output.open("w", encoding="utf-8", newline="") as out:
            _write(out, form, said, reply)


def _form_of(output: Path | None) -> VectorFormat:
    suffix = "" if output is None else output.suffix.lower()
    return {".csv": VectorFormat.csv, ".npy": VectorFormat.npy}.get(suffix, VectorFormat.json)


def _require_place(form: VectorFormat, output: Path | None) -> None:
    from qianfan_typed.errors import ConfigurationError

    if form is VectorFormat.npy and output is None and sys.stdout.isatty():
        message = "--format npy writes bytes: say a file with --output, or pipe them"
        raise ConfigurationError(message=message, setting="output")


def _write(out: TextIO, form: VectorFormat, texts: Sequence[str], reply: Any) -> None:
    ordered = sorted(reply.data, key=lambda one: one.index)
    if form is VectorFormat.csv:
        csv.writer(out, lineterminator="\n").writerows(one.embedding for one in ordered)
        return
    for text, one in zip(texts, ordered, strict=False):
        print(json.dumps({"text": text, "embedding": one.embedding}, ensure_ascii=False), file=out)


def _write_npy(reply: Any, output: Path | None) -> None:
    import io

    import numpy

    data = io.BytesIO()
    numpy.save(data, reply.numpy())
    if output is None:
        sys.stdout.buffer.write(data.getvalue())
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(data.getvalue())
