"""Envelopes: where a document holds its request, which is a body, a line of a batch file, or `{"api", "payload"}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import attrs

from qianfan_api.models import CATALOGUES
from qianfan_api.routing import recipient, route
from qianfan_api.validation import operation_name
from qianfan_api.violations import Violation, kind_of, shown
from qianfan_typed.payloads.batch_lines import address, around

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
            raise Undecided("it has an api and no payload: the request has to be its payload, or --api given")
        return self._filled(self._decided(), document, "")

    def _line(self, document: Fields) -> AddressedRequest:
        url = document.get("url")
        leads = route(url) if isinstance(url, str) else None
        body = document.get("body")
        if leads is None:
            api = self._decided(url)
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
            return self._filled(self._decided(), document["payload"], "/payload")
        if not isinstance(api, str):
            raise Undecided(f"api: {shown(api)}: must be a string, not {kind_of(api)}; {_known()}")
        try:
            api = operation_name(api)
        except ValueError as error:
            raise Undecided(str(error)) from None
        if isinstance(model, str):
            return AddressedRequest(api=api, model=model, body=document["payload"], at="/payload")
        return self._filled(api, document["payload"], "/payload")

    def _decided(self, url: object = None) -> str:
        if self.api is not None:
            return self.api
        why = "it does not say which operation it is for" if url is None else f"no operation is at url {shown(url)}"
        raise Undecided(f"{why}; give --api: {', '.join(CATALOGUES)}")

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


def _known() -> str:
    return f"known: {', '.join(CATALOGUES)}"
