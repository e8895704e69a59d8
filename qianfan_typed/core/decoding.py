"""Decoding: JSON into replies. Fast where a reply is as documented, lenient where it is not: it was paid for."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeVar, cast

import attrs
import msgspec

from qianfan_api.handles import Target
from qianfan_api.reply import BytesReply, Reply, read_json
from qianfan_api.structure import fields_of, structured
from qianfan_api.violations import listed
from qianfan_typed.core.error_bodies import error_in, foreign_error, request_id
from qianfan_typed.core.steps import Answer
from qianfan_typed.decoders import make_decoder
from qianfan_typed.errors import DecodeError, QianfanError

T = TypeVar("T")
R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)

_ANY_BYTES = "application/octet-stream"


def read_reply(target: Target[R, C], answer: Answer) -> R:
    """The reply that an answer holds.

    Raises:
        ApiError: It holds an error.
        DecodeError: It holds no JSON object.
    """
    error = error_in(answer, model=target.name)
    if error is not None:
        raise error
    kind = target.operation.reply
    try:
        reply = decode(kind, answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as unread:
        failure = _unread(answer, answer.body, unread, target.name, kind)
    else:
        if _has_something(reply) or _says_something(kind, answer.body):
            return reply
        failure = _nothing_documented(answer, target.name, kind)
    raise failure


def read_file(target: Target[R, C], answer: Answer) -> R:
    """The file that an answer is. What is JSON is no file, but an error or a mistake. Raises as `read_reply`."""
    kind, media_type = target.operation.reply, target.operation.media_type
    got = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    # Bytes of any kind may be JSON too: only the status says whether they are an error.
    is_mistake = got == "application/json" and media_type not in (got, _ANY_BYTES)
    if answer.status >= 300 or is_mistake:
        raise error_in(answer, model=target.name) or _no_file(answer, media_type)
    if not issubclass(kind, BytesReply):
        raise TypeError(f"{target.operation.name}: {kind.__name__} is no file")
    return kind(answer.body, got or media_type or "application/octet-stream")


def _no_file(answer: Answer, media_type: str | None) -> DecodeError:
    found = not_json(answer, answer.body)
    return attrs.evolve(found, message=f"the platform's reply is JSON, not {media_type}")


def read_piece(kind: type[C], answer: Answer, payload: bytes, model: str, event: str | None = None) -> C:
    """The piece of a stream that an event holds. An event called `error` is one. Raises as `read_reply`."""
    if b'"error' in payload or event == "error":
        error = error_in(attrs.evolve(answer, body=payload), model=model, named=event == "error")
        if error is not None:
            raise error
    try:
        piece = decode(kind, payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as unread:
        failure = _unread(attrs.evolve(answer, body=payload), payload, unread, model, kind)
    else:
        # A piece that is named may be of a kind that nothing is documented of.
        if _has_something(piece) or event is not None or _says_something(kind, payload):
            return piece
        failure = _nothing_documented(attrs.evolve(answer, body=payload), model, kind)
    raise failure


def _unread(answer: Answer, data: bytes, error: Exception, model: str, kind: type[Reply]) -> QianfanError:
    """The error of bytes that no reply was made of."""
    if isinstance(error, RecursionError):
        return attrs.evolve(not_json(answer, data), message="the platform's reply is nested too deep to be read")
    return _nothing_documented(answer, model, kind) if data.strip(b" \t\r\n") in _NOTHING else not_json(answer, data)


_NOTHING = (b"null", b"[]", b"{}")


def _nothing_documented(answer: Answer, model: str, kind: type[Reply]) -> QianfanError:
    """The error of a reply that has none of the members that are documented: a gateway's, most likely."""
    data = read_json(answer.masked(answer.body))
    error = foreign_error(answer, cast("dict[str, Any]", data), model) if isinstance(data, dict) else None
    if error is not None:
        return error
    names = listed(fields_of(kind))
    message = f"the platform's reply has nothing that is documented of {kind.__name__} ({names})"
    found = not_json(answer, answer.body)
    return attrs.evolve(found, message=f"{message}: {found.message.partition(': ')[2]}")


def _has_something(reply: Reply) -> bool:
    """Whether a documented member is there for sure. False: perhaps."""
    for name in _telling(type(reply)):  # noqa: SIM110  (any() with a generator costs every call as much again)
        if getattr(reply, name):
            return True
    return False


def _says_something(kind: type[Reply], body: bytes) -> bool:
    """Whether a documented member is there, whatever its value."""
    names = fields_of(kind)
    return not names or not names.keys().isdisjoint(read_json(body))


def _telling(kind: type[Reply]) -> tuple[str, ...]:
    """The fields whose value is false where the platform did not send them."""
    names = _tellers.get(kind)
    if names is None:
        bare = kind()
        names = _tellers[kind] = tuple(name for name in fields_of(kind) if not getattr(bare, name))
    return names


def a_telling_member(kind: type[C]) -> Callable[[C], object]:
    """Gives a member of a piece that is true only where the platform sent it, and in most pieces is."""
    names = _telling(kind)
    return attrgetter(names[0]) if names else lambda piece: None


_tellers: dict[type[Reply], tuple[str, ...]] = {}


def not_json(answer: Answer, data: bytes) -> DecodeError:
    """The error that bytes which are no JSON object make."""
    data = answer.masked(data)
    start = data[:60].decode(errors="replace")
    return DecodeError(
        message=f"the platform's reply is no JSON object: {start!r}{'…' if len(data) > 60 else ''}",
        status=answer.status,
        body=data,
        request_id=request_id(answer),
    )


def decode(kind: type[T], body: bytes) -> T:
    """A reply from its JSON.

    What is not as documented is read as `qianfan_api.structure.structured` says; JSON that is broken, as
    `qianfan_api.reply.read_json` reads it.

    Raises:
        msgspec.DecodeError: It is no JSON object.
        UnicodeDecodeError: It is no text.
        RecursionError: It is nested too deep.
    """
    try:
        return decoder_of(kind)(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        try:
            data = read_json(body)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise
    return structured(kind, cast("dict[str, Any]", data))


_decoders: dict[type[Any], Callable[[bytes], Any]] = {}


def decoder_of(kind: type[T]) -> Callable[[bytes], T]:
    """What decodes JSON that is as documented. It raises ValueError of any other, and RecursionError."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = make_decoder(kind).decode
    return decoder
