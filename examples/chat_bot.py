"""A chat at the prompt: it streams, remembers, and leaves out the oldest turns of a long conversation.

python examples/chat_bot.py
"""

from __future__ import annotations

import sys

from qianfan_typed import Message, Qianfan, system, trim, user
from qianfan_typed.errors import QianfanError


def main() -> None:
    """Answers line by line, until the input ends."""
    with Qianfan() as client:
        model = client.v2.chat.ernie_4_5_turbo_128k
        history: list[Message] = [system("你是一个简洁的助手")]
        for line in sys.stdin:
            question = user(line.strip())
            try:
                with model.stream(trim([*history, question], model="ernie-4.5-turbo-128k")) as stream:
                    for text in stream.text():
                        print(text, end="", flush=True)
                    history += [question, stream.to_message()]
            except QianfanError as error:
                print(error, file=sys.stderr)
            print(flush=True)


if __name__ == "__main__":
    main()
