"""Names that the documents import of the package, and where they are. Loads none of them."""

from __future__ import annotations

from collections.abc import Mapping

_CONFIGURATION = ("AK", "AccessKey", "AccessToken", "SK", "SecretKey", "disable_log", "enable_log", "get_config")
_SDK = "qianfan_typed.sdk"
NAMES: Mapping[str, tuple[str, str]] = {
    **{name: (f"{_SDK}.config", name) for name in _CONFIGURATION},
    "ChatCompletion": (f"{_SDK}.chat", "ChatCompletion"),
    "Completion": (f"{_SDK}.completion", "Completion"),
    "Embedding": (f"{_SDK}.embedding", "Embedding"),
    "Function": (f"{_SDK}.chat", "Function"),
    "IAM": (f"{_SDK}.iam", "IAM"),
    "Image2Text": (f"{_SDK}.image2text", "Image2Text"),
    "Messages": ("qianfan_api.qf_messages", "QfMessages"),
    "Plugin": (f"{_SDK}.plugin", "Plugin"),
    "QfMessages": ("qianfan_api.qf_messages", "QfMessages"),
    "QfResponse": ("qianfan_api.responses", "QfResponse"),
    "QfRole": ("qianfan_api.qf_messages", "QfRole"),
    "Reranker": (f"{_SDK}.reranker", "Reranker"),
    "Response": ("qianfan_api.responses", "QfResponse"),
    "Role": ("qianfan_api.qf_messages", "QfRole"),
    "Text2Image": (f"{_SDK}.text2image", "Text2Image"),
    "Tokenizer": (f"{_SDK}.tokenizer", "Tokenizer"),
}
"""Name → its module, and what it is called there."""
