"""Addresses: which of them are the platform's."""

from __future__ import annotations

from urllib.parse import urlsplit

from qianfan_api.platform import HOSTS
from qianfan_typed.python_source.names.values import ChoiceValue, UnknownValue, Value, text

MENTIONS = ("qianfan", "baidubce", "ernie", "wenxin")
"""Words that name the platform."""


def is_of_the_platform(address: Value) -> bool:
    """Whether an address is the platform's V2, or is unless something else is set."""
    if isinstance(address, ChoiceValue):
        return all(is_of_the_platform(option) for option in address.options)
    start = text(address) or (address.beginning if isinstance(address, UnknownValue) else "")
    return host_of(start) == host_of(HOSTS["v2"].url)


def host_of(address: str) -> str | None:
    """The host of an address, in lower case. None: it has none that is whole."""
    try:
        parts = urlsplit(address)
        return parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        return None


def mentioned(source: str) -> bool:
    """Whether a text names the platform."""
    return any(word in source.lower() for word in MENTIONS)
