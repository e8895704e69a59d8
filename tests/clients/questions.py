"""Questions that every client is asked, and the tool that it may offer."""

from __future__ import annotations

import os

MODEL = "ernie-4.5-turbo-128k"
EMBEDDING = "bge-large-zh"
DIMENSIONS = 1024
HELLO = "你好"
ANSWER = f"你好！我收到了你的消息：“你好”。这是千帆模拟器代替 {MODEL} 作出的回答。"
"""How the answer to HELLO begins."""
WEATHER = "北京的天气怎么样？"
TEXTS = ["北京的天气", "北京今天的天气", "大熊猫吃竹子"]
TOO_MANY = 99999
"""More tokens than the model writes: it is refused."""
REFUSED = os.environ["REFUSED_AS"]
"""The code that it is refused with: the platform's, or that of a server which speaks OpenAI's API over it."""
ASKED: list[str] = []
"""The cities that the tool was asked for."""


def get_weather(city: str) -> str:
    """Tells the weather in a city.

    Args:
        city: The city's name.
    """
    ASKED.append(city)
    return f"{city}今天 20 度"


TOLD = "示例今天 20 度"
"""What the tool says to what the emulator's model asks it."""


def nearest(vectors: list[list[float]]) -> int:
    """Which of the others is nearest to the first: 1, the text that says nearly the same."""
    first, *others = vectors
    near = [sum(a * b for a, b in zip(first, other, strict=True)) for other in others]
    return 1 + near.index(max(near))
