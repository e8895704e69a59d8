"""Limits across processes: what is asked of Redis, and what its answer means. No I/O.

A hash for each limit has what went out in each part of the window. One script looks at all limits of a call and takes
from all or none, by the server's clock. Keys expire when their window has passed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import attrs

SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local count = tonumber(ARGV[1])
for i = count + 1, #KEYS do
    local at = 1 + 3 * count + 2 * (i - count - 1)
    if redis.call('HEXISTS', KEYS[i], ARGV[at + 1]) == 1 then
        redis.call('HINCRBY', KEYS[i], ARGV[at + 1], ARGV[at + 2])
    end
end
local longest, blocking, answer = 0, 0, {0, 0}
for i = 1, count do
    local limit, period = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
    local size = math.min(tonumber(ARGV[3 * i + 1]), limit)
    local part = math.ceil(period / 32)
    local used, parts = 0, {}
    local fields = redis.call('HGETALL', KEYS[i])
    for j = 1, #fields, 2 do
        local leaves = (tonumber(fields[j]) + 1) * part + period
        if leaves <= now then
            redis.call('HDEL', KEYS[i], fields[j])
        else
            used = used + tonumber(fields[j + 1])
            parts[#parts + 1] = {leaves, tonumber(fields[j + 1])}
        end
    end
    local over = used + size - limit
    if over > 0 then
        table.sort(parts, function(one, other) return one[1] < other[1] end)
        local j, freed = 0, 0
        while freed < over and j < #parts do
            j = j + 1
            freed = freed + parts[j][2]
        end
        if j > 0 and parts[j][1] - now > longest then
            longest, blocking = parts[j][1] - now, i
        end
    end
    answer[i + 2] = math.floor(now / part)
end
if longest > 0 then
    return {math.ceil(longest), blocking}
end
for i = 1, count do
    redis.call('HINCRBY', KEYS[i], string.format('%.0f', answer[i + 2]), ARGV[3 * i + 1])
    redis.call('PEXPIRE', KEYS[i], math.ceil(tonumber(ARGV[3 * i]) / 400))
end
return answer
"""
"""Gives microseconds to wait and the number of the limit that is waited for; or 0, 0 and the part of each limit that
was taken from. Before that it corrects what calls that have ended took."""


@attrs.frozen
class Correction:
    """What a call that has ended took more, or less, than was thought."""

    key: str
    part: int
    difference: int


@attrs.frozen
class Asked:
    """A limit, and what a call takes of it."""

    key: str
    limit: int
    period: float
    size: int


@attrs.frozen
class Question:
    """Whether a call may go, as far as other processes are concerned."""

    limits: tuple[Asked, ...]
    corrections: tuple[Correction, ...]

    @property
    def keys(self) -> list[str]:
        """The script's keys."""
        return [*(one.key for one in self.limits), *(one.key for one in self.corrections)]

    @property
    def arguments(self) -> list[int]:
        """The script's arguments."""
        found = [len(self.limits)]
        for one in self.limits:
            found += [one.limit, int(one.period * 1e6), one.size]
        for correction in self.corrections:
            found += [correction.part, correction.difference]
        return found


class SharedBudget(Protocol):
    """What processes keep to together: a Redis, or a budget that leases. Threads may share it."""

    def at_once(self, question: Question) -> Sequence[int] | None:
        """The answer to a question, where it is known without waiting. None: ask."""
        ...

    def ask(self, question: Question) -> Sequence[int] | None:
        """The answer, as the script gives it. None: it is out of reach."""
        ...

    def close(self) -> None:
        """Closes the connections."""
        ...
