"""Handlers: who answers which operation."""

from __future__ import annotations

from collections.abc import Mapping

from qianfan_typed.emulator.exchange import Handler
from qianfan_typed.emulator.handlers import (
    catalogue_lists,
    completions,
    embeddings,
    images,
    plugins,
    rerank,
    tokenizer,
    v1_chat,
    v2_chat,
    videos,
    web_search,
)

HANDLERS: Mapping[str, Handler] = {
    "v1.chat": v1_chat.handle,
    "v1.completion": completions.complete,
    "v1.embedding": embeddings.handle,
    "v1.image2text": completions.describe,
    "v1.plugin": plugins.converse,
    "v1.plugin_endpoint": plugins.serve,
    "v1.rerank": rerank.handle,
    "v1.services": catalogue_lists.services,
    "v1.text2image": images.handle_v1,
    "v1.tokenizer": tokenizer.handle,
    "v2.ai_search.web_search": web_search.handle,
    "v2.chat": v2_chat.handle,
    "v2.embedding": embeddings.handle,
    "v2.images": images.handle_v2,
    "v2.images.edits": images.edit,
    "v2.models": catalogue_lists.models,
    "v2.rerank": rerank.handle,
    "v2.video": videos.begin,
    "v2.video.get": videos.ask,
}
"""Operation → handler. One that is missing here is served by `from_shape`."""
