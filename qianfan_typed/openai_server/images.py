"""Images: drawn or changed, by their address or in base64."""

from __future__ import annotations

import base64
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import urlsplit

from qianfan_api.handles import Target
from qianfan_typed.core.steps import HttpRequest
from qianfan_typed.errors import DecodeError
from qianfan_typed.openai_server.answers import encode
from qianfan_typed.openai_server.chat import all_of
from qianfan_typed.openai_server.drafts import Draft, Json, is_list
from qianfan_typed.openai_server.exchange import UNCHECKED, Exchange, Whole
from qianfan_typed.openai_server.fields import PAGES, taken
from qianfan_typed.openai_server.refusals import Refused, invalid
from qianfan_typed.transports.protocols import Patience

_DRAWN = PAGES["/v1/images/generations"]
_EDITED = PAGES["/v1/images/edits"]
_FORM = b"multipart/form-data"
_NUMBERS = ("n", "output_compression", "partial_images")
_FILES = ("image", "mask")


async def generations(exchange: Exchange) -> Whole:
    """`POST /v1/images/generations`."""
    body = exchange.json()
    target = exchange.callee(tuple(_DRAWN), body)
    draft = Draft()
    taken(body, _DRAWN[target.operation.name], draft, lenient=exchange.adapter.terms.lenient)
    return await _made(exchange, target, draft, body)


async def edits(exchange: Exchange) -> Whole:
    """`POST /v1/images/edits`: a form with files, or JSON with addresses."""
    kind = exchange.headers.get(b"content-type", b"")
    body = _form(kind, exchange.body) if kind.startswith(_FORM) else exchange.json()
    target = exchange.callee(tuple(_EDITED), body)
    draft = Draft()
    taken(body, _EDITED[target.operation.name], draft, lenient=exchange.adapter.terms.lenient)
    for name in _FILES:
        given = body.get(name)
        if is_list(given):
            if len(given) != 1:
                raise invalid(name, f"{len(given)} images: must be one")
            given = given[0]
        if given is not None:
            draft.wire[name] = given
    return await _made(exchange, target, draft, body)


async def _made(exchange: Exchange, target: Target[Any, Any], draft: Draft, body: Json) -> Whole:
    form = body.get("response_format")
    if form not in (None, "url", "b64_json"):
        raise invalid("response_format", "must be url or b64_json")
    reply = await exchange.adapter.runner.create(target, exchange.judged(target, draft), UNCHECKED)
    if target.operation.dialect == "v1":
        data = [_in_reply(one.b64_image, form) for one in reply.data]
    elif form == "b64_json":
        data = await all_of([_fetched(exchange, one.url) for one in reply.data])
    else:
        data = [{"url": one.url} for one in reply.data]
    return Whole(body=encode({"created": reply.created, "data": data}), headers=exchange.passed_on(reply.meta))


def _in_reply(image: str, form: object) -> Json:
    """An image of V1, which stands in the reply. Its address is then the data itself."""
    return {"url": f"data:image/png;base64,{image}"} if form == "url" else {"b64_json": image}


async def _fetched(exchange: Exchange, url: str) -> Json:
    """An image of V2, of which the reply has the address. No key is shown."""
    runner, parts = exchange.adapter.runner, urlsplit(url)
    settings = runner.planner.settings
    base, query = f"{parts.scheme}://{parts.netloc}", f"?{parts.query}" if parts.query else ""
    request = HttpRequest(method="GET", base=base, path=f"{parts.path}{query}")
    answer = await runner.transport.asend(request, Patience(settings.connect_timeout, settings.timeout))
    if answer.status >= 300:
        message = f"the image cannot be fetched: HTTP {answer.status}"
        raise DecodeError(message=message, status=answer.status, body=answer.body[:200], url=request.base)
    return {"b64_json": base64.b64encode(answer.body).decode()}


def _form(kind: bytes, body: bytes) -> Json:
    """The members of a form; files as data of the request. Raises Refused."""
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.replace(b"\n", b"") + b"\r\n\r\n" + body)
    if not message.is_multipart():
        raise Refused(message="the body is no form with files", code="invalid_form")
    found: Json = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", "", "content-disposition")).removesuffix("[]")
        data = part.get_payload(decode=True)
        content = data if isinstance(data, bytes) else b""
        if part.get_filename() is None:
            text = content.decode("utf-8", "replace")
            found[name] = int(text) if name in _NUMBERS and text.isdecimal() else text
        else:
            media = part.get_content_type()
            media = media if media.startswith("image/") else "image/png"
            written = f"data:{media};base64,{base64.b64encode(content).decode()}"
            found.setdefault(name, []).append(written)
    return found
