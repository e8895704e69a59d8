"""Calls of a module that send a request, and what they send."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import attrs

from qianfan_api.handles import Handle
from qianfan_api.models import CATALOGUES
from qianfan_api.routing import named, naming_members
from qianfan_api.validation import operation_name, validate
from qianfan_api.violations import Violation
from qianfan_typed.python_source.calls import document_calls
from qianfan_typed.python_source.names.literals import LiteralReader
from qianfan_typed.python_source.calls.namespaces import OPTIONS, positions
from qianfan_typed.python_source.calls.references import HandleReference, InstanceReference, NamespaceReference, References
from qianfan_typed.python_source.names.scopes import Module
from qianfan_typed.python_source.requests.source_requests import (
    SourceRequest,
    for_any_model,
    for_model,
    for_name,
    for_unknown,
    sent,
    unseen,
)
from qianfan_typed.python_source.names.symbols import PackageName, symbol
from qianfan_typed.python_source.names.values import Entry, ObjectValue, ScalarValue, UnknownValue, Value, absent, text
from qianfan_typed.sdk.classes import CLIENT_ARGUMENTS

_COMPLETIONS = ("chat", "completions")
_MEANT_TO_FAIL = ("raises", "warns")
_OF_OPENAI = ("extra_headers", "extra_query", "extra_body", "timeout")
"""Arguments of the `openai` package that are not members of the request."""


class CallFinder:
    """The requests of a module."""

    def __init__(self, module: Module) -> None:
        self.module: Module = module
        self.reader: LiteralReader = LiteralReader(module)
        self.references: References = References(module, self.reader)

    def requests(self) -> Iterator[SourceRequest]:
        """Each request that a call makes, and each call that names a model."""
        for call in self.module.calls:
            found = list(self._of(call))
            if found and not self._meant_to_fail(call):
                yield from found

    def _of(self, call: ast.Call) -> Iterator[SourceRequest]:
        meant = symbol(self.module, call.func)
        if meant is not None:
            made = self.references.follow(call)
            if isinstance(made, InstanceReference):
                yield from _if_any(document_calls.constructed(call, made))
            elif meant.name == "validate" and meant.package == "qianfan_typed":
                yield self._validated(call) or unseen(call, "unknown_name")
        elif isinstance(call.func, ast.Attribute):
            base = self.references.follow(call.func.value)
            if isinstance(base, HandleReference):
                yield from _if_any(self._handled(call, call.func.attr, base))
            elif isinstance(base, InstanceReference):
                yield from document_calls.called(call, call.func.attr, base, self.reader)
            elif isinstance(base, NamespaceReference):
                yield from _if_any(self._branched(call, call.func.attr, base))
            elif base is None and self.references.of_ours and _looks_sent(call, call.func.attr):
                yield unseen(call, "unknown_name")

    def _meant_to_fail(self, call: ast.Call) -> bool:
        """Whether a call stands under `with pytest.raises(…)` or `self.assertRaises(…)`: its faults are wanted."""
        for parent in self.module.ancestors(call):
            if isinstance(parent, ast.With | ast.AsyncWith):
                names = [_called(item.context_expr) for item in parent.items]
                if any(name in _MEANT_TO_FAIL or name.startswith(("assertRaises", "assertWarns")) for name in names):
                    return True
        return False

    def _handled(self, call: ast.Call, method: str, base: HandleReference) -> SourceRequest | None:
        """`client.v1.chat.ernie_3_5_8k.create(…)`."""
        handle = base.handle
        function = getattr(type(handle), method, None) if method in ("create", "stream") else None
        if function is None or not isinstance(handle, Handle):
            return None
        target = handle.target
        api = target.operation.name
        arguments = self.reader.arguments(call, positions(function))
        if arguments is None:
            return unseen(call, "unknown_name", api)
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

    def _branched(self, call: ast.Call, method: str, base: NamespaceReference) -> SourceRequest | None:
        """`client.chat.completions.create(…)`, or a namespace's `model("…")` and `endpoint(…, like="…")`."""
        if base.path == _COMPLETIONS and base.client is not None:
            if method != "create":
                return None
            if base.client.unchecked:
                return unseen(call, "switched_off", "v2.chat")
            return self._completed(call, base.client.package)
        if base.api not in CATALOGUES or method not in ("model", "endpoint"):
            return None
        if base.client is None and not self.references.of_ours:
            return None
        arguments = self.reader.arguments(call, ("name",))
        name = None if arguments is None else arguments.get("name" if method == "model" else "like")
        if arguments is None or name is None:
            return None
        request = for_name(call, base.api, arguments, name)
        return None if request is None else attrs.evolve(request, rules=None)

    def _completed(self, call: ast.Call, package: PackageName) -> SourceRequest | None:
        """The OpenAI-like entry: V2 chat with the model among the arguments."""
        own: Mapping[PackageName, tuple[str, ...]] = {
            "qianfan_typed": tuple(OPTIONS),
            "qianfan": CLIENT_ARGUMENTS[1:],
            "openai": _OF_OPENAI,
        }
        arguments = self.reader.arguments(call, ("messages", "model") if package == "qianfan" else ())
        if arguments is None:
            return unseen(call, "unknown_name", "v2.chat")
        if text(arguments.get("validate")) == "off":
            return unseen(call, "switched_off", "v2.chat")
        payload = sent(arguments, *own[package])
        more = _with_body if package == "openai" else _with_extra
        payload = more(payload, arguments)
        model = payload.get("model")
        if model is not None:
            return for_name(call, "v2.chat", payload, model) or unseen(call, "unknown_name", "v2.chat")
        if payload.open or package == "openai":
            # The model may be among what cannot be seen.
            return unseen(call, "unknown_name", "v2.chat")
        return for_any_model(call, "v2.chat", payload)

    def _validated(self, call: ast.Call) -> SourceRequest | None:
        """`validate({…}, api="…")`."""
        arguments = self.reader.arguments(call, ("payload",))
        payload = None if arguments is None else arguments.get("payload")
        if arguments is None or arguments.open or not isinstance(payload, ObjectValue):
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


def _if_any(request: SourceRequest | None) -> tuple[SourceRequest, ...]:
    return () if request is None else (request,)
