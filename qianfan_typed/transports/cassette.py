"""Cassettes: calls recorded in a file, and played back without a network. For tests."""

from __future__ import annotations

import base64
import codecs
import json
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import attrs

from qianfan_api.platform import ENDPOINTS
from qianfan_typed.core.steps import Answer, HttpRequest
from qianfan_typed.errors import TransportError
from qianfan_typed.transports.protocols import AsyncBody, AsyncTransport, Body, Patience, Transport, require_fit

_SECRET_QUERY = frozenset({"access_token", "client_id", "client_secret"})
_SECRET_MEMBERS = frozenset({"access_token", "refresh_token", "session_key", "session_secret", "token"})
_LEFT_OUT = frozenset({"set-cookie", "transfer-encoding", "content-length", "content-encoding", "connection"})
"""Headers of replies that are not written: secrets, and what is true of the recorded connection alone."""
_HIDDEN = "not-recorded"
"""What stands in the place of a secret. A token that reads so is as good as any, to a cassette."""
_SHOWN = 60
"""Characters of a value that a message shows."""


@attrs.define
class _Taken:
    """A recorded call, and whether it was played."""

    request: Mapping[str, Any]
    reply: Mapping[str, Any]
    played: bool = False


class Cassette:
    """A transport that plays recorded calls, for `Qianfan` and `AsyncQianfan`; with `record`, one that records them.

    The file has a line of JSON for each call. Keys, tokens, signatures and cookies are not written. A call is played
    for a request with the same method, path, query and body, whatever its host and its keys; equal requests get their
    replies in the order in which they were recorded, each once.
    """

    def __init__(self, path: str | os.PathLike[str], *, record: Transport | AsyncTransport | None = None) -> None:
        """
        Args:
            path: The file.
            record: What carries the calls that are to be recorded; the file is written anew. None: play.
        """
        self._path = Path(path)
        self._record = record
        self._lock = threading.Lock()
        self._taken: list[_Taken] | None = None
        self._begun = False

    def send(self, request: HttpRequest, patience: Patience) -> Answer:
        """The whole reply."""
        if self._record is None:
            return _answer(self._found(request), whole=True)
        answer = self._sync().send(request, patience)
        self.write(request, answer, [answer.body])
        return answer

    def open(self, request: HttpRequest, patience: Patience) -> tuple[Answer, Body]:
        """The reply's head, and its body."""
        if self._record is None:
            reply = self._found(request)
            return _answer(reply, whole=False), _Played(reply)
        answer, body = self._sync().open(request, patience)
        return answer, _Recording(self, request, answer, body)

    def close(self) -> None:
        """Nothing is to be closed: the transport that records is yours."""

    async def asend(self, request: HttpRequest, patience: Patience) -> Answer:
        """The whole reply."""
        if self._record is None:
            return _answer(self._found(request), whole=True)
        answer = await self._async().asend(request, patience)
        self.write(request, answer, [answer.body])
        return answer

    async def aopen(self, request: HttpRequest, patience: Patience) -> tuple[Answer, AsyncBody]:
        """The reply's head, and its body."""
        if self._record is None:
            reply = self._found(request)
            return _answer(reply, whole=False), _Played(reply)
        answer, body = await self._async().aopen(request, patience)
        return answer, _AsyncRecording(self, request, answer, body)

    async def aclose(self) -> None:
        """As `close`."""

    def _sync(self) -> Transport:
        require_fit(self._record, "Transport", "a cassette that records calls of Qianfan")
        return cast("Transport", self._record)

    def _async(self) -> AsyncTransport:
        require_fit(self._record, "AsyncTransport", "a cassette that records calls of AsyncQianfan")
        return cast("AsyncTransport", self._record)

    def _found(self, request: HttpRequest) -> Mapping[str, Any]:
        """The recorded reply to a request, which counts as played."""
        asked = _request(request)
        with self._lock:
            if self._taken is None:
                lines = self._path.read_text("utf-8").splitlines()
                self._taken = [_Taken(**json.loads(line)) for line in lines if line.strip()]
            for taken in self._taken:
                if not taken.played and taken.request == asked:
                    taken.played = True
                    return taken.reply
            raise TransportError(message=self._lacking(asked, self._taken), url=request.url)

    def _lacking(self, asked: Mapping[str, Any], taken: Sequence[_Taken]) -> str:
        what = f"{self._path.name} has no reply to {asked['method']} {asked['path']}"
        played = sum(one.request == asked for one in taken)
        if played:
            return f"{what} any more: it was recorded {played} time{'' if played == 1 else 's'}"
        near = [one.request for one in taken if (one.request["method"], one.request["path"]) == _place(asked)]
        if not near:
            places = sorted({f"{one.request['method']} {one.request['path']}" for one in taken})
            return f"{what}; recorded are {', '.join(places) or 'no calls'}"
        differing = min((list(_differing(asked, one)) for one in near), key=len)
        return f"{what} like this; the nearest recorded request differs in {'; '.join(differing)}"

    def write(self, request: HttpRequest, answer: Answer, pieces: Sequence[bytes]) -> None:
        """Adds a call to the file."""
        secrets = [secret for secret in request.secrets() if secret]
        reply: dict[str, Any] = {
            "status": answer.status,
            "headers": {name: value for name, value in answer.headers.items() if name not in _LEFT_OUT},
            **_texts(request, pieces),
        }
        line = json.dumps(
            {"request": _hidden(_request(request), secrets), "reply": _hidden(reply, secrets)}, ensure_ascii=False
        )
        with self._lock, self._path.open("a" if self._begun else "w", encoding="utf-8") as file:
            self._begun = True
            file.write(line + "\n")


class _Played:
    """The body of a recorded reply, for both kinds of transport."""

    def __init__(self, reply: Mapping[str, Any]) -> None:
        self._pieces = iter(_pieces(reply))

    def read(self) -> bytes:
        return next(self._pieces, b"")

    async def aread(self) -> bytes:
        return next(self._pieces, b"")

    def close(self, *, reuse: bool) -> None:
        """Nothing is to be closed."""


class _Tape:
    """What comes of a body, until it is written."""

    def __init__(self, cassette: Cassette, request: HttpRequest, answer: Answer, body: Body | AsyncBody) -> None:
        self._cassette: Cassette | None = cassette
        self._request = request
        self._answer = answer
        self._inner = body
        self._came: list[bytes] = []

    def note(self, data: bytes) -> bytes:
        if data:
            self._came.append(data)
        else:
            self._finish()
        return data

    def close(self, *, reuse: bool) -> None:
        self._finish()
        self._inner.close(reuse=reuse)

    def _finish(self) -> None:
        cassette, self._cassette = self._cassette, None
        if cassette is not None:
            cassette.write(self._request, self._answer, self._came)


class _Recording(_Tape):
    def read(self) -> bytes:
        return self.note(cast("Body", self._inner).read())


class _AsyncRecording(_Tape):
    async def aread(self) -> bytes:
        return self.note(await cast("AsyncBody", self._inner).aread())


def _request(request: HttpRequest) -> dict[str, Any]:
    """What tells requests apart, without secrets."""
    query = {name: value for name, value in request.query if name not in _SECRET_QUERY}
    return {"method": request.method, "path": request.path, "query": query, "body": _content(request)}


def _content(request: HttpRequest) -> Any:
    """The body of a request, as it is written and compared: what JSON says, else a text."""
    data = request.body or b""
    _, found, boundary = request.headers.get("Content-Type", "").partition("boundary=")
    if found:
        # It is another one for each request.
        data = data.replace(boundary.encode(), b"boundary")
    try:
        return json.loads(data) if data and not found else data.decode()
    except ValueError:
        return data.decode("utf-8", "backslashreplace")


def _texts(request: HttpRequest, pieces: Sequence[bytes]) -> dict[str, Any]:
    """The body of a reply, as it is written: texts that can be read, where it is one."""
    whole = b"".join(pieces)
    if any(request.path.endswith(ENDPOINTS[name].path) for name in ("oauth", "bearer")):
        return {"body": [_without_tokens(whole)]}
    try:
        whole.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(whole).decode()}
    decoder = codecs.getincrementaldecoder("utf-8")()
    # A character that the network cut goes with its last byte.
    texts = [text for piece in pieces if (text := decoder.decode(piece))]
    joined = "".join(texts)
    split = any(secret in joined and not any(secret in text for text in texts) for secret in request.secrets())
    return {"body": [joined] if split else texts}


def _without_tokens(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return _HIDDEN
    if isinstance(found, dict):
        members = cast("dict[str, Any]", found)
        found = {name: _HIDDEN if name in _SECRET_MEMBERS else value for name, value in members.items()}
    return json.dumps(found, ensure_ascii=False)


def _hidden(value: object, secrets: Sequence[str]) -> object:
    """A value without secrets in its texts."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, _HIDDEN)
        return value
    if isinstance(value, dict):
        return {name: _hidden(inner, secrets) for name, inner in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_hidden(inner, secrets) for inner in cast("list[object]", value)]
    return value


def _pieces(reply: Mapping[str, Any]) -> list[bytes]:
    if "base64" in reply:
        return [base64.b64decode(reply["base64"])]
    return [text.encode() for text in reply["body"]]


def _answer(reply: Mapping[str, Any], *, whole: bool) -> Answer:
    body = b"".join(_pieces(reply)) if whole else b""
    return Answer(status=reply["status"], headers=reply["headers"], body=body)


def _place(request: Mapping[str, Any]) -> tuple[str, str]:
    return request["method"], request["path"]


def _differing(asked: object, recorded: object, where: str = "") -> Iterable[str]:
    """Where two requests differ, and how, by JSON pointers."""
    one, other = _members(asked), _members(recorded)
    if one is not None and other is not None:
        for name in sorted({*one, *other}):
            yield from _differing(one.get(name), other.get(name), f"{where}/{name}")
    elif asked != recorded:
        yield f"{where}: {_shown(asked)} is asked, {_shown(recorded)} is recorded"


def _members(value: object) -> Mapping[str, object] | None:
    """The members of an object or array, by name or place."""
    if isinstance(value, list):
        return {str(at): inner for at, inner in enumerate(cast("list[object]", value))}
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _shown(value: object) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
