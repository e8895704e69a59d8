"""A picture from a text, saved as a file.

python examples/image.py "一只戴草帽的猫" cat.png
"""

from __future__ import annotations

import sys
from pathlib import Path

from qianfan_typed import Qianfan
from qianfan_typed.errors import InvalidRequest


def main(prompt: str, path: str) -> None:
    """Draws and saves."""
    with Qianfan() as client:
        try:
            drawn = client.v1.text2image.stable_diffusion_xl.create(prompt, size="1024x1024", steps=20)
        except InvalidRequest as error:  # nothing was sent, nothing is paid
            raise SystemExit(str(error)) from None
    drawn.data[0].save(path)
    print(path, Path(path).stat().st_size, "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:3])
