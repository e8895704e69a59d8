"""The same request as a program: each runs, and asks the emulator for the same."""

from __future__ import annotations

import contextlib
import inspect
import io
import json
import os
import subprocess
from typing import Any

import openai
import pytest

from qianfan_api.operations import OPERATIONS
from qianfan_api.validation import validate
from qianfan_typed.emulator import Emulator
from qianfan_typed.emulator.auth import Keys
from qianfan_typed.errors import ApiError
from qianfan_typed.explorer.copies import copies
from qianfan_typed.explorer.openai_calls import OPENAI_CALLS
from qianfan_typed.explorer.samples import Sample, samples

SAMPLES = [(api, one) for api in OPERATIONS for one in samples(api)]
IDS = [f"{api} {one.title.partition('.')[2]}" for api, one in SAMPLES]
OF_WHAT_IS_NOT_THERE = ("v2.batches.", "v2.files.", "v2.responses.", "v2.video.get")
"""Operations whose samples name what the emulator does not keep."""
FORM = "v2.files.upload"


@pytest.fixture(autouse=True)
def environment(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables that point programs at the emulator."""
    openai_variables = {"OPENAI_BASE_URL": f"{emulator.url}/v2", "OPENAI_API_KEY": emulator.bearer_token}
    for name, value in {**emulator.environment, **openai_variables}.items():
        monkeypatch.setenv(name, value)


def copy_of(form: str, api: str, sample: Sample) -> str | None:
    """A sample in a form. None: it has none."""
    text = json.dumps(sample.payload, ensure_ascii=False)
    return next(one.text for one in copies(text, api, sample.model) if one.form == form)


def run(program: str) -> str:
    """What a program prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(program, "program.py", "exec"), {"__name__": "__main__"})
    return printed.getvalue()


def test_every_operation_has_a_sample() -> None:
    assert [api for api in OPERATIONS if not samples(api)] == []


@pytest.mark.parametrize(("api", "sample"), SAMPLES, ids=IDS)
def test_a_sample_is_right_and_only_those_with_mistakes_are_wrong(api: str, sample: Sample) -> None:
    found = validate(sample.payload, api=api, model=None if "endpoint" in sample.payload else sample.model)
    expected = sample.title == "sample.mistakes" or api == FORM
    assert bool([one for one in found if one.level == "error"]) is expected, found


@pytest.mark.filterwarnings("ignore::qianfan_typed.errors.RequestWarning")
@pytest.mark.parametrize(
    ("api", "sample"),
    [one for one in SAMPLES if one[1].title != "sample.mistakes" and one[0] != FORM],
    ids=[name for name, one in zip(IDS, SAMPLES, strict=True) if "mistakes" not in name and one[0] != FORM],
)
def test_python_asks_for_the_same(api: str, sample: Sample, emulator: Emulator) -> None:
    program = copy_of("python", api, sample)
    assert program is not None
    if api.startswith(OF_WHAT_IS_NOT_THERE) and not sample.payload.keys() <= {"limit", "model", "input", "stream"}:
        with pytest.raises(ApiError):
            run(program)
    else:
        assert run(program).strip()
    sent = emulator.requests[-1]
    assert sent.method == OPERATIONS[api].method
    if sent.body:
        elsewhere = {"model", "endpoint"} if OPERATIONS[api].model_in == "path" else {*OPERATIONS[api].placed}
        assert sent.json() == {name: value for name, value in sample.payload.items() if name not in elsewhere}


@pytest.mark.parametrize("api", [api for api in OPENAI_CALLS if not api.startswith(OF_WHAT_IS_NOT_THERE)])
def test_the_program_of_openai_asks_for_the_same(api: str, emulator: Emulator) -> None:
    sample = samples(api)[0]
    program = copy_of("openai", api, sample)
    assert program is not None
    assert run(program).strip()
    sent = emulator.requests[-1]
    said: Any = sent.json() if sent.body else {}
    # OpenAI's client asks for base64 by itself.
    assert {**said, "encoding_format": None} == {**sample.payload, "encoding_format": None}


@pytest.mark.parametrize("api", OPENAI_CALLS)
def test_the_keywords_are_those_of_the_package(api: str) -> None:
    known = OPENAI_CALLS[api]
    found: Any = openai.OpenAI(api_key="x")
    for step in known.method.split("."):
        found = getattr(found, step)
    names = inspect.signature(found).parameters
    assert known.keywords - names.keys() == set()
    assert set(known.renamed.values()) - names.keys() == set()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no bash")
@pytest.mark.parametrize("api", ["v2.chat", "v1.chat", "v2.embedding", "v2.models", "v2.batches.list"])
def test_curl_asks_for_the_same(api: str, emulator: Emulator) -> None:
    sample = samples(api)[0]
    command = copy_of("curl", api, sample)
    assert command is not None
    keys = Keys()
    token = emulator._platform.guard.make_access_token(keys.ak, keys.sk)  # pyright: ignore[reportPrivateUsage]
    environment = {**os.environ, "QIANFAN_BEARER_TOKEN": emulator.bearer_token, "QIANFAN_ACCESS_TOKEN": token}
    ended = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, timeout=60, check=True)
    assert b"error" not in ended.stdout
    sent = emulator.requests[-1]
    assert not sent.body or sent.json() == sample.payload


def test_nothing_of_a_payload_gets_out_of_its_text(emulator: Emulator) -> None:
    hostile = "'; echo taken; '\" + __import__('os').system('echo taken') + \"$(echo taken)`echo taken`\n"
    payload = {"model": "ernie-4.5-turbo-128k", "messages": [{"role": "user", "content": hostile}], "user": hostile}
    made = {one.form: one.text for one in copies(json.dumps(payload), "v2.chat", None)}
    run(str(made["python"]))
    assert emulator.requests[-1].json() == payload
    environment = {**os.environ, "QIANFAN_BEARER_TOKEN": emulator.bearer_token}
    subprocess.run(["bash", "-c", str(made["curl"])], env=environment, capture_output=True, timeout=60, check=True)
    assert emulator.requests[-1].json() == payload


@pytest.mark.parametrize("api", ["v1.chat", "v2.chat"])
def test_nor_of_an_endpoint(api: str) -> None:
    name = '"); import os; os.abort() #$(reboot)'
    named = {"endpoint": name} if api == "v1.chat" else {"model": name}
    text = json.dumps({**named, "messages": [{"role": "user", "content": "a"}]})
    made = {one.form: one.text or "" for one in copies(text, api, None)}
    compile(made["python"], "program.py", "exec")
    assert f".endpoint({name!r})" in made["python"]
    assert "$(reboot)" not in made["curl"].partition(" \\\n")[0]


def test_what_has_no_such_form_says_why() -> None:
    said = {one.form: one.why for one in copies('{"apiTypefilter": ["chat"]}', "v1.services", None) if one.text is None}
    assert said == {
        "openai": "v1.services is nothing that OpenAI's client calls",
        "curl": "it is signed with IAM keys: qianfan-typed request does that",
    }
    assert {one.why for one in copies("{", "v2.chat", None)} == {"not JSON: it ends too early"}
