"""Checkup: the state of everything that a call needs, and what to do where it is not right."""

from __future__ import annotations

import os
import platform
import ssl
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Literal

import attrs

from qianfan_api.handles import OpenRequest, Options, Target
from qianfan_api.platform import HOSTS
from qianfan_api.v2.models.operation import V2_MODELS
from qianfan_typed._version import __version__
from qianfan_typed.cli.connection import Connection
from qianfan_typed.cli.credentials import found_keys
from qianfan_typed.config import base_and_prefix
from qianfan_typed.core.key_looks import misplaced
from qianfan_typed.core.steps import HttpRequest
from qianfan_typed.errors import ApiError, ConfigurationError, QianfanError, TransportError
from qianfan_typed.transports.protocols import Patience

if TYPE_CHECKING:
    from qianfan_typed.config import Settings
    from qianfan_typed.core.steps import Answer
    from qianfan_typed.runners.sync_runner import SyncRunner

_PACKAGES = ("attrs", "httptools", "msgspec", "urllib3", "typer", "rich", "prompt_toolkit")
_LATE = 60.0
"""Seconds that a clock may be wrong. Signatures are good for 300."""
_PATIENCE = 5.0
"""Seconds that a host may take."""
_PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy")


@attrs.frozen
class Condition:
    """The state of one thing."""

    about: str
    state: Literal["right", "note", "wrong"]
    says: str
    todo: str | None = None
    """What to do. None: nothing."""


class Checkup:
    """Looks at one thing after another."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dates: list[float] = []
        """How far the hosts' clocks are ahead of ours, in seconds."""

    def conditions(self, *, offline: bool) -> Iterator[Condition]:
        """The state of each thing. `offline`: of those that need no network."""
        yield from self._versions()
        try:
            yield from self._keys()
            settings = self._connection.settings()
        except ConfigurationError as error:
            first, _, rest = str(error).partition("\n")
            yield Condition("keys", "wrong", first, rest or None)
            return
        yield from _looks(settings)
        yield _proxy(settings)
        yield _certificates(settings)
        if not offline:
            runner = self._connection.runner()
            for name in HOSTS:
                yield self._host(runner, settings, name)
            yield from self._clock()
            yield _call(runner)

    def _versions(self) -> Iterator[Condition]:
        yield Condition("qianfan-typed", "right", f"{__version__}, Python {platform.python_version()}")
        found = [(name, _version(name)) for name in _PACKAGES]
        says = ", ".join(f"{name} {found}" for name, found in found if found is not None)
        yield Condition("packages", "right", f"{says}, {ssl.OPENSSL_VERSION}")

    def _keys(self) -> Iterator[Condition]:
        for key in found_keys(self._connection):
            yield Condition("key", "right", f"{key.name} {key.shown} from {key.origin}: serves {key.serves}")

    def _host(self, runner: SyncRunner, settings: Settings, name: str) -> Condition:
        base, _ = base_and_prefix(settings.hosts[name])
        about = f"host {name}"
        began, sent = time.perf_counter(), time.time()
        try:
            request = HttpRequest(method="GET", base=base, path="/")
            answer = runner.transport.send(request, Patience(_PATIENCE, _PATIENCE))
        except TransportError as error:
            todo = "look at the proxy, the firewall and the name's address" + (
                "" if base == HOSTS[name].url else f"; {HOSTS[name].setting} or --base-url says this address"
            )
            return Condition(about, "wrong", error.message, todo)
        took = time.perf_counter() - began
        self._learn(answer, sent + took / 2)
        return Condition(about, "right", f"{base} answers in {took * 1000:.0f} ms")

    def _learn(self, answer: Answer, ours: float) -> None:
        date = answer.headers.get("date")
        try:
            if date is not None:
                self._dates.append(parsedate_to_datetime(date).timestamp() - ours)
        except ValueError:
            pass  # a date that is none says nothing of the clock

    def _clock(self) -> Iterator[Condition]:
        if self._dates:
            ahead = min(self._dates, key=abs)
            if abs(ahead) <= _LATE:
                yield Condition("clock", "right", "agrees with the platform's within a minute")
            else:
                says = f"{abs(ahead):,.0f} s {'behind' if ahead > 0 else 'ahead of'} the platform's"
                yield Condition("clock", "note", says, "set the clock (NTP); until then the client corrects signatures")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _looks(settings: Settings) -> Iterator[Condition]:
    found = misplaced(settings)
    if found is not None:
        yield Condition("keys", "note", found, "see docs/cli.md, Keys")


def _proxy(settings: Settings) -> Condition:
    if settings.proxy is not None:
        return Condition("proxy", "note", "QIANFAN_PROXY or proxy= is set: every call goes through it")
    found = [name for name in _PROXIES if os.environ.get(name)]
    if not found:
        return Condition("proxy", "right", "none")
    spared = os.environ.get("NO_PROXY") or os.environ.get("no_proxy")
    says = f"{found[0]} is set: calls go through it{f', save to {spared}' if spared else ''}"
    return Condition("proxy", "note", says, "if a host below does not answer, put it into NO_PROXY")


def _certificates(settings: Settings) -> Condition:
    if not settings.verify_ssl:
        todo = "take QIANFAN_SSL_VERIFICATION_ENABLED away; name a company's CA by SSL_CERT_FILE"
        return Condition("certificates", "note", "are not checked: whoever is on the way can read keys", todo)
    paths = ssl.get_default_verify_paths()
    found = next((path for path in (paths.cafile, paths.capath) if path), None)
    if found is None:
        todo = "install the package ca-certificates, or name a file of CAs by SSL_CERT_FILE"
        return Condition("certificates", "wrong", "no certificates of authorities are found", todo)
    return Condition("certificates", "right", f"are checked by those of {found}")


def _call(runner: SyncRunner) -> Condition:
    """A call that costs nothing: the list of models."""
    target = Target(operation=V2_MODELS, name="models")
    try:
        found = runner.create(target, OpenRequest({}), Options())
    except ConfigurationError as error:
        return Condition("call", "note", f"V2 is not tried: {str(error).partition(chr(10))[0]}")
    except ApiError as error:
        says = f"{error.code}: {error.message}" if error.code is not None else error.message
        return Condition("call", "wrong", f"the list of models: {says}", error.hint or error.meaning)
    except QianfanError as error:
        return Condition("call", "wrong", f"the list of models: {error}")
    return Condition("call", "right", f"the keys are taken: V2 lists {len(found.data)} models")
