"""A typed client for the models of the Qianfan platform.

from qianfan_typed import Qianfan, user

client = Qianfan()  # keys from the environment
print(client.v2.chat.ernie_4_5_turbo_128k.create([user("你好")]).text)
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
    from qianfan_api.messages import image as image
    from qianfan_api.messages import system as system
    from qianfan_api.messages import text as text
    from qianfan_api.messages import tool as tool
    from qianfan_api.messages import user as user
    from qianfan_api.messages import video as video
    from qianfan_api.qf_messages import QfMessages as Messages
    from qianfan_api.qf_messages import QfMessages as QfMessages
    from qianfan_api.qf_messages import QfRole as QfRole
    from qianfan_api.qf_messages import QfRole as Role
    from qianfan_api.responses import QfResponse as QfResponse
    from qianfan_api.responses import QfResponse as Response
    from qianfan_api.retry import Retry as Retry
    from qianfan_api.validation import validate as validate
    from qianfan_api.violations import Violation as Violation
    from qianfan_typed import errors as errors
    from qianfan_typed import types as types
    from qianfan_typed.answers.tools import FunctionTool as FunctionTool
    from qianfan_typed.answers.tools import function_tool as function_tool
    from qianfan_typed.answers.trim import trim as trim
    from qianfan_typed.client import AsyncQianfan as AsyncQianfan
    from qianfan_typed.client import Qianfan as Qianfan
    from qianfan_typed.limits.limits import Limits as Limits
    from qianfan_typed.sdk.chat import ChatCompletion as ChatCompletion
    from qianfan_typed.sdk.chat import Function as Function
    from qianfan_typed.sdk.completion import Completion as Completion
    from qianfan_typed.sdk.config import AK as AK
    from qianfan_typed.sdk.config import SK as SK
    from qianfan_typed.sdk.config import AccessKey as AccessKey
    from qianfan_typed.sdk.config import AccessToken as AccessToken
    from qianfan_typed.sdk.config import SecretKey as SecretKey
    from qianfan_typed.sdk.config import disable_log as disable_log
    from qianfan_typed.sdk.config import enable_log as enable_log
    from qianfan_typed.sdk.config import get_config as get_config
    from qianfan_typed.sdk.embedding import Embedding as Embedding
    from qianfan_typed.sdk.iam import IAM as IAM
    from qianfan_typed.sdk.image2text import Image2Text as Image2Text
    from qianfan_typed.sdk.plugin import Plugin as Plugin
    from qianfan_typed.sdk.reranker import Reranker as Reranker
    from qianfan_typed.sdk.text2image import Text2Image as Text2Image
    from qianfan_typed.sdk.tokenizer import Tokenizer as Tokenizer

__all__ = [
    "AK",
    "AccessKey",
    "AccessToken",
    "AsyncQianfan",
    "ChatCompletion",
    "Completion",
    "Embedding",
    "Function",
    "FunctionTool",
    "IAM",
    "Image2Text",
    "Limits",
    "Message",
    "Messages",
    "Plugin",
    "QfMessages",
    "QfResponse",
    "QfRole",
    "Qianfan",
    "Reranker",
    "Response",
    "Retry",
    "Role",
    "SK",
    "SecretKey",
    "Text2Image",
    "Tokenizer",
    "Violation",
    "__version__",
    "assistant",
    "disable_log",
    "enable_log",
    "errors",
    "function",
    "function_tool",
    "get_config",
    "image",
    "models",
    "system",
    "text",
    "tool",
    "trim",
    "types",
    "user",
    "validate",
    "video",
]

_MESSAGES = ("Message", "assistant", "function", "image", "system", "text", "tool", "user", "video")
_PLACES = {
    "AsyncQianfan": "qianfan_typed.client",
    "Limits": "qianfan_typed.limits.limits",
    "FunctionTool": "qianfan_typed.answers.tools",
    "function_tool": "qianfan_typed.answers.tools",
    "trim": "qianfan_typed.answers.trim",
    "Qianfan": "qianfan_typed.client",
    "Retry": "qianfan_api.retry",
    "Violation": "qianfan_api.violations",
    "validate": "qianfan_api.validation",
    **dict.fromkeys(_MESSAGES, "qianfan_api.messages"),
}
_MODULES = {
    "errors": "qianfan_typed.errors",
    "models": "qianfan_api.models",
    "types": "qianfan_typed.types",
}


# Names are fetched when they are first used: a program that only validates never loads a transport. Type checkers do
# not see this: to them a misspelt name would be one that the module may have.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name in _PLACES:
            value = getattr(import_module(_PLACES[name]), name)
        elif name in _MODULES:
            value = import_module(_MODULES[name])
        else:
            value = _of_the_documents(name)
        globals()[name] = value
        return value

    def _of_the_documents(name: str) -> object:
        from qianfan_typed.sdk.names import NAMES

        if name not in NAMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module, there = NAMES[name]
        return getattr(import_module(module), there)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
