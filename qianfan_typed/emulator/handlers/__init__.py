"""Handlers: who answers which operation."""

from __future__ import annotations

from collections.abc import Mapping

from qianfan_typed.emulator.exchange import Handler
from qianfan_typed.emulator.handlers import (
    batches,
    catalogue_lists,
    completions,
    embeddings,
    files,
    images,
    plugins,
    rerank,
    responses,
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
    "v2.batches.cancel": batches.cancel,
    "v2.batches.create": batches.create,
    "v2.batches.get": batches.get,
    "v2.batches.list": batches.listed,
    "v2.chat": v2_chat.handle,
    "v2.embedding": embeddings.handle,
    "v2.files.content": files.content,
    "v2.files.delete": files.delete,
    "v2.files.get": files.get,
    "v2.files.list": files.listed,
    "v2.files.upload": files.upload,
    "v2.images": images.handle_v2,
    "v2.images.edits": images.edit,
    "v2.models": catalogue_lists.models,
    "v2.rerank": rerank.handle,
    "v2.responses": responses.create,
    "v2.responses.delete": responses.delete,
    "v2.responses.get": responses.get,
    "v2.responses.input_items": responses.input_items,
    "v2.video": videos.begin,
    "v2.video.get": videos.ask,
}
"""Operation → handler. One that is missing here is served by `from_shape`."""
