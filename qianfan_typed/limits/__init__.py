"""Limits: how many requests and tokens may go out in a span of time, and how many calls at once. No I/O."""

from qianfan_typed.limits.limiter import Limiter as Limiter
from qianfan_typed.limits.limits import Limits as Limits
from qianfan_typed.limits.permits import Held as Held
from qianfan_typed.limits.permits import Permit as Permit
