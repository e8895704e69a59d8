"""Classes of the platform's documents, such as `qianfan.ChatCompletion`: what each calls, and what it takes."""

from __future__ import annotations

import attrs

CLIENT_ARGUMENTS = (
    *("model", "endpoint", "retry_count", "request_timeout", "request_id", "backoff_factor", "retry_jitter"),
    *("retry_err_codes", "retry_max_wait_interval", "auto_concat_truncate", "truncated_continue_prompt"),
    *("truncate_overlong_msgs", "adapt_openai_message_format", "show_total_latency", "worker_num", "with_decode"),
    *("use_function", "use_custom_endpoint", "headers", "extra", "timeout", "validate"),
)
"""Arguments of `do` that do not go over the wire."""


@attrs.frozen
class DocumentClass:
    """How a class is called."""

    apis: dict[str, str]
    """Version → operation."""
    positions: tuple[str, ...]
    """What `do` takes by position."""
    wire: dict[str, str] = attrs.field(factory=dict[str, str])
    """Argument → its name in the request, where that is another."""
    made_with: tuple[str, ...] = ("model", "endpoint")
    """What the class itself takes by position."""


_REST = ("model", "endpoint", "stream")
DOCUMENT_CLASSES = {
    "ChatCompletion": DocumentClass({"1": "v1.chat", "2": "v2.chat"}, ("messages", *_REST), made_with=("version",)),
    "Function": DocumentClass({"1": "v1.chat", "2": "v2.chat"}, ("messages", "functions")),
    "Completion": DocumentClass({"1": "v1.completion"}, ("prompt", *_REST)),
    "Embedding": DocumentClass({"1": "v1.embedding", "2": "v2.embedding"}, ("texts", *_REST), {"texts": "input"}),
    "Plugin": DocumentClass({"1": "v1.plugin"}, ("query", "plugins", *_REST)),
    "Text2Image": DocumentClass({"1": "v1.text2image"}, ("prompt", "model", "endpoint")),
    "Image2Text": DocumentClass({"1": "v1.image2text"}, ("prompt", "image", *_REST)),
    "Reranker": DocumentClass(
        {"1": "v1.rerank", "2": "v2.rerank"}, ("query", "documents", "top_n", "model", "endpoint")
    ),
}
