"""Holds a page of the platform's documentation, as text, against the spec."""
