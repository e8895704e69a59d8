"""Tells what is wrong with a document: a request body, a line of a batch file, or `{"api", "payload"}`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, cast

import attrs

from qianfan_api.catalogue import Catalogue, Model
from qianfan_api.models import CATALOGUES
from qianfan_api.registry import VALIDATORS, Validator
from qianfan_api.validation import operation_name, validate
from qianfan_api.violations import Findings, Violation, kind_of, shown
from qianfan_typed.checking.findings import Shown
from qianfan_typed.checking.routes import route


class Undecided(Exception):
    """A document does not say which operation it is for, and nothing else does."""


@attrs.frozen(kw_only=True)
class Verdict:
    """What is wrong with a document."""

    api: str | None = None
    model: str | None = None
    violations: list[Violation]
    """Their pointers lead into the document."""


class _Request(NamedTuple):
    api: str
    model: str | None
    """The model, where the body does not name it."""
    body: object
    at: str
    """The pointer to the body."""
    open: bool = False
    """Whether it goes to a service of one's own, of which nothing is known."""


class Judge:
    """Judges documents.

    Args:
        api: The operation of documents that do not say it.
        model: The model of documents that do not say it.
        shown: Which violations count.
    """

    def __init__(self, api: str | None, model: str | None, counts: Shown) -> None:
        self.api: str | None = None if api is None else operation_name(api)
        self.model: str | None = model
        self.counts: Shown = counts
        self._known: dict[tuple[str, str], tuple[Validator, Findings] | None] = {}

    def passer(self) -> Callable[[object], bool]:
        """A function that says whether nothing at all is wrong with a document. False: ask for the verdict.

        Most lines of most files are right: this is what they cost, so it makes no object and asks for no name twice.
        """
        api, fallback, known, learn, listed = self.api, self.model, self._known, self._learn, self._listed
        of_api: dict[object, tuple[Validator, Findings] | None] = {}

        def passes(document: object) -> bool:
            if type(document) is not dict:
                return False
            fields = cast("dict[str, object]", document)
            if api is None or "body" in fields or "payload" in fields or "endpoint" in fields or "url" in fields:
                return listed(fields)
            name = fields.get("model", fallback)
            if type(name) is not str:
                return False
            entry = of_api.get(name)
            if entry is None:
                entry = of_api[name] = known.get((api, name)) or learn(api, name)
                if entry is None:
                    return False
            validator, found = entry
            validator(fields, found)
            if found.violations:
                found.violations = []
                return False
            return True

        return passes

    def _listed(self, document: dict[str, object]) -> bool:
        """Whether nothing is wrong with a document of the other forms."""
        try:
            request = self._request(document)
        except Undecided:
            return False
        body = _fields(request.body)
        if body is None:
            return False
        name = request.model or body.get("model")
        if type(name) is not str or (request.model is None and "endpoint" in body):
            return False
        key = (request.api, name)
        entry = self._known.get(key) or self._learn(*key)
        if entry is None:
            return False
        validator, found = entry
        validator(body, found)
        if found.violations:
            found.violations = []
            return False
        return True

    def _learn(self, api: str, name: str) -> tuple[Validator, Findings] | None:
        """The validator of a model, and findings that stay empty and so serve for every request."""
        catalogue = CATALOGUES[api]
        model = None if catalogue.model_is_parameter else catalogue.get(name)
        entry = None if model is None else (VALIDATORS[api]()[model.group], Findings(model.name, model))
        self._known[api, name] = entry
        return entry

    def verdict(self, document: object) -> Verdict | None:
        """What is wrong with a document. None: nothing that counts.

        Raises:
            Undecided: It cannot be known which operation it is for.
        """
        fields = _fields(document)
        if fields is None:
            wrong = _not_an_object(f"{self.api or 'file'}.request", "", document)
            return self._counting(Verdict(api=self.api, violations=[wrong]))
        request = self._request(fields)
        body = _fields(request.body)
        if body is None:
            wrong = _not_an_object(f"{request.api}.request", request.at, request.body)
            return self._counting(Verdict(api=request.api, model=request.model, violations=[wrong]))
        model = request.model or _said(CATALOGUES[request.api], body)
        found = [] if request.open else validate(body, api=request.api, model=request.model)
        if request.at:
            found = [attrs.evolve(one, pointer=request.at + one.pointer) for one in found]
        return self._counting(Verdict(api=request.api, model=model, violations=found))

    def _counting(self, verdict: Verdict) -> Verdict | None:
        counting = [one for one in verdict.violations if self.counts(one)]
        return attrs.evolve(verdict, violations=counting) if counting else None

    def _request(self, document: dict[str, object]) -> _Request:
        """The request that a document holds."""
        if "body" in document or ("url" in document and "custom_id" in document):
            return self._batch_line(document)
        if "payload" in document and "messages" not in document:
            return self._with_payload(document)
        return self._filled(self._decided(None), document, "")

    def _batch_line(self, document: dict[str, object]) -> _Request:
        url = document.get("url")
        leads = route(url) if isinstance(url, str) else None
        body = document.get("body")
        if leads is None:
            return self._filled(self._decided(url), body, "/body")
        model = leads.model or (self.model if leads.deployed else None)
        if model is not None or leads.deployed:
            return _Request(leads.api, model, body, "/body", open=model is None)
        return self._filled(leads.api, body, "/body")

    def _with_payload(self, document: dict[str, object]) -> _Request:
        api, model = document.get("api"), document.get("model")
        if not isinstance(api, str):
            return self._filled(self._decided(None), document["payload"], "/payload")
        try:
            api = operation_name(api)
        except ValueError as error:
            raise Undecided(str(error)) from None
        if isinstance(model, str):
            return _Request(api, model, document["payload"], "/payload")
        return self._filled(api, document["payload"], "/payload")

    def _decided(self, url: object) -> str:
        if self.api is not None:
            return self.api
        why = "it does not say which operation it is for" if url is None else f"no operation is at url {shown(url)}"
        raise Undecided(f"{why}; give --api: {', '.join(CATALOGUES)}")

    def _filled(self, api: str, body: object, at: str) -> _Request:
        """A request to the model that is meant where the body names none."""
        catalogue = CATALOGUES[api]
        fields = _fields(body)
        if self.model is None or catalogue.model_is_parameter or fields is None:
            return _Request(api, None, body, at)
        named = fields.get("model") is not None or (not catalogue.model_in_body and fields.get("endpoint") is not None)
        return _Request(api, None if named else self.model, body, at)


def _fields(value: object) -> dict[str, object] | None:
    """The members of an object. None: it is none."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _said(catalogue: Catalogue, body: dict[str, object]) -> str | None:
    """The model, as a body names it."""
    if catalogue.model_is_parameter:
        return None
    endpoint = None if catalogue.model_in_body else body.get("endpoint")
    if isinstance(endpoint, str):
        known: Model | None = catalogue.at_endpoint(endpoint)
        return endpoint if known is None else known.name
    name = body.get("model")
    return name if isinstance(name, str) else None


def _not_an_object(rule: str, pointer: str, value: object) -> Violation:
    return Violation(
        pointer=pointer,
        code="type",
        message=f"{shown(value)}: a request must be an object, not {kind_of(value)}",
        level="error",
        rule=f"{rule}.type",
        source="",
    )
