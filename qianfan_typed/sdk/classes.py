"""Classes of the platform's documents: a row each. Loads none of them, so that everyone can read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class DocumentClass(NamedTuple):
    """A class that holds a model and is called by `do`."""

    module: str
    """Where it is, in `qianfan_typed.sdk`."""
    operations: Mapping[str, tuple[str, ...]]
    """Version → the operations that serve it, the usual one first."""
    default_models: Mapping[str, str]
    """Version → the key of its default in `qianfan_api.platform.DEFAULT_MODELS`."""
    positions: tuple[str, ...]
    """What `do` takes by position in the official SDK. Here the first ones are, and model, endpoint and stream not."""
    made_with: tuple[str, ...] = ("model", "endpoint")
    """What the constructor takes by position in the official SDK. Here nothing is."""
    wire: Mapping[str, str] = {}
    """Argument → its name in the request, where that is another."""
    own_arguments: frozenset[str] = frozenset()
    """Arguments of `do` that neither are parameters nor options of all classes."""


def _both(operation: str) -> Mapping[str, tuple[str, ...]]:
    return {version: (f"v{version}.{operation}",) for version in ("1", "2")}


_REST = ("model", "endpoint", "stream")

DOCUMENT_CLASSES: Mapping[str, DocumentClass] = {
    "ChatCompletion": DocumentClass(
        "chat", _both("chat"), {"1": "v1.chat", "2": "v2.chat"}, ("messages", *_REST), ("version",)
    ),
    "Completion": DocumentClass(
        "completion", {"1": ("v1.completion", "v1.chat")}, {"1": "v1.chat"}, ("prompt", *_REST)
    ),
    "Embedding": DocumentClass(
        "embedding",
        _both("embedding"),
        {"1": "v1.embedding", "2": "v2.embedding"},
        ("texts", *_REST),
        wire={"texts": "input"},
    ),
    "Function": DocumentClass(
        "chat", _both("chat"), {"1": "v1.function", "2": "v2.function"}, ("messages", "functions")
    ),
    "Image2Text": DocumentClass(
        "image2text", {"1": ("v1.image2text",)}, {"1": "v1.image2text"}, ("prompt", "image", *_REST)
    ),
    "Plugin": DocumentClass("plugin", {"1": ("v1.plugin",)}, {"1": "v1.plugin"}, ("query", "plugins", *_REST)),
    "Reranker": DocumentClass(
        "reranker",
        _both("rerank"),
        {"1": "v1.rerank", "2": "v2.rerank"},
        ("query", "documents", "top_n", "model", "endpoint"),
    ),
    "Text2Image": DocumentClass(
        "text2image",
        {"1": ("v1.text2image",)},
        {"1": "v1.text2image"},
        ("prompt", "model", "endpoint"),
        own_arguments=frozenset({"with_decode"}),
    ),
}
"""The classes that hold a model, by name."""

CLIENT_ARGUMENTS = (
    *("model", "endpoint", "retry_count", "request_timeout", "request_id", "backoff_factor", "retry_jitter"),
    *("retry_err_codes", "retry_max_wait_interval", "auto_concat_truncate", "truncated_continue_prompt"),
    *("truncate_overlong_msgs", "adapt_openai_message_format", "show_total_latency", "worker_num", "with_decode"),
    *("use_function", "use_custom_endpoint", "headers", "extra", "timeout", "deadline", "validate"),
)
"""Arguments of `do`, here or in the official SDK, that do not go over the wire."""

_CONFIGURATION = ("AK", "AccessKey", "AccessToken", "SK", "SecretKey", "disable_log", "enable_log", "get_config")
NAMES: Mapping[str, tuple[str, str]] = {
    **{name: (row.module, name) for name, row in DOCUMENT_CLASSES.items()},
    **{name: ("config", name) for name in _CONFIGURATION},
    "IAM": ("iam", "IAM"),
    "Messages": ("messages", "QfMessages"),
    "QfMessages": ("messages", "QfMessages"),
    "QfResponse": ("response", "QfResponse"),
    "QfRole": ("messages", "QfRole"),
    "Response": ("response", "QfResponse"),
    "Role": ("messages", "QfRole"),
    "Tokenizer": ("tokenizer", "Tokenizer"),
}
"""What the documents import of the package → module of `qianfan_typed.sdk`, and the name there."""
