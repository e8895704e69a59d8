"""Addresses: which host serves what, by the one that was given, so that no key goes to another."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from qianfan_api.platform import HOSTS, PREFIXES
from qianfan_typed.errors import ConfigurationError

if TYPE_CHECKING:
    from qianfan_typed.config.settings import Settings

_VERSION = re.compile(r"/v\d+(?=/|$)")


def base_and_prefix(address: str) -> tuple[str, str]:
    """Scheme, host and port of an address, and the path that may follow them."""
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}", f"{slash}{path}".rstrip("/")


def path_of_v2(prefix: str, path: str) -> str:
    """A path of V2 below what an address says: a version that the address names stands in the place of ours."""
    own = PREFIXES["v2"]
    return prefix + (path.removeprefix(own) if path.startswith(f"{own}/") and _VERSION.search(prefix) else path)


def spread(given: dict[str, Any]) -> None:
    """Makes the argument `base_url` serve what it can: of a gateway everything, of the platform's own its part.

    Raises:
        ConfigurationError: It serves no calls.
    """
    address = given.get("base_url")
    if address is None:
        return
    owner = next((name for name, host in HOSTS.items() if _host(host.url) == _host(address)), None)
    if owner == "iam":
        message = f"base_url: {address!r} hands out tokens and serves no calls: write iam_base_url=…"
        raise ConfigurationError(message=message, setting="base_url")
    base, prefix = base_and_prefix(address)
    version = _VERSION.search(prefix)
    if owner is None:
        given.setdefault("iam_base_url", base + (prefix[: version.start()] if version else prefix))
    if owner != "v1":
        given.setdefault("console_api_base_url", address)
    if owner == "v2":
        del given["base_url"]
    if version is not None:
        given["v2_alone"] = address


def require_use(settings: Settings, given: Collection[str], address: str | None) -> None:
    """Raises ConfigurationError where an address serves none of the calls that the keys at hand serve.

    Args:
        settings: The settings, whole.
        given: The names of those that were given as arguments.
        address: The argument `base_url`.
    """
    if settings.no_auth:
        return
    v1 = bool(settings.access_key or settings.ak or settings.access_token)
    v2 = bool(settings.access_key or settings.bearer_token)
    variable = HOSTS["v2"].setting
    if address is not None:
        if not v1 and "console_api_base_url" not in given:
            raise _of_no_use("base_url", address, "V1", "V2", "give V2's address, or leave it out")
        if not v2 and (settings.v2_alone is not None or "base_url" not in given):
            raise _of_no_use("base_url", address, "V2", "V1", "give V1's address, or leave it out")
    elif not v1 and _elsewhere(settings, "v1") and not _elsewhere(settings, "v2"):
        name = HOSTS["v1"].setting
        raise _of_no_use(name, settings.base_url, "V1", "V2", f"set {variable}, or pass base_url=…")
    elif not v2 and "console_api_base_url" in given:
        raise _of_no_use("console_api_base_url", settings.console_api_base_url, "V2", "V1", "write base_url=…")


def _of_no_use(name: str, address: str, serves: str, keys: str, instead: str) -> ConfigurationError:
    message = f"{name}: {address!r} serves {serves}, and the keys at hand serve {keys} alone: {instead}"
    return ConfigurationError(message=message, setting=name)


def _elsewhere(settings: Settings, name: str) -> bool:
    return _host(settings.hosts[name]) != _host(HOSTS[name].url)


def _host(address: str) -> str | None:
    return urlsplit(address).hostname
