"""`llm`, its library and its command line, with models that its extra-openai-models.yaml names."""

from __future__ import annotations

import json
import os
from pathlib import Path

import llm
import openai
import pytest
from programs import MODELS, SERVER, run, said
from questions import ANSWER, ASKED, HELLO, MODEL, REFUSED, TEXTS, TOLD, TOO_MANY, WEATHER, get_weather, nearest


@pytest.fixture(autouse=True)
def _configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path))
    named = {"model_id": "ernie", "model_name": MODEL, "api_base": os.environ["OPENAI_BASE_URL"]}
    named |= {"api_key_name": "qianfan", "supports_tools": True}
    (tmp_path / "extra-openai-models.yaml").write_text(json.dumps([named]), "utf-8")


def model() -> llm.Model:
    found = llm.get_model("ernie")
    found.key = os.environ["OPENAI_API_KEY"]
    return found


def test_chat() -> None:
    assert model().prompt(HELLO, stream=False).text().startswith(ANSWER)


def test_stream() -> None:
    pieces = list(model().prompt(HELLO))
    assert len(pieces) > 3
    assert "".join(pieces) == model().prompt(HELLO, stream=False).text()


@pytest.mark.parametrize("streamed", [False, True])
def test_tool_loop(streamed: bool) -> None:
    said = model().chain(WEATHER, tools=[get_weather], stream=streamed).text()
    assert ASKED == ["示例"]
    assert TOLD in said


def test_embeddings() -> None:
    # It names OpenAI's embedding models only; the emulator takes a name that it does not know for a service of yours.
    found = [list(one) for one in llm.get_embedding_model("3-small").embed_multi(TEXTS)]
    assert [len(one) for one in found] == [1024] * 3
    assert nearest(found) == 1


def test_refused() -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        model().prompt(HELLO, max_tokens=TOO_MANY).text()
    assert caught.value.code == REFUSED


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
