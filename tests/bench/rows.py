"""What is compared: work by work, who does it, and what it is measured against."""

from __future__ import annotations

import attrs

OURS, FLOORS, PEERS = "tests.bench.ours", "tests.bench.floors", "tests.bench.peers"


@attrs.frozen
class Contestant:
    """One who does the work."""

    label: str
    module: str
    """Whose process does it."""
    work: str
    less: str | None = None
    """A smaller work, whose cost is taken off: what is left is the cost of the pieces between the two."""


@attrs.frozen
class Row:
    """One kind of work."""

    title: str
    per: int
    """How many calls, or pieces, it is: the figure is for one."""
    times: int
    """How often it is done in a round."""
    contestants: tuple[Contestant, ...]
    """The first is the floor, or what the others are measured by."""


CALLS = (
    Row(
        "a call",
        1,
        100,
        (
            Contestant("PoolManager + orjson", FLOORS, "call, PoolManager + orjson"),
            Contestant("raw socket + msgspec", FLOORS, "call, raw socket"),
            Contestant("urllib3's connection", FLOORS, "call, urllib3's connection"),
            Contestant("qianfan-typed, V2", OURS, "V2 call"),
            Contestant("qianfan-typed, OpenAI-like entry", OURS, "V2 call, OpenAI-like entry"),
            Contestant("qianfan-typed, V1 signed", OURS, "V1 call, signed"),
            Contestant("openai", PEERS, "openai: call"),
            Contestant("qianfan (official), V2", PEERS, "qianfan: V2 call"),
            Contestant("qianfan (official), V1", PEERS, "qianfan: V1 call"),
        ),
    ),
    Row(
        "a piece of a stream",
        900,
        2,
        (
            Contestant("raw socket + msgspec", FLOORS, "stream of 1000, raw socket", "stream of 100, raw socket"),
            Contestant("qianfan-typed, V2", OURS, "V2 stream of 1000", "V2 stream of 100"),
            Contestant("qianfan-typed, V1", OURS, "V1 stream of 1000", "V1 stream of 100"),
            Contestant("openai", PEERS, "openai: stream of 1000", "openai: stream of 100"),
            Contestant("qianfan (official), V2", PEERS, "qianfan: stream of 1000", "qianfan: stream of 100"),
        ),
    ),
    Row(
        "a call, 1,000 at once",
        1000,
        1,
        (
            Contestant("asyncio streams + msgspec", FLOORS, "1,000 calls at once, asyncio streams"),
            Contestant("qianfan-typed", OURS, "1,000 calls at once"),
            Contestant("aiohttp", PEERS, "aiohttp: 1,000 calls at once"),
            Contestant("openai on aiohttp", PEERS, "openai: 1,000 calls at once"),
        ),
    ),
    Row(
        "a signature",
        1,
        3000,
        (
            Contestant("two HMACs", FLOORS, "two HMACs"),
            Contestant("qianfan-typed", OURS, "IAM signature"),
        ),
    ),
)
"""CPU time, interleaved."""

MEMORY = (
    Contestant("asyncio streams + msgspec", FLOORS, "5,000 calls at once, asyncio streams"),
    Contestant("qianfan-typed", OURS, "5,000 calls at once"),
    Contestant("aiohttp", PEERS, "aiohttp: 5,000 calls at once"),
)
"""The peak of a fresh process."""

PACED = (
    Contestant("asyncio streams + msgspec", FLOORS, "200 paced streams, asyncio streams"),
    Contestant("qianfan-typed", OURS, "200 paced streams"),
    Contestant("aiohttp", PEERS, "aiohttp: 200 paced streams"),
    Contestant("openai", PEERS, "openai: 200 paced streams"),
)
"""From the server's write to the caller's hands."""

FIRST = (
    ("urllib3 + attrs + msgspec", "ours", "import urllib3, attrs, msgspec, ssl, http.client; urllib3.PoolManager"),
    (
        "qianfan-typed, first handle",
        "ours",
        "from qianfan_typed import Qianfan; Qianfan(bearer_token='x' * 20).v2.chat.ernie_4_5_turbo_128k",
    ),
    ("qianfan-typed, import alone", "ours", "import qianfan_typed"),
    ("openai, client", "peers", "import openai; openai.OpenAI(api_key='x').chat.completions"),
    ("qianfan (official), class", "peers", "import qianfan; qianfan.ChatCompletion"),
)
"""A fresh interpreter, less what it costs empty: label, environment, code."""


def growth() -> dict[str, dict[str, tuple[str, int]]]:
    """What a cost grows with: title → point → the work of ours, and how often it is done."""
    from tests.bench.ours import CONCURRENCY, COUNTS, PIECES, SIZES

    return {
        "characters of a prompt, µs a call": {
            f"{size:,}": (f"prompt of {size:,} characters", max(1, min(100, 1_000_000 // size))) for size in SIZES
        },
        "messages, µs a call": {f"{count:,}": (f"{count:,} messages", max(2, 100 // count)) for count in COUNTS},
        "pieces, µs a piece": {
            f"{count:,}": (f"stream of {count:,} pieces", max(1, 10_000 // count)) for count in PIECES
        },
        "calls at once, µs a call": {
            f"{count:,}": (f"{count:,} at once", max(1, 1_000 // count)) for count in CONCURRENCY
        },
    }
