"""Clients of others, as they come from the registry, against the emulator: `make test-clients`."""
