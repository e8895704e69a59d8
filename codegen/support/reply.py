"""Replies: what each of them, and each piece of a stream, can do besides its own fields; and replies that are files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, cast

import attrs

from qianfan_api.structure import structured
from qianfan_api.tables import table

if TYPE_CHECKING:
    from pydantic_core import CoreSchema
    from typing_extensions import Self


@attrs.frozen(kw_only=True)
class FailedAttempt:
    """One sending of a request that did not succeed. `reply.meta.failed` and `error.attempts` have them in order."""

    number: int
    """Which one it was, from 1. Two have the same number where a kept connection was lost, or a token had to be
    renewed: neither costs an attempt."""
    started: float
    """When it was sent, in seconds since the epoch."""
    error: str
    """The class of its error: `RateLimited`."""
    code: int | str | None = None
    """The platform's code. None: it gave none."""
    status: int | None = None
    """The HTTP status. None: no reply came."""
    request_id: str | None = None
    """The platform's id of it. None: the platform gave none."""
    wait: float | None = None
    """Seconds that were waited before the next. None: there was no next."""


@attrs.frozen(kw_only=True)
class Meta:
    """How a reply came about. Latencies are in seconds."""

    status: int
    """The HTTP status."""
    headers: Mapping[str, str]
    """The reply's headers; names in lower case."""
    request_id: str | None
    """The platform's id of the request, to quote to its support."""
    started: float
    """When the request was sent, in seconds since the epoch."""
    request_latency: float
    """From sending to the reply's headers; of a stream's piece, since the piece before it."""
    first_token_latency: float | None = None
    """Streams: from sending to the first piece."""
    total_latency: float
    """From the call to this reply or piece: waiting, retries and decoding included."""
    attempts: int = 1
    """Which attempt succeeded, from 1."""
    failed: tuple[FailedAttempt, ...] = ()
    """The attempts before it."""
    waited: float = 0.0
    """What of the total was waited to keep to limits."""


class Origin(Protocol):
    """What a reply came of. It makes the `Meta`, when that is asked for: of most pieces of a stream it never is."""

    def meta(self, reply: Reply, latency: float, total: float) -> Meta:
        """How a reply came about.

        Args:
            reply: The reply, or the piece.
            latency: Seconds that it was waited for.
            total: Seconds from the call.
        """
        ...


class Reply(Mapping[str, Any]):
    """A reply of the platform.

    Documented fields are attributes. As a mapping it is the JSON object that came, with the fields that the spec does
    not know: nothing the platform says is lost. `reply.meta` tells status, headers, request id and latencies.

    Two replies are equal where they are of one class and the platform said the same; a reply equals a dict that says
    the same. Pickled and copied, it keeps all that it has.
    """

    # No slots, nor have the classes of replies: msgspec takes 0.15 µs for each one that stays empty while it decodes.

    _event: str
    _came: tuple[bytes, Origin | None, float, float]
    """Its JSON, and what its meta is made of. No origin: it was made of a dict."""
    _meta: Meta
    _json: dict[str, Any]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The reply of a JSON object, as `to_dict()` gave it. What is not as documented is read as in a call."""
        reply = structured(cls, data)
        raw = json.dumps(dict(data), ensure_ascii=False).encode("utf-8", "replace")
        object.__setattr__(reply, "_came", (raw, None, 0.0, 0.0))
        return reply

    @property
    def meta(self) -> Meta:
        """Status, headers, request id and latencies of the reply that this came with."""
        try:
            return self._meta
        except AttributeError:
            _, origin, latency, total = getattr(self, "_came", (b"", None, 0.0, 0.0))
        if origin is None:
            raise AttributeError(f"this {type(self).__name__} did not come from a reply: it has no meta")
        object.__setattr__(self, "_meta", origin.meta(self, latency, total))
        return self._meta

    @property
    def event(self) -> str | None:
        """Pieces of a stream: the name of the event that this came in. None: it has none."""
        return getattr(self, "_event", None)

    @property
    def raw(self) -> bytes:
        """The JSON as the platform sent it."""
        try:
            return self._came[0]
        except AttributeError:
            return json.dumps(attrs.asdict(cast("Any", self)), ensure_ascii=False).encode()

    def to_dict(self) -> dict[str, Any]:
        """The reply as the platform sent it, fields that the spec does not know included."""
        try:
            return self._json
        except AttributeError:
            object.__setattr__(self, "_json", read_json(self.raw))
            return self._json

    def to_json(self, *, ensure_ascii: bool = False, indent: int | None = None) -> str:
        """The reply as JSON text, fields that the spec does not know included."""
        return json.dumps(self.to_dict(), ensure_ascii=ensure_ascii, indent=indent)

    def json(self, *, ensure_ascii: bool = False, indent: int | None = None) -> str:
        """The same as `to_json`."""
        return self.to_json(ensure_ascii=ensure_ascii, indent=indent)

    def get(self, name: str, default: Any = None) -> Any:
        """The field, or `default` where the platform did not send it."""
        return self.to_dict().get(name, default)

    def __getitem__(self, name: str) -> Any:
        return self.to_dict()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_dict())

    def __len__(self) -> int:
        return len(self.to_dict())

    def __bool__(self) -> bool:
        """A reply is there, whatever it holds."""
        return True

    def _repr_html_(self) -> str | None:
        """What notebooks show: each field that the platform sent, what is long by its beginning."""
        return table(("field", "value"), ((name, _in_short(value)) for name, value in self.to_dict().items()))

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.to_dict())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Reply):
            return type(self) is type(other) and self.to_dict() == other.to_dict()
        return self.to_dict() == other if isinstance(other, Mapping) else NotImplemented

    def __getstate__(self) -> dict[str, Any]:
        """A copy, or a pickle, has its meta made: nothing of the call goes with it."""
        state = dict(vars(self))
        if "_came" in state and self._came[1] is not None:
            state["_came"] = (self.raw, _Made(self.meta), 0.0, 0.0)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """pydantic takes a reply, or an object as the platform sends it; it writes what the platform sent."""
        from pydantic_core import core_schema

        def read(value: object) -> Reply:
            if isinstance(value, cls):
                return value
            if not isinstance(value, Mapping):
                raise ValueError(f"must be a {cls.__name__} or an object, not {type(value).__name__}")
            return cls.from_dict(cast("Mapping[str, Any]", value))

        said = core_schema.dict_schema(core_schema.str_schema(), core_schema.any_schema())
        written = core_schema.plain_serializer_function_ser_schema(cls.to_dict, return_schema=said)
        return core_schema.no_info_plain_validator_function(read, serialization=written, json_schema_input_schema=said)


@attrs.frozen
class _Made:
    """The origin of a reply whose meta is made."""

    made: Meta

    def meta(self, reply: Reply, latency: float, total: float) -> Meta:
        return self.made


class BytesReply(Reply):
    """A reply that is a file: `reply.content`, `reply.save(path)`."""

    def __init__(self, content: bytes, media_type: str) -> None:
        """
        Args:
            content: The file's bytes.
            media_type: What they are, as `audio/mpeg`.
        """
        self.content: bytes = content
        self.media_type: str = media_type

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.media_type} {len(self.content):,} bytes>"

    def _repr_html_(self) -> None:
        """Nothing: its repr says what the file is."""

    @property
    def raw(self) -> bytes:
        """The same as `content`."""
        return self.content

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the bytes to a file. Gives its path."""
        target = Path(path)
        target.write_bytes(self.content)
        return target

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BytesReply):
            return NotImplemented
        return (self.content, self.media_type) == (other.content, other.media_type)

    def to_dict(self) -> NoReturn:
        """There is no JSON: raises TypeError."""
        raise TypeError(f"a reply of {self.media_type} has no JSON: its bytes are `content`")


def short(value: Sequence[object]) -> str:
    """A vector or a file in base64, as it is shown: its beginning and its length."""
    if len(value) <= 16:
        return repr(value)
    if isinstance(value, str):
        return f"{value[:12]!r}… ({len(value):,} characters)"
    return f"[{', '.join(map(repr, value[:3]))}, … ({len(value):,} numbers)]"


def _in_short(value: object) -> object:
    """A field as notebooks show it: vectors and base64 within it by their beginning, the rest as JSON."""
    value = _shortened(value)
    return value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False, indent=1)


def _shortened(value: object) -> object:
    if isinstance(value, dict):
        return {name: _shortened(one) for name, one in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        items = cast("list[object]", value)
        is_vector = len(items) > 16 and isinstance(items[0], int | float)
        return short(items) if is_vector else [_shortened(one) for one in items]
    is_file = isinstance(value, str) and len(value) > 1000 and " " not in value and value.isascii()
    return short(cast("str", value)) if is_file else value


def read_json(data: bytes) -> Any:
    """The value that JSON holds; of what is broken in it, what can be read. A paid reply is not lost.

    Bytes that are no UTF-8 and halves of characters become U+FFFD; a byte order mark, control characters, `NaN` and
    `Infinity` are taken.

    Raises:
        ValueError: It is no JSON, however leniently read.
        RecursionError: It is nested too deep.
    """
    try:
        value = json.loads(data)
    except ValueError:
        value = json.loads(data.decode("utf-8-sig", errors="replace"), strict=False)
    # Only an escape can bring half of a character.
    return _mended(value) if b"\\ud" in data or b"\\uD" in data else value


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {_mended(name): _mended(item) for name, item in members.items()}
    if isinstance(value, list):
        items = cast("Sequence[Any]", value)
        return [_mended(item) for item in items]
    return value


def attach(reply: Reply, raw: bytes, meta: Meta) -> None:
    """Gives a decoded reply the bytes it came from and how it came. For the runtime."""
    comes_of(reply, raw, _Made(meta), 0.0, 0.0)


def comes_of(reply: Reply, raw: bytes, origin: Origin, latency: float, total: float) -> None:
    """The same, where how it came is told once somebody asks. For the runtime.

    Args:
        reply: The reply, or the piece.
        raw: Its JSON.
        origin: What makes its meta.
        latency: Seconds that it was waited for.
        total: Seconds from the call.
    """
    object.__setattr__(reply, "_came", (raw, origin, latency, total))


def name_event(piece: Reply, event: str) -> None:
    """Gives a piece of a stream the name of the event that it came in. For the runtime."""
    object.__setattr__(piece, "_event", event)
