"""Tables: the batches that Ray Data hands to a stage, read as rows, and given back with columns beside their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from qianfan_typed.batch.inputs import require_pyarrow
from qianfan_typed.errors import ConfigurationError

Column = tuple[str, Sequence[object]]
"""The type of a column, as `arrow_type` takes it, and a value for each row."""


def rows_of(batch: object) -> list[dict[str, Any]]:
    """The rows of a batch: a table of Arrow, a frame of pandas, or a dict of arrays."""
    if not isinstance(batch, Mapping) and hasattr(batch, "to_pylist"):
        return [{name: _plain(value) for name, value in row.items()} for row in cast("Any", batch).to_pylist()]
    columns = {str(name): _listed(values) for name, values in cast("Mapping[str, Any]", batch).items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _listed(values: Any) -> list[object]:
    return [_plain(value) for value in (values.tolist() if hasattr(values, "tolist") else list(values))]


def _plain(value: object) -> object:
    """A value as JSON has it. Tables give each object the members of all: those that it has not are left out."""
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {name: _plain(one) for name, one in members.items() if one is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in cast("Iterable[object]", value)]
    if hasattr(value, "tolist"):  # an array or a scalar of NumPy
        return _plain(cast("Any", value).tolist())
    return None if isinstance(value, float) and value != value else value


def with_columns(batch: object, columns: Mapping[str, Column]) -> object:
    """A batch with columns more, in its own form.

    Raises:
        ConfigurationError: It has a column of that name.
    """
    names: Sequence[str] = (
        cast("Any", batch).column_names if hasattr(batch, "column_names") else list(cast("Any", batch))
    )
    taken = next((name for name in columns if name in names), None)
    if taken is not None:
        message = f"prefix: the batch has a column {taken!r} already: give the stage another prefix for its own"
        raise ConfigurationError(message=message, setting="prefix")
    arrow = require_pyarrow("lib", "a stage")
    made = {name: arrow.array(values, arrow_type(arrow, kind)) for name, (kind, values) in columns.items()}
    if isinstance(batch, Mapping):
        return {**cast("Mapping[str, Any]", batch), **{name: _array(one) for name, one in made.items()}}
    if hasattr(batch, "append_column"):
        table: Any = batch
        for name, one in made.items():
            table = table.append_column(name, one)
        return table
    return cast("Any", batch).assign(**{name: one.to_pandas().array for name, one in made.items()})


def _array(values: Any) -> Any:
    return values.to_numpy(zero_copy_only=False)


def arrow_type(arrow: Any, kind: str) -> Any:
    """A type of Arrow by its name: `string`, `list<float>`, `list<struct<index: int64, name: string>>`."""
    if kind.startswith("list<"):
        return arrow.list_(arrow_type(arrow, kind[5:-1]))
    if kind.startswith("struct<"):
        fields = [one.split(": ") for one in kind[7:-1].split(", ")]
        return arrow.struct([(name, arrow.type_for_alias(of)) for name, of in fields])
    return arrow.type_for_alias(kind)
