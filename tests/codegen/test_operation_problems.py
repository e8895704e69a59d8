"""What is wrong with an operation's path, query, body, reply and name is said with its place."""

from __future__ import annotations

import pytest

from tests.codegen.conftest import SmallSpec

FILE = """\
operation: files.get
version: v2
doc: Says what is known of a file.
http: GET /v2/files/{file_id}
host: main
auth: [bearer]
model_in: none
call: get
reply: FileInfo
source: manual
parameters:
  file_id: {type: string, sent_in: path, required: true, doc: The file.}
  limit: {type: int, doc: How many.}
shapes:
  FileInfo:
    doc: A file.
    fields: {size: {type: int, doc: Bytes.}}
"""
IMAGES = """\
operation: images
version: v2
doc: Draws.
http: POST /v2/images
host: main
auth: [bearer]
model_in: body
reply: Drawn
source: manual
parameters: {prompt: {type: string, doc: What.}}
shapes: {Drawn: {doc: Images., fields: {url: {type: string, doc: Where.}}}}
groups: {Small: {doc: One., takes: [prompt], models: {Edits: {}}}}
"""
STREAM = "reply: FileInfo\nstream: {chunk: FileInfo, until: {event: file.completed}}"
PARAMETER = "type: string, sent_in: path, required: true"


def problems(small: SmallSpec, *changes: tuple[str, str], beside: str = "") -> list[str]:
    """What is wrong with the operation, once some texts are replaced."""
    small.files["v2/file.yaml"] = FILE
    if beside:
        small.files["v2/images.yaml"] = beside
    for old, new in changes:
        small.change("v2/file.yaml", old, new)
    return small.problems()


def test_nothing_is_wrong_with_it(small: SmallSpec) -> None:
    assert problems(small, ("reply: FileInfo", STREAM), beside=IMAGES) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        pytest.param(
            PARAMETER,
            "type: string, sent_in: header, required: true",
            "12:27: 'header': expected one of path, query, body",
            id="unknown place",
        ),
        pytest.param(
            "/v2/files/{file_id}",
            "/v2/files",
            "12:27: file_id: {file_id} does not stand in http: GET /v2/files",
            id="no braces",
        ),
        pytest.param(
            "/v2/files/{file_id}",
            "/v2/files/{file_id}/{part}",
            "4:1: {part}: neither a prefix of platform.yaml nor a parameter with sent_in: path;"
            " known: file_id, limit, models",
            id="no parameter",
        ),
        pytest.param(
            PARAMETER,
            "type: string, required: true",
            "12:3: file_id: stands in the path of http: say sent_in: path",
            id="not said",
        ),
        pytest.param(
            PARAMETER,
            "type: string, sent_in: path",
            "12:27: file_id: stands in the path, so say required: true",
            id="may be left out",
        ),
        pytest.param(
            PARAMETER,
            "type: float, sent_in: path, required: true",
            "12:13: file_id: stands in the path, so it is a string or an int, not float",
            id="no text",
        ),
        pytest.param(
            "{type: int, doc: How many.}",
            '{type: "list[int]", doc: How many.}',
            "13:11: limit: stands in the query, so it is a string, int, float or bool, not list[int]",
            id="list in the query",
        ),
        pytest.param(
            "{type: int, doc: How many.}",
            "{type: int, sent_in: body, doc: How many.}",
            "13:22: limit: a GET has no body: say sent_in: query, or leave it out",
            id="body of a GET",
        ),
        pytest.param(
            "reply: FileInfo",
            "body: multipart\nreply: FileInfo",
            "9:1: multipart: a GET has no body",
            id="form of a GET",
        ),
        pytest.param(
            "http: GET /v2/files/{file_id}",
            "http: POST /v2/files/{file_id}\nsubject: [file]",
            "5:11: file: not a parameter; did you mean file_id?",
            id="no such subject",
        ),
        pytest.param(
            "{size: {type: int, doc: Bytes.}}",
            "{size: {type: file, doc: Bytes.}}",
            "17:21: size: JSON holds no file: only a parameter of a multipart body is one",
            id="file in JSON",
        ),
        pytest.param(
            "reply: FileInfo",
            "reply: FileInfo\nmedia_type: audio/mpeg",
            "10:1: audio/mpeg: goes with reply: bytes alone",
            id="media type of JSON",
        ),
        pytest.param(
            "reply: FileInfo",
            "reply: FileInfo\nstream: {chunk: FileInfo, until: {event: ''}}",
            "10:35: '': expected the name of an event, or a list of names",
            id="event without a name",
        ),
        pytest.param(
            "operation: files.get",
            "operation: files.",
            "1:1: 'files.': an operation's name is a word of Python in lower case, as plugin_endpoint:"
            " it becomes a module",
            id="half a name",
        ),
        pytest.param(
            "operation: files.get",
            "operation: files.types",
            "1:1: files.types: types is a module of each operation's package",
            id="name of a module",
        ),
        pytest.param(
            "operation: files.get",
            "operation: images.edits",
            "1:1: images.edits: client.v2.images.edits is the model Edits of images",
            id="name of a model",
        ),
        pytest.param(
            "operation: files.get",
            "operation: images.endpoint",
            "1:1: images.endpoint: client.v2.images.endpoint is a method of images",
            id="name of a method",
        ),
    ],
)
def test_it_is_said_where_and_what_to_write(small: SmallSpec, old: str, new: str, line: str) -> None:
    assert problems(small, (old, new), beside=IMAGES) == [f"spec/v2/file.yaml:{line}"]


def test_bytes_say_what_they_are(small: SmallSpec) -> None:
    bare = FILE.partition("shapes:")[0].replace("reply: FileInfo", "reply: bytes")
    small.files["v2/file.yaml"] = bare
    assert small.problems() == ["spec/v2/file.yaml:9:1: bytes: say what they are, as media_type: audio/mpeg"]
    small.files["v2/file.yaml"] = bare.replace("reply: bytes", "reply: bytes\nmedia_type: sound")
    assert small.problems() == ["spec/v2/file.yaml:10:1: sound: expected a media type, as audio/mpeg"]


def test_a_file_needs_a_form(small: SmallSpec) -> None:
    posted = ("http: GET /v2/files/{file_id}", "http: POST /v2/files/{file_id}")
    assert problems(small, posted, ("{type: int, doc: How many.}", "{type: file, doc: The file.}")) == [
        "spec/v2/file.yaml:13:11: limit: a file is sent in a form: say body: multipart"
    ]
