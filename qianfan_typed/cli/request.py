"""`qianfan-typed request`: a signed request to any path of the platform. Needs the extra `cli`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qsl

import typer

from qianfan_typed.cli.connection import Connection
from qianfan_typed.cli.outcome import REFUSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qianfan_typed.cli.exchange import Ask
    from qianfan_typed.core.steps import Answer, HttpRequest


def request(
    connection: Connection,
    method: Annotated[str, typer.Argument(help="GET, POST, …")],
    path: Annotated[str, typer.Argument(help="/v2/models, /v2/chat/completions, …, also with a query.")],
    items: Annotated[
        list[str] | None,
        typer.Argument(help="name=text, name:=JSON, name==value of the query, Name:header.", metavar="[ITEM]..."),
    ] = None,
    body: Annotated[
        str | None, typer.Option("--body", "-d", help="The body; @FILE: from a file. Left out: what is piped in.")
    ] = None,
    verbose_request: Annotated[bool, typer.Option("--show-request", help="Show what is sent too.")] = False,
    body_only: Annotated[bool, typer.Option("--body-only", "-b", help="The body alone, even on a terminal.")] = False,
) -> None:
    """Sends a signed request to any path, and shows the answer.

    Status, headers and pretty JSON; piped, the body alone, as it came. Nothing is checked and nothing tried again.

    Exit code 1: the platform answered with an error.
    """
    from qianfan_typed.cli.exchange import exchange

    ask = _ask(method.upper(), path, items or (), _given_body(body))
    sent, answer = exchange(connection.runner(), ask)
    _print(sent, answer, show_request=verbose_request, body_only=body_only or not sys.stdout.isatty())
    if answer.status >= 400 or _is_error(answer.body):
        raise SystemExit(REFUSED)


def _given_body(body: str | None) -> bytes:
    from pathlib import Path

    if body is not None:
        return Path(body[1:]).read_bytes() if body.startswith("@") else body.encode()
    if sys.stdin is None or sys.stdin.isatty():
        return b""
    return sys.stdin.buffer.read()


def _ask(method: str, path: str, items: Sequence[str], body: bytes) -> Ask:
    from qianfan_typed.cli.exchange import Ask
    from qianfan_typed.errors import ConfigurationError

    if not path.startswith("/"):
        message = f"{path}: say the path alone, from its first /: the host follows from it (--base-url says another)"
        raise ConfigurationError(message=message, setting="path")
    path, _, written = path.partition("?")
    query, headers, members = parse_qsl(written, keep_blank_values=True), dict[str, str](), dict[str, object]()
    for item in items:
        kind, name, value = read_item(item)
        if kind == "query":
            query.append((name, value))
        elif kind == "header":
            headers[name] = value
        else:
            members[name] = value if kind == "text" else _json(name, value)
    if members and body:
        raise ConfigurationError(message="members of a body and a whole one: say one of them", setting="body")
    data = json.dumps(members, ensure_ascii=False).encode() if members else body
    return Ask(method=method, path=path, query=tuple(query), headers=headers, body=data)


_MARKS = ((":=", "json"), ("==", "query"), ("=", "text"), (":", "header"))


def read_item(item: str) -> tuple[str, str, str]:
    """What an item is: by the mark that comes first in it."""
    from qianfan_typed.errors import ConfigurationError

    found = [(item.find(mark), -len(mark), mark, kind) for mark, kind in _MARKS if item.find(mark) > 0]
    if not found:
        message = f"{item}: is no item: name=text, name:=JSON, name==value or Name:header"
        raise ConfigurationError(message=message, setting="item")
    at, _, mark, kind = min(found)
    return kind, item[:at], item[at + len(mark) :].strip() if kind == "header" else item[at + len(mark) :]


def _json(name: str, text: str) -> object:
    from qianfan_typed.errors import ConfigurationError

    try:
        return json.loads(text)
    except ValueError as error:
        message = f"{name}:={text}: no JSON: {error}. A text is {name}={text}"
        raise ConfigurationError(message=message, setting=name) from None


def _is_error(body: bytes) -> bool:
    """Whether a body is an error of V1, which comes with status 200."""
    try:
        found = json.loads(body)
    except ValueError:
        return False
    return isinstance(found, dict) and "error_code" in found


def _print(sent: HttpRequest, answer: Answer, *, show_request: bool, body_only: bool) -> None:
    from rich.console import Console
    from rich.syntax import Syntax

    console = Console(highlight=False)
    if show_request:
        console.print(f"{sent.method} {sent.base}{sent.target}", markup=False, style="bold")
        _print_headers(console, {name: value for name, value in sent.headers.items() if name.lower() != "host"})
        console.print((sent.body or b"").decode("utf-8", "replace"), markup=False, end="\n\n")
    if body_only:
        sys.stdout.flush()
        sys.stdout.buffer.write(answer.body)
        sys.stdout.buffer.flush()
        return
    console.print(f"HTTP {answer.status}", style="bold green" if answer.status < 400 else "bold red")
    _print_headers(console, answer.headers)
    try:
        text = json.dumps(json.loads(answer.body), ensure_ascii=False, indent=2)
    except ValueError:
        console.print(answer.body.decode("utf-8", "replace"), markup=False)
    else:
        console.print(Syntax(text, "json", theme="ansi_dark", background_color="default", word_wrap=True))


def _print_headers(console: object, headers: object) -> None:
    from collections.abc import Mapping
    from typing import cast

    from rich.console import Console

    from qianfan_typed.config import masked, shows_who

    for name, value in cast("Mapping[str, str]", headers).items():
        shown = masked(value) if shows_who(name) and "ratelimit" not in name.lower() else value
        cast("Console", console).print(f"{name}: {shown}", markup=False, style="dim", soft_wrap=True)
    cast("Console", console).print()
