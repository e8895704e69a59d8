"""Credentials at hand: which there are, where each comes from, and the tokens that they make."""

from __future__ import annotations

import os
from collections.abc import Mapping

import attrs

from qianfan_typed.cli.connection import Connection
from qianfan_typed.config import TABLE, base_and_prefix, masked, with_dot_env
from qianfan_typed.core.signing import Credentials
from qianfan_typed.core.steps import Steps, send
from qianfan_typed.core.tokens import AccessTokens, BearerTokens, Grant, TokenSource
from qianfan_typed.errors import ConfigurationError

SERVES: Mapping[str, str] = {
    "access_key": "V1 and V2, with secret_key",
    "secret_key": "V1 and V2, with access_key",
    "ak": "V1, with sk",
    "sk": "V1, with ak",
    "access_token": "V1",
    "bearer_token": "V2",
}
"""Key → what can be called with it."""


@attrs.frozen
class FoundKey:
    """A key that is at hand."""

    name: str
    shown: str
    """Masked."""
    serves: str
    origin: str
    """Where it comes from."""


def found_keys(connection: Connection) -> list[FoundKey]:
    """The keys at hand, in the order in which they are looked for. Raises ConfigurationError for a broken file."""
    beneath = with_dot_env({}, connection.given.get("env_file"))
    found: list[FoundKey] = []
    for name, serves in SERVES.items():
        variable = TABLE[name].variable or ""
        places = (
            (connection.given.get(name), f"the option --{name.replace('_', '-')}"),
            (os.environ.get(variable), f"the variable {variable}"),
            (beneath.get(variable), f"{variable} of {connection.given.get('env_file') or '.env'}"),
        )
        for value, origin in places:
            if value and value.strip():
                found.append(FoundKey(name, masked(value), serves, origin))
                break
    return found


def make_token(connection: Connection, *, v1: bool | None, expires: int | None) -> Grant:
    """A token, made from keys.

    Args:
        connection: Whose keys.
        v1: An access token for V1, from an application's keys. None: what the keys at hand make.
        expires: Seconds that a bearer token is to last.

    Raises:
        ConfigurationError: The keys for it are not at hand.
        ApiError: The platform refused.
        TransportError: There was no reply.
    """
    runner = connection.runner()
    settings = runner.planner.settings
    access, secret, ak, sk = settings.access_key, settings.secret_key, settings.ak, settings.sk
    source: TokenSource
    if v1 is not True and access is not None and secret is not None:
        base, prefix = base_and_prefix(settings.hosts["iam"])
        keys = Credentials(access.reveal(), secret.reveal())
        lifetime = expires or settings.bearer_lifetime
        source = BearerTokens(base, prefix, keys, lifetime, settings.signature_lifetime)
    elif v1 is not False and ak is not None and sk is not None:
        base, prefix = base_and_prefix(settings.hosts["v1"])
        source = AccessTokens(base, prefix, ak.reveal(), sk.reveal())
    else:
        need = "QIANFAN_AK and QIANFAN_SK" if v1 else "QIANFAN_ACCESS_KEY and QIANFAN_SECRET_KEY"
        message = f"a token is made from keys, and these are not at hand: {need}"
        raise ConfigurationError(message=message, setting=need.partition(" ")[0])

    def steps() -> Steps[Grant]:
        return source.read((yield from send(source.request(), settings.auth_timeout)))

    return runner.carry(steps())
