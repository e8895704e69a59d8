"""Clients: what is written where a program made a client or an object of the official packages."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping

from qianfan_api.documents.classes import DOCUMENT_CLASSES
from qianfan_api.platform import HOSTS
from qianfan_typed.client import Qianfan
from qianfan_typed.migration.edits import CallEdit
from qianfan_typed.migration.handled import Stays, arguments_of
from qianfan_typed.migration.makers import Maker
from qianfan_typed.python_source.names.literals import LiteralReader
from qianfan_typed.python_source.names.values import text

_OF_QIANFAN: Mapping[str, str] = {
    **{name: name for name in ("ak", "sk", "access_key", "secret_key", "access_token", "bearer_token", "api_key")},
    **{name: name for name in ("app_id", "console_api_base_url", "iam_base_url")},
}
_OF_OPENAI: Mapping[str, str] = {
    "api_key": "api_key",
    "base_url": "base_url",
    "timeout": "timeout",
    "max_retries": "max_attempts",
    "default_headers": "headers",
}
_TAKEN = frozenset(inspect.signature(Qianfan).parameters)


def client_edit(maker: Maker, *, waits: bool, after: tuple[str, ...], reader: LiteralReader) -> CallEdit:
    """What becomes of the call that makes a client.

    Args:
        maker: The call.
        waits: Whether its calls are awaited.
        after: What follows the client: `v1`, `chat`.
        reader: Reads its arguments.

    Raises:
        Stays: The client takes no such argument.
    """
    call = maker.call
    row = DOCUMENT_CLASSES.get(maker.name) if maker.package == "qianfan" else None
    arguments = arguments_of(call, row.made_with if row else ())
    names = _OF_OPENAI if maker.package == "openai" else _OF_QIANFAN
    if maker.package == "openai" and "api_key" not in arguments:
        raise Stays(call, "its key is that of OPENAI_API_KEY; write api_key=… there")
    dropped: set[int] = set()
    named: dict[int, str] = {}
    written: dict[int, str] = {}
    for name, argument in arguments.items():
        if row is not None and name in ("model", "endpoint", "version"):
            dropped.add(argument.index)
            continue
        if name not in names or names[name] not in _TAKEN:
            raise Stays(argument.value, f"Qianfan() takes no {name}")
        if name == "base_url" and _is_the_usual(text(reader.value(argument.value))):
            dropped.add(argument.index)
        elif name == "max_retries":
            if not isinstance(argument.value, ast.Constant) or not isinstance(argument.value.value, int):
                raise Stays(argument.value, "max_retries is not literal; write max_attempts=…, one more")
            named[argument.index] = "max_attempts"
            written[argument.index] = str(argument.value.value + 1)
        elif name == "timeout" and not _is_number(argument.value):
            raise Stays(argument.value, "its timeout is no literal number of seconds")
        elif names[name] != name:
            named[argument.index] = names[name]
    return CallEdit(
        called="AsyncQianfan" if waits else "Qianfan",
        dropped=frozenset(dropped),
        named=named,
        written=written,
        after=after,
    )


def _is_the_usual(address: str | None) -> bool:
    """Whether an address is the one that the client has anyway."""
    usual = HOSTS["v2"].url.rstrip("/")
    return address is not None and address.rstrip("/") in (usual, f"{usual}/v2")


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)
