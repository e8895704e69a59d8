"""What replies with vectors and images can do. NumPy and Pillow are needed only where they are used."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from qianfan_api.reply import Reply

if TYPE_CHECKING:
    import numpy
    import numpy.typing
    from PIL.Image import Image as PillowImage


class _Vector(Protocol):
    @property
    def embedding(self) -> list[float]: ...


class Embeddings(Reply):
    """A reply that holds a vector for each text."""

    __slots__ = ()

    def numpy(self) -> numpy.typing.NDArray[numpy.float32]:
        """The vectors as an array of shape (texts, dimensions), float32. Needs NumPy."""
        try:
            import numpy as np
        except ImportError:
            raise ImportError("reply.numpy() needs NumPy: pip install numpy") from None
        data = cast("Sequence[_Vector]", cast("Any", self).data)
        return np.array([one.embedding for one in data], dtype=np.float32)


class Picture:
    """An image in a reply."""

    __slots__ = ()

    def _base64(self) -> str:
        return cast("str", cast("Any", self).b64_image)

    @property
    def image(self) -> bytes:
        """The image file's bytes."""
        return base64.b64decode(self._base64())

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the image to a file. Gives its path."""
        target = Path(path)
        target.write_bytes(self.image)
        return target

    def pil(self) -> PillowImage:
        """The image as a Pillow image. Needs Pillow."""
        try:
            from PIL import Image
        except ImportError:
            raise ImportError("image.pil() needs Pillow: pip install pillow") from None
        import io

        return Image.open(io.BytesIO(self.image))
