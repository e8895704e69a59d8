"""`Completion`: continues a text. Models of chat take the prompt as one message of the user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qianfan_api.documents.completion import CompletionCalls
from qianfan_api.handles import Target
from qianfan_api.messages import user
from qianfan_api.models import CATALOGUES
from qianfan_api.v1.chat.types import ChatChunk, ChatReply
from qianfan_api.v1.completion.types import CompletionChunk, CompletionReply
from qianfan_typed.sdk.keywords import ObjectOptions
from qianfan_typed.sdk.resource import Resource
from qianfan_typed.sdk.targets import operation, target_of_endpoint

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from qianfan_api.v1.chat.names import ModelName as V1ChatName
    from qianfan_api.v1.completion.names import ModelName as V1CompletionName

_COMPLETION, _CHAT = "v1.completion", "v1.chat"


class Completion(CompletionCalls, Resource[CompletionReply | ChatReply, CompletionChunk | ChatChunk]):
    """Continues a text: `Completion(model="SQLCoder-7B").do(prompt="…")["result"]`."""

    def __init__(
        self,
        *,
        model: V1CompletionName | V1ChatName | str | None = None,
        endpoint: str | None = None,
        **options: Unpack[ObjectOptions],
    ) -> None:
        """
        Args:
            model: The model's name, of completion or of chat. None: as `DEFAULT_MODELS` of `qianfan_api.platform` says.
            endpoint: What stands after the last `/` of the address of a service of your own. It goes before `model`.
            **options: Keys, hosts, limits and retries: see `ObjectOptions`.

        Raises:
            TypeError: A keyword is not known.
        """
        self._set_up(None, model, endpoint, options)

    def _target(self, model: str | None, endpoint: str | None, *, warn: bool) -> Target[Any, Any]:
        if endpoint is not None:
            of_chat = CATALOGUES[_CHAT].at_endpoint(endpoint) or CATALOGUES[_CHAT].get(model or "")
            return target_of_endpoint(operation(_CHAT if of_chat else _COMPLETION), endpoint)
        model = model or self._default_model()
        return self._target_of_model(operation(_CHAT if model in CATALOGUES[_CHAT] else _COMPLETION), model, warn=warn)

    def _subject(self, target: Target[Any, Any], item: Any) -> dict[str, object]:
        return {"messages": [user(item)]} if target.operation.name == _CHAT else {"prompt": item}
