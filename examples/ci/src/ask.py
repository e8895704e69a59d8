"""Code that `qianfan-typed check` reads without running it."""

from __future__ import annotations

from qianfan_typed import Qianfan, user


def ask(question: str) -> str:
    """One answer."""
    with Qianfan() as client:
        return client.v2.chat.ernie_4_5_turbo_128k.create([user(question)], temperature=0.5).text
