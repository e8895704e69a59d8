"""The commands, as the tests of payloads run them."""

from tests.payloads.conftest import folder, validate

__all__ = ["folder", "validate"]
