"""Nothing breaks unseen: the gate between the last release and the next. `python -m tests.gate`."""
