"""OpenAI-like entries: what `openai` calls `client.chat`, `client.embeddings`, `client.images` and `client.models`.

They are the operations of V2 under the names that its users know. `client.v2` has them under the platform's.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from qianfan_api.once import once
from qianfan_api.v2.embedding.entry import AsyncEmbeddingsCreate, EmbeddingsCreate
from qianfan_api.v2.images.edits.entry import AsyncImagesEdit, ImagesEdit
from qianfan_api.v2.images.entry import AsyncImagesGenerate, ImagesGenerate
from qianfan_api.v2.models.async_namespace import AsyncV2Models
from qianfan_api.v2.models.namespace import V2Models
from qianfan_api.v2.models.types import ModelInfo

if TYPE_CHECKING:
    from qianfan_api.handles import AsyncRunner, Runner
    from qianfan_api.v2.chat.completions import AsyncCompletions, Completions


class Chat:
    """The OpenAI-like entry."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    @once
    def completions(self) -> Completions:
        """Chat on V2: `create(model=…, messages=…)`."""
        from qianfan_api.v2.chat.completions import Completions

        return Completions(self._runner)


class AsyncChat:
    """The OpenAI-like entry, awaited."""

    def __init__(self, runner: AsyncRunner) -> None:
        self._runner = runner

    @once
    def completions(self) -> AsyncCompletions:
        """Chat on V2: `await create(model=…, messages=…)`."""
        from qianfan_api.v2.chat.completions import AsyncCompletions

        return AsyncCompletions(self._runner)


class Embeddings(EmbeddingsCreate):
    """Texts into vectors: `create(model=…, input=[…])`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner


class AsyncEmbeddings(AsyncEmbeddingsCreate):
    """Texts into vectors: `await create(model=…, input=[…])`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: AsyncRunner) -> None:
        self._runner = runner


class Images(ImagesGenerate, ImagesEdit):
    """Images: `generate(model=…, prompt=…)` and `edit(model=…, image=…)`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: Runner) -> None:
        self._runner = runner


class AsyncImages(AsyncImagesGenerate, AsyncImagesEdit):
    """Images: `await generate(model=…, prompt=…)` and `await edit(model=…, image=…)`."""

    __slots__ = ("_runner",)

    def __init__(self, runner: AsyncRunner) -> None:
        self._runner = runner


class Models(V2Models):
    """The models that one may call: `list()` and `retrieve(model)`."""

    __slots__ = ()

    def retrieve(self, model: str, *, timeout: float | None = None, deadline: float | None = None) -> ModelInfo:
        """What the platform says of a model. It is looked for in the list of all.

        Args:
            model: The model's name, exactly.
            timeout: Seconds that the platform may be silent. None: as the client is set.
            deadline: Seconds that the call may take. None: as the client is set.

        Raises:
            LookupError: The platform does not list it.
        """
        return _listed(model, self.list(timeout=timeout, deadline=deadline).data)


class AsyncModels(AsyncV2Models):
    """The models that one may call: `await list()` and `await retrieve(model)`."""

    __slots__ = ()

    async def retrieve(self, model: str, *, timeout: float | None = None, deadline: float | None = None) -> ModelInfo:
        """What the platform says of a model. It is looked for in the list of all.

        Args:
            model: The model's name, exactly.
            timeout: Seconds that the platform may be silent. None: as the client is set.
            deadline: Seconds that the call may take. None: as the client is set.

        Raises:
            LookupError: The platform does not list it.
        """
        return _listed(model, (await self.list(timeout=timeout, deadline=deadline)).data)


def _listed(model: str, models: Iterable[ModelInfo]) -> ModelInfo:
    by_name = {one.id: one for one in models}
    if model in by_name:
        return by_name[model]
    near = difflib.get_close_matches(model, by_name, 3)
    hint = f"nearest: {', '.join(near)}" if near else "nothing looks like it"
    raise LookupError(f"{model}: the platform lists no such model; {hint}")
