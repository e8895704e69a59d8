"""Kinds of values that settings have, each read and worded here alone."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast, get_args
from urllib.parse import urlsplit

from qianfan_api.handles import Validate
from qianfan_api.retry import Retry
from qianfan_typed.config.rows import Setting, Unfit, ValueKind
from qianfan_typed.limits.limits import Limits

if TYPE_CHECKING:
    import ssl

    from qianfan_typed.hooks.watch import Hook

T = TypeVar("T")

Ca: TypeAlias = "str | ssl.SSLContext"
"""What is trusted: a file or folder of certificates, or a context."""
Cert: TypeAlias = str | tuple[str, str]
"""What is shown: a file with certificate and key, or the files of both."""


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


def _budget(text: str) -> float:
    number = float(text)
    if not number >= 0:
        raise ValueError
    return number


def _address(text: str) -> str:
    parts = urlsplit(text)
    # In all of it: a password with a slash ends the host early.
    if "@" in text:
        raise Unfit(f"{_THE_VALUE} has a user or a password in it: give keys as arguments, which nothing shows")
    if "?" in text or "#" in text:
        raise Unfit(f"{_THE_VALUE} has a query or a fragment: an address ends with its path")
    # What would be taken out, or read as something else, on the way.
    if not _PLAIN_ADDRESS.fullmatch(text) or {".", ".."} & set(parts.path.split("/")):
        raise ValueError
    return _host(text)


_THE_VALUE = "the address given"
_PLAIN_ADDRESS = re.compile(r"[!-\[\]^-~]*")


def _proxy(text: str) -> str:
    return _host(text, "socks4", "socks4a", "socks5", "socks5h")


def _host(text: str, *schemes: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https", *schemes) or not parts.hostname or parts.query or parts.fragment:
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


def _app_id(text: str) -> str:
    if not _VALUE.fullmatch(text) or not text.isascii():
        raise ValueError
    return text


def _file(value: object) -> str:
    if not isinstance(value, (str, os.PathLike)):
        raise ValueError
    return os.fspath(cast("str | os.PathLike[str]", value))


def _ca(value: object) -> Ca:
    # Whoever has a context has loaded `ssl`: a client that is not used need not.
    if "ssl" in sys.modules:
        import ssl

        if isinstance(value, ssl.SSLContext):
            return value
    return _there(_file(value))


def _cert(value: object) -> Cert:
    if not isinstance(value, tuple):
        return _there(_file(value))
    certificate, key = cast("tuple[object, object]", value)
    return _there(_file(certificate)), _there(_file(key))


def _there(path: str) -> str:
    if not Path(path).exists():
        raise ValueError
    return path


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
        raise Unfit("must be a mapping of names to values, all texts")
    headers = cast("Mapping[object, object]", value)
    for name, text in headers.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise Unfit("must be a mapping of names to values, all texts")
        if not _NAME.fullmatch(name):
            raise Unfit(f"{name!r} cannot be a header's name: letters, digits and !#$%&'*+-.^_`|~ can")
        if not _VALUE.fullmatch(text):
            raise Unfit(f"the value of {name} has a line break or another character that no header can have")
    return cast("Mapping[str, str]", headers)


_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t -~\x80-\xff]*")


def _no_text(text: str) -> Any:
    raise ValueError


def _hook(value: object) -> Hook:
    if not callable(value):
        raise ValueError
    return value


def _retry(value: object) -> Retry:
    """A `Retry` whose parts can be. Raises ConfigurationError where one cannot."""
    if not isinstance(value, Retry):
        raise ValueError
    for name, kind in _PARTS.items():
        part = getattr(value, name)
        if part is not None:
            Setting(name=f"retry.{name}", kind=kind, doc="").of_argument(part)
    return value


def _limits(value: object) -> Limits:
    """Limits that can be. Raises ConfigurationError where one cannot."""
    if value == "catalogue":
        return Limits(catalogue=True)
    if not isinstance(value, Limits):
        raise ValueError
    _require_limits(value, "limits")
    return value


def _require_limits(limits: Limits, named: str) -> None:
    for name, rate in limits.rates.items():
        kind = AT_ONCE if name == "concurrency" else LIMIT
        Setting(name=f"{named}.{name}", kind=kind, doc="").of_argument(rate)
    for model, own in cast("Mapping[object, object]", limits.models).items():
        if not isinstance(model, str) or not isinstance(own, Limits) or own.models:
            raise Unfit("models must map models to Limits, which have no models of their own")
        _require_limits(own, f"{named}.models[{model!r}]")


KEY = ValueKind(annotation="str", allowed="ASCII without white space, as keys are", read=_key)
APP_ID = ValueKind(annotation="str", allowed="the application's id: ASCII on one line", read=_app_id)
ADDRESS = ValueKind(annotation="str", allowed="an address like https://example.com", read=_address)
PROXY = ValueKind(annotation="str", allowed="an address like http://127.0.0.1:8080", read=_proxy)
FILE = ValueKind(annotation="str | os.PathLike[str]", allowed="a file's path", read=str, take=_file)
CA = ValueKind(
    annotation="str | os.PathLike[str] | ssl.SSLContext",
    allowed="a file or folder of certificates that is there, or an ssl.SSLContext",
    read=_there,
    take=_ca,
)
CERT = ValueKind(
    annotation="str | os.PathLike[str] | tuple[str, str]",
    allowed="a file with a certificate and its key that is there, or the files of both",
    read=_there,
    take=_cert,
)
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
RETRY = ValueKind(
    annotation="Retry",
    allowed="a Retry, as in Retry(attempts=5)",
    read=cast("Callable[[str], Retry]", _no_text),
    take=_retry,
)
LIMITS = ValueKind(
    annotation='Limits | Literal["catalogue"]',
    allowed='Limits, as in Limits(rpm=60), or "catalogue"',
    read=cast("Callable[[str], Limits]", _no_text),
    take=_limits,
)
LIMIT = ValueKind(annotation="float", allowed="a number above 0", read=_number(0, above=True))
AT_ONCE = ValueKind(annotation="int", allowed="a whole number from 1", read=_whole(1))
HOOK = ValueKind(annotation="Hook", allowed="a function", read=cast("Callable[[str], Hook]", _no_text), take=_hook)
BYTES = ValueKind(annotation="int", allowed="a whole number of bytes from 1", read=_whole(1))
DAYS = ValueKind(annotation="int", allowed="a whole number of days from 0", read=_whole(0))


def _codes(value: object) -> object:
    if not all(isinstance(code, (int, str)) for code in cast("frozenset[object]", value)):
        raise ValueError
    return value


def _statuses(value: object) -> object:
    if not all(isinstance(status, int) and 100 <= status <= 599 for status in cast("frozenset[object]", value)):
        raise ValueError
    return value


_PARTS: Mapping[str, ValueKind[Any]] = {
    "attempts": ATTEMPTS,
    "backoff": WAIT,
    "jitter": SHARE,
    "max_wait": WAIT,
    "codes": ValueKind(
        annotation="", allowed="the platform's codes: whole numbers and texts", read=_no_text, take=_codes
    ),
    "statuses": ValueKind(annotation="", allowed="HTTP statuses from 100 to 599", read=_no_text, take=_statuses),
    "unsent": SWITCH,
    "lost": SWITCH,
    "budget": ValueKind(annotation="", allowed='a number of retries from 0, or float("inf")', read=_budget),
}
"""The kinds of the parts of a `Retry`."""
