"""Who answers which operation."""

from __future__ import annotations

from collections.abc import Mapping

from qianfan_typed.emulator import (
    chat_v1,
    chat_v2,
    completion,
    embedding,
    images,
    lists,
    plugin,
    plugin_endpoint,
    rerank,
    tokenizer,
)
from qianfan_typed.emulator.making import Maker

MAKERS: Mapping[str, Maker] = {
    "v1.chat": chat_v1.make,
    "v1.completion": completion.complete,
    "v1.embedding": embedding.make,
    "v1.image2text": completion.describe,
    "v1.plugin": plugin.make,
    "v1.plugin_endpoint": plugin_endpoint.make,
    "v1.rerank": rerank.make_v1,
    "v1.services": lists.services,
    "v1.text2image": images.make_v1,
    "v1.tokenizer": tokenizer.make,
    "v2.chat": chat_v2.make,
    "v2.embedding": embedding.make,
    "v2.images": images.make_v2,
    "v2.models": lists.models,
    "v2.rerank": rerank.make_v2,
}
"""Operation → maker. One that is missing here is not served."""
