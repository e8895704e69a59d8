"""Functions that the model calls: type hints and docstrings are their description.

python examples/tools.py "上海和北京哪里更热？"
"""

from __future__ import annotations

import sys

from qianfan_typed import Qianfan, function_tool, user

DEGREES = {"上海": 31.0, "北京": 27.5}


@function_tool
def get_temperature(city: str) -> dict[str, object]:
    """The temperature in a city, now.

    Args:
        city: Its name, in Chinese.
    """
    return {"city": city, "celsius": DEGREES.get(city, 20.0)}


def main() -> None:
    """Asks, and shows which functions were called on the way."""
    question = sys.argv[1] if len(sys.argv) > 1 else "上海天气怎么样？"
    with Qianfan() as client:
        run = client.v2.chat.ernie_4_5_turbo_128k.run([user(question)], tools=[get_temperature], max_turns=5)
    for call in run.calls:
        print(f"{call.name}({call.arguments}) → {call.result}")
    print(run.reply.text)


if __name__ == "__main__":
    main()
