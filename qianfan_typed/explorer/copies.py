"""Copies of a payload: the same request as a program of this client, of OpenAI's, as curl and as JSON."""

from __future__ import annotations

import inspect
import json
import shlex
from collections.abc import Callable, Mapping
from typing import Any, cast

import attrs

from qianfan_api.handles import Runner
from qianfan_api.operations import OPERATIONS
from qianfan_api.platform import HOSTS
from qianfan_api.routing import Recipient, naming_members, recipient
from qianfan_typed.explorer import python_values
from qianfan_typed.explorer.openai_calls import OPENAI_CALLS
from qianfan_typed.explorer.payload_text import Unreadable, object_in
from qianfan_typed.explorer.sending import NotSendable, outgoing


@attrs.frozen(kw_only=True)
class Copy:
    """A request in another form."""

    form: str
    """python, openai, curl, json."""
    text: str | None = None
    """None: there is none."""
    why: str = ""
    """Why there is none."""


def copies(text: str, api: str, model: str | None) -> list[Copy]:
    """A payload in every form."""
    try:
        wire = object_in(text)
    except Unreadable as error:
        return [Copy(form=form, why=str(error)) for form in _FORMS]
    made: list[Copy] = []
    for form, make in _FORMS.items():
        try:
            made.append(Copy(form=form, text=make(text, api, model, wire)))
        except NotSendable as error:
            made.append(Copy(form=form, why=str(error)))
    return made


Wire = Mapping[str, object]


# --- this client -----------------------------------------------------------------------------------------------------


def _python(text: str, api: str, model: str | None, wire: Wire) -> str:
    target, method = _method(api, model, wire)
    known = [*inspect.signature(method).parameters.values()]
    named = set(naming_members(api) if "model" not in {one.name for one in known} else ())
    given = {name: value for name, value in wire.items() if name not in named}
    streams = given.pop("stream", None) is True and OPERATIONS[api].chunk is not None
    arguments: list[tuple[str, str]] = []
    imported: set[str] = set()
    for one in known:
        if one.name in given and one.name not in _OF_THE_CALL:
            value = given.pop(one.name)
            positional = one.kind is not inspect.Parameter.KEYWORD_ONLY
            written, functions = python_values.messages(value, 1) if one.name == "messages" else _plain(one.name, value)
            imported |= functions
            arguments.append(("" if positional else f"{one.name}=", written))
    if given:
        arguments.append(("extra=", python_values.literal(given, 1, len("extra=,"))))
    lines = [f"from qianfan_typed import {', '.join(['Qianfan', *sorted(imported)])}", "", "client = Qianfan()"]
    if streams:
        call = python_values.call(target.removesuffix(".create") + ".stream", arguments, before=len("for piece in :"))
        piece = _printed(OPERATIONS[api].chunk, "piece")
        lines += [f"for piece in {call}:", f'    print({piece}, end="", flush=True)', "print()"]
    else:
        written = python_values.call(target, arguments, before=len("reply = "))
        lines += [f"reply = {written}", f"print({_printed(OPERATIONS[api].reply, 'reply')})"]
    return "\n".join(lines) + "\n"


def _printed(of: type | None, name: str) -> str:
    """What is printed of a reply or a piece: its text, or all of it where it has none."""
    text = next((one for one in ("text", "result") if hasattr(of, one)), None)
    return name if text is None else f"{name}.{text}" if name == "piece" else f"{name}.{text} or {name}"


_OF_THE_CALL = ("extra", "timeout", "deadline", "retry", "validate")


def _plain(name: str, value: object) -> tuple[str, set[str]]:
    return python_values.literal(value, 1, len(name) + 2), set()


def _method(api: str, model: str | None, wire: Wire) -> tuple[str, Callable[..., object]]:
    """What is called, as `client.v2.chat.ernie_4_5_turbo_128k.create`, and the method itself."""
    version, *rest = api.split(".")
    path, found = f"client.{api}", _namespace(version)
    for step in rest:
        found = getattr(found, step)
    if inspect.ismethod(found):
        return path, found
    if OPERATIONS[api].model_in != "none":
        whom = _whom(api, model, wire)
        if whom.model is not None and (whom.model.path or OPERATIONS[api].model_in == "body"):
            path, found = f"{path}.{whom.model.property}", getattr(found, whom.model.property)
        else:
            path, found = f"{path}.endpoint({python_values.literal(whom.name)})", found.endpoint(whom.name)
    name = "create" if hasattr(found, "create") else next(name for name in dir(found) if name[0] != "_")
    return f"{path}.{name}", getattr(found, name)


def _namespace(version: str) -> Any:
    """The operations of a dialect. Nothing is called, so nobody has to carry it out."""
    nobody = cast("Runner", None)
    if version == "v1":
        from qianfan_api.v1 import V1

        return V1(nobody)
    from qianfan_api.v2 import V2

    return V2(nobody)


def _whom(api: str, model: str | None, wire: Wire) -> Recipient:
    whom = recipient(api, wire, None if any(name in wire for name in naming_members(api)) else model)
    if not whom.name:
        raise NotSendable("model: name one")
    return whom


# --- OpenAI's client -------------------------------------------------------------------------------------------------


def _openai(text: str, api: str, model: str | None, wire: Wire) -> str:
    known = OPENAI_CALLS.get(api)
    if known is None:
        raise NotSendable(f"{api} is nothing that OpenAI's client calls")
    given = dict(wire)
    streams = given.get("stream") is True
    arguments = [
        (f"{known.renamed.get(name, name)}=", _plain(name, given.pop(name))[0])
        for name in list(given)
        if known.takes(name)
    ]
    if given:
        arguments.append(("extra_body=", python_values.literal(given, 1, len("extra_body=,"))))
    head = ["from openai import OpenAI", "", "client = OpenAI()  # OPENAI_BASE_URL and OPENAI_API_KEY say where"]
    call = f"client.{known.method}"
    if streams and known.piece:
        written = python_values.call(call, arguments, before=len("for piece in :"))
        return "\n".join([*head, f"for piece in {written}:", *known.piece, "print()"]) + "\n"
    written = python_values.call(call, arguments, before=len("reply = "))
    return "\n".join([*head, f"reply = {written}", f"print({known.shown})"]) + "\n"


# --- curl and JSON ---------------------------------------------------------------------------------------------------


def _curl(text: str, api: str, model: str | None, wire: Wire) -> str:
    request = outgoing(text, api, model)
    operation = request.operation
    host = HOSTS[operation.host]
    url = f"${{{host.setting}:-{host.url}}}{request.path}"
    headers: list[str] = []
    if "bearer" in operation.auth:
        headers.append('"Authorization: Bearer $QIANFAN_BEARER_TOKEN"')
    elif "access_token" in operation.auth:
        url += f"{'&' if '?' in url else '?'}access_token=$QIANFAN_ACCESS_TOKEN"
    else:
        raise NotSendable("it is signed with IAM keys: qianfan-typed request does that")
    parts = [f'curl -sS{"N" if wire.get("stream") is True else ""} "{url}"']
    if operation.method != ("POST" if request.body else "GET"):
        parts.append(f"-X {operation.method}")
    if request.body:
        headers.append("'Content-Type: application/json'")
        parts += [*(f"-H {header}" for header in headers), f"-d {shlex.quote(_json(request.wire))}"]
    else:
        parts += [f"-H {header}" for header in headers]
    return " \\\n  ".join(parts) + "\n"


def _as_json(text: str, api: str, model: str | None, wire: Wire) -> str:
    return f"{_json(wire)}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


_FORMS: Mapping[str, Callable[[str, str, str | None, Wire], str]] = {
    "python": _python,
    "openai": _openai,
    "curl": _curl,
    "json": _as_json,
}
