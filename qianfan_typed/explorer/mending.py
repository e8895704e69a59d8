"""Mending: a payload's text with what is meant beyond doubt set right."""

from __future__ import annotations


def mend(text: str, api: str, model: str | None, pointer: str | None) -> object:
    return {"text": text}
