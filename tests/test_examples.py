"""Examples: each runs as its own docstring says, against the emulator over a socket."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from qianfan_typed.emulator import Emulator

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"


def run(emulator: Emulator, name: str, *arguments: str, said: str = "", folder: Path | None = None) -> str:
    """What an example prints. `said`: what is typed."""
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    environment = os.environ | emulator.environment | {"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, input=said, env=environment, cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def test_the_chat_bot_remembers(qianfan_emulator: Emulator) -> None:
    qianfan_emulator.answer_with("你好！", "我叫小千。")
    assert run(qianfan_emulator, "chat_bot.py", said="你好\n你叫什么？\n") == "你好！\n我叫小千。\n"
    sent = qianfan_emulator.calls[-1].json()["messages"]
    assert [one["content"] for one in sent] == ["你是一个简洁的助手", "你好", "你好！", "你叫什么？"]


def test_the_function_is_called(qianfan_emulator: Emulator) -> None:
    qianfan_emulator.answer_with(tool_calls=[("get_temperature", {"city": "上海"})])
    qianfan_emulator.answer_with("上海 31 度。")
    printed = run(qianfan_emulator, "tools.py", "上海热吗？").splitlines()
    assert printed[0].endswith("→ {'city': '上海', 'celsius': 31.0}")
    assert printed[1] == "上海 31 度。"


def test_the_letter_becomes_a_ticket(qianfan_emulator: Emulator) -> None:
    qianfan_emulator.answer_with('{"customer": "王芳", "order": "20240817-0042", "wish": "refund", "urgent": true}')
    printed = run(qianfan_emulator, "extraction.py").splitlines()
    assert printed[0] == "Ticket(customer='王芳', order='20240817-0042', wish='refund', urgent=True)"


def test_the_answer_is_given_from_what_was_found(qianfan_emulator: Emulator) -> None:
    qianfan_emulator.answer_with("在“我的订单”页面申请。")
    printed = run(qianfan_emulator, "rag.py", "怎么申请发票？").splitlines()
    assert [line[:2] for line in printed] == ["- ", "- ", "在“"]
    assert [call.path for call in qianfan_emulator.calls] == ["/v2/embeddings", "/v2/rerank", "/v2/chat/completions"]
    told = qianfan_emulator.calls[-1].json()["messages"][0]["content"]
    assert told == "\n".join(["只根据以下资料回答：", *(line[2:] for line in printed[:2])])


def test_the_service_streams_and_refuses(qianfan_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in qianfan_emulator.environment.items():
        monkeypatch.setenv(name, value)
    app = runpy.run_path(str(EXAMPLES / "fastapi_stream.py"))["app"]
    with TestClient(app) as service:
        qianfan_emulator.answer_with("北京是中国的首都。")
        reply = service.get("/ask", params={"question": "介绍北京"})
        assert (reply.status_code, reply.text) == (200, "北京是中国的首都。")
        refused = service.get("/ask", params={"question": ""})
        assert (refused.status_code, "/messages/0/content" in refused.json()["detail"]) == (422, True)


def test_every_review_gets_a_label(qianfan_emulator: Emulator, tmp_path: Path) -> None:
    (tmp_path / "reviews.csv").write_text("id,text\na,很好用\nb,坏了\n", "utf-8")
    qianfan_emulator.answer_with("正面", times=2)
    printed = run(qianfan_emulator, "batch_labels.py", "reviews.csv", "labels.jsonl", folder=tmp_path).splitlines()
    assert printed == ["2 of 2", "a 正面", "b 正面", "[('正面', 2)]"]


def test_the_picture_is_saved(qianfan_emulator: Emulator, tmp_path: Path) -> None:
    printed = run(qianfan_emulator, "image.py", "一只戴草帽的猫", "cat.png", folder=tmp_path)
    assert printed == f"cat.png {(tmp_path / 'cat.png').stat().st_size} bytes\n"
    assert (tmp_path / "cat.png").read_bytes()[:4] == b"\x89PNG"


def test_the_repository_passes_its_own_workflow(tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLES / "ci", tmp_path / "ci")
    steps = re.findall(r"- run: qianfan-typed (.+)", (folder / ".github/workflows/qianfan.yml").read_text("utf-8"))
    said = [workflow_step(folder, step) for step in steps]
    assert [line.splitlines()[-1] for line in said] == [
        "qianfan-typed: 2 requests in 1 file: all valid",
        "qianfan-typed: 1 call in 1 file: all valid",
    ]


def workflow_step(folder: Path, step: str) -> str:
    """What a command of the workflow says."""
    command = [sys.executable, "-m", "qianfan_typed", *step.split()]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def test_the_tested_program_passes_its_tests(tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLES / "tested", tmp_path / "tested")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.splitlines()[-1].partition(" in ")[0] == "3 passed", done.stdout


def test_the_table_names_every_example() -> None:
    page = (EXAMPLES / "README.md").read_text("utf-8")
    there = {path.name for path in EXAMPLES.iterdir() if path.name not in ("README.md", "__pycache__")}
    assert set(re.findall(r"\]\((\w+(?:\.\w+)?)/?\)", page)) == there
