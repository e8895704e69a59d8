"""`Plugin`: answers with the help of plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qianfan_api.documents.plugin import PluginCalls
from qianfan_api.handles import Target
from qianfan_api.messages import user
from qianfan_api.qf_messages import listed
from qianfan_api.v1.plugin.types import PluginChunk as V1PluginChunk
from qianfan_api.v1.plugin.types import PluginReply as V1PluginReply
from qianfan_api.v1.plugin_endpoint.types import PluginChunk as V1PluginEndpointChunk
from qianfan_api.v1.plugin_endpoint.types import PluginReply as V1PluginEndpointReply
from qianfan_typed.sdk.keywords import ObjectOptions
from qianfan_typed.sdk.resource import Resource
from qianfan_typed.sdk.targets import operation, target_of_endpoint

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from qianfan_api.v1.plugin.names import ModelName

_SERVICE = "v1.plugin_endpoint"


class Plugin(PluginCalls, Resource[V1PluginReply | V1PluginEndpointReply, V1PluginChunk | V1PluginEndpointChunk]):
    """Answers with the help of plugins: `Plugin(model="EBPluginV2").do([user("…")], plugins=["eChart"])`.

    With an endpoint it asks a plugin service of your own, which takes one text.
    """

    def __init__(
        self, *, model: ModelName | str | None = None, endpoint: str | None = None, **options: Unpack[ObjectOptions]
    ) -> None:
        """
        Args:
            model: The plugin's model. None: as `DEFAULT_MODELS` of `qianfan_api.platform` says.
            endpoint: What stands after the last `/` of the address of a service of your own. It goes before `model`.
            **options: Keys, hosts, limits and retries: see `ObjectOptions`.

        Raises:
            TypeError: A keyword is not known.
        """
        self._set_up(None, model, endpoint, options)

    def _target(self, model: str | None, endpoint: str | None, *, warn: bool) -> Target[Any, Any]:
        if endpoint is not None:
            return target_of_endpoint(operation(_SERVICE), endpoint)
        return super()._target(model, None, warn=warn)

    def _subject(self, target: Target[Any, Any], item: Any) -> dict[str, object]:
        if target.operation.name == _SERVICE:
            if not isinstance(item, str):
                raise TypeError(f"query: a plugin service takes a text, not {type(item).__name__}")
            return {"query": item}
        return {"messages": [user(item)] if isinstance(item, str) else listed(item)}
