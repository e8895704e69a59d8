"""HTTP calls: requests that code sends by itself, or by a library that is made for OpenAI, to the platform's address.

The host and the path of the address say which operation it is; so say the platform's own data.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

import attrs

from qianfan_api.models import CATALOGUES
from qianfan_api.platform import HOSTS
from qianfan_api.routing import Route, route
from qianfan_api.validation import validate
from qianfan_api.violations import Violation
from qianfan_typed.python_source.calls.addresses import host_of, is_of_the_platform
from qianfan_typed.python_source.names.literals import LiteralReader
from qianfan_typed.python_source.names.scopes import Module
from qianfan_typed.python_source.names.symbols import bindings, origins
from qianfan_typed.python_source.names.values import (
    Entry,
    ObjectValue,
    ScalarValue,
    UnknownValue,
    Value,
    absent,
    text,
)
from qianfan_typed.python_source.requests.checked_call import CheckedCall, checked_call
from qianfan_typed.python_source.requests.source_requests import (
    SourceRequest,
    for_model,
    for_name,
    for_unknown,
    sent,
    unseen,
)

_POSITIONS: Mapping[str, tuple[str, ...]] = {
    "post": ("url", "data"),
    "request": ("method", "url"),
    "stream": ("method", "url"),
    "Request": ("url", "data"),
    "urlopen": ("url", "data"),
}
"""Functions of requests, httpx, aiohttp and urllib that send something → what they take by position."""
_DUMPS = frozenset({"json.dumps", "orjson.dumps", "ujson.dumps", "simplejson.dumps"})


@attrs.frozen
class Wrapper:
    """A class or function of a library that calls whatever speaks as OpenAI does."""

    packages: tuple[str, ...]
    address: tuple[str, ...]
    """The arguments that say the address; the first that is given counts."""
    model: tuple[str, ...] = ("model",)
    prefix: str = ""
    """What stands before the model's name."""
    own: frozenset[str] = frozenset()
    """Arguments, besides those of all, that go over the wire as they are."""


_WRAPPERS: Mapping[str, Wrapper] = {
    "ChatOpenAI": Wrapper(("langchain",), ("base_url", "openai_api_base"), ("model", "model_name")),
    "OpenAI": Wrapper(("llama_index",), ("api_base",)),
    "OpenAILike": Wrapper(("llama_index",), ("api_base",)),
    "completion": Wrapper(("litellm",), ("api_base", "base_url"), prefix="openai/", own=frozenset({"messages"})),
    "acompletion": Wrapper(("litellm",), ("api_base", "base_url"), prefix="openai/", own=frozenset({"messages"})),
}
_PASSED = frozenset({"temperature", "top_p", "max_tokens", "seed", "stop", "frequency_penalty", "presence_penalty"})
"""Arguments of theirs that go over the wire as they are."""
_CHAT = "v2.chat"


class HttpCalls:
    """The calls of a module that lead to the platform by its address."""

    def __init__(self, module: Module, reader: LiteralReader) -> None:
        self.module = module
        self.reader = reader

    def of(self, call: ast.Call) -> CheckedCall | None:
        """The request that a call sends. None: none that is seen to go to the platform."""
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        origin = next(iter(origins(self.module, call.func)), "")
        wrapper = _WRAPPERS.get(origin.rpartition(".")[2])
        if wrapper is not None and origin.startswith(wrapper.packages):
            return self._wrapped(call, wrapper)
        name = origin.rpartition(".")[2] or name
        return self._sent(call, _POSITIONS[name]) if name in _POSITIONS else None

    def _sent(self, call: ast.Call, positions: tuple[str, ...]) -> CheckedCall | None:
        spare = tuple(f" {index}" for index in range(len(call.args) - len(positions)))
        given = self.reader.arguments(call, positions + spare)
        url = None if given is None else given.get("url")
        if given is None or url is None:
            return None
        body = self._body(call, given, positions)
        payload = UnknownValue(call) if body is None else self.reader.value(body)
        there = {"url": Entry(call, url), "payload": Entry(call, payload)}
        base = self._base(call)
        method = given.get("method")
        if base is not None:
            there["base"] = Entry(call, base)
        if method is not None:
            there["method"] = Entry(call, method)
        found = ObjectValue(call, there)
        return checked_call(call, {"found": found}, lambda each: _to_address(call, each["found"], body is not None))

    def _body(self, call: ast.Call, given: ObjectValue, positions: tuple[str, ...]) -> ast.expr | None:
        """The expression whose value is the request's JSON."""
        named = {one.arg: one.value for one in call.keywords if one.arg is not None}
        by_position = dict(zip(positions, call.args, strict=False))
        if "json" in named:
            return named["json"]
        text_of = named.get("data") or named.get("content") or by_position.get("data")
        return None if text_of is None else self._dumped(text_of)

    def _dumped(self, node: ast.expr, depth: int = 0) -> ast.expr | None:
        """What `json.dumps` makes a text of."""
        match node:
            case ast.Call(func=ast.Attribute(attr="encode", value=inner)):
                return self._dumped(inner, depth)
            case ast.Call(func=function, args=[first, *_]) if set(origins(self.module, function)) & _DUMPS:
                return first
            case ast.Name() if depth < len(_DUMPS):
                found = bindings(self.module, node)
                one = found[0].expression if len(found) == 1 and found[0].kind == "value" else None
                return None if one is None or found[0].path else self._dumped(one, depth + 1)
            case _:
                return None

    def _base(self, call: ast.Call) -> Value | None:
        """The address that a session was made with: what it is asked for begins there."""
        made: ast.expr | None = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(made, ast.Name):
            found = bindings(self.module, made)
            made = found[0].expression if len(found) == 1 and found[0].kind in ("value", "with") else None
        if not isinstance(made, ast.Call):
            return None
        arguments = self.reader.arguments(made, ("base_url",)) if len(made.args) < 2 else None
        return None if arguments is None else arguments.get("base_url")

    def _wrapped(self, call: ast.Call, wrapper: Wrapper) -> CheckedCall | None:
        if call.args and not isinstance(call.args[0], ast.Starred):
            return None
        arguments = self.reader.arguments(call, ())
        if arguments is None:
            return None
        return checked_call(call, {"arguments": arguments}, lambda given: _by(call, wrapper, given["arguments"]))


def _to_address(call: ast.Call, found: ObjectValue, has_body: bool) -> SourceRequest | None:
    """The request that goes to an address with a body."""
    url = found.get("url")
    start = _start(url)
    whole = isinstance(url, ScalarValue) or "?" in start
    if host_of(start) is None:
        base = _start(found.get("base"))
        start = f"{base.rstrip('/')}/{start.lstrip('/')}" if base and (start or whole) else start
    host = host_of(start)
    version = next((name for name, one in HOSTS.items() if host is not None and host == host_of(one.url)), None)
    method = found.get("method")
    if version is None or (method is not None and text(method) is None):
        return None
    if not whole:
        # The rest of the path decides what is there.
        return unseen(call, "unknown_name") if has_body else None
    led = route(start, (text(method) or "POST").upper())
    if led is None or not led.api.startswith(f"{version}."):
        return None
    payload = found.get("payload")
    if not isinstance(payload, ObjectValue):
        return unseen(call, "unknown_name", led.api)
    return _routed(call, led, payload)


def _routed(call: ast.Call, led: Route, payload: ObjectValue) -> SourceRequest:
    whom, api = led.recipient, led.api
    if whom.kind == "endpoint":
        return for_unknown(call, api, payload, "own_endpoint")
    if whom.model is not None:
        return attrs.evolve(for_model(call, api, payload, whom.model, None), name=whom.name)
    model = payload.get("model") if CATALOGUES[api].model_in_body else None
    if model is not None:
        return for_name(call, api, payload, model) or unseen(call, "unknown_name", api)
    if payload.open:
        return unseen(call, "unknown_name", api)

    def rules(wire: Mapping[str, object]) -> list[Violation]:
        return validate(wire, api=api)

    return SourceRequest(call=call, api=api, payload=payload, rules=rules)


def _start(url: Value | None) -> str:
    """An address as far as it is known."""
    return url.beginning if isinstance(url, UnknownValue) else text(url) or ""


def _by(call: ast.Call, wrapper: Wrapper, arguments: ObjectValue) -> SourceRequest | None:
    """What is known of the requests of a library's object, or of its call."""
    given = [one for one in map(arguments.get, wrapper.address) if one is not None and not absent(one)]
    if not given or not is_of_the_platform(given[0]):
        return None
    model = next((one for one in map(arguments.get, wrapper.model) if one is not None), None)
    word = text(model)
    if model is None or word is None or not word.startswith(wrapper.prefix):
        return unseen(call, "unknown_name", _CHAT)
    name = ScalarValue(model.node, word.removeprefix(wrapper.prefix))
    passed = _PASSED | wrapper.own
    payload = sent(arguments, *(arguments.entries.keys() - passed))
    whole = wrapper.own <= arguments.entries.keys() and bool(wrapper.own) and not arguments.open
    payload = attrs.evolve(payload.having("model", Entry(model.node, name)), open=not whole)
    return for_name(call, _CHAT, payload, name)
