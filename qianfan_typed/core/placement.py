"""Placement: where a request goes, and its parameters that stand in the path, the query or a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar, cast
from urllib.parse import quote

import attrs

from qianfan_api.files import is_file, read_file
from qianfan_api.handles import Operation, Target
from qianfan_api.platform import PREFIXES
from qianfan_api.reply import Reply
from qianfan_typed.config import Settings, base_and_prefix, path_of_v2
from qianfan_typed.core.encoding import encode_json, refused
from qianfan_typed.core.steps import HttpRequest
from qianfan_typed.errors import ConfigurationError

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


def served_at(settings: Settings, operation: Operation[Reply, Reply]) -> tuple[str, str]:
    """Where an operation is: scheme and host, and its path, with braces for what a call puts there.

    Raises:
        ConfigurationError: It is not at the address that was given for all calls.
    """
    if operation.host == "v1" and settings.v2_alone is not None:
        message = (
            f"{operation.name} is not at base_url={settings.v2_alone!r}, whose path names a version: V1's paths have "
            "their own. Give the address without it, or the one of V2 as console_api_base_url"
        )
        raise ConfigurationError(message=message, setting="base_url")
    base, prefix = base_and_prefix(settings.hosts[operation.host])
    path = settings.routes.get(operation.name, operation.path)
    if operation.host == "v2":
        return base, path_of_v2(prefix, path)
    models = PREFIXES["models"]
    if settings.model_prefix is not None and path.startswith(models):
        path = settings.model_prefix + path[len(models) :]
    return base, prefix + path


def path_of_model(target: Target[R, C]) -> str:
    """The path of a model or an endpoint, below its operation's. Raises InvalidRequest where it would leave that."""
    if target.path is None:
        return ""
    quoted = _quoted(target.path, (target.operation.deployed_path or "").endswith("/"))
    if quoted is None:
        message = f"{target.path!r}: stands in the path: no step of it may be empty, . or .., nor have a backslash"
        raise refused(target.name, "/endpoint", "path", f"{message} or a control character")
    return quoted


@lru_cache(4096)
def _quoted(path: str, ends_in_slash: bool) -> str | None:
    steps = (path.removesuffix("/") if ends_in_slash else path).split("/")
    if any(step.strip() in ("", ".", "..") or not _is_step(step) for step in steps):
        return None
    try:
        return quote(path, safe="/-._~")
    except UnicodeEncodeError:
        return None


def _is_step(text: str) -> bool:
    return not any(letter in "/\\\x7f" or letter < " " for letter in text)


def _step(model: str, name: str, value: object) -> str:
    """A value as one step of a path. What servers would take for more, or for less, is refused."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if text.strip() in ("", ".", ".."):
        message = f"{value!r}: stands in the path, so it must be a text that is neither empty nor . nor .."
        raise refused(model, f"/{name}", "path", message)
    if not _is_step(text):
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
