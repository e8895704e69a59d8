"""Client settings: what a row of their table says, and the kinds of values, each read and worded here alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar, cast, get_args
from urllib.parse import urlsplit

import attrs

from qianfan_api.handles import Validate
from qianfan_typed.errors import ConfigurationError

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class ValueKind(Generic[T]):
    """A kind of values."""

    annotation: str
    """Its type, as signatures have it."""
    allowed: str
    """What a value must be, as errors say it."""
    read: Callable[[str], T]
    """Reads a text, as an environment variable holds it. Raises ValueError."""
    take: Callable[[object], T] | None = None
    """Takes an argument that is no text. None: its text is read."""

    def taken(self, value: object) -> T:
        """The value of an argument. Raises ValueError."""
        if self.take is not None:
            return self.take(value)
        if isinstance(value, bool):
            raise ValueError
        return self.read(str(value))


@attrs.frozen(kw_only=True)
class Setting:
    """A row of the table."""

    name: str = ""
    """The field of `Settings`, and the argument of `Qianfan`."""
    kind: ValueKind[Any]
    doc: str
    variable: str | None = None
    """The environment variable. None: there is none."""
    other_variable: str | None = None
    """Another one, which counts where the first is not set."""
    argument: bool = True
    """Whether the clients take it as an argument."""
    aliases: tuple[str, ...] = ()
    """Other names of the argument."""
    keyword: str | None = None
    """What constructors of the documents' classes call it. None: they take it under `name`, if it is an argument."""
    keyword_doc: str | None = None
    """What it means there. None: `doc`."""
    secret: bool = False
    """Whether it must not be shown."""

    def of_argument(self, value: object, named: str | None = None) -> Any:
        """The value of an argument. `named`: what the caller knows it as.

        Raises:
            ConfigurationError: It cannot be.
        """
        try:
            return self.kind.taken(value)
        except ValueError:
            raise self._refused(named or self.name, "the value given" if self.secret else repr(value)) from None

    def of_environment(self, environ: Mapping[str, str]) -> Any:
        """The value that the environment gives. None: it gives none.

        Raises:
            ConfigurationError: It cannot be.
        """
        for variable in (self.variable, self.other_variable):
            text = environ.get(variable, "").strip() if variable is not None else ""
            if variable is not None and text:
                try:
                    return self.kind.read(text)
                except ValueError:
                    raise self._refused(variable, "its value" if self.secret else repr(text)) from None
        return None

    def _refused(self, named: str, shown: str) -> ConfigurationError:
        return ConfigurationError(message=f"{named}: {shown} must be {self.kind.allowed}", setting=named)


def row(
    kind: ValueKind[Any],
    variable: str | None,
    doc: str,
    *,
    other_variable: str | None = None,
    argument: bool = True,
    aliases: tuple[str, ...] = (),
    keyword: str | None = None,
    keyword_doc: str | None = None,
    secret: bool = False,
) -> Mapping[type[Setting], Setting]:
    """The metadata that make a field of `Settings` a row of the table. `{default}` in `doc` is the field's."""
    found = Setting(
        kind=kind,
        doc=doc,
        variable=variable,
        other_variable=other_variable,
        argument=argument,
        aliases=aliases,
        keyword=keyword,
        keyword_doc=keyword_doc,
        secret=secret,
    )
    return {Setting: found}


def table(settings: type[Any]) -> dict[str, Setting]:
    """The rows of a class of settings, by name."""
    rows: dict[str, Setting] = {}
    for field in attrs.fields(settings):
        found: Setting | None = field.metadata.get(Setting)
        if found is not None:
            default = f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
            rows[field.name] = attrs.evolve(found, name=field.name, doc=found.doc.replace("{default}", default))
    return rows


# --- how values are read ---------------------------------------------------------------------------------------------


def _switch(text: str) -> bool:
    word = text.lower()
    if word not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
        raise ValueError
    return word in ("1", "true", "yes", "on")


def _number(low: float, *, above: bool = False, high: float = float("inf")) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = float(text)
        if not (low < number if above else low <= number) or not number <= high or number == float("inf"):
            raise ValueError
        return number

    return read


_LONGEST = 2_000_000
"""Seconds that a timeout may have, some three weeks: not every system waits longer."""


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= _LONGEST:
        raise ValueError
    return float(value)


def _whole(low: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if number < low:
            raise ValueError
        return number

    return read


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError
    parts.port  # noqa: B018  (raises where it is no number)
    return text.rstrip("/")


def _path(text: str) -> str:
    if not text.startswith("/"):
        raise ValueError
    return text.rstrip("/")


def _key(text: str) -> str:
    key = text.strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ValueError
    return key


def _policy(text: str) -> Validate:
    if text not in get_args(Validate):
        raise ValueError
    return cast("Validate", text)


def _instance_of(kind: type[T]) -> Callable[[object], T]:
    def take(value: object) -> T:
        if not isinstance(value, kind):
            raise ValueError
        return value

    return take


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError
    return value


def _headers(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError
    headers = cast("Mapping[object, object]", value)
    if not all(isinstance(part, str) for item in headers.items() for part in item):
        raise ValueError
    return cast("Mapping[str, str]", headers)


def _no_text(text: str) -> Mapping[str, str]:
    raise ValueError


KEY = ValueKind(annotation="str", allowed="ASCII without white space, as keys are", read=_key)
APP_ID = ValueKind(annotation="str", allowed="the application's id", read=str)
ADDRESS = ValueKind(annotation="str", allowed="an address like https://example.com", read=_address)
PROXY = ValueKind(annotation="str", allowed="an address like http://127.0.0.1:8080", read=_address)
PATH = ValueKind(annotation="str", allowed="a path that begins with /", read=_path)
SWITCH = ValueKind(annotation="bool", allowed="true or false", read=_switch, take=_instance_of(bool))
POLICY = ValueKind(annotation="Validate", allowed=f"one of {', '.join(map(repr, get_args(Validate)))}", read=_policy)
HEADERS = ValueKind(
    annotation="Mapping[str, str]", allowed="a mapping of names to values, all texts", read=_no_text, take=_headers
)
SECONDS = ValueKind(
    annotation="float",
    allowed=f"a number of seconds above 0, at most {_LONGEST:,}",
    read=_number(0, above=True, high=_LONGEST),
    take=_seconds,
)
WAIT = ValueKind(annotation="float", allowed="a number of seconds from 0", read=_number(0))
WHOLE_SECONDS = ValueKind(annotation="int", allowed="a whole number of seconds from 1", read=_whole(1))
SHARE = ValueKind(annotation="float", allowed="a number from 0 to 1", read=_number(0, high=1))
RATE = ValueKind(annotation="float", allowed="a number from 0", read=_number(0))
ATTEMPTS = ValueKind(annotation="int", allowed="a whole number of attempts from 1; 1 means no retries", read=_whole(1))
RETRIES = ValueKind(
    annotation="int", allowed="a whole number of attempts after the first, from 0", read=_whole(0), take=_count
)
DAYS = ValueKind(annotation="int", allowed="a whole number of days from 0", read=_whole(0))
