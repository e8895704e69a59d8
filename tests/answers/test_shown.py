"""What terminals and notebooks show of replies that hold much."""

from __future__ import annotations

import base64

from qianfan_api.models import V1_CHAT
from qianfan_api.reply import BytesReply, short
from qianfan_api.v1.text2image.types import ImageData
from qianfan_api.v2.chat.types import ChatReply
from qianfan_api.validation import validate
from qianfan_typed import Qianfan
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import InvalidRequest


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


CELL = '<td style="text-align: left; white-space: pre-wrap">'


def test_a_reply_is_a_table_of_its_fields_with_vectors_and_files_in_short() -> None:
    reply = ChatReply.from_dict({"id": "1", "data": [0.5] * 20, "b64": "A" * 2000, "n": 12345, "x": None})
    html = reply._repr_html_() or ""
    rows = [
        ("id", "1"),
        ("data", "[0.5, 0.5, 0.5, … (20 numbers)]"),
        ("b64", "&#x27;AAAAAAAAAAAA&#x27;… (2,000 characters)"),
        ("n", "12,345"),
        ("x", "null"),
    ]
    body = "".join(f"<tr>{CELL}{name}</td>{CELL}{value}</td></tr>" for name, value in rows)
    assert html.partition("<tbody>")[2] == f"{body}</tbody></table>"


def test_what_a_reply_says_is_never_run_by_a_notebook() -> None:
    html = ChatReply.from_dict({"<b>": "<script>alert(1)</script>"})._repr_html_() or ""
    assert "<script" not in html
    assert "&lt;b&gt;" in html


def test_a_reply_that_is_a_file_is_no_table() -> None:
    assert BytesReply(b"abc", "audio/mpeg")._repr_html_() is None


def test_a_long_field_is_cut() -> None:
    html = ChatReply.from_dict({"id": "长" * 5000})._repr_html_() or ""
    assert f"{CELL}{'长' * 1999}…</td>" in html


def test_violations_are_a_table_and_rows_for_frames() -> None:
    found = validate({"model": "deepseek-v3", "messages": [{"role": "user", "content": ""}]}, api="v2.chat")
    (one,) = found
    assert one.to_dict() == {
        "pointer": "/messages/0/content",
        "code": "empty",
        "message": one.message,
        "level": "error",
        "rule": one.rule,
        "source": one.source,
        "instead": None,
    }
    row = "".join(f"{CELL}{text}</td>" for text in ("error", one.pointer, one.message, one.source, one.rule))
    assert row in one._repr_html_()
    assert InvalidRequest(model="deepseek-v3", violations=found)._repr_html_() == one._repr_html_()


def test_models_are_listed_and_a_table() -> None:
    chat = Qianfan(bearer_token="none").v1.chat
    assert repr(chat) == f"<V1Chat: {V1_CHAT.listed()}>"
    assert V1_CHAT.listed().endswith(f" and {len(V1_CHAT) - 5} more")
    html = chat._repr_html_()
    assert html == V1_CHAT._repr_html_()
    assert html.count("<tr>") == len(V1_CHAT) + 1
    model = V1_CHAT["ERNIE-Speed-8K"]
    assert f"{CELL}{model.property}</td>{CELL}{model.name}</td>" in html
