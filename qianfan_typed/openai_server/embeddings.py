"""Embeddings: any number of texts, as many calls as the model wants, vectors as numbers or in base64."""

from __future__ import annotations

import asyncio
import base64
import struct
from typing import Any

from qianfan_api.handles import OpenRequest
from qianfan_typed.openai_server.answers import encode, summed
from qianfan_typed.openai_server.callees import traits_of
from qianfan_typed.openai_server.chat import all_of
from qianfan_typed.openai_server.drafts import Draft, Json, is_list
from qianfan_typed.openai_server.exchange import UNCHECKED, Exchange, Whole
from qianfan_typed.openai_server.fields import PAGES, taken
from qianfan_typed.openai_server.refusals import invalid

TABLES = PAGES["/v1/embeddings"]
_APIS = tuple(TABLES)
MOST_TEXTS = 2048
"""As OpenAI has it."""
_AT_ONCE = 8
"""Calls for one request."""


async def embeddings(exchange: Exchange) -> Whole:
    """`POST /v1/embeddings`."""
    body = exchange.json()
    target = exchange.callee(_APIS, body)
    form = body.get("encoding_format") or "float"
    if form not in ("float", "base64"):
        raise invalid("encoding_format", "must be float or base64")
    texts = _texts(body.get("input"))
    lenient, most = exchange.adapter.terms.lenient, traits_of(target).most_texts
    requests = list[OpenRequest]()
    for start in range(0, len(texts), most):
        draft = Draft()
        taken(body, TABLES[target.operation.name], draft, lenient=lenient)
        draft.wire["input"] = texts[start : start + most]
        requests.append(exchange.judged(target, draft))
    turns = asyncio.Semaphore(_AT_ONCE)

    async def call(request: OpenRequest) -> Any:
        async with turns:
            return await exchange.adapter.runner.create(target, request, UNCHECKED)

    replies = await all_of([call(request) for request in requests])
    data = list[Json]()
    for reply in replies:
        data += [_vector(one.embedding, len(data) + at, form) for at, one in enumerate(reply.data)]
    usage = summed(
        [{"prompt_tokens": one.usage.prompt_tokens, "total_tokens": one.usage.total_tokens} for one in replies]
    )
    exchange.served.tokens = usage["total_tokens"] if usage else None
    made = {"object": "list", "data": data, "model": target.name, "usage": usage}
    return Whole(body=encode(made), headers=exchange.passed_on(replies[0].meta))


def _texts(given: object) -> list[object]:
    """What vectors are wanted of. Raises Refused."""
    found = given if is_list(given) else [given]
    if given is None or not found:
        raise invalid("input", "must be a text or a list of texts")
    for at, one in enumerate(found):
        if isinstance(one, int) or is_list(one):
            place = f"input[{at}]" if is_list(given) else "input"
            raise invalid(place, "must be a text: the platform takes no numbers of tokens")
    if len(found) > MOST_TEXTS:
        raise invalid("input", f"{len(found)} texts: must be at most {MOST_TEXTS}")
    return found


def _vector(vector: list[float], index: int, form: str) -> Json:
    written = vector if form == "float" else base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    return {"object": "embedding", "index": index, "embedding": written}
