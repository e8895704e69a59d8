"""Programs made for OpenAI's API, unmodified, against the server that speaks it over the platform: V2 and V1."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import instructor
import openai
import pydantic
import pytest
from questions import HELLO, WEATHER

SERVER = os.environ["OPENAI_SERVER"]
MODELS = pytest.mark.parametrize(
    ("model", "real"), [("gpt-4o", "ernie-4.5-turbo-128k"), ("gpt-3.5", "ERNIE-3.5-8K")], ids=["V2", "V1"]
)


def run(folder: Path, name: str, *arguments: str, stdin: str = "", **environ: str) -> str:
    """What a program of the environment prints."""
    program = Path(sys.executable).with_name(name)
    given = {**os.environ, "HOME": str(folder), "OPENAI_API_KEY": "any", **environ}
    done = subprocess.run(
        [program, *arguments], input=stdin, env=given, cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def said(real: str, question: str = HELLO) -> str:
    return f"你好！我收到了你的消息：“{question}”。这是千帆模拟器代替 {real} 作出的回答。"


@MODELS
def test_llm_on_the_command_line(tmp_path: Path, model: str, real: str) -> None:
    named = {"model_id": model, "model_name": model, "api_base": SERVER, "supports_tools": True}
    (tmp_path / "extra-openai-models.yaml").write_text(json.dumps([named]), "utf-8")
    home = {"LLM_USER_PATH": str(tmp_path)}
    assert run(tmp_path, "llm", "-m", model, HELLO, **home).startswith(said(real))
    assert run(tmp_path, "llm", "-m", model, "--no-stream", "-s", "be brief", HELLO, **home).startswith(said(real))
    tool = "def get_weather(city: str) -> str:\n    'Tells the weather.'\n    return city + ' 20 度'\n"
    answer = run(tmp_path, "llm", "-m", model, "--functions", tool, WEATHER, **home)
    assert "示例 20 度" in answer


@MODELS
def test_shell_gpt(tmp_path: Path, model: str, real: str) -> None:
    settings = {"API_BASE_URL": SERVER, "DEFAULT_MODEL": model, "USE_LITELLM": "false", "OPENAI_USE_FUNCTIONS": "false"}
    folder = tmp_path / ".config" / "shell_gpt"
    folder.mkdir(parents=True)
    (folder / ".sgptrc").write_text("".join(f"{name}={value}\n" for name, value in settings.items()), "utf-8")
    answer = run(tmp_path, "sgpt", "--no-md", "--no-cache", "--top-p", "0.9", "--temperature", "0.5", HELLO)
    assert said(real)[:12] in answer


class City(pydantic.BaseModel):
    """A city."""

    name: str
    people: int


@pytest.mark.parametrize(
    ("model", "mode"),
    [("gpt-4o", instructor.Mode.TOOLS), ("gpt-4o", instructor.Mode.JSON_SCHEMA), ("gpt-3.5", instructor.Mode.TOOLS)],
    ids=["V2, a tool", "V2, a schema", "V1, a function"],
)
def test_instructor(model: str, mode: Any) -> None:
    client: Any = instructor.from_openai(openai.OpenAI(base_url=SERVER, api_key="any"), mode=mode)
    asked = [{"role": "system", "content": "be exact"}, {"role": "user", "content": "北京？"}]
    found = client.chat.completions.create(model=model, response_model=City, messages=asked, max_retries=0)
    assert isinstance(found, City)
