"""Calls of a module that send a request, and what they send."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from qianfan_api.documents.classes import CLIENT_ARGUMENTS
from qianfan_api.handles import Handle, Target
from qianfan_api.models import CATALOGUES
from qianfan_api.routing import named, naming_members
from qianfan_api.validation import operation_name, validate
from qianfan_api.violations import Violation
from qianfan_typed.python_source.calls import document_calls
from qianfan_typed.python_source.calls.http_calls import HttpCalls
from qianfan_typed.python_source.calls.namespaces import OPTIONS, positions
from qianfan_typed.python_source.calls.references import (
    HandleReference,
    InstanceReference,
    NamespaceReference,
    References,
)
from qianfan_typed.python_source.names.literals import LiteralReader
from qianfan_typed.python_source.names.reading import Elsewhere, nowhere
from qianfan_typed.python_source.names.scopes import Module
from qianfan_typed.python_source.names.symbols import PackageName, origins, symbol
from qianfan_typed.python_source.names.values import Entry, ObjectValue, ScalarValue, UnknownValue, Value, absent, text
from qianfan_typed.python_source.requests.checked_call import CheckedCall, checked_call
from qianfan_typed.python_source.requests.source_requests import (
    SourceRequest,
    for_any_model,
    for_model,
    for_name,
    for_unknown,
    sent,
    unseen,
)

_COMPLETIONS = ("chat", "completions")
_LIKE_OPENAI: Mapping[tuple[str, ...], str] = {
    (*_COMPLETIONS, "create"): "v2.chat",
    (*_COMPLETIONS, "parse"): "v2.chat",
    (*_COMPLETIONS, "stream"): "v2.chat",
    ("images", "generate"): "v2.images",
    ("embeddings", "create"): "v2.embedding",
}
"""Method of a client like OpenAI's → the operation that it calls."""
_MOST_NAMES = 10
"""Names and calls of `partial` between a call and what is called."""
_MEANT_TO_FAIL = ("raises", "warns")
_OF_OPENAI = ("extra_headers", "extra_query", "extra_body", "timeout")
"""Arguments of the `openai` package that are not members of the request."""


class CallFinder:
    """The requests of a module."""

    def __init__(self, module: Module, elsewhere: Elsewhere = nowhere) -> None:
        self.module: Module = module
        self.reader: LiteralReader = LiteralReader(module, elsewhere)
        self.references: References = References(module, self.reader)
        self.http: HttpCalls = HttpCalls(module, self.reader)

    def requests(self) -> Iterator[CheckedCall]:
        """Each call that sends a request, and each that names a model."""
        for call in self.module.calls:
            found = list(self._of(call))
            if found and not self._meant_to_fail(call):
                yield from found

    def _of(self, call: ast.Call) -> Iterator[CheckedCall]:
        function, before = self._callee(call)
        meant = symbol(self.module, function)
        if meant is not None:
            made = self.references.follow(call)
            if isinstance(made, InstanceReference):
                yield from _if_any(document_calls.constructed(call, made))
            elif meant.name == "validate" and meant.package == "qianfan_typed":
                yield from _if_any(self._validated(call))
            return
        by_http = self.http.of(call)
        if by_http is not None:
            yield by_http
            return
        if not isinstance(function, ast.Attribute):
            return
        method, base = function.attr, self.references.follow(function.value)
        if isinstance(base, HandleReference):
            yield from _if_any(self._handled(call, method, base, before))
        elif isinstance(base, InstanceReference):
            yield from document_calls.called(call, method, base, self.reader, before)
        elif isinstance(base, NamespaceReference):
            yield from _if_any(self._branched(call, method, base, before))
        elif base is None and self.references.of_ours and _looks_sent(call, method):
            yield _alone(unseen(call, "unknown_name"))

    def _callee(self, call: ast.Call) -> tuple[ast.expr, list[ast.Call]]:
        """What is called, and the calls of `partial` that gave it arguments before."""
        function: ast.expr = call.func
        before: list[ast.Call] = []
        for _ in range(_MOST_NAMES):
            if isinstance(function, ast.Name):
                found = self.references.reaching(function)
                expression = found[0].expression if len(found) == 1 and found[0].kind == "value" else None
                if expression is None or found[0].path or not isinstance(expression, ast.Attribute | ast.Call):
                    break
                function = expression
            elif isinstance(function, ast.Call) and origins(self.module, function.func) == ["functools.partial"]:
                if not function.args:
                    break
                before.insert(0, function)
                function = function.args[0]
            else:
                break
        return function, before

    def _meant_to_fail(self, call: ast.Call) -> bool:
        """Whether a call stands under `with pytest.raises(…)` or `self.assertRaises(…)`: its faults are wanted."""
        for parent in self.module.ancestors(call):
            if isinstance(parent, ast.With | ast.AsyncWith):
                names = [_called(item.context_expr) for item in parent.items]
                if any(name in _MEANT_TO_FAIL or name.startswith(("assertRaises", "assertWarns")) for name in names):
                    return True
        return False

    def _handled(
        self, call: ast.Call, method: str, base: HandleReference, before: Sequence[ast.Call]
    ) -> CheckedCall | None:
        """`client.v1.chat.ernie_3_5_8k.create(…)`."""
        handle = base.handle
        function = getattr(type(handle), method, None) if method in ("create", "stream") else None
        if function is None or not isinstance(handle, Handle):
            return None
        api = handle.target.operation.name
        arguments = self.reader.arguments(call, positions(function), before)
        if arguments is None:
            return _alone(unseen(call, "unknown_name", api))
        target = handle.target
        return checked_call(
            call, {"arguments": arguments}, lambda given: _to_handle(call, method, base, target, given["arguments"])
        )

    def _branched(
        self, call: ast.Call, method: str, base: NamespaceReference, before: Sequence[ast.Call]
    ) -> CheckedCall | None:
        """`client.chat.completions.create(…)`, or a namespace's `model("…")` and `endpoint(…, like="…")`."""
        api = _LIKE_OPENAI.get((*base.path, method))
        if api is not None and base.client is not None:
            if base.client.package != "openai" and (*base.path, method) != (*_COMPLETIONS, "create"):
                return None
            if base.client.unchecked:
                return _alone(unseen(call, "switched_off", api))
            if base.client.hidden:
                return _alone(unseen(call, "unknown_name", api))
            return self._completed(call, base.client.package, api, before)
        if base.api not in CATALOGUES or method not in ("model", "endpoint"):
            return None
        if base.client is None and not self.references.of_ours:
            return None
        arguments = self.reader.arguments(call, ("name",))
        name = None if arguments is None else arguments.get("name" if method == "model" else "like")
        if arguments is None or name is None:
            return None
        request = for_name(call, base.api, arguments, name)
        return None if request is None else _alone(attrs.evolve(request, rules=None))

    def _completed(self, call: ast.Call, package: PackageName, api: str, before: Sequence[ast.Call]) -> CheckedCall:
        """The OpenAI-like entry: V2 with the model among the arguments."""
        arguments = self.reader.arguments(call, ("messages", "model") if package == "qianfan" else (), before)
        if arguments is None:
            return _alone(unseen(call, "unknown_name", api))

        def build(given: Mapping[str, ObjectValue]) -> SourceRequest:
            return _like_openai(call, package, api, given["arguments"])

        return checked_call(call, {"arguments": arguments}, build) or _alone(unseen(call, "unknown_name", api))

    def _validated(self, call: ast.Call) -> CheckedCall | None:
        """`validate({…}, api="…")`."""
        arguments = self.reader.arguments(call, ("payload",))
        if arguments is None:
            return _alone(unseen(call, "unknown_name"))
        return checked_call(
            call,
            {"arguments": arguments},
            lambda given: _given_to_validate(call, given["arguments"]),
            lambda: unseen(call, "unknown_name"),
        )


def _alone(request: SourceRequest) -> CheckedCall:
    """A call that can send one request only."""
    return CheckedCall([({}, request)])


def _to_handle(
    call: ast.Call, method: str, base: HandleReference, target: Target[Any, Any], arguments: ObjectValue
) -> SourceRequest:
    api = target.operation.name
    if text(arguments.get("validate")) == "off" or (base.client is not None and base.client.unchecked):
        return unseen(call, "switched_off", api)
    payload = _with_extra(sent(arguments, *OPTIONS), arguments)
    if method == "stream":
        payload = payload.having("stream", Entry(call, ScalarValue(call, True)))
    if target.operation.model_in == "body":
        payload = payload.having("model", Entry(base.node, ScalarValue(base.node, target.name)))
    if target.model is None:
        return for_unknown(call, api, payload, "own_endpoint")
    # A service of one's own may have rules and be no model of the catalogue.
    named_at = base.node if target.model.name in CATALOGUES[api] else None
    request = for_model(call, api, payload, target.model, named_at)
    return attrs.evolve(request, name=base.word or request.name)


def _like_openai(call: ast.Call, package: PackageName, api: str, arguments: ObjectValue) -> SourceRequest:
    own: Mapping[PackageName, tuple[str, ...]] = {
        "qianfan_typed": tuple(OPTIONS),
        "qianfan": CLIENT_ARGUMENTS[1:],
        "openai": _OF_OPENAI,
    }
    if text(arguments.get("validate")) == "off":
        return unseen(call, "switched_off", api)
    payload = sent(arguments, *own[package])
    more = _with_body if package == "openai" else _with_extra
    payload = more(payload, arguments)
    model = payload.get("model")
    if model is not None:
        return for_name(call, api, payload, model) or unseen(call, "unknown_name", api)
    if payload.open or package == "openai":
        # The model may be among what cannot be seen.
        return unseen(call, "unknown_name", api)
    return for_any_model(call, api, payload)


def _given_to_validate(call: ast.Call, arguments: ObjectValue) -> SourceRequest | None:
    payload = arguments.get("payload")
    if arguments.open or not isinstance(payload, ObjectValue):
        return None
    try:
        api = operation_name(text(arguments.get("api")) or "")
    except ValueError:
        return None
    model = arguments.get("model")
    if model is None or absent(model):
        members = naming_members(api)
        if payload.open and members:
            return None
        member = next((member for member in members if not absent(payload.get(member))), None)
        named_by = None if member is None else payload.get(member)
        if isinstance(named_by, UnknownValue):
            return None
        model = named_by if member == "model" else None
    if isinstance(model, UnknownValue):
        return None
    return _as_validated(call, api, payload, model)


def _as_validated(call: ast.Call, api: str, payload: ObjectValue, model: Value | None) -> SourceRequest:
    word = model.value if isinstance(model, ScalarValue) and isinstance(model.value, str) else None
    known = None if word is None else named(api, word).model

    def rules(wire: Mapping[str, object]) -> list[Violation]:
        return validate(wire, api=api, model=word)

    node = model.node if isinstance(model, ScalarValue) else None
    request = SourceRequest(call=call, api=api, payload=payload, name=word, rules=rules, named_at=node)
    if word is not None and known is None:
        request = attrs.evolve(for_unknown(call, api, payload, "unknown_model"), name=word, named_at=node)
    return request


def _with_extra(payload: ObjectValue, arguments: ObjectValue) -> ObjectValue:
    """`extra={…}` adds members that are not checked, and goes before the others."""
    extra = arguments.get("extra")
    if absent(extra):
        return payload
    entries = {
        name: Entry(one.key, UnknownValue(one.value.node))
        if isinstance(extra, ObjectValue) and name in extra.entries
        else one
        for name, one in payload.entries.items()
    }
    return attrs.evolve(payload, entries=entries, open=True)


def _with_body(payload: ObjectValue, arguments: ObjectValue) -> ObjectValue:
    """`extra_body={…}` of the `openai` package adds members, and goes before the others."""
    # NOT_GIVEN is a value too: what may be it is not sent for sure.
    sure = {
        name: one for name, one in payload.entries.items() if not isinstance(one.value, UnknownValue) or one.value.given
    }
    unsure = len(sure) < len(payload.entries)
    payload = attrs.evolve(payload, entries=sure, open=payload.open or unsure)
    body = arguments.get("extra_body")
    if absent(body):
        return payload
    if not isinstance(body, ObjectValue):
        return attrs.evolve(payload, open=True)
    return attrs.evolve(payload, entries={**payload.entries, **body.entries}, open=payload.open or body.open)


_SENDING = {
    **dict.fromkeys(("do", "ado", "batch_do", "abatch_do"), frozenset[str]()),
    **dict.fromkeys(("create", "acreate", "stream"), frozenset({"messages", "model", "prompt", "texts", "query"})),
}
"""Methods that send a request, and arguments of which they have one: other packages have methods called `create`."""


def _looks_sent(call: ast.Call, method: str) -> bool:
    """Whether a call on something that is not known looks like one that sends a request."""
    signs = _SENDING.get(method)
    return signs is not None and (not signs or any(one.arg in signs for one in call.keywords))


def _called(node: ast.expr) -> str:
    function = node.func if isinstance(node, ast.Call) else node
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _if_any(found: CheckedCall | None) -> tuple[CheckedCall, ...]:
    return () if found is None else (found,)
