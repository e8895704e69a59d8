"""Programs of the environment, run as a user runs them, and the server of OpenAI's API that they call."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from questions import HELLO

SERVER = os.environ["OPENAI_SERVER"]
MODELS = pytest.mark.parametrize(
    ("model", "real"), [("gpt-4o", "ernie-4.5-turbo-128k"), ("gpt-3.5", "ERNIE-3.5-8K")], ids=["V2", "V1"]
)
"""What is asked for, and who answers."""


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
