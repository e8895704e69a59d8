"""One test for many things: it fails with all that offend, a line each."""

from __future__ import annotations

from collections.abc import Iterable


def no_offenders(found: Iterable[str]) -> None:
    """Fails with what was found, if anything was."""
    lines = list(found)
    assert not lines, "\n".join(["", *lines])
