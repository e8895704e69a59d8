"""A dialogue that grows: `Messages`, and who speaks in it: `Role`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, TypeAlias, cast, final

from qianfan_api.reply import Reply
from qianfan_api.responses import QfResponse
from qianfan_api.shapes import Message


class QfRole(str, Enum):
    """Who speaks."""

    User = "user"
    Assistant = "assistant"
    Function = "function"
    System = "system"
    Tool = "tool"


class QfMessages:
    """A dialogue: append what the user says and what the platform replies, then send it.

    Examples:
        >>> messages = Messages()
        >>> messages.append("你好")
        >>> messages.append(ChatCompletion().do(messages=messages))
        >>> messages.append("我在北京，周末可以去哪里玩？")
    """

    def __init__(self, messages: Sequence[Message] | Sequence[Mapping[str, object]] = ()) -> None:
        self._messages: list[dict[str, Any]] = [dict(message) for message in messages]

    def append(
        self,
        message: str | QfResponse[Reply] | Reply | Mapping[str, object],
        role: str | QfRole | None = None,
        **members: str,
    ) -> None:
        """Adds a message.

        Args:
            message: A text, a whole reply of V1 or V2, or a message as the platform takes it.
            role: Who speaks. None: the assistant of a reply; of a text, what was called last, else the user.
            **members: Further members of the message, as `name` or `tool_call_id`.

        Raises:
            TypeError: It is none of these.
            ValueError: A reply holds no message, or no call goes before what a function or tool returned.
        """
        spoken: dict[str, Any]
        if isinstance(message, str):
            spoken = self._text(message, role)
        elif isinstance(message, (QfResponse, Reply)):
            body = message.body if isinstance(message, QfResponse) else message.to_dict()
            spoken = {**_spoken(body), **({} if role is None else {"role": _name(role)})}
        elif isinstance(cast("object", message), Mapping):
            spoken = {**message, **({} if role is None else {"role": _name(role)})}
        else:
            raise TypeError(f"message: a text, a reply or a dict, not {type(message).__name__}")
        self._messages.append({**spoken, **members})

    def to_list(self) -> list[dict[str, Any]]:
        """The messages as the platform takes them. The list is yours: changing it does not change this."""
        return [dict(message) for message in self._messages]

    def __len__(self) -> int:
        return len(self._messages)

    def __repr__(self) -> str:
        return f"QfMessages({self._messages!r})"

    def _text(self, text: str, role: str | QfRole | None) -> dict[str, Any]:
        last = self._messages[-1] if self._messages else {}
        function, call = last.get("function_call"), self._open_call()
        if role is None:
            role = QfRole.Function if function else QfRole.Tool if call else QfRole.User
        role = _name(role)
        if role == QfRole.Function.value and function:
            return {"role": role, "name": function["name"], "content": text}
        if role == QfRole.Tool.value and call:
            return {"role": role, "tool_call_id": call["id"], "content": text}
        return {"role": role, "content": text}

    def _open_call(self) -> dict[str, Any] | None:
        """The first call of the last turn that no message of a tool answers."""
        answered: set[object] = set()
        for message in reversed(self._messages):
            if message.get("role") != QfRole.Tool.value:
                calls: list[dict[str, Any]] = message.get("tool_calls") or []
                return next((call for call in calls if call["id"] not in answered), None)
            answered.add(message.get("tool_call_id"))
        return None


@final
class Unchecked:
    """What a checker knows nothing about: no value is one, and `Any` passes for it.

    So a history of type `list[dict[str, Any]]` is taken, while a message with a misspelt key or role is found.
    """


MessagesInput: TypeAlias = QfMessages | Sequence[Message | Mapping[str, Unchecked]]
"""What the documents' methods take as `messages`."""


def listed(messages: MessagesInput) -> object:
    """The messages of a dialogue, in a list of our own: the caller's stay as they are, whatever is done to ours."""
    if isinstance(messages, QfMessages):
        return messages.to_list()
    if isinstance(cast("object", messages), (list, tuple)):
        return [dict(message) if isinstance(cast("object", message), Mapping) else message for message in messages]
    return messages


def _name(role: str | QfRole) -> str:
    return role.value if isinstance(role, QfRole) else role


def _spoken(body: Mapping[str, Any]) -> dict[str, Any]:
    """The assistant's message in a reply."""
    if body.get("choices"):
        said: Mapping[str, Any] = body["choices"][0].get("message") or {}
        content = said.get("content") or ""
        calls = said.get("tool_calls")
        return {"role": "assistant", "content": content, **({"tool_calls": calls} if calls else {})}
    if "result" not in body:
        raise ValueError("the reply holds no message: only whole replies of chat can be appended")
    call = body.get("function_call")
    return {"role": "assistant", "content": body["result"], **({"function_call": call} if call else {})}
