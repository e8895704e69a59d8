"""The hostile server of a soak, in a process of its own: what it holds is not the client's.

It says its address. A line of standard input is answered by how many connections are open once they had time to close.
"""

from __future__ import annotations

import random
import sys
import threading

from tests.runtime.hostile import Hostile, Plan

TIME_TO_CLOSE = 10.0


def main(seed: int, patience: float) -> None:
    """Serves until standard input ends.

    Args:
        seed: Of the faults.
        patience: Seconds that it goes on with what never ends.
    """
    chance, turn = random.Random(seed), threading.Lock()

    def plan() -> Plan:
        with turn:
            return Plan.by(chance) if chance.random() < 0.5 else Plan(chance.choice(("length", "chunks")))

    server = Hostile(plan, patience)
    print(server.url, flush=True)
    for _ in sys.stdin:
        server.is_left(TIME_TO_CLOSE)
        print(server.open, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
