"""What a reply holds besides its fields, what can go wrong, and what a check finds."""

from __future__ import annotations

from typing_extensions import reveal_type

from qianfan_typed import Qianfan, Violation, errors, models, user, validate

client = Qianfan()
reply = client.v1.chat.ernie_lite_pro_128k.create([user("你好")])

reveal_type(reply["not_in_the_spec"])  # R: Any
reveal_type("not_in_the_spec" in reply)  # R: bool
reveal_type(reply.get("not_in_the_spec"))  # R: Any
reveal_type(reply.to_dict())  # R: dict[str, Any]
reveal_type(reply.raw)  # R: bytes
reveal_type(reply.meta.request_id)  # R: str | None
reveal_type(reply.meta.headers["x-ratelimit-limit-requests"])  # R: str
reveal_type(reply.meta.total_latency)  # R: float

found = validate({"model": "ERNIE-Lite-Pro-128K", "messages": [], "temperature": 2}, api="v1.chat")
reveal_type(found)  # R: list[Violation]
for violation in found:
    reveal_type(violation.pointer)  # R: str
    print(violation.level == "error", violation.code, violation.message, violation.rule, violation.source)

try:
    client.v1.chat.ernie_lite_pro_128k.create([user("你好")], temperature=2)
except errors.InvalidRequest as refused:
    reveal_type(refused.violations)  # R: list[Violation]
except errors.RateLimited as limited:
    reveal_type(limited.retry_after)  # R: float | None
except errors.ApiError as error:
    reveal_type(error.code)  # R: int | str | None
except errors.QianfanError:
    raise


def worst(violations: list[Violation]) -> str:
    return max(violation.message for violation in violations)


reveal_type(models.V1_CHAT["ERNIE-Lite-Pro-128K"].prebuilt)  # R: bool
