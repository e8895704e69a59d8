"""What terminals and notebooks show of replies that hold much."""

from __future__ import annotations

import base64

from qianfan_api.reply import short
from qianfan_api.v1.text2image.types import ImageData
from qianfan_typed import Qianfan
from qianfan_typed.emulator import Emulator


def test_vectors_are_shown_by_their_beginning(emulator: Emulator) -> None:
    with Qianfan() as client:
        reply = client.v1.embedding.embedding_v1.create(["你好", "再见"])
    assert len(repr(reply)) < 600
    vector = reply.data[0].embedding
    assert f"embedding=[{vector[0]!r}, {vector[1]!r}, {vector[2]!r}, … ({len(vector):,} numbers)]" in repr(reply)


def test_a_picture_is_shown_by_the_beginning_of_its_base64() -> None:
    shown = repr(ImageData(b64_image="iVBORw0KGgoAAAANSUhEUg=="))
    assert "b64_image='iVBORw0KGgoA'… (24 characters)" in shown


def test_what_is_short_is_shown_whole() -> None:
    assert (short("abc"), short([1.0, 2.0])) == ("'abc'", "[1.0, 2.0]")


def test_notebooks_get_the_file_of_a_picture() -> None:
    for head, png in ((b"\x89PNG\r\n", True), (b"\xff\xd8\xff", False)):
        picture = ImageData(b64_image=base64.b64encode(head + b"rest").decode())
        assert (picture._repr_png_(), picture._repr_jpeg_()) == (
            (head + b"rest", None) if png else (None, head + b"rest")
        )
    assert ImageData(b64_image="")._repr_png_() is None
