"""Verdicts on documents: what is wrong with a request body, a line of a batch file, or `{"api", "payload"}`."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import attrs

from qianfan_api.models import CATALOGUES
from qianfan_api.registry import VALIDATORS, Validator
from qianfan_api.routing import named, naming_members, recipient
from qianfan_api.validation import check_unknown, operation_name, validate
from qianfan_api.violations import Findings, Violation, kind_of, shown
from qianfan_api.words import say
from qianfan_typed.payloads.envelopes import AddressedRequest, Envelopes, Fields, Undecided, fields_of
from qianfan_typed.payloads.forms.data_set import Conversation, conversation, is_data_set
from qianfan_typed.payloads.forms.recognition import kind_of_document
from qianfan_typed.reports.codes import REQUEST_RULES, Unchecked
from qianfan_typed.reports.findings import ViolationFilter

_FOR_EDITORS = "$schema"
"""The member by which a file tells editors its schema. Whoever sends the file leaves it out."""


class OtherKind(Exception):
    """A document is plainly no request; the message says what it is."""


@attrs.frozen(kw_only=True)
class Verdict:
    """What is wrong with a document."""

    api: str | None = None
    model: str | None = None
    violations: list[Violation]
    """Their pointers lead into the document."""
    unchecked: Unchecked | None = None
    """Why it was held only against what holds for every model. None: it was held against all that is known."""
    at: str = ""
    """The pointer to the body."""


class Judge:
    """Judges documents.

    Args:
        api: The operation of documents that do not say it.
        model: The model of documents that do not say it.
        counts: Which violations count.
    """

    def __init__(self, api: str | None, model: str | None, counts: ViolationFilter) -> None:
        self.envelopes: Envelopes = Envelopes(None if api is None else operation_name(api), model)
        self.counts: ViolationFilter = counts
        self._known: dict[tuple[str, str], tuple[Validator, Findings] | None] = {}

    def passer(self) -> Callable[[object], bool]:
        """A function that says whether nothing at all is wrong with a document. False: ask for the verdict.

        Most lines of most files are right: this is what they cost, so it makes no object and asks for no name twice.
        """
        api, fallback = self.envelopes.api, self.envelopes.model
        known, learn, listed = self._known, self._learn, self._listed
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

    def _listed(self, document: Fields) -> bool:
        """Whether nothing is wrong with a document of the other forms."""
        try:
            request = self.envelopes.request(document)
        except Undecided:
            return False
        body = fields_of(request.body)
        if body is None or request.faults:
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
        model = named(api, name).model if naming_members(api) else None
        entry: tuple[Validator, Findings] | None = None
        # However right a request to a retired model is, there is a warning to give.
        if model is not None and model.retired is None:
            entry = VALIDATORS[api]()[model.group], Findings(model.name, model)
        self._known[api, name] = entry
        return entry

    def verdict(self, document: object) -> Verdict | None:
        """What is wrong with a document. None: nothing that counts.

        Raises:
            OtherKind: It is something else.
            Undecided: It cannot be known which operation it is for.
        """
        api = self.envelopes.api
        if api is not None and is_data_set(document) and (held := conversation(document, api)) is not None:
            return self._of_conversation(held, api)
        kind = kind_of_document(document)
        if kind is not None:
            raise OtherKind(kind)
        fields = fields_of(document)
        if fields is None:
            api = self.envelopes.api
            return self._counting(Verdict(api=api, violations=[_no_object(api or "file", "", document)]))
        request = self.envelopes.request(fields)
        model, found = request.model, list(request.faults)
        body = fields_of(request.body)
        if body is None:
            found.append(_no_object(request.api, request.at, request.body))
        else:
            model = model or _said(request.api, body)
            wrong = (
                check_unknown(request.api, body, own=True)
                if request.open
                else validate(body, api=request.api, model=request.model)
            )
            if _FOR_EDITORS in body:
                wrong = [one for one in wrong if one.pointer != f"/{_FOR_EDITORS}"]
            found += [attrs.evolve(one, pointer=request.at + one.pointer) for one in wrong] if request.at else wrong
        unchecked = None if body is None else _unchecked(request, body)
        return self._counting(
            Verdict(api=request.api, model=model, violations=found, unchecked=unchecked, at=request.at)
        )

    def _of_conversation(self, held: Conversation, api: str) -> Verdict | None:
        """What is wrong with a conversation of a data set, which names no model."""
        model = self.envelopes.model
        wrong = validate(held.body, api=api, model=model)
        found = [attrs.evolve(one, pointer=held.place(one.pointer)) for one in wrong if one.pointer != "/model"]
        request = AddressedRequest(api=api, model=model, body=held.body)
        unchecked = "no_model" if model is None else _unchecked(request, held.body)
        return self._counting(Verdict(api=api, model=model, violations=found, unchecked=unchecked))

    def _counting(self, verdict: Verdict) -> Verdict | None:
        counting = [one for one in verdict.violations if self.counts(one)]
        return attrs.evolve(verdict, violations=counting) if counting or verdict.unchecked else None


def _unchecked(request: AddressedRequest, body: Fields) -> Unchecked | None:
    """Why it is not known which model's rules hold."""
    if request.open:
        return "own_endpoint"
    whom = recipient(request.api, body, request.model)
    if whom.model is not None:
        return None
    if whom.kind == "nobody":
        # An operation without models has one set of rules. Where the body has to name one, it is said to be missing.
        catalogue = CATALOGUES[request.api]
        return "no_model" if len(catalogue) and not catalogue.model_in_body else None
    return "own_endpoint" if whom.kind == "endpoint" else "unknown_model"


def _said(api: str, body: Fields) -> str | None:
    """The model, as a body names it."""
    return (recipient(api, body).name or None) if naming_members(api) else None


def _no_object(owner: str, pointer: str, value: object) -> Violation:
    code, message = (
        "type",
        say("{value}: a request must be an object, not {kind}", value=shown(value), kind=kind_of(value)),
    )
    if pointer and value is None:
        code, message = "missing", say("missing: the request, which must be an object")
    rule = f"request.{code}"
    level = REQUEST_RULES[rule].level
    return Violation(pointer=pointer, code=code, message=message, level=level, rule=f"{owner}.{rule}", source="")
