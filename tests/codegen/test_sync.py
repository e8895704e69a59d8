"""`python -m codegen sync`, against the emulator: it lists what the catalogues of this checkout have."""

from __future__ import annotations

import datetime
import difflib
import shutil
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner

from codegen.__main__ import app
from codegen.new_model import NewModelError
from codegen.spec import language, load
from codegen.sync.asking import Answer, Found, ask, listed
from codegen.sync.compare import Rule, changes
from codegen.sync.prices import Price, priced
from codegen.sync.writing import write
from qianfan_typed.emulator import Emulator
from tests.schemas.from_spec import SPEC

DAY = datetime.date(2026, 11, 27)
ROOT = Path(__file__).parent.parent.parent
PREFIX = "https://aip.example.com/rpc/2.0/ai_custom/v1/wenxinworkshop"
NEW = Found(name="ernie-4.5-256k", kind="chat", limits={"context": 262144, "max_output_tokens": 16384})
SERVICE = Found(name="ERNIE-Speed-Next", kind="chat", url=f"{PREFIX}/chat/ernie-speed-next")


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


def model(folder: Path, name: str) -> language.Model:
    """A model of V2 as the spec has it now."""
    [found] = [
        group.models[name]
        for operation in load(folder).operations
        for group in operation.groups.values()
        if operation.version == "v2" and name in group.models
    ]
    return found


def difference(answer: Answer, kind: str) -> list[tuple[str, str]]:
    return [(change.name, change.text) for change in changes(SPEC, answer) if change.kind == kind]


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
    assert difference(of("v2", Found(name="ernie-speed-8k", limits={"context": 16384})), "changed") == [
        ("ernie-speed-8k", "context 8192 (models-v2, read 2025-12-31) → 16384")
    ]


def test_a_dialect_that_was_not_asked_has_no_differences() -> None:
    assert list(changes(SPEC, Answer(models={}, errors={"v1": "no key"}))) == []


def test_a_stub_goes_behind_the_model_that_a_rule_names(folder: Path) -> None:
    spec = SPEC
    answer = Answer(models={"v1": [SERVICE], "v2": [NEW]}, errors={})
    before = (folder / "v2/chat.yaml").read_text("utf-8")
    rules = [Rule(pattern="ERNIE-4.5-*", model="ernie-4.5-turbo-128k"), Rule(pattern="*", model="ERNIE-Speed-8K")]
    assert write(folder, spec, answer, rules, DAY).models == {
        "ERNIE-Speed-Next": ("v1/chat.yaml", "ERNIE-Speed-8K"),
        "ernie-4.5-256k": ("v2/chat.yaml", "ernie-4.5-turbo-128k"),
    }
    after = (folder / "v2/chat.yaml").read_text("utf-8")
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    limits = "{context: 262144, max_output_tokens: 16384}"
    assert added == [f"      ernie-4.5-256k: {{limits: {limits}, unverified: true, source: models-live}}"]
    loaded = load(folder)
    chat = {operation.version: operation for operation in loaded.operations if operation.operation == "chat"}
    assert list(chat["v2"].groups["Ernie45Chat"].models)[:2] == ["ernie-4.5-turbo-128k", "ernie-4.5-256k"]
    stub = chat["v1"].groups["ErnieSpeed8kChat"].models["ERNIE-Speed-Next"]
    assert (stub.path, stub.unverified, stub.source) == ("chat/ernie-speed-next", True, "service-list")
    assert (loaded.pages["models-live"].title, loaded.pages["models-live"].read) == ("GET /v2/models", DAY)


def test_without_a_rule_a_model_goes_beside_the_one_that_is_called_most_alike(folder: Path) -> None:
    seeing = attrs.evolve(NEW, name="qwen3-vl-99b", kind="multimodal", sees=True)
    strange = attrs.evolve(NEW, name="strange-1")
    written = write(folder, SPEC, of("v2", NEW, seeing, strange), [], DAY)
    assert written.models == {
        "ernie-4.5-256k": ("v2/chat.yaml", "ernie-4.5-turbo-128k"),
        "qwen3-vl-99b": ("v2/chat.yaml", "qwen3-vl-32b-instruct"),
    }
    assert model(folder, "qwen3-vl-99b").abilities == ["vision"]


def test_what_the_spec_lacks_is_written_with_the_lists_page(folder: Path) -> None:
    price = Price(input=1, output=2.5, tokens=32768, above=(2, 5))
    listed = Found(name="qwen3-8b", kind="chat", price=price, sees=True)
    assert difference(of("v2", listed), "lacking") == [("qwen3-8b", "price 1 in, 2.5 out, above 32768 2 and 5; vision")]
    before = (folder / "v2/chat.yaml").read_text("utf-8").splitlines()
    write(folder, SPEC, of("v2", listed), [], DAY)
    after = (folder / "v2/chat.yaml").read_text("utf-8").splitlines()
    assert [line for line in difflib.ndiff(before, after) if line[:1] in "+-"] == [
        "+         price: {input: 1, output: 2.5, above: {tokens: 32768, input: 2, output: 5}, source: models-live}",
        "+         abilities: [vision]",
    ]
    found = model(folder, "qwen3-8b")
    assert found.abilities == ["vision"]
    assert found.price is not None
    assert (found.price.source, found.price.above) == (
        "models-live",
        language.LongPrice(tokens=32768, input=2, output=5),
    )


def test_what_an_earlier_page_said_is_replaced_and_what_a_later_one_says_stays(folder: Path) -> None:
    listed = Found(name="qwen3-8b", kind="chat", limits={"context": 65536})
    early = write(folder, SPEC, of("v2", listed), [], datetime.date(2026, 3, 7))
    assert (early.facts, [*early.kept]) == ({}, ["qwen3-8b"])
    assert model(folder, "qwen3-8b").limits["context"] == 32768
    late = write(folder, SPEC, of("v2", listed), [], DAY)
    assert ([str(fact) for fact in late.facts["qwen3-8b"]], late.kept) == (
        ["context 32768 (models-2026-03, read 2026-03-07) → 65536"],
        {},
    )
    assert model(folder, "qwen3-8b").limits["context"] == language.Limit(value=65536, source="models-live")


def test_other_lines_and_comments_stay_as_they_are(folder: Path) -> None:
    chat = folder / "v2/chat.yaml"
    text = chat.read_text("utf-8")
    old = "          context: {value: 131072, source: models-2026-03}\n          max_input_tokens"
    assert text.count(old) == 2
    text = text.replace(old, "          # as the list has it\n" + old, 1)
    chat.write_text(text, "utf-8")
    listed = Found(name="ernie-speed-pro-128k", kind="chat", limits={"context": 262144})
    write(folder, load(folder), of("v2", listed), [], DAY)
    new = old.replace("{value: 131072, source: models-2026-03}", "{value: 262144, source: models-live}")
    assert chat.read_text("utf-8") == text.replace(old, new, 1)


def test_writing_twice_changes_nothing(folder: Path) -> None:
    listed = Found(name="qwen3-8b", kind="chat", price=Price(input=1, output=2), limits={"max_output_tokens": 4096})
    write(folder, SPEC, of("v2", listed, NEW), [], DAY)
    files = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    again = write(folder, load(folder), of("v2", listed, NEW), [], DAY)
    assert (again.models, again.facts, again.kept) == ({}, {}, {})
    assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == files


@pytest.mark.parametrize(
    ("sent", "price"),
    [
        ({"prompt": 0.0008, "completion": "0.0032"}, Price(input=0.8, output=3.2)),
        (
            {
                "prompt": [{"max_prompt_tokens": None, "price": 0.01}, {"max_prompt_tokens": 32768, "price": 0.006}],
                "completion": [{"max_prompt_tokens": 32768, "price": 0.024}, {"price": 0.04}],
            },
            Price(input=6, output=24, tokens=32768, above=(10, 40)),
        ),
        ({"prompt": 0.1}, None),
        ({"prompt": [{"cost": 1}], "completion": 1}, None),
        ({"prompt": True, "completion": 1}, None),
        ({"prompt": -1, "completion": 1}, None),
        ("free", None),
        (None, None),
    ],
)
def test_prices_of_a_million_are_read_from_prices_of_a_thousand(sent: object, price: Price | None) -> None:
    assert priced(sent) == price


def test_a_price_that_is_not_understood_is_told_and_left_alone(folder: Path) -> None:
    found = listed({"id": "qwen3-8b", "type": "chat", "pricing": {"prompt": [{"cost": 1}]}, "context_length": "big"})
    assert difference(of("v2", found), "changed") == [
        ("qwen3-8b", 'a price in a form that is not understood: {"prompt": [{"cost": 1}]}')
    ]
    assert write(folder, SPEC, of("v2", found), [], DAY).facts == {}


def test_a_rule_that_names_no_model_writes_nothing(folder: Path) -> None:
    with pytest.raises(NewModelError, match=r"^--like x=nobody: v2 has no model nobody$"):
        write(folder, SPEC, of("v2", Found(name="x")), [Rule(pattern="x", model="nobody")], DAY)


def test_the_command_reports_and_writes(folder: Path, keys: Emulator) -> None:
    chat = folder / "v2/chat.yaml"
    text = chat.read_text("utf-8")
    entry = "      deepseek-v4-flash: {unverified: true, source: models-2026-10}\n"
    assert text.count(entry) == 1
    chat.write_text(text.replace(entry, ""), "utf-8")
    arguments = ["sync", "--spec", str(folder), "--url", keys.url, "--day", "2026-11-27"]
    reported = CliRunner().invoke(app, arguments)
    assert reported.exit_code == 0, reported.output
    assert "  the spec lacks\n    deepseek-v4-flash  chat\n" in reported.stdout
    written = CliRunner().invoke(app, [*arguments, "--like", "deepseek-*=kimi-k2.5", "--write"])
    assert written.exit_code == 0, written.output
    assert "wrote deepseek-v4-flash to v2/chat.yaml, beside kimi-k2.5\n" in written.stdout
    assert written.stdout.endswith("now run `make generate`\n")
    again = CliRunner().invoke(app, [*arguments, "--write"])
    assert "deepseek-v4-flash" not in again.stdout
    assert again.stdout.endswith("nothing to write\n")


def test_the_help_names_no_model() -> None:
    words = set(CliRunner().invoke(app, ["sync", "--help"]).stdout.lower().split())
    names = {name for operation in SPEC.operations for group in operation.groups.values() for name in group.models}
    assert {name for name in names if any(name.lower() in word for word in words)} == set()


def test_an_error_leaves_the_files_as_they_were(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    rules = [Rule(pattern="ernie-*", model="ernie-4.5-turbo-128k"), Rule(pattern="x", model="nobody")]
    with pytest.raises(NewModelError):
        write(folder, SPEC, of("v2", NEW, Found(name="x")), rules, DAY)
    assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before


def test_a_platform_that_refuses_is_said_so(keys: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANFAN_SECRET_KEY", "wrong")
    refused = CliRunner().invoke(app, ["sync", "--url", keys.url])
    assert refused.exit_code == 1
    assert "v1: not asked: " in refused.stdout
    assert "v2: not asked: " in refused.stdout
