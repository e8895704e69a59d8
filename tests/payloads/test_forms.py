"""Files of other tools: the requests in them, and what is named for what it is."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard

from tests.payloads.saying import Run, lines

MODEL = "ERNIE-Lite-Pro-128K"
URL = "https://qianfan.baidubce.com/v2/chat/completions"
HOT: dict[str, Any] = {"model": MODEL.lower(), "messages": [{"role": "user", "content": '你"好'}], "stop": "x"}
TEXT = json.dumps(HOT, ensure_ascii=False)
LAID_OUT = json.dumps(HOT, ensure_ascii=False, indent=2)
RULE = "[v2.chat.stop.type] (文本生成, read 2025-12-23)"
WRONG = f'{MODEL.lower()} /body/stop "x": must be a list of strings, not a string; write ["x"] {RULE}'

DATA_SET = "a data set of prompts and responses: with --api v1.chat or v2.chat it is checked as requests"
TABLE = (
    ".csv is a table, which is not read; read are JSON, JSON Lines, YAML, Postman, HAR, VCR, .http and curl, "
    "packed as .gz and .zst too"
)


def write(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), "utf-8")


def test_a_postman_collection_is_checked_as_its_requests_with_its_variables(folder: Path, validate: Run) -> None:
    raw = LAID_OUT.replace(MODEL.lower(), "{{model}}")
    chat = {"method": "POST", "url": {"raw": "{{base}}/v2/chat/completions"}, "body": {"mode": "raw", "raw": raw}}
    token = {"method": "POST", "url": "https://aip.baidubce.com/oauth/2.0/token?grant_type=client_credentials"}
    open_ = {"method": "POST", "url": "{{api}}/chat/completions", "body": {"mode": "raw", "raw": '{"a": {{n}}}'}}
    collection = {
        "info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "variable": [{"key": "model", "value": MODEL.lower()}],
        "item": [{"name": "folder", "item": [{"request": chat}]}, {"request": token}, {"request": open_}],
    }
    write(folder / "a.json", collection)
    said = validate("a.json", "--show-unchecked")
    line, column = place(folder / "a.json", '\\"x\\"')
    at = f"a.json:{line}:{column}"
    assert said.lines[0] == f"{at}: error: {WRONG}"
    assert said.lines[1].endswith('note: not checked: by a name not known here: "{{n}}" [unchecked.unknown_name]')
    assert said.err.startswith("qianfan-typed: 2 requests in 1 file, 1 checked: 1 invalid (1 error); not checked: 1 by")


def place(file: Path, text: str) -> tuple[int, int]:
    """Line and column of a text in a file."""
    before = file.read_text("utf-8").partition(text)[0]
    return before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1


@pytest.mark.parametrize("suffix", ["har", "json"])
def test_an_http_archive_is_checked_as_its_requests_to_the_platform(folder: Path, validate: Run, suffix: str) -> None:
    elsewhere = {
        "request": {"method": "POST", "url": "https://example.com/v2/chat/completions", "postData": {"text": "{}"}}
    }
    ours = {"request": {"method": "POST", "url": URL, "postData": {"mimeType": "application/json", "text": TEXT}}}
    write(folder / f"a.{suffix}", {"log": {"version": "1.2", "entries": [elsewhere, ours]}})
    line, column = place(folder / f"a.{suffix}", '\\"x\\"')
    assert validate(f"a.{suffix}").lines == [f"a.{suffix}:{line}:{column}: error: {WRONG}"]


def test_a_cassette_is_checked_whatever_its_replies_hold(folder: Path, validate: Run) -> None:
    (folder / "a.yaml").write_text(
        f"interactions:\n- request:\n    body: '{TEXT}'\n    method: POST\n    uri: {URL}\n"
        "  response:\n    body:\n      string: !!binary |\n        aGVsbG8=\nversion: 1\n",
        "utf-8",
    )
    assert validate("a.yaml").lines == [f"a.yaml:3:11: error: {WRONG}"]
    write(folder / "b.json", {"interactions": [{"request": {"method": "POST", "uri": URL, "body": {"string": TEXT}}}]})
    line, column = place(folder / "b.json", '\\"x\\"')
    assert validate("b.json").lines == [f"b.json:{line}:{column}: error: {WRONG}"]


def test_an_http_file_is_checked_as_its_requests(folder: Path, validate: Run) -> None:
    (folder / "a.http").write_text(
        "@base = https://qianfan.baidubce.com\n\n### one\n# @name chat\n"
        "POST {{base}}/v2/chat/completions HTTP/1.1\nContent-Type: application/json\n\n"
        f"{LAID_OUT}\n\n> {{% client.log() %}}\n\n### two\nGET {{{{base}}}}/v2/models\n\n"
        f"### three\nPOST {URL}\n\n< ./body.json\n",
        "utf-8",
    )
    said = validate("a.http", "--show-unchecked")
    line, column = place(folder / "a.http", '"x"')
    assert said.lines == [
        f"a.http:{line}:{column}: error: {WRONG}",
        'a.http:27:1: note: not checked: by a name not known here: "< ./body.json" [unchecked.unknown_name]',
    ]


def test_curl_commands_are_checked_with_what_the_shell_puts_in(folder: Path, validate: Run) -> None:
    body = LAID_OUT.replace(MODEL.lower(), "'\"$MODEL\"'")
    script = [
        f"MODEL={MODEL.lower()}",
        f"# curl {URL} -d '{{}}'",
        f"curl -s -X POST {URL} \\",
        "  -H 'Content-Type: application/json' \\",
        f"  -d '{body}' | jq .",
        f"curl {URL} -d @body.json",
        'curl https://qianfan.baidubce.com/v2/embeddings --json "{\\"model\\": \\"embedding-v1\\", \\"input\\": 3}"',
    ]
    (folder / "a.sh").write_text("\n".join(script), "utf-8")
    said = validate("a.sh", "--from", "curl", "--show-unchecked")
    line, column = place(folder / "a.sh", '"x"')
    assert said.lines == [
        f"a.sh:{line}:{column}: error: {WRONG}",
        "a.sh:15:" + said.lines[1].split(":")[2] + ': note: not checked: by a name not known here: "@body.json" '
        "[unchecked.unknown_name]",
        f"a.sh:16:{place(folder / 'a.sh', '3}')[1]}: error: embedding-v1 /body/input 3: must be a string or a list, "
        "not a whole number [v2.embedding.input.type] (向量, read 2025-12-31)",
    ]
    (folder / "b.txt").write_text(f"curl {URL} -d '{TEXT}'\n", "utf-8")
    assert [line.split(": ", 2)[2] for line in validate("b.txt").lines] == [WRONG]


def test_a_batch_file_for_openai_is_said_once_and_checked(folder: Path, validate: Run) -> None:
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": HOT}
    (folder / "a.jsonl").write_text(lines(line, {**line, "custom_id": "2"}), "utf-8")
    at = place(folder / "a.jsonl", '"x"')[1]
    first = place(folder / "a.jsonl", '"/v1/')[1]
    assert validate("a.jsonl").lines == [
        f'a.jsonl:1:{first}: warning: {MODEL.lower()} /url "/v1/chat/completions": '
        "OpenAI's path; write /v2/chat/completions (said once a file) [batch.url.openai]",
        f"a.jsonl:1:{at}: error: {WRONG}",
        f"a.jsonl:2:{at}: error: {WRONG}",
    ]


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("a.jsonl", '[{"prompt": "x", "response": [["y"]]}]\n' * 3, DATA_SET),
        ("a.jsonl", '{"prompt": "x", "response": [["y"]]}\n' * 3, DATA_SET),
        ("a.json", '{"id": "x", "object": "chat.completion", "choices": []}', "a reply of the platform, not a request"),
        ("a.json", '{"openapi": "3.1.0", "paths": {}}', "an OpenAPI document: it describes requests and holds none"),
        ("a.ipynb", '{"nbformat": 4}', "a notebook: qianfan-typed check looks at it"),
        ("a.csv", "a,b\n1,2\n", TABLE),
    ],
)
def test_what_is_plainly_no_request_is_named_once(folder: Path, validate: Run, name: str, text: str, what: str) -> None:
    (folder / name).write_text(text, "utf-8")
    said = validate("--api", "v2.embedding", name)
    assert (said.code, said.lines) == (2, [f"{name}:1:1: error: {what} [file.kind]"])


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("zst", zstandard.compress)])
def test_packed_files_are_checked_as_what_is_in_them(folder: Path, validate: Run, suffix: str, pack: Any) -> None:
    (folder / f"p.jsonl.{suffix}").write_bytes(pack(lines(HOT, HOT).encode()))
    (folder / f"q.json.{suffix}").write_bytes(b"no such thing")
    said = validate(".")
    wrong = WRONG.replace("/body", "")
    at = lines(HOT).index('"x"') + 1
    assert said.lines[:2] == [f"p.jsonl.{suffix}:{line}:{at}: error: {wrong}" for line in (1, 2)]
    assert said.code == 2
    assert said.lines[2].startswith(
        f"q.json.{suffix}:1:1: error: not {'gzip' if suffix == 'gz' else 'zstd'} that can be"
    )


def test_a_packed_file_that_is_far_too_long_is_left(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl.gz").write_bytes(gzip.compress((b" " * 999 + b"\n") * 120_000))
    assert validate("--api", "v2.chat", "a.jsonl.gz").lines == [
        "a.jsonl.gz:1:1: error: unpacked it is more than 200 times as long [file.syntax]"
    ]


@pytest.mark.parametrize(
    ("encoding", "name"), [("gbk", "GBK, as it looks"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16")]
)
@pytest.mark.parametrize("form", ["json", "jsonl", "yaml"])
def test_another_encoding_is_named_once(folder: Path, validate: Run, encoding: str, name: str, form: str) -> None:
    (folder / f"a.{form}").write_bytes(lines(*[HOT] * (1 if form == "json" else 3)).encode(encoding))
    said = validate(f"a.{form}")
    assert said.lines == [f"a.{form}:1:1: error: not UTF-8 but {name}: save it as UTF-8 [file.syntax]"]


def test_the_operation_is_known_where_model_and_members_leave_one(folder: Path, validate: Run) -> None:
    write(folder / "one.json", HOT)
    write(folder / "misspelt.json", {**HOT, "stop": None, "temprature": 1})
    write(folder / "first.json", {"model": "ERNIE-4.0-8K", "messages": HOT["messages"]})
    write(folder / "none.json", {"model": "my-own", "messages": []})
    said = validate(*(f"{name}.json" for name in ("one", "misspelt", "first", "none")))
    assert [line.split(",")[0] for line in said.lines] == [
        f"one.json:9:10: error: {WRONG.replace('/body', '')}".split(",")[0],
        f"misspelt.json:10:2: error: {MODEL.lower()} /temprature not a known name; did you mean temperature? "
        "[v2.chat.unknown] (文本生成",
        "none.json:1:1: error: it does not say which operation it is for; give --api: v1.chat",
    ]


@pytest.mark.parametrize(
    ("form", "text", "words"),
    [
        ("postman", '{"log": {"entries": []}}', "a Postman collection of version 2"),
        ("har", "not JSON", "an HTTP archive"),
        ("vcr", "a: 1\n", "a cassette of VCR"),
        ("vcr", '{"a": 1}', "a cassette of VCR"),
    ],
)
def test_what_is_not_what_from_says_is_refused(folder: Path, validate: Run, form: str, text: str, words: str) -> None:
    (folder / "a.txt").write_text(text, "utf-8")
    said = validate("--from", form, "a.txt")
    assert said.lines == [f"a.txt:1:1: error: not {words}, which --from says that it is [file.kind]"]
    assert said.code == 2


def test_from_says_what_a_file_is_whatever_its_name(folder: Path, validate: Run) -> None:
    request = {"method": "POST", "uri": URL, "body": TEXT}
    (folder / "a.txt").write_text(json.dumps({"interactions": [{"request": request}]}), "utf-8")
    (folder / "b.txt").write_text(f"interactions:\n- request: {json.dumps(request)}\n", "utf-8")
    assert [line.split(": ", 1)[1] for line in validate("--from", "vcr", "a.txt", "b.txt").lines] == [
        f"error: {WRONG}"
    ] * 2
