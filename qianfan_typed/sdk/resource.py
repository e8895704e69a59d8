"""Resources: what the documents' classes share, an object that holds a model, and its ways to be called."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, ClassVar, Literal, TypeVar, cast

from qianfan_api.batch_futures import BatchRequestFuture
from qianfan_api.document_calls import DocumentCalls
from qianfan_api.documents.classes import DOCUMENT_CLASSES, DocumentClass
from qianfan_api.handles import Operation, Options, Target
from qianfan_api.models import CATALOGUES
from qianfan_api.platform import DEFAULT_MODELS
from qianfan_api.reply import Reply
from qianfan_api.responses import AsyncResponseStream, QfResponse, ResponseStream
from qianfan_typed.config import Settings
from qianfan_typed.errors import ConfigurationError
from qianfan_typed.limits.gates import Gate
from qianfan_typed.sdk import services
from qianfan_typed.sdk.batch import begun, gathered, require_items
from qianfan_typed.sdk.continuing import Continuation, shortened, with_system_apart
from qianfan_typed.sdk.keywords import (
    codes_to_retry,
    headers_of,
    own_limits,
    require_client_options,
    require_parameters,
    retrying,
    settings_of,
    take_call_options,
)
from qianfan_typed.sdk.prepared import PreparedCall
from qianfan_typed.sdk.runners import sync_runner
from qianfan_typed.sdk.streams import full_response, full_response_async, response_stream, response_stream_async
from qianfan_typed.sdk.targets import (
    QfLLMInfo,
    model_info,
    model_names,
    operation,
    target_of_endpoint,
    target_of_model,
)
from qianfan_typed.transports.protocols import AsyncTransport, Transport

T = TypeVar("T")
R = TypeVar("R", bound=Reply)
C = TypeVar("C", bound=Reply)


class _Models:
    """`models()` of a class and of its objects."""

    def __init__(self, owner: type[Resource[Any, Any]], resource: Resource[Any, Any] | None) -> None:
        self._owner = owner
        self._resource = resource

    def __call__(self, version: Literal["1", "2", 1, 2] | None = None) -> set[str]:
        """The models that the platform serves ready-made, as the catalogue knows them.

        Of an object on V1 with the account's keys, the account's own services too; the list is asked for once.
        """
        number = "1" if self._resource is None else self._resource.version
        apis = self._owner.apis_of(str(version or number))
        own = self._resource.services_of(apis) if self._resource is not None and version is None else set[str]()
        return model_names(apis) | own


class _ModelsOfBoth:
    def __get__(self, resource: Resource[Any, Any] | None, owner: type[Resource[Any, Any]]) -> _Models:
        return _Models(owner, resource)


class Resource(DocumentCalls[R, C]):
    """A model or an endpoint, ready to be called. Threads and tasks may share it."""

    @classmethod
    def _row(cls) -> DocumentClass:
        """What the table of classes says of it, or of the class that it is made from."""
        return next(DOCUMENT_CLASSES[kind.__name__] for kind in cls.__mro__ if kind.__name__ in DOCUMENT_CLASSES)

    models: ClassVar[_ModelsOfBoth] = _ModelsOfBoth()
    """`models()`: the names of the models that the platform serves ready-made."""

    def _set_up(self, version: object, model: str | None, endpoint: str | None, options: Mapping[str, object]) -> None:
        """What every constructor does. Raises TypeError for an unknown keyword, ValueError for a version."""
        name = type(self).__name__
        more = ["model", "endpoint", *(["version"] if len(self._row().operations) > 1 else [])]
        require_client_options(f"{name}()", options, more)
        self.version: str = str(version or "1")
        """The version of the platform's interface."""
        if self.version not in self._row().operations:
            raise ValueError(f"version: {version!r}: {name} has {' and '.join(self._row().operations)}")
        self._model = model
        self._endpoint = endpoint
        self._options = dict(options)

    @classmethod
    def apis_of(cls, version: str) -> tuple[str, ...]:
        """The operations that serve a version. Raises ValueError where there is no such version."""
        if version not in cls._row().operations:
            raise ValueError(f"version: {version!r}: {cls.__name__} has {' and '.join(cls._row().operations)}")
        return cls._row().operations[version]

    def services_of(self, apis: tuple[str, ...]) -> set[str]:
        """The services that the account's list has for operations, by name. Empty where the list cannot be had."""
        try:
            asks = self.version == "1" and self._may_ask()
        except ConfigurationError:  # Without keys the catalogue is all there is: a call says what is missing.
            return set()
        found = (services.names_of(operation(api), self._settings, self._transport) for api in apis if asks)
        return set[str]().union(*found)

    def access_token(self) -> str:
        """The access token that V1's calls may show: the one that was given, else one for the application's keys.

        Raises:
            ConfigurationError: There is neither a token nor `ak` and `sk`.
            ApiError: The platform refused the keys.
            TransportError: There was no reply.
        """
        runner = sync_runner(self._settings, self._transport)
        return runner.carry(runner.planner.access_token(), self._settings.deadline)

    def get_model_info(self, model: str) -> QfLLMInfo:
        """What is known of a model. Raises KeyError, with the nearest names, where nothing is."""
        return model_info(self.apis_of(self.version), model)

    def __repr__(self) -> str:
        whom = f"endpoint={self._endpoint!r}" if self._endpoint is not None else f"model={self._model!r}"
        return f"<{type(self).__name__} version={self.version!r} {whom}>"

    # --- how a call comes to be --------------------------------------------------------------------------------------

    def _subject(self, target: Target[Any, Any], item: Any) -> dict[str, object]:
        """The parameters that an item of a batch stands for."""
        names = [*self._row().subjects.values()]
        return dict(zip(names, [item] if len(names) == 1 else item, strict=True))

    def _target(self, model: str | None, endpoint: str | None, *, warn: bool) -> Target[Any, Any]:
        """Whom a call goes to. An endpoint goes before a model."""
        first = operation(self.apis_of(self.version)[0])
        if endpoint is not None:
            return target_of_endpoint(first, endpoint)
        return self._target_of_model(first, model or self._default_model(), warn=warn)

    def _default_model(self) -> str:
        return DEFAULT_MODELS[self._row().default_models[self.version]]

    def _target_of_model(self, operation: Operation[Any, Any], model: str, *, warn: bool) -> Target[Any, Any]:
        """The target of a model; what the catalogue does not know is looked up in the account's list of services."""
        lookup = partial(services.path_of, operation, settings=self._settings, transport=self._transport)
        return target_of_model(operation, model, warn=warn, lookup=lookup if self._may_ask() else None)

    def _whom(self, keywords: Mapping[str, object]) -> tuple[str | None, str | None]:
        """Model and endpoint: the call's, else the object's."""
        model, endpoint = cast("tuple[str | None, str | None]", (keywords.get("model"), keywords.get("endpoint")))
        return (self._model, self._endpoint) if model is None and endpoint is None else (model, endpoint)

    def _prepared(self, item: object, keywords: Mapping[str, object]) -> PreparedCall[R, C]:
        """A call, ready to be sent."""
        options, parameters = take_call_options(keywords)
        model, endpoint = self._whom(keywords)
        overridden = retrying(self._options, options)
        settings = self._settings if overridden is None else settings_of(overridden)
        policy = options.validate or settings.validate
        target = self._target(model, endpoint, warn=policy != "off")
        if policy == "error":
            known = () if target.model is None else (target.operation.name,)
            require_parameters(f"{type(self).__name__}.do()", known, parameters)
        sent_parameters: Mapping[str, object] = {**self._subject(target, item), **parameters}
        if options.adapt_openai_message_format and target.operation.name == "v1.chat":
            sent_parameters = with_system_apart(sent_parameters)
        if options.truncate_overlong_msgs:
            sent_parameters = shortened(target, sent_parameters)
        return PreparedCall(
            target=target,
            parameters=sent_parameters,
            options=Options(
                options.extra, options.request_timeout, options.deadline, options.validate, codes_to_retry(options)
            ),
            headers=headers_of(options),
            query=options.query or {},
            settings=settings,
            transport=self._transport,
            gate=self._gate,
            continuation=Continuation(options.truncated_continue_prompt) if options.auto_concat_truncate else None,
        )

    async def _prepared_async(self, item: object, keywords: Mapping[str, object]) -> PreparedCall[R, C]:
        """The same, for a call that is awaited: what has to be looked up does not hold up the loop."""
        model, endpoint = self._whom(keywords)
        unknown = endpoint is None and model is not None and not self._in_catalogue(model)
        if unknown and self._may_ask() and not services.is_known(self._settings):
            await asyncio.to_thread(services.refresh, self._settings, self._transport)
        return self._prepared(item, keywords)

    def _in_catalogue(self, model: str) -> bool:
        return self.version != "1" or any(model in CATALOGUES[api] for api in self.apis_of(self.version))

    def _may_ask(self) -> bool:
        """Whether the account's list of services can be had: it is fetched by a call that blocks."""
        return services.may_be_asked(self._settings) and (
            self._transport is None or isinstance(self._transport, Transport)
        )

    @property
    def _transport(self) -> Transport | AsyncTransport | None:
        return cast("Transport | AsyncTransport | None", self._options.get("transport"))

    @cached_property
    def _settings(self) -> Settings:
        return settings_of(self._options)

    @cached_property
    def _gate(self) -> Gate | None:
        """The limits of this object alone."""
        limits = own_limits(self._options)
        return None if limits is None else Gate(limits, "this object", is_shared=False)

    def _finished(self, response: QfResponse[R], keywords: Mapping[str, object]) -> QfResponse[R]:
        """What a class makes of a response before the caller gets it."""
        return response

    def _do(self, item: object, keywords: Mapping[str, object]) -> QfResponse[R]:
        return self._finished(full_response(self._prepared(item, keywords)), keywords)

    async def _ado(self, item: object, keywords: Mapping[str, object]) -> QfResponse[R]:
        return self._finished(await full_response_async(await self._prepared_async(item, keywords)), keywords)

    def _stream(self, item: object, keywords: Mapping[str, object]) -> ResponseStream[C]:
        return response_stream(self._prepared(item, keywords))

    async def _astream(self, item: object, keywords: Mapping[str, object]) -> AsyncResponseStream[C]:
        return await response_stream_async(await self._prepared_async(item, keywords))

    def _batch(
        self,
        call: Callable[[object, Mapping[str, object]], T],
        items: Sequence[object],
        worker_num: int | None,
        keywords: Mapping[str, object],
    ) -> BatchRequestFuture[T]:
        self._require_batch("batch_do", items, keywords)
        return begun([partial(call, item, keywords) for item in items], worker_num)

    async def _abatch(
        self,
        call: Callable[[object, Mapping[str, object]], Coroutine[Any, Any, T]],
        items: Sequence[object],
        worker_num: int | None,
        keywords: Mapping[str, object],
    ) -> list[T | Exception]:
        self._require_batch("abatch_do", items, keywords)
        return await gathered([partial(call, item, keywords) for item in items], worker_num)

    def _require_batch(self, method: str, items: object, keywords: Mapping[str, object]) -> None:
        """Raises TypeError before anything is sent where a keyword is not known or an item has another form."""
        name = f"{type(self).__name__}.{method}()"
        subjects = [*self._row().subjects]
        require_items(name, items, subjects)
        for subject in subjects[1:]:
            if subject in keywords:
                raise TypeError(f"{name} takes {subject} in each item: [({', '.join(subjects)}), …]")
        options, parameters = take_call_options(keywords)
        model, endpoint = self._whom(keywords)
        model = None if endpoint is not None else model or self._default_model()
        if (options.validate or self._settings.validate) == "error":
            known = model is not None and any(model in CATALOGUES[api] for api in self.apis_of(self.version))
            require_parameters(name, self.apis_of(self.version) if known else (), parameters, ["worker_num"])
