"""Keys by their look: one that was given in another's place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qianfan_typed.config import Settings

_LOOKS = (
    ("a bearer token or a permanent API key", re.compile(r"bce-v3/.+"), "bearer_token", ("bearer_token",)),
    ("the account's access key", re.compile(r"ALTAK[A-Za-z0-9_-]+"), "access_key and secret_key", ("access_key",)),
    ("an access token", re.compile(r"\d\d\.[0-9a-f]{16,}\..+"), "access_token", ("access_token",)),
    ("an application's API key", re.compile(r"[A-Za-z0-9]{24}"), "ak and sk", ("ak",)),
)
"""What a key looks like, how it is told, where it belongs. None of them looks like two."""
_KEYS = ("access_key", "ak", "access_token", "bearer_token")


def misplaced(settings: Settings) -> str | None:
    """What may be wrong with the keys of a client. None: nothing shows. A look is no proof: it is only said."""
    for name in _KEYS:
        secret = getattr(settings, name)
        if secret is None:
            continue
        for what, look, belongs, fits in _LOOKS:
            if look.fullmatch(secret.reveal()):
                if name in fits:
                    break
                return f"{name} looks like {what}: give it as {belongs}"
    return None
