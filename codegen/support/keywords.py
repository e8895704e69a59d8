"""Keywords that a call does not take: which one was meant, who takes it, and what to write instead.

The methods keep their signatures. Only a call that Python itself refuses is looked at, so the others pay nothing.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar, cast

from qianfan_api.catalogue import Model
from qianfan_api.violations import nearest

_ATTEMPTS = "attempts count the first one"
OF_CALLS: Mapping[str, str] = {
    "max_retries": f"write retry=Retry(attempts=…); {_ATTEMPTS}",
    "max_attempts": "write retry=Retry(attempts=…)",
    "extra_headers": "write headers={…}",
    "default_headers": "write headers={…}",
    "extra_body": "write the parameter itself where the model takes it, else extra={…}",
    "extra_query": "a call has no query of its own; client.request(…) has",
    "http_client": "it is the client's: write Qianfan(transport=…)",
    "request_timeout": "write timeout=…",
    "n": "a call gives one answer; create_many([…]) makes many calls at once",
}
"""What other clients' calls take → what to write here."""
OF_CLIENTS: Mapping[str, str] = {
    "max_retries": f"write max_attempts=…; {_ATTEMPTS}",
    "retry_count": f"write max_attempts=…; {_ATTEMPTS}",
    "default_headers": "write headers={…}",
    "extra_headers": "write headers={…}",
    "default_query": "a client has no query of its own; client.request(…) has",
    "extra_query": "a client has no query of its own; client.request(…) has",
    "extra_body": "it is a call's: write extra={…} there",
    "http_client": "write transport=…, or proxy=…, ca=… and cert=…",
    "organization": "the platform has none; leave it out",
    "project": "the platform has none; leave it out",
    "request_timeout": "write timeout=…",
    "model": "it is a call's: client.chat.completions.create(model=…), or client.v2.chat.model(…)",
    "endpoint": "it is a call's: client.v1.chat.endpoint(…)",
}
"""What other clients take when they are made → what to write here."""


class Explained:
    """A class whose methods say more of a keyword that they do not take than that it is unexpected."""

    __slots__ = ()

    _api: ClassVar[str] = ""
    """The operation that the methods call."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, method in [*vars(cls).items()]:
            if inspect.isfunction(method) and not name.startswith("_") and not hasattr(method, "__wrapped__"):
                setattr(cls, name, explained(method, Explained._hint))

    def _whom(self) -> tuple[str, Model | None]:
        """The operation, and the model whose rules hold."""
        return self._api, None

    def _hint(self, name: str, value: object, known: Collection[str]) -> str:
        """What to write instead of a keyword."""
        if name == "stream" and hasattr(type(self), "stream"):
            return "call stream(…) for the answer in pieces"
        api, model = self._whom()
        if name == "model" and model is not None:
            return f"the call is to {model.name}; for another write client.{api}.model(…)"
        hint = OF_CALLS.get(name) or _near(name, known) or _by_rules(api, model, name, value)
        return hint or f"known: {', '.join(known)}"


Hint = Callable[[Any, str, object, Collection[str]], str]
"""What to write instead of a keyword, by whose method it is: its name, its value and the names that are known."""


def explained(method: Callable[..., Any], hint: Hint | None = None) -> Callable[..., Any]:
    """A method that answers for the keywords that it does not take. `hint`: None for those that make a client."""
    if inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        async def asynchronous(*arguments: Any, **keywords: Any) -> Any:
            try:
                return await method(*arguments, **keywords)
            except TypeError as error:
                refusal = _refusal(error, method, hint, arguments, keywords)
                arguments, keywords = (), {}  # A traceback may show the locals of its frames.
                if refusal is None:
                    raise
            except BaseException:
                arguments, keywords = (), {}
                raise
            raise refusal

        return asynchronous

    @functools.wraps(method)
    def synchronous(*arguments: Any, **keywords: Any) -> Any:
        try:
            return method(*arguments, **keywords)
        except TypeError as error:
            refusal = _refusal(error, method, hint, arguments, keywords)
            arguments, keywords = (), {}
            if refusal is None:
                raise
        except BaseException:
            arguments, keywords = (), {}
            raise
        raise refusal

    return synchronous


def _refusal(
    error: TypeError,
    method: Callable[..., Any],
    hint: Hint | None,
    arguments: tuple[Any, ...],
    keywords: Mapping[str, object],
) -> TypeError | None:
    """What to say of a call that Python refused. None: it is an error from within, or says all there is."""
    if error.__traceback__ is None or error.__traceback__.tb_next is not None:
        return None
    known = [*inspect.signature(method).parameters][1:]
    unknown = [name for name in keywords if name not in known]
    owner: Any = arguments[0]
    kind = cast("type[object]", type(owner))
    if hint is None:
        caller = f"{kind.__name__}()"
        if len(arguments) > 1:
            return TypeError(f"{caller} takes keywords alone: api_key=…, or access_key=… and secret_key=…")
        hints = {name: _near(name, known) or OF_CLIENTS.get(name) or "it is no setting" for name in unknown}
    else:
        caller = f"{kind.__name__}.{method.__name__}()"
        hints = {name: hint(owner, name, keywords[name], known) for name in unknown}
    if not hints:
        return None
    if len(hints) == 1:
        (name,) = hints
        return TypeError(f"{caller} got an unexpected keyword argument {name!r}; {hints[name]}")
    lines = [f"  {name}: {hint}" for name, hint in hints.items()]
    return TypeError("\n".join([f"{caller} got unexpected keyword arguments", *lines]))


def _near(name: str, known: Collection[str]) -> str | None:
    near = nearest(name, known)
    return None if near.meant is None else f"did you mean {near.meant}?"


def _by_rules(api: str, model: Model | None, name: str, value: object) -> str | None:
    """What the rules say of a parameter: who takes it, or what it is called here. None: nothing but that it is none."""
    if not api:
        return None
    from qianfan_api.validation import check, check_unknown  # Late: it loads every rule.

    found = check_unknown(api, {name: value}) if model is None else check(api, {name: value}, model)
    said = [one.message for one in found if one.pointer == f"/{name}" and one.code in ("unsupported", "unknown")]
    if not said or "; known: " in said[0]:
        return None
    return f"{said[0]}; extra={{{name!r}: …}} sends it all the same" if "ignored or refused" in said[0] else said[0]
