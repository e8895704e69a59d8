"""`once`: a property that is worked out when it is first read, and kept.

It is `functools.cached_property`, which some editors take for what it is made of: they offer its `attrname`, `func` and
`lock` in the place of the value's members. So for them, and for type checkers, it is a property.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    once = property
else:
    from functools import cached_property as once

__all__ = ["once"]
