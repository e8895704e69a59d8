"""A function that asks a model, as programs have it: the client is its argument."""

from __future__ import annotations

from qianfan_typed import Qianfan, user
from qianfan_typed.errors import RateLimited


def forecast(client: Qianfan, city: str) -> str:
    """Tomorrow's weather in a sentence; an apology where the platform is too busy."""
    try:
        return client.v2.chat.ernie_4_5_turbo_128k.create([user(f"{city}明天的天气？")], temperature=0.2).text
    except RateLimited:
        return "请稍后再试"
