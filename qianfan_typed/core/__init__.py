"""One call without I/O: its steps, credentials and retries, and the bytes on both sides of the wire."""
