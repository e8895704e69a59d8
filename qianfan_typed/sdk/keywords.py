"""Keywords of the documents' constructors and calls: sorted, checked, made into settings."""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict, cast

import attrs

from qianfan_api.documents.options import DocumentOptions
from qianfan_api.handles import Validate
from qianfan_api.retry import Retry
from qianfan_typed.config import TABLE, Settings, load
from qianfan_typed.config.kinds import RATE, RETRIES
from qianfan_typed.config.rows import Setting
from qianfan_typed.hooks.watch import Hook
from qianfan_typed.limits import Limits
from qianfan_typed.sdk.config import get_config
from qianfan_typed.sdk.targets import parameters_of

if TYPE_CHECKING:
    import ssl

    from qianfan_typed.transports.protocols import AsyncTransport, Transport

Version: TypeAlias = Literal["1", "2", 1, 2]


class ClientOptions(TypedDict, total=False):
    """What every constructor takes besides `model` and `endpoint`. Left out: as `get_config()` has it."""

    access_key: str | None
    """The account's IAM access key, with `secret_key`: serves V1 and V2."""
    secret_key: str | None
    """Its secret."""
    ak: str | None
    """An application's API key, with `sk`: serves V1."""
    sk: str | None
    """Its secret."""
    access_token: str | None
    """A ready access token: serves V1."""
    bearer_token: str | None
    """A ready bearer token or a permanent API key: serves V2."""
    api_key: str | None
    """Another name for `bearer_token`."""
    app_id: str | None
    """The application that V2 calls are booked to."""
    base_url: str | None
    """A gateway or a plan, also with /v1 or /v2. As a variable: V1 alone."""
    console_api_base_url: str | None
    """Where V2 is, if elsewhere."""
    iam_base_url: str | None
    """Where bearer tokens are, if elsewhere."""
    validate: Validate | None
    """error: refuse a request that breaks a rule (default); warn: warn and send it; off: do not look."""
    request_timeout: float | None
    """Seconds that the platform may be silent, 300 by default."""
    deadline: float | None
    """Seconds that a call may take, retries and stream too; no bound by default."""
    connect_timeout: float | None
    """Seconds that a connection may take, 10 by default."""
    idle_timeout: float | None
    """Seconds that an idle connection is kept for a call, 30 by default."""
    retry_count: int | None
    """Attempts after the first."""
    headers: Mapping[str, str] | None
    """Headers to send with every request, over the client's own."""
    proxy: str | None
    """A proxy's address. None: as `HTTPS_PROXY` and `NO_PROXY` say."""
    verify_ssl: bool | None
    """Whether certificates are checked, as they are by default."""
    ca: str | os.PathLike[str] | ssl.SSLContext | None
    """What to trust: a file or folder of certificates, or an `ssl.SSLContext`."""
    cert: str | os.PathLike[str] | tuple[str, str] | None
    """A PEM file with a client certificate and its key, or the files of both."""
    no_auth: bool | None
    """Send no credentials: a gateway adds them."""
    max_rule_age: int | None
    """Days. Rules whose source was read longer ago only warn."""
    max_reply_bytes: int | None
    """Bytes of a whole reply at most, 268435456 by default."""
    max_event_bytes: int | None
    """Bytes of one event of a stream at most, 67108864 by default."""
    backoff_factor: float | None
    """Seconds before the first retry at most; each further one doubles them."""
    retry_jitter: float | None
    """The share of a wait that is left to chance, from 0 to 1."""
    retry_max_wait_interval: float | None
    """Seconds between two attempts at most."""
    retry: Retry | None
    """When to send a request again, and how often: every part of it in one value."""
    limits: Limits | Literal["catalogue"] | None
    """What calls wait for; by default nothing. catalogue: each model's default rate."""
    on_request: Hook | None
    """Called with a RequestSent before each attempt. What hooks raise is logged."""
    on_reply: Hook | None
    """Called with a ReplyCame when a reply came, or a stream ended."""
    on_retry: Hook | None
    """Called with a RetryPlanned when an attempt failed and another follows."""
    on_error: Hook | None
    """Called with a CallFailed when a call comes to an error."""
    telemetry: bool | None
    """Record OpenTelemetry spans and metrics, no content; needs the extra otel."""
    env_file: str | os.PathLike[str] | None
    """A file of variables. None: `.env`, if it is there."""
    # Of these classes alone.
    query_per_second: float | None
    """How many calls a second this object sends at most; it waits in between."""
    request_per_minute: float | None
    """The same for a minute."""
    transport: Transport | AsyncTransport | None
    """What carries requests: see `qianfan_typed.transports`. Yours to close."""
    show_total_latency: bool | None
    """Taken and not needed: the statistics are always there."""
    sync_reading_thread_count: int | None
    """Taken and not needed: no thread is started."""


class ObjectOptions(ClientOptions, total=False):
    """What the constructors of the classes that hold a model take besides: names of the official SDK."""

    ssl: bool | None
    """Another name for `verify_ssl`."""
    stream: bool | None
    """Taken and not needed: a call says whether its answer comes in pieces."""


_CALL = frozenset(field.name for field in attrs.fields(DocumentOptions))
_WHOM = frozenset({"model", "endpoint"})
_RETRYING = {
    "retry_count": "attempts",
    "backoff_factor": "backoff",
    "retry_jitter": "jitter",
    "retry_max_wait_interval": "max_wait",
}
"""Keywords → the parts of a `Retry` that say the same."""
_ARGUMENTS: Mapping[str, str] = {
    keyword: name
    for name, row in TABLE.items()
    if row.argument or row.keyword
    for keyword in (row.keyword or name, *row.aliases)
}
"""What a constructor calls a setting → its name in the table."""
_OWN_LIMITS = {
    "query_per_second": Setting(name="rps", kind=RATE, doc=""),
    "request_per_minute": Setting(name="rpm", kind=RATE, doc=""),
}
"""Keywords → the parts of `Limits` that say the same of one object."""
_RETRY_COUNT = Setting(name="retry_count", kind=RETRIES, doc="Attempts after the first.")


def require_known(owner: str, keywords: Mapping[str, object], known: Collection[str]) -> None:
    """Raises TypeError, with the nearest name, where a keyword is none of those known."""
    for name in keywords:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise TypeError(f"{owner} got an unexpected keyword argument {name!r}{hint}")


def require_client_options(owner: str, options: Mapping[str, object], more: Collection[str]) -> None:
    """Raises TypeError where a constructor does not know a keyword. `more`: what it takes besides."""
    require_known(owner, options, {*ObjectOptions.__annotations__, *more})


def take_call_options(keywords: Mapping[str, object]) -> tuple[DocumentOptions, dict[str, object]]:
    """The options of a call, and the parameters of its operation that are left."""
    options = {name: value for name, value in keywords.items() if name in _CALL and value is not None}
    rest = {name: value for name, value in keywords.items() if name not in _CALL and name not in _WHOM}
    return DocumentOptions(**cast("Any", options)), rest


def require_parameters(owner: str, apis: Collection[str], parameters: Mapping[str, object]) -> None:
    """Raises TypeError where a keyword is neither an option nor a parameter of the operations.

    A service that the catalogue does not know takes any parameter: there are no operations then, and only a near miss
    of an option is refused.
    """
    if apis:
        known = {name for api in apis for name in parameters_of(api)}
        require_known(owner, parameters, known | _CALL | _WHOM)
        return
    for name in parameters:
        near = difflib.get_close_matches(name, _CALL, 1, 0.85)
        if near:
            require_known(owner, {name: None}, near)


def codes_to_retry(call: DocumentOptions) -> Retry | None:
    """What a call says of the codes after which it is sent again. None: nothing."""
    return None if call.retry_err_codes is None else Retry(codes=call.retry_err_codes)


def headers_of(call: DocumentOptions) -> dict[str, str]:
    """The headers that a call adds, its name for the request among them."""
    named = {} if call.request_id is None else {"Request_id": call.request_id}
    return {**named, **(call.headers or {})}


def settings_of(options: Mapping[str, object]) -> Settings:
    """Settings from a constructor's keywords, then from `get_config()`.

    Raises:
        ConfigurationError: A value cannot be, or a key is missing or half given.
    """
    given: dict[str, object] = {}
    for keyword, name in _ARGUMENTS.items():
        value = options.get(keyword)
        if value is None:
            continue
        if keyword == "retry_count":
            given[name] = _RETRY_COUNT.of_argument(value) + 1
        elif keyword == TABLE[name].keyword:
            given[name] = TABLE[name].of_argument(value, keyword)
        else:
            given[keyword] = value
    if options.get("ssl") is not None:
        given.setdefault("verify_ssl", TABLE["verify_ssl"].of_argument(options["ssl"], "ssl"))
    if own_limits(options) is not None:
        given.setdefault("limits", Limits())  # What lets the object's calls through.
    return load(get_config().environ(), **given)


def own_limits(options: Mapping[str, object]) -> Limits | None:
    """What a constructor's keywords limit the object's own calls to. None: to nothing.

    Raises:
        ConfigurationError: A value cannot be.
    """
    given = {
        one.name: rate
        for keyword, one in _OWN_LIMITS.items()
        if options.get(keyword) is not None and (rate := one.of_argument(options[keyword], keyword))
    }
    return Limits(**given) if given else None


def retrying(options: Mapping[str, object], call: DocumentOptions) -> dict[str, object] | None:
    """A constructor's keywords with what a call says of retries. None: it says nothing."""
    said = {name: getattr(call, name) for name in _RETRYING if getattr(call, name) is not None}
    if not said:
        return None
    given = options.get("retry")
    if isinstance(given, Retry):
        # What the call says counts, and a setting has one name only.
        given = attrs.evolve(given, **{part: None for name, part in _RETRYING.items() if name in said})
    return {**options, "retry": given, **said}
