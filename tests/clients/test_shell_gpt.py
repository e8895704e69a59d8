"""`shell-gpt`, a program for the command line, against the server of OpenAI's API: V2 and V1."""

from __future__ import annotations

from pathlib import Path

from programs import MODELS, SERVER, run, said
from questions import HELLO


@MODELS
def test_shell_gpt(tmp_path: Path, model: str, real: str) -> None:
    settings = {"API_BASE_URL": SERVER, "DEFAULT_MODEL": model, "USE_LITELLM": "false", "OPENAI_USE_FUNCTIONS": "false"}
    folder = tmp_path / ".config" / "shell_gpt"
    folder.mkdir(parents=True)
    (folder / ".sgptrc").write_text("".join(f"{name}={value}\n" for name, value in settings.items()), "utf-8")
    answer = run(tmp_path, "sgpt", "--no-md", "--no-cache", "--top-p", "0.9", "--temperature", "0.5", HELLO)
    assert said(real)[:12] in answer
