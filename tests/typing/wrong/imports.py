"""Imports: misspelt names of the package."""

from __future__ import annotations

from qianfan_typed import AsyncQianfan, users
# ^ pyright: "users" is unknown import symbol
# ^ mypy: Module "qianfan_typed" has no attribute "users"; maybe "user"?
from qianfan_typed.errors import RateLimitted
# ^ pyright: "RateLimitted" is unknown import symbol
# ^ mypy: Module "qianfan_typed.errors" has no attribute "RateLimitted"; maybe "RateLimited"?

print(AsyncQianfan, users, RateLimitted)
