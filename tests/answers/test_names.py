"""Names that are exported, and TypedDicts that resolve at run time."""

from __future__ import annotations

import importlib
import pkgutil
import typing
from pathlib import Path
from typing import Any

import msgspec
import pytest

import qianfan_api
from qianfan_api import shapes
from qianfan_api.shapes import Message
from qianfan_typed import image, text, types, user, video

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
PARAMS = [
    name for _, name, _ in pkgutil.walk_packages(qianfan_api.__path__, "qianfan_api.") if name.endswith(".params")
]


def typed_dicts(module: Any) -> dict[str, Any]:
    return {name: one for name, one in vars(module).items() if typing.is_typeddict(one)}


@pytest.mark.parametrize("name", ["qianfan_api.shapes", *PARAMS])
def test_typed_dicts_resolve_at_run_time(name: str) -> None:
    found = typed_dicts(importlib.import_module(name))
    assert found
    for one in found.values():
        assert typing.get_type_hints(one).keys() == one.__required_keys__ | one.__optional_keys__


def test_what_is_required_is_known_at_run_time() -> None:
    assert Message.__required_keys__ == {"role"}
    assert shapes.Tool.__required_keys__ == {"type", "function"}
    assert msgspec.convert([{"role": "user", "content": "你好"}], list[Message]) == [user("你好")]
    with pytest.raises(msgspec.ValidationError, match="missing required field `role`"):
        msgspec.convert([{"content": "你好"}], list[Message])


def test_every_name_of_types_is_there() -> None:
    assert [name for name in types.__all__ if not hasattr(types, name)] == []


def test_a_picture_comes_from_a_path_bytes_or_an_address(tmp_path: Path) -> None:
    path = tmp_path / "cat"
    path.write_bytes(PNG)
    url = "data:image/png;base64,iVBORw0KGgoAAAAAAAAAAA=="
    whole = {"type": "image_url", "image_url": {"url": url}}
    assert [image(one) for one in (path, str(path), PNG, url)] == [whole] * 4
    assert image("https://example.com/cat.png", detail="high") == {
        "type": "image_url",
        "image_url": {"url": "https://example.com/cat.png", "detail": "high"},
    }
    assert text("?") == {"type": "text", "text": "?"}


def test_a_video_comes_from_a_path_bytes_or_an_address(tmp_path: Path) -> None:
    path = tmp_path / "cat.mov"
    path.write_bytes(b"moov")
    assert video(path, fps=2) == {
        "type": "video_url",
        "video_url": {"url": "data:video/quicktime;base64,bW9vdg==", "fps": 2},
    }
    assert video("https://example.com/a.mp4") == {
        "type": "video_url",
        "video_url": {"url": "https://example.com/a.mp4"},
    }


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^4 bytes: not a file of an image, but of no format that is known by its"):
        image(b"text")
    with pytest.raises(ValueError, match=r"^8 bytes: not a file of an image, but video/mp4$"):
        image(b"....ftyp")
    with pytest.raises(FileNotFoundError):
        image(tmp_path / "none.png")
