"""Structured extraction: a text becomes a value of a class of yours, or an error that says where it does not fit.

python examples/extraction.py
"""

from __future__ import annotations

import dataclasses
from typing import Literal

from qianfan_typed import Qianfan, system, user
from qianfan_typed.errors import ParseFailed

LETTER = "您好，我是王芳。上周买的咖啡机漏水，订单号 20240817-0042，请尽快退款！"


@dataclasses.dataclass
class Ticket:
    """What a letter asks for."""

    customer: str
    order: str
    wish: Literal["refund", "repair", "question"]
    urgent: bool


def main() -> None:
    """Reads a letter."""
    with Qianfan() as client:
        asked = [system("从来信中提取工单"), user(LETTER)]
        try:
            found = client.v2.chat.ernie_4_5_turbo_128k.parse(asked, into=Ticket, retries=1)
        except ParseFailed as error:
            raise SystemExit(f"{error.pointer}: {error.reason}") from None
    print(found.parsed)
    print(found.reply.usage.total_tokens, "tokens")


if __name__ == "__main__":
    main()
