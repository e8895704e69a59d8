"""What documents and files may be."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from qianfan_api.models import CATALOGUES
from qianfan_api.routing import paths
from tests.payloads.saying import Run, chat, lines

# --- what a document is ---


LINE = {"custom_id": "1", "method": "POST", "url": "/v2/chat/completions"}
GUIDE = "(Files + Batch 接口使用指南, read 2026-02-02)"
BODY = {"model": "ernie-3.5-8k", "messages": [{"role": "user", "content": "x"}]}
NOBODY = {"messages": BODY["messages"]}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({**LINE, "body": BODY}, []),
        ({"body": BODY}, []),
        ({**LINE, "method": "post", "body": BODY}, []),
        (
            {**LINE, "method": "GET", "body": BODY},
            [f'/method "GET": must be "POST" for v2.chat [batch.method.enum] {GUIDE}'],
        ),
        ({**LINE, "method": 5, "body": BODY}, [f'/method 5: must be "POST" for v2.chat [batch.method.enum] {GUIDE}']),
        (
            {**LINE, "custom_id": 5, "body": BODY},
            [f"/custom_id 5: must be a string, not a whole number [batch.custom_id.type] {GUIDE}"],
        ),
        (
            {**LINE, "url": "/v2/chat/completion", "body": BODY},
            [
                '/url "/v2/chat/completion": must be one of "/v2/chat/completions", "/v2/images/generations", '
                f'"/v2/images/edits"; did you mean /v2/chat/completions? [batch.url.enum] {GUIDE}'
            ],
        ),
        (
            {**LINE, "url": "http://[bad", "body": BODY},
            [f'/url "http://[bad": no operation is there; known: {", ".join(paths())} [batch.url.enum]'],
        ),
        ({**LINE, "url": 5, "body": BODY}, ["/url 5: must be a string, not a whole number [batch.url.type]"]),
        (LINE, ["/body missing: the request, which must be an object [v2.chat.request.missing]"]),
        ({**LINE, "body": "x"}, ['/body "x": a request must be an object, not a string [v2.chat.request.type]']),
        (
            # A request with a member too many, no line of a batch file.
            {**BODY, "body": BODY},
            [
                "/body not a known name; known: backoff_factor, max_completion_tokens, max_tokens, messages, metadata, "
                "model, parallel_tool_calls and 16 more [v2.chat.unknown] (文本生成, read 2025-12-23)"
            ],
        ),
    ],
)
def test_what_is_wrong_around_the_body_of_a_batch_line(
    folder: Path, validate: Run, document: dict[str, object], said: list[str]
) -> None:
    (folder / "a.json").write_text(json.dumps(document), "utf-8")
    found = validate("--api", "v2.chat", "a.json").lines
    assert [line.partition(": ")[2].partition(": ")[2].removeprefix("ernie-3.5-8k ") for line in found] == said


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (NOBODY, f"it does not say which operation it is for; give --api: {', '.join(CATALOGUES)}"),
        (
            {"api": "v2.chat", **NOBODY},
            "it has an api and no payload: the request has to be its payload, or --api given",
        ),
        ({"api": 5, "payload": BODY}, f"api: 5: must be a string, not a whole number; known: {', '.join(CATALOGUES)}"),
        ({**LINE, "url": "/x", "body": NOBODY}, f'no operation is at url "/x"; give --api: {", ".join(CATALOGUES)}'),
    ],
)
def test_why_it_cannot_be_known_what_a_document_is_for(
    folder: Path, validate: Run, document: dict[str, object], why: str
) -> None:
    (folder / "a.json").write_text(json.dumps(document), "utf-8")
    said = validate("a.json")
    assert (said.code, said.lines) == (2, [f"a.json:1:1: error: {why} [file.undecided]"])


# --- what files are ---


@pytest.mark.parametrize("name", ["a.json", "a.txt", "-"])
def test_lines_are_lines_however_long_the_first_one_is(folder: Path, validate: Run, name: str) -> None:
    long = {**chat(), "messages": [{"role": "user", "content": "x" * 70_000}]}
    text = lines(long, chat(), chat(top_p=7))
    (folder / name).write_text(text, "utf-8")
    said = validate("--api", "v1.chat", "--format", "json", name, given=text)
    places = [(one["line"], one["pointer"]) for one in json.loads(said.out)["violations"]]
    assert places == [(1, "/messages"), (3, "/top_p")]


def test_a_value_over_several_lines_is_no_json_lines(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl").write_text(json.dumps([chat(), chat()], indent=2), "utf-8")
    said = validate("--api", "v1.chat", "a.jsonl")
    assert (said.code, said.lines) == (
        2,
        [
            "a.jsonl:1:1: error: not JSON Lines: a value over several lines; JSON Lines have one on each, and JSON has "
            "the suffix .json [file.syntax]"
        ],
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
@pytest.mark.parametrize("name", ["p", "p.json", "p.jsonl"])
def test_a_pipe_is_read_once_and_only_where_it_is_named(folder: Path, validate: Run, name: str) -> None:
    os.mkfifo(folder / name)
    (folder / "a.json").write_text(json.dumps(chat(top_p=7), ensure_ascii=False), "utf-8")
    assert [line.split(": ")[0] for line in validate("--api", "v1.chat", ".", "*").lines] == ["a.json:1:87"]
    writer = threading.Thread(target=lambda: (folder / name).write_text(lines(chat(), chat(top_p=7)), "utf-8"))
    writer.start()
    said = validate("--api", "v1.chat", name)
    writer.join()
    assert [line.split(": ")[0] for line in said.lines] == [f"{name}:2:87"]


@pytest.mark.parametrize(("member", "many"), [("stop", ["a" * 30]), ("messages", [{"role": "x", "content": "x"}])])
def test_a_request_may_have_very_many_violations(folder: Path, validate: Run, member: str, many: list[object]) -> None:
    text = json.dumps({**chat(), member: many * 20_000})
    (folder / "a.json").write_text(text, "utf-8")
    found = json.loads(validate("--api", "v1.chat", "--format", "json", "a.json").out)["violations"]
    inside = [one for one in found if one["pointer"].startswith(f"/{member}/")]
    assert len(inside) == 20_000
    assert text[inside[-1]["column"] - 1 :].startswith(json.dumps(many[0] if member == "stop" else "x"))


WIDE = [("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16"), ("utf-32", "UTF-32")]


@pytest.mark.parametrize(("encoding", "called"), [*WIDE, ("utf-32-be", "UTF-32")])
@pytest.mark.parametrize("name", ["a.json", "list.json", "a.jsonl", "a.yaml", "-"])
def test_utf_16_and_utf_32_are_said_once_a_file(
    folder: Path, validate: Run, name: str, encoding: str, called: str
) -> None:
    text = json.dumps([chat(), chat()], indent=1) if name == "list.json" else lines(chat(), chat(), chat())
    (folder / name).write_bytes(text.encode(encoding))
    said = validate("--api", "v1.chat", name, given=text.encode(encoding))
    assert (said.code, said.lines) == (
        2,
        [f"{name}:1:1: error: not UTF-8 but {called}: save it as UTF-8 [file.syntax]"],
    )
