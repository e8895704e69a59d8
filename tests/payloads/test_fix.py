"""What `validate --fix` writes into files, and what it leaves as it is."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qianfan_typed.payloads.file_check import check_payload_files
from qianfan_typed.payloads.fixing import fixed_file
from qianfan_typed.payloads.units import PayloadFile
from qianfan_typed.reports.findings import Tally, ViolationFilter
from tests.payloads.saying import Run, lines

V1 = """{
  "model": "ERNIE-Lite-Pro-128K",
  "messages": [
    {"role": "system", "content": "be \\u4f60 brief"},
    {"role": "User", "content": "1.0"}
  ],
  "temprature": "0.7",
  "max_tokens": 100.0, "stop": "x",
  "top_p":   0.5
}
"""
V1_FIXED = """{
  "model": "ERNIE-Lite-Pro-128K",
  "system": "be \\u4f60 brief",
  "messages": [
    {"role": "user", "content": "1.0"}
  ],
  "temperature": 0.7,
  "max_output_tokens": 100, "stop": ["x"],
  "top_p":   0.5
}
"""
V2 = """\
# our requests
- model: ernie-4.5-turbo-32k   # the model
  messages:
    - role: User  # me
      content: |
        hi
        there
  temperature: "0.7"  # warm
  user_id: x
  stop: 'x'
  max_tokens: 100.0
- {model: ernie-4.5-turbo-32k, messages: [{role: usr, content: 你}], stop: x, topP: .5}
"""
V2_FIXED = """\
# our requests
- model: ernie-4.5-turbo-32k   # the model
  messages:
    - role: user  # me
      content: |
        hi
        there
  temperature: 0.7  # warm
  user: x
  stop: ["x"]
  max_tokens: 100
- {model: ernie-4.5-turbo-32k, messages: [{role: user, content: 你}], stop: ["x"], top_p: .5}
"""


@pytest.mark.parametrize(
    ("name", "text", "fixed"), [("a.json", V1, V1_FIXED), ("a.yaml", V2, V2_FIXED)], ids=["json", "yaml"]
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "marked"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_what_is_meant_is_written_and_the_rest_stays(
    folder: Path, validate: Run, name: str, text: str, fixed: str, mark: bytes, end: str
) -> None:
    (folder / name).write_bytes(mark + text.replace("\n", end).encode())
    api = ["--api", "v1.chat"] if name == "a.json" else []
    said = validate(*api, "--fix", name)
    assert (folder / name).read_bytes() == mark + fixed.replace("\n", end).encode()
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith("qianfan-typed: fixed ")
    assert "--fix" not in validate(*api, "--fix", name).err


def test_lines_and_lists_are_fixed_each_for_itself(folder: Path, validate: Run) -> None:
    good = '{"model":"ERNIE-Lite-Pro-128K",  "messages":[{"role":"user","content":"x"}]}'
    bad = good.replace("  ", ' "stop": "a",')
    fixed = good.replace("  ", ' "stop": ["a"],')
    (folder / "a.jsonl").write_text(f"{good}\n\n{bad}\nno json\n{bad}", "utf-8")
    (folder / "b.json").write_text(f"[ {good},\n  {bad} ]", "utf-8")
    said = validate("--api", "v1.chat", "--fix", "a.jsonl", "b.json")
    assert (folder / "a.jsonl").read_text("utf-8") == f"{good}\n\n{fixed}\nno json\n{fixed}"
    assert (folder / "b.json").read_text("utf-8") == f"[ {good},\n  {fixed} ]"
    assert said.err.splitlines()[0] == "qianfan-typed: fixed 3 violations in 2 files"
    assert said.code == 2
    assert [line.partition(": ")[0] for line in said.lines] == ["a.jsonl:4:5"]


def test_a_line_of_a_batch_file_gets_the_platforms_path(folder: Path, validate: Run) -> None:
    body = {"model": "ernie-4.5-turbo-32k", "messages": [{"role": "user", "content": "x"}]}
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": body}
    (folder / "a.jsonl").write_text(lines(line, line), "utf-8")
    validate("--fix", "a.jsonl")
    assert (folder / "a.jsonl").read_text("utf-8") == lines(*[{**line, "url": "/v2/chat/completions"}] * 2)


@pytest.mark.parametrize(
    "members",
    [
        {"max_tokens": 5, "max_output_tokens": 5},
        {"temperature": "warm"},
        {"temperature": 1.7},
        {"temprature": 1.7},
        {"item": 1},
        {"topn": 1},
        {"stop": 5},
        {"system": "a", "messages": [{"role": "system", "content": "b"}, {"role": "user", "content": "c"}]},
    ],
    ids=lambda members: next(iter(members)),
)
def test_what_may_be_meant_otherwise_stays(folder: Path, validate: Run, members: dict[str, Any]) -> None:
    request = {"model": "ERNIE-Lite-Pro-128K", "messages": [{"role": "user", "content": "x"}], **members}
    (folder / "a.json").write_text(json.dumps(request), "utf-8")
    said = validate("--api", "v1.chat", "--fix", "a.json")
    assert json.loads((folder / "a.json").read_text("utf-8")) == request
    assert said.code == 1
    assert "fixed" not in said.err


def test_what_an_alias_stands_for_stays(folder: Path, validate: Run) -> None:
    text = (
        "- &one {model: ernie-4.5-turbo-32k, messages: &m [{role: User, content: x}]}\n"
        "- {model: ernie-4.5-turbo-32k, messages: *m}\n- {<<: *one, stop: x}\n"
    )
    (folder / "a.yaml").write_text(text, "utf-8")
    validate("--fix", "a.yaml")
    assert (folder / "a.yaml").read_text("utf-8") == text


def test_diff_says_what_would_be_and_changes_nothing(folder: Path, validate: Run) -> None:
    (folder / "a.json").write_text(V1, "utf-8")
    said = validate("--api", "v1.chat", "--diff", "a.json")
    assert (folder / "a.json").read_text("utf-8") == V1
    assert said.code == 1
    assert said.lines[:6] == [
        "--- a.json",
        "+++ a.json",
        "@@ -1,10 +1,10 @@",
        " {",
        '   "model": "ERNIE-Lite-Pro-128K",',
        '+  "system": "be \\u4f60 brief",',
    ]
    assert said.err == "qianfan-typed: would fix 7 violations in 1 file\n"
    (folder / "a.json").write_text(V1_FIXED, "utf-8")
    said = validate("--api", "v1.chat", "--diff", "a.json")
    assert (said.code, said.out, said.err) == (0, "", "qianfan-typed: nothing to fix\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows has one permission")
def test_a_file_keeps_its_permissions_and_a_link_stays_one(folder: Path, validate: Run) -> None:
    (folder / "real.json").write_text(V1, "utf-8")
    (folder / "real.json").chmod(0o640)
    (folder / "link.json").symlink_to("real.json")
    validate("--api", "v1.chat", "--fix", "link.json")
    assert (folder / "link.json").is_symlink()
    assert (folder / "real.json").read_text("utf-8") == V1_FIXED
    assert stat.S_IMODE((folder / "real.json").stat().st_mode) == 0o640
    assert sorted(path.name for path in folder.iterdir()) == ["link.json", "pyproject.toml", "real.json"]


LIMITS = ["max_tokens", "max_output_tokens"]
NAMES = ["temperature", "temprature", "topP", "stop", "user", "user_id", "item", "system", *LIMITS]
VALUES = st.sampled_from(["0.7", 0.7, 100.0, "x", ["x"], True, "true", 5, 1e9, None, {"a": 1}, 'a"\\\n你'])
ROLES = st.sampled_from(["user", "User", "system", "assistant"])
MESSAGES = st.lists(st.fixed_dictionaries({"role": ROLES, "content": VALUES}), max_size=3)


@settings(max_examples=150, deadline=None)
@given(
    members=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5),
    messages=MESSAGES,
    api=st.sampled_from(["v1.chat", "v2.chat"]),
    indent=st.sampled_from([None, 2]),
)
def test_a_fix_takes_violations_away_and_brings_none(
    tmp_path_factory: pytest.TempPathFactory,
    members: dict[str, object],
    messages: list[object],
    api: str,
    indent: int | None,
) -> None:
    model = "ERNIE-Lite-Pro-128K" if api == "v1.chat" else "ernie-4.5-turbo-32k"
    path = tmp_path_factory.mktemp("fix") / "a.json"
    path.write_text(json.dumps({"model": model, **members, "messages": messages}, indent=indent), "utf-8")
    source = PayloadFile(file=str(path), api=api)
    before = codes(source)
    fixed = fixed_file(source, ViolationFilter())
    if fixed is None:
        return
    fixed.write()
    after = codes(source)
    assert len(after) < len(before)
    assert fixed_file(source, ViolationFilter()) is None


def codes(source: PayloadFile) -> list[str]:
    """What is wrong with a file, but for the order of roles: that is looked at once they are all right."""
    found = check_payload_files([source], ViolationFilter(), Tally())
    return [one.rule for one in found if one.code not in ("order", "count", "last")]
