"""`ChatCompletion` and `Function`: dialogues with a model, on V1 and V2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

import attrs

from qianfan_api.documents.chat_completion import ChatCompletionCalls
from qianfan_api.handles import Target
from qianfan_api.qf_messages import listed
from qianfan_api.reply import Reply
from qianfan_typed.sdk.functions_in_text import told
from qianfan_typed.sdk.keywords import ObjectOptions, Version
from qianfan_typed.sdk.prepared import PreparedCall
from qianfan_typed.sdk.resource import Resource

if TYPE_CHECKING:
    from typing_extensions import TypeVar as WithDefault
    from typing_extensions import Unpack

    from qianfan_api.v1.chat.names import ModelName as V1ChatName
    from qianfan_api.v1.chat.types import ChatChunk as V1ChatChunk
    from qianfan_api.v1.chat.types import ChatReply as V1ChatReply
    from qianfan_api.v2.chat.names import ModelName as V2ChatName
    from qianfan_api.v2.chat.types import ChatChunk as V2ChatChunk
    from qianfan_api.v2.chat.types import ChatReply as V2ChatReply

    R = WithDefault("R", bound=Reply, default=V1ChatReply)
    C = WithDefault("C", bound=Reply, default=V1ChatChunk)
else:
    R = TypeVar("R")
    C = TypeVar("C")


class ChatCompletion(ChatCompletionCalls[R, C], Resource[R, C]):
    """Dialogues with a model: `ChatCompletion(model="ERNIE-3.5-8K").do(messages=[…])["result"]`.

    `version="2"` speaks the platform's V2, whose replies look like OpenAI's.
    """

    @overload
    def __init__(
        self: ChatCompletion[V1ChatReply, V1ChatChunk],
        *,
        model: V1ChatName | str | None = None,
        endpoint: str | None = None,
        version: Literal["1", 1] | None = None,
        **options: Unpack[ObjectOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: ChatCompletion[V2ChatReply, V2ChatChunk],
        *,
        model: V2ChatName | str | None = None,
        endpoint: str | None = None,
        version: Literal["2", 2],
        **options: Unpack[ObjectOptions],
    ) -> None: ...
    def __init__(
        self,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        version: Version | None = None,
        **options: Unpack[ObjectOptions],
    ) -> None:
        """
        Args:
            model: The model's name. None: as `DEFAULT_MODELS` of `qianfan_api.platform` says.
            endpoint: What stands after the last `/` of the address of a service of your own. It goes before `model`.
            version: "1" or "2": the platform's interface.
            **options: Keys, hosts, limits and retries: see `ObjectOptions`.

        Raises:
            TypeError: A keyword is not known.
        """
        self._set_up(version, model, endpoint, options)

    def _subject(self, target: Target[Any, Any], item: Any) -> dict[str, object]:
        return {"messages": listed(item)}


class Function(ChatCompletion[R, C]):
    """Dialogues with functions that the model may ask to have called: `Function().do(messages=…, functions=[…])`.

    A model that was made for it takes them as text in the first message, and calls them in its text. Both are done
    here: what comes back has `function_call`, as with other models.
    """

    # Again, and not inherited: mypy would read the self of the base's overloads as its default.
    @overload
    def __init__(
        self: Function[V1ChatReply, V1ChatChunk],
        *,
        model: V1ChatName | str | None = None,
        endpoint: str | None = None,
        version: Literal["1", 1] | None = None,
        **options: Unpack[ObjectOptions],
    ) -> None: ...
    @overload
    def __init__(
        self: Function[V2ChatReply, V2ChatChunk],
        *,
        model: V2ChatName | str | None = None,
        endpoint: str | None = None,
        version: Literal["2", 2],
        **options: Unpack[ObjectOptions],
    ) -> None: ...
    def __init__(
        self,
        *,
        model: str | None = None,
        endpoint: str | None = None,
        version: Version | None = None,
        **options: Unpack[ObjectOptions],
    ) -> None:
        """Args and errors as `ChatCompletion`."""
        self._set_up(version, model, endpoint, options)

    def _prepared(self, item: object, keywords: Mapping[str, object]) -> PreparedCall[R, C]:
        call = super()._prepared(item, keywords)
        if call.target.model is None or call.target.model.name not in self._row().functions_in_text:
            return call
        parameters = told(call.parameters)
        return call if parameters is None else attrs.evolve(call, parameters=parameters, reads_calls=True)
