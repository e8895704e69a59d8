"""A process that does pieces of work on demand, and says what they cost it.

It runs with the Python of any environment: what is compared does not share one. A line of standard input is
`{"work": name, "times": n}`; the answer is a line of JSON.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

Work = Callable[[int], "object"]
"""Does a piece of work that many times. What it gives goes into the answer."""


def main(module: str, address: str) -> None:
    """Serves the works of a module: its `works(address)`, which names each of them."""
    works: Mapping[str, Callable[[], Work]] = import_module(module).works(address)
    ready: dict[str, Work] = {}
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        name = order["work"]
        try:
            if name not in ready:
                ready[name] = works[name]()
                ready[name](1)
            gc.collect()
            start = time.process_time()
            given = ready[name](order["times"])
            seconds = time.process_time() - start
        except Exception as error:
            print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
            continue
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "peak_mib": peak, "given": given}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
