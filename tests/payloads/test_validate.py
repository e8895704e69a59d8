"""What `validate` reads, says and how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qianfan_api.models import CATALOGUES
from tests.payloads.saying import Run, chat, lines

HOT = "ERNIE-Speed-8K /temperature 1.7: must be above 0 and at most 1.0 [v1.chat.temperature.range]"
PAGE = "(对话Chat, read 2025-01-13)"
ROOT = Path(__file__).parents[2]


def test_valid_requests_pass_in_silence(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl").write_text(lines(chat(), chat(temperature=0.5)), "utf-8")
    said = validate("--api", "v1.chat", "a.jsonl")
    assert (said.code, said.out) == (0, "")
    assert said.err == "qianfan-typed: 2 requests in 1 file: all valid\n"


def test_a_violation_is_a_line_with_its_place(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl").write_text(lines(chat(), chat(temperature=1.7)), "utf-8")
    said = validate("--api", "chat", "a.jsonl")
    assert said.code == 1
    assert said.lines == [f"a.jsonl:2:93: error: {HOT} {PAGE}"]
    assert said.err == "qianfan-typed: 2 requests in 1 file: 1 invalid (1 error)\n"


def test_broken_lines_are_reported_and_the_rest_is_checked(folder: Path, validate: Run) -> None:
    text = lines(chat(), '{"model": ', "", "  \r", chat(temperature=1.7), '{"a": nul}', '{"a" 1}', "[1]", '"\\ud800"')
    (folder / "a.jsonl").write_text(text, "utf-8")
    said = validate("--api", "v1.chat", "a.jsonl")
    assert said.code == 2
    assert said.lines == [
        "a.jsonl:2:10: error: not JSON: it ends too early [file.syntax]",
        f"a.jsonl:5:93: error: {HOT} {PAGE}",
        "a.jsonl:6:11: error: not JSON: invalid character [file.syntax]",
        "a.jsonl:7:6: error: not JSON: expected ':' [file.syntax]",
        "a.jsonl:8:1: error: [1]: a request must be an object, not a list [v1.chat.request.type]",
        "a.jsonl:9:9: error: not JSON: it ends too early [file.syntax]",
    ]
    assert said.err == (
        "qianfan-typed: 7 requests in 1 file, 3 checked: 2 invalid (2 errors); not checked: 4 unreadable\n"
    )


def test_every_file_is_checked_whatever_the_others_are(folder: Path, validate: Run) -> None:
    (folder / "broken.json").write_text('[{"model": "x"', "utf-8")
    (folder / "hot.json").write_text(json.dumps(chat(temperature=1.7), ensure_ascii=False), "utf-8")
    (folder / "bytes.json").write_bytes(b'{"model": "\xff"}')
    (folder / "empty.json").write_text("", "utf-8")
    said = validate("--api", "v1.chat", "nowhere.json", "broken.json", "bytes.json", "empty.json", "hot.json", "*.txt")
    assert said.code == 2
    assert said.lines == [
        "nowhere.json:1:1: error: no such file or folder [file.unreadable]",
        "*.txt:1:1: error: no file matches [file.unreadable]",
        "broken.json:1:15: error: not JSON: it ends too early [file.syntax]",
        "bytes.json:1:12: error: not UTF-8 [file.syntax]",
        "empty.json:1:1: error: there is no request in it [file.empty]",
        f"hot.json:1:93: error: {HOT} {PAGE}",
    ]
    assert said.err == (
        "qianfan-typed: 3 requests in 4 files, 1 checked: 1 invalid (1 error); not checked: 2 unreadable, "
        "3 files wholly or in part\n"
    )


def test_a_folder_stands_for_the_payloads_below_it(folder: Path, validate: Run) -> None:
    for name in ("p/a.json", "p/b/c.jsonl", "p/b/d.ndjson", "p/e.yaml", "p/f.yml", "p/g.txt", "p/.h/i.json"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(chat(temperature=1.7)), "utf-8")
    assert [line.split(":")[0] for line in validate("--api", "v1.chat", "p").lines] == [
        "p/a.json",
        "p/e.yaml",
        "p/f.yml",
        "p/b/c.jsonl",
        "p/b/d.ndjson",
    ]
    assert [line.split(":")[0] for line in validate("--api", "v1.chat", "p/**/*.json*", "p/a.json").lines] == [
        "p/a.json",
        "p/b/c.jsonl",
    ]
    (folder / "none").mkdir()
    assert validate("none").lines == [
        "none:1:1: error: no file in it ends in .json, .jsonl, .ndjson, .yaml, .yml, .har, .http, .rest, .curl "
        "[file.unreadable]"
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param(lines(chat(), chat(temperature=1.7)), "-:2:93", id="JSON Lines"),
        pytest.param(lines("{broken", chat(temperature=1.7)), "-:2:93", id="JSON Lines, the first broken"),
        pytest.param(json.dumps(chat(temperature=1.7), indent=1), "-:9:17", id="an object"),
        pytest.param(json.dumps([chat(), chat(temperature=1.7)], indent=1), "-:19:18", id="a list"),
        pytest.param(
            "model: ERNIE-Speed-8K\nmessages: [{role: user, content: hi}]\ntemperature: 1.7\n", "-:3:14", id="YAML"
        ),
    ],
)
def test_standard_input_may_be_any_of_them(validate: Run, text: str, place: str) -> None:
    said = validate("--api", "v1.chat", "-", given=text)
    assert [line for line in said.lines if "syntax" not in line] == [f"{place}: error: {HOT} {PAGE}"]


def test_json_lines_in_a_file_called_json(folder: Path, validate: Run) -> None:
    (folder / "a.json").write_text("\ufeff" + lines(chat(temperature=1.7), chat()), "utf-8")
    assert validate("--api", "v1.chat", "a.json").lines == [f"a.json:1:93: error: {HOT} {PAGE}"]


BATCH = "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/"


def batch(url: str, **body: object) -> dict[str, object]:
    return {"custom_id": "1", "method": "POST", "url": url, "body": body}


@pytest.mark.parametrize(
    ("document", "line"),
    [
        pytest.param(
            batch("/v2/chat/completions", **{**chat(), "model": "ernie-3.5-8k", "temperature": 0}),
            "a.jsonl:1:167: error: ernie-3.5-8k /body/temperature 0: must be above 0 and at most 1.0 "
            "[v2.chat.temperature.range] (对话Chat V2, read 2024-12-13)",
            id="V2",
        ),
        pytest.param(
            batch(BATCH + "ernie_speed", messages=chat()["messages"], temperature=1.7),
            f"a.jsonl:1:175: error: {HOT.replace('/temp', '/body/temp')} {PAGE}",
            id="V1: the url says the model",
        ),
        pytest.param(
            batch("https://example.com" + BATCH + "ernie_speed?access_token=1", **chat(temperature=1.7)),
            f"a.jsonl:1:236: error: {HOT.replace('/temp', '/body/temp')} {PAGE}",
            id="V1: a whole url",
        ),
        pytest.param(
            batch(BATCH + "my_own", messages=[], temperature=9),
            f"a.jsonl:1:118: warning: /body/messages must not be empty [v1.chat.messages.empty] {PAGE}",
            id="V1: a service of one's own",
        ),
        pytest.param(
            batch("/v1/completion", messages=[]),
            f'a.jsonl:1:1: error: no operation is at url "/v1/completion"; give --api: {", ".join(CATALOGUES)} '
            "[file.undecided]",
            id="another url",
        ),
        pytest.param(
            {"custom_id": "1", "method": "POST", "url": "/v2/chat/completions", "body": []},
            "a.jsonl:1:77: error: /body []: a request must be an object, not a list [v2.chat.request.type]",
            id="no body",
        ),
        pytest.param(
            {"api": "v1.chat", "payload": chat(temperature=1.7)},
            f"a.jsonl:1:123: error: {HOT.replace('/temp', '/payload/temp')} {PAGE}",
            id="api and payload",
        ),
        pytest.param(
            {"api": "v1.caht", "payload": {}},
            "a.jsonl:1:1: error: api: 'v1.caht': not an operation; did you mean v1.chat? [file.undecided]",
            id="a misspelt api",
        ),
    ],
)
def test_a_document_may_say_its_operation(folder: Path, validate: Run, document: object, line: str | None) -> None:
    (folder / "a.jsonl").write_text(lines(document), "utf-8")
    assert validate("a.jsonl").lines == ([line] if line else [])


def test_a_service_of_ones_own_is_checked_as_the_model_that_is_given(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl").write_text(lines(batch(BATCH + "my_own", messages=[])), "utf-8")
    said = validate("a.jsonl", "--model", "ERNIE-Speed-8K")
    assert said.lines == [
        f"a.jsonl:1:118: error: ERNIE-Speed-8K /body/messages must not be empty [v1.chat.messages.empty] {PAGE}"
    ]


def test_an_undecided_file_is_a_usage_error_said_once(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl").write_text(
        lines(*[chat(model="y")] * 3, batch("/v2/chat/completions", **chat(model="x"))), "utf-8"
    )
    said = validate("a.jsonl", "--ignore", "unknown_model")
    assert said.code == 2
    assert [line.partition(";")[0] for line in said.lines] == [
        "a.jsonl:1:1: error: it does not say which operation it is for"
    ]
    assert said.err == (
        "qianfan-typed: 4 requests in 1 file, none checked: nothing was checked; not checked: "
        "3 for an operation not known, 1 to an unknown model\n"
    )


def test_model_and_api_fill_in_what_a_document_does_not_say(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl").write_text(
        lines({"messages": chat()["messages"], "temperature": 1.5}, {**chat(), "temperature": 1.5}), "utf-8"
    )
    assert [line[:46] for line in validate("--api", "v1.chat", "--model", "ChatLaw", "a.jsonl").lines] == [
        "a.jsonl:1:1: error: ChatLaw /extra_parameters ",
        "a.jsonl:2:93: error: ERNIE-Speed-8K /temperatu",
    ]


def test_levels(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl").write_text(lines(chat(model="ERNIE-Sped-8K")), "utf-8")
    said = validate("--api", "v1.chat", "a.jsonl")
    assert said.code == 1
    assert said.lines[0].startswith("a.jsonl:1:11: warning: ERNIE-Sped-8K /model ERNIE-Sped-8K: not a known model")
    unknown = "qianfan-typed: 1 request in 1 file, none checked: {}; not checked: 1 to an unknown model\n"
    assert said.err == unknown.format("1 invalid (1 warning)")
    said = validate("--api", "v1.chat", "--level", "error", "a.jsonl")
    assert (said.code, said.out, said.err) == (0, "", unknown.format("nothing was checked"))


@pytest.mark.parametrize("rule", ["range", "v1.chat.temperature.range", "v1.chat.temperature", "v1.chat"])
def test_rules_may_be_ignored(folder: Path, validate: Run, rule: str) -> None:
    (folder / "a.jsonl").write_text(lines(chat(temperature=1.7)), "utf-8")
    assert validate("--api", "v1.chat", "--ignore", "blank", "--ignore", rule, "a.jsonl").code == 0


def test_max_violations_limits_what_is_shown(folder: Path, validate: Run) -> None:
    (folder / "a.jsonl").write_text(lines(*[chat(temperature=1.7, top_p=2)] * 3), "utf-8")
    said = validate("--api", "v1.chat", "--max-violations", "2", "a.jsonl")
    assert (said.code, len(said.lines)) == (1, 2)
    assert said.err == "qianfan-typed: 3 requests in 1 file: 3 invalid (6 errors); 4 violations not shown\n"
    assert validate("--api", "v1.chat", "--max-violations", "0", "a.jsonl").lines == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nothing to check: name files, folders or -, or set paths in [tool.qianfan-typed] of pyproject.toml"),
        (("--api", "chatt", "x"), "--api: 'chatt': not an operation; did you mean v2.chat?"),
    ],
)
def test_wrong_usage(validate: Run, arguments: tuple[str, ...], words: str) -> None:
    said = validate(*arguments)
    assert (said.code, said.out, said.err) == (2, "", f"qianfan-typed: {words}\n")


def test_the_documents_examples_break_no_rule(validate: Run) -> None:
    said = validate("--level", "error", "--ignore", "client", str(ROOT / "examples" / "payloads"))
    assert (said.code, said.out) == (0, "")
