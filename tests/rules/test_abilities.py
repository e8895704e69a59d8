"""What is asked of models that a page lists without it warns; of models that no page names, nothing is said."""

from __future__ import annotations

import pytest

from qianfan_api.validation import validate
from tests.rules.saying import Request, cases, found, right, v1, v2

TOOLS = [{"type": "function", "function": {"name": "f"}}]
SPRING = "[tools, chat-v2-spring]"


@cases(
    (
        "a page's own",
        v2("ernie-novel-8k", tools=TOOLS),
        "warning /tools ability: ernie-novel-8k has no functions, as far as pages say; ernie-4.0-8k-latest,"
        f" ernie-4.0-8k-preview and 18 more have it {SPRING}",
    ),
    (
        "likelihoods of a model that nobody tuned",
        v1("ERNIE-Tiny-128K-0929", logprobs=True, top_logprobs=2),
        "warning /logprobs effect: only a service of your own that went through supervised fine-tuning gives them"
        " [logprobs, chat-v1]",
    ),
)
def test_what_a_model_cannot(request_: Request, lines: list[str]) -> None:
    assert found(request_) == lines


@right(
    ("it calls functions", v2("ernie-speed-pro-128k", tools=TOOLS)),
    ("the page does not name it", v2("qwen3-8b", tools=TOOLS)),
    ("a later version of one that it names", v2("deepseek-r1-250528", tools=TOOLS)),
    ("no tools", v2("ernie-novel-8k", tools=None)),
)
def test_what_nothing_is_said_of(request_: Request) -> None:
    assert found(request_) == []


@pytest.mark.parametrize("model", ["qwen-image-edit", "ernie-irag-edit"])
def test_edits_of_images_are_an_operation_of_their_own(model: str) -> None:
    [found] = validate({"model": model, "prompt": "猫"}, api="v2.images")
    assert found.message == f"{model}: not a known model of v2.images, so nothing is checked; v2.images.edits has it"
