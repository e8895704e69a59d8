"""`python -m codegen sync`, against the emulator: it lists what the catalogues of this checkout have."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from codegen.__main__ import app
from codegen.new_model import NewModelError
from codegen.spec import Spec, load
from codegen.sync.asking import Answer, Found, ask
from codegen.sync.compare import Change, Rule, changes
from codegen.sync.writing import write
from qianfan_typed.emulator import Emulator

ROOT = Path(__file__).parent.parent.parent
PREFIX = "https://aip.example.com/rpc/2.0/ai_custom/v1/wenxinworkshop"
NEW = Found(name="ernie-4.5-256k", kind="chat", context=262144, output=16384)
SERVICE = Found(name="ERNIE-Speed-Next", kind="chat", url=f"{PREFIX}/chat/ernie-speed-next")


@functools.cache
def spec_of_this_checkout() -> Spec:
    return load(ROOT / "spec")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the spec."""
    return Path(shutil.copytree(ROOT / "spec", tmp_path / "spec"))


@pytest.fixture
def keys(qianfan_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulator, with its keys in the environment but not its address."""
    monkeypatch.setenv("QIANFAN_ACCESS_KEY", qianfan_emulator.access_key)
    monkeypatch.setenv("QIANFAN_SECRET_KEY", qianfan_emulator.secret_key)
    return qianfan_emulator


def of(version: str, *found: Found) -> Answer:
    return Answer(models={version: list(found)}, errors={})


def difference(answer: Answer, kind: str) -> list[tuple[str, str]]:
    return [(change.name, change.text) for change in changes(spec_of_this_checkout(), answer) if change.kind == kind]


def test_the_platform_is_asked_through_the_client(keys: Emulator) -> None:
    answer = ask(ROOT, keys.environment)
    assert answer.errors == {}
    assert {"ERNIE-Speed-8K", "ChatLaw"} <= {found.name for found in answer.models["v1"]}
    assert {"ernie-speed-8k", "deepseek-r1"} <= {found.name for found in answer.models["v2"]}
    assert {"POST /wenxinworkshop/service/list", "GET /v2/models"} <= {
        f"{request.method} {request.path}" for request in keys.requests
    }


def test_a_model_that_the_spec_lacks_is_new() -> None:
    assert difference(of("v2", NEW), "new") == [("ernie-4.5-256k", "chat, context 262144")]
    assert difference(of("v1", SERVICE), "new") == [("ERNIE-Speed-Next", "chat at chat/ernie-speed-next")]


def test_a_model_at_another_path_has_moved() -> None:
    found = Found(name="ernie-speed-8k", kind="chat", url=f"{PREFIX}/chat/elsewhere")
    assert difference(of("v1", found), "moved") == [("ERNIE-Speed-8K", "chat/ernie_speed → chat/elsewhere")]


def test_another_name_for_a_known_path_may_be_an_alias() -> None:
    found = Found(name="Speedy", kind="chat", url=f"{PREFIX}/chat/ernie_speed")
    assert difference(of("v1", found), "changed") == [
        ("Speedy", "the platform calls ERNIE-Speed-8K so (chat/ernie_speed): an alias?")
    ]


def test_a_model_that_is_not_listed_is_gone() -> None:
    gone = dict(difference(of("v2", Found(name="ernie-lite-8k")), "gone"))
    assert gone["ernie-char-8k"] == "v2.chat"
    assert gone["ernie-speed-8k"] == "v2.chat, retired"
    assert "ernie-lite-8k" not in gone
    assert dict(difference(of("v1", SERVICE), "gone"))["ERNIE-Lite-8K-0922"] == "v1.chat, retired, unverified"


def test_another_context_is_a_change() -> None:
    assert difference(of("v2", Found(name="ernie-speed-8k", context=16384)), "changed") == [
        ("ernie-speed-8k", "context 8192 → 16384")
    ]


def test_a_dialect_that_was_not_asked_has_no_differences() -> None:
    assert list(changes(spec_of_this_checkout(), Answer(models={}, errors={"v1": "no key"}))) == []


def test_a_stub_goes_behind_the_model_that_a_rule_names(folder: Path) -> None:
    spec = spec_of_this_checkout()
    found = list(changes(spec, Answer(models={"v1": [SERVICE], "v2": [NEW]}, errors={})))
    before = (folder / "v2/chat.yaml").read_text("utf-8")
    rules = [Rule(pattern="ERNIE-4.5-*", model="ernie-4.5-turbo-128k"), Rule(pattern="*", model="ERNIE-Speed-8K")]
    assert write(folder, spec, found, rules) == {
        "ERNIE-Speed-Next": "v1/chat.yaml",
        "ernie-4.5-256k": "v2/chat.yaml",
    }
    after = (folder / "v2/chat.yaml").read_text("utf-8")
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    limits = "{context: 262144, max_output_tokens: 16384}"
    assert added == [f"      ernie-4.5-256k: {{limits: {limits}, unverified: true, source: models-list-v2}}"]
    chat = {operation.version: operation for operation in load(folder).operations if operation.operation == "chat"}
    assert list(chat["v2"].groups["Ernie45Chat"].models)[:2] == ["ernie-4.5-turbo-128k", "ernie-4.5-256k"]
    stub = chat["v1"].groups["ErnieSpeed8kChat"].models["ERNIE-Speed-Next"]
    assert (stub.path, stub.unverified, stub.source) == ("chat/ernie-speed-next", True, "service-list")


def test_a_rule_that_names_no_model_writes_nothing(folder: Path) -> None:
    spec = spec_of_this_checkout()
    change = Change(kind="new", version="v2", name="x", text="", found=Found(name="x"))
    with pytest.raises(NewModelError, match=r"^--like x=nobody: v2 has no model nobody$"):
        write(folder, spec, [change], [Rule(pattern="x", model="nobody")])


def test_the_command_reports_and_writes(folder: Path, keys: Emulator) -> None:
    chat = folder / "v2/chat.yaml"
    text = chat.read_text("utf-8")
    entry = "      deepseek-v4-flash: {unverified: true, source: models-2026-10}\n"
    assert text.count(entry) == 1
    chat.write_text(text.replace(entry, ""), "utf-8")
    arguments = ["sync", "--spec", str(folder), "--url", keys.url]
    reported = CliRunner().invoke(app, arguments)
    assert reported.exit_code == 0, reported.output
    assert "  the spec lacks\n    deepseek-v4-flash  chat\n" in reported.stdout
    written = CliRunner().invoke(app, [*arguments, "--like", "deepseek-*=kimi-k2.5", "--write"])
    assert written.exit_code == 0, written.output
    assert "wrote deepseek-v4-flash to v2/chat.yaml\nnow run `make generate`\n" in written.stdout
    again = CliRunner().invoke(app, arguments)
    assert "deepseek-v4-flash" not in again.stdout


def test_an_error_leaves_the_files_as_they_were(folder: Path) -> None:
    spec = spec_of_this_checkout()
    found = list(changes(spec, of("v2", NEW)))
    before = (folder / "v2/chat.yaml").read_bytes()
    rules = [Rule(pattern="ernie-*", model="ernie-4.5-turbo-128k"), Rule(pattern="x", model="nobody")]
    other = Change(kind="new", version="v2", name="x", text="", found=Found(name="x"))
    with pytest.raises(NewModelError):
        write(folder, spec, [*found, other], rules)
    assert (folder / "v2/chat.yaml").read_bytes() == before


def test_a_platform_that_refuses_is_said_so(keys: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANFAN_SECRET_KEY", "wrong")
    refused = CliRunner().invoke(app, ["sync", "--url", keys.url])
    assert refused.exit_code == 1
    assert "v1: not asked: " in refused.stdout
    assert "v2: not asked: " in refused.stdout
