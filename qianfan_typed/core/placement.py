"""Placement: a request whose parameters do not all stand in a JSON body, but in its path, its query or a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar, cast
from urllib.parse import quote

import attrs

from qianfan_api.files import is_file, read_file
from qianfan_api.handles import Target
from qianfan_api.reply import Reply
from qianfan_typed.core.encoding import encode_json, refused
from qianfan_typed.core.steps import HttpRequest

if TYPE_CHECKING:
    from qianfan_api.files import FileInput

R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)


def placed(http: HttpRequest, target: Target[R, C], wire: Mapping[str, object]) -> HttpRequest:
    """A request with its parameters where they belong.

    Args:
        http: The request, with braces in its path and without a body.
        target: Whom it goes to.
        wire: The parameters, by name.

    Raises:
        InvalidRequest: A value cannot stand in the path, or is nothing that JSON can say.
        OSError: A file cannot be read.
    """
    operation = target.operation
    path, query = http.path, list(http.query)
    body: dict[str, object] = {}
    for name, value in wire.items():
        at = operation.placed.get(name)
        if at is not None and at.place == "path":
            path = path.replace(f"{{{name}}}", _step(target.name, name, value))
        elif (at is not None and at.place == "query") or operation.method in ("GET", "DELETE"):
            if value is not None:
                query.append((name, _text(target.name, name, value)))
        else:
            body[name] = value
    for name, at in operation.placed.items():
        if at.place == "path" and wire.get(name) is None:
            raise refused(target.name, f"/{name}", "missing", "missing: a part of the path")
    http = attrs.evolve(http, path=path, query=tuple(query))
    if operation.method in ("GET", "DELETE"):
        return attrs.evolve(http, body=b"")
    if not operation.multipart:
        return attrs.evolve(http, body=encode_json(target.name, body))
    data, content_type = _form(target, body)
    headers = {name: text for name, text in http.headers.items() if name.lower() != "content-type"}
    return attrs.evolve(http, body=data, headers={**headers, "Content-Type": content_type})


def _step(model: str, name: str, value: object) -> str:
    """A value as one step of a path. What servers would take for more, or for less, is refused."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not text.strip() or text in (".", ".."):
        message = f"{value!r}: stands in the path, so it must be a text that is neither empty nor . nor .."
        raise refused(model, f"/{name}", "path", message)
    if any(letter in "/\\\x7f" or letter < " " for letter in text):
        message = f"{value!r}: stands in the path, so it must have no / or \\ and no control characters"
        raise refused(model, f"/{name}", "path", message)
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise refused(model, f"/{name}", "path", f"{value!r}: is no text that UTF-8 can say") from None


def _text(model: str, name: str, value: object) -> str:
    return value if isinstance(value, str) else encode_json(model, value, f"/{name}").decode()


def _form(target: Target[R, C], values: Mapping[str, object]) -> tuple[bytes, str]:
    """A form with files: its bytes, and the Content-Type with their boundary."""
    from urllib3 import encode_multipart_formdata  # Late: only a form needs it.

    fields: list[tuple[str, str | tuple[str, bytes]]] = []
    for name, value in values.items():
        at = target.operation.placed.get(name)
        if value is None:
            continue
        if at is not None and at.written == "file":
            fields += [(name, read_file(_file(target.name, name, one), name)) for one in _several(value)]
        else:
            fields.append((name, _text(target.name, name, value)))
    return encode_multipart_formdata(fields)


def _several(value: object) -> list[object]:
    """The files of a list, or the one. A name with its bytes is one."""
    if is_file(value):
        return [value]
    return [*cast("Sequence[object]", value)] if isinstance(value, list | tuple) else [value]


def _file(model: str, name: str, value: object) -> FileInput:
    if not is_file(value):
        message = f"must be a file: a path, bytes, an open file, or a name with bytes, not {type(value).__name__}"
        raise refused(model, f"/{name}", "type", message)
    return cast("FileInput", value)
