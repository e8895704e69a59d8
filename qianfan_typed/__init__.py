"""A typed client for the models of the Qianfan platform.

from qianfan_typed import Qianfan, user

client = Qianfan()  # keys from the environment
print(client.v1.chat.ernie_speed_8k.create([user("你好")]).result)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from qianfan_typed._version import __version__

if TYPE_CHECKING:
    from qianfan_api import models as models
    from qianfan_api.messages import Message as Message
    from qianfan_api.messages import assistant as assistant
    from qianfan_api.messages import function as function
    from qianfan_api.messages import system as system
    from qianfan_api.messages import tool as tool
    from qianfan_api.messages import user as user
    from qianfan_api.validation import validate as validate
    from qianfan_api.violations import Violation as Violation
    from qianfan_typed import errors as errors
    from qianfan_typed.client import AsyncQianfan as AsyncQianfan
    from qianfan_typed.client import Qianfan as Qianfan

__all__ = [
    "AsyncQianfan",
    "Message",
    "Qianfan",
    "Violation",
    "__version__",
    "assistant",
    "errors",
    "function",
    "models",
    "system",
    "tool",
    "user",
    "validate",
]

_MESSAGES = ("Message", "assistant", "function", "system", "tool", "user")
_PLACES = {
    "AsyncQianfan": "qianfan_typed.client",
    "Qianfan": "qianfan_typed.client",
    "Violation": "qianfan_api.violations",
    "validate": "qianfan_api.validation",
    **dict.fromkeys(_MESSAGES, "qianfan_api.messages"),
}
_MODULES = {"errors": "qianfan_typed.errors", "models": "qianfan_api.models"}


# Names are fetched when they are first used: a program that only validates never loads a transport. Type checkers do
# not see this: to them a misspelt name would be one that the module may have.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name in _PLACES:
            value = getattr(import_module(_PLACES[name]), name)
        elif name in _MODULES:
            value = import_module(_MODULES[name])
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
