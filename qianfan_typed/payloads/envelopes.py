"""Envelopes: where a document holds its request, which is a body, a line of a batch file, or `{"api", "payload"}`."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlsplit

import attrs

from qianfan_api.models import CATALOGUES
from qianfan_api.platform import PREFIXES
from qianfan_api.registry import PARAMETER_RULES
from qianfan_api.routing import named, naming_members, recipient, route
from qianfan_api.validation import operation_name
from qianfan_api.violations import Violation, kind_of, shown
from qianfan_api.words import say
from qianfan_typed.payloads.batch_lines import address, around
from qianfan_typed.reports.codes import OPENAI_PATH, OWN_RULES

Fields = Mapping[str, object]
_LINE = frozenset({"custom_id", "method", "url"})
"""Members of a line of a batch file, besides its body."""


class Undecided(Exception):
    """A document does not say which operation it is for, and nothing else does."""


@attrs.frozen(kw_only=True)
class AddressedRequest:
    """A request, and for whom it is."""

    api: str
    model: str | None = None
    """The model, where the body does not name it."""
    body: object
    at: str = ""
    """The pointer to the body."""
    open: bool = False
    """Whether it goes to a service of one's own, of which nothing is known."""
    faults: tuple[Violation, ...] = ()
    """What is wrong around the body."""


def fields_of(value: object) -> Fields | None:
    """The members of an object. None: it is none."""
    return cast("Fields", value) if isinstance(value, dict) else None


@attrs.frozen
class Envelopes:
    """Finds requests in documents.

    Args:
        api: The operation of documents that do not say it.
        model: The model of documents that do not say it.
    """

    api: str | None
    model: str | None

    def request(self, document: Fields) -> AddressedRequest:
        """The request that a document holds.

        Raises:
            Undecided: It cannot be known which operation it is for.
        """
        if _is_line(document):
            return self._line(document)
        if "payload" in document and "messages" not in document:
            return self._with_payload(document)
        if self.api is None and "api" in document:
            raise Undecided(say("it has an api and no payload: the request has to be its payload, or --api given"))
        return self._filled(self._decided(body=document), document, "")

    def _line(self, document: Fields) -> AddressedRequest:
        url = document.get("url")
        leads = route(url) if isinstance(url, str) else None
        body = document.get("body")
        if leads is None and isinstance(url, str) and (path := _here(url)) is not None:
            found = self._filled(path[1], body, "/body")
            return attrs.evolve(found, faults=(_of_openai(url, path[0]), *around(document, path[1])))
        if leads is None:
            api = self._decided(url, fields_of(body))
            found = self._filled(api, body, "/body")
            return attrs.evolve(found, faults=(*address(document, leads=False), *around(document, api)))
        whom = leads.recipient
        faults = (*address(document, leads=True), *around(document, leads.api))
        if whom.kind != "nobody":
            # Of a service of one's own nothing is known but what the caller says.
            model = whom.name if whom.kind == "model" else self.model if whom.kind == "endpoint" else None
            return AddressedRequest(
                api=leads.api, model=model, body=body, at="/body", open=model is None, faults=faults
            )
        return attrs.evolve(self._filled(leads.api, body, "/body"), faults=faults)

    def _with_payload(self, document: Fields) -> AddressedRequest:
        api, model = document.get("api"), document.get("model")
        if api is None:
            payload = document["payload"]
            return self._filled(self._decided(body=fields_of(payload)), payload, "/payload")
        if not isinstance(api, str):
            raise Undecided(
                say(
                    "api: {value}: must be a string, not {kind}; {known}",
                    value=shown(api),
                    kind=kind_of(api),
                    known=_known(),
                )
            )
        try:
            api = operation_name(api)
        except ValueError as error:
            raise Undecided(str(error)) from None
        if isinstance(model, str):
            return AddressedRequest(api=api, model=model, body=document["payload"], at="/payload")
        return self._filled(api, document["payload"], "/payload")

    def _decided(self, url: object = None, body: Fields | None = None) -> str:
        if self.api is not None:
            return self.api
        if body is not None:
            told = _told(body.get("model", self.model), frozenset(body))
            if told is not None:
                return told
        why = say("it does not say which operation it is for")
        if url is not None:
            why = say("no operation is at url {url}", url=shown(url))
        raise Undecided(say("{why}; give --api: {names}", why=why, names=", ".join(CATALOGUES)))

    def _filled(self, api: str, body: object, at: str) -> AddressedRequest:
        """A request to the model that is meant where the body names none."""
        fields = fields_of(body)
        # Where the body names somebody, or the operation has no models, a fallback changes nothing.
        needed = fields is not None and recipient(api, fields, default=self.model) != recipient(api, fields)
        return AddressedRequest(api=api, model=self.model if needed else None, body=body, at=at)


def _is_line(document: Fields) -> bool:
    """Whether it is a line of a batch file. A request may hold a member `body` or `url` by mistake."""
    if "body" in document:
        return len(document) == 1 or not _LINE.isdisjoint(document)
    return "url" in document and ("custom_id" in document or "method" in document)


@functools.lru_cache(256)
def _told(model: object, members: frozenset[str]) -> str | None:
    """The operation that a body's model and members leave. None: they leave none, or several."""
    if not isinstance(model, str):
        return None
    entries = [(api, named(api, model).model) for api in CATALOGUES if "model" in naming_members(api)]
    knowing = [api for api, entry in entries if entry is not None]
    # The name itself says more than another name of the same model: V1 has ERNIE-4.0-8K, V2 has ernie-4.0-8k.
    knowing = [api for api, entry in entries if entry is not None and entry.name == model] or knowing
    fitting = [api for api in knowing if members <= _names(api)]
    if len(fitting) == 1:
        return fitting[0]
    # A name that none of them knows is a fault to be found, if the model alone is answer enough.
    alone = not fitting and len(knowing) == 1 and len(members & _names(knowing[0])) > 1
    return knowing[0] if alone else None


@functools.cache
def _names(api: str) -> frozenset[str]:
    return frozenset((*PARAMETER_RULES[api](), *naming_members(api)))


@functools.lru_cache(64)
def _here(url: str) -> tuple[str, str] | None:
    """What stands for a path of OpenAI's API on the platform: the path and its operation. None: nothing does."""
    try:
        version, _, rest = urlsplit(url).path.lstrip("/").partition("/")
    except ValueError:
        return None
    path = f"{PREFIXES['v2']}/{rest}"
    leads = route(path) if version == "v1" else None
    return None if leads is None else (path, leads.api)


def _of_openai(url: str, path: str) -> Violation:
    return Violation(
        pointer="/url",
        code="openai",
        message=say("{value}: OpenAI's path; write {path} (said once a file)", value=shown(url), path=path),
        level=OWN_RULES[OPENAI_PATH].level,
        rule=OPENAI_PATH,
        source="",
        instead=path,
    )


def _known() -> str:
    return say("known: {names}", names=", ".join(CATALOGUES))
