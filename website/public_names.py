"""The public names: a page of directives, of which mkdocstrings makes what docstrings and signatures say."""

from __future__ import annotations

SECTIONS = {
    "Clients": ["qianfan_typed.client.Qianfan", "qianfan_typed.client.AsyncQianfan"],
}


def public_names() -> dict[str, str]:
    """The page."""
    return {}
