"""Answers that were cut for their length, and dialogues that are too long."""

from __future__ import annotations

from typing import Any

import pytest

import qianfan_typed as qianfan
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import InvalidRequest
from qianfan_typed.sdk import continuing

pytestmark = [
    pytest.mark.anyio,
    # No model in service has a limit of characters that a page states.
    pytest.mark.filterwarnings("default:.*retired:qianfan_typed.errors.RequestWarning"),
]
LIMITED = "ERNIE-Lite-8K"


def bodies(emulator: Emulator) -> list[Any]:
    return [request.json() for request in emulator.requests if request.body]


def turns(count: int, length: int, sign: str = "x") -> list[dict[str, Any]]:
    """A dialogue of an odd number of messages: of few tokens, unless `sign` is Chinese."""
    return [{"role": "assistant" if at % 2 else "user", "content": f"{at}".ljust(length, sign)} for at in range(count)]


class TestOverlong:
    def test_the_oldest_messages_are_left_out(self, emulator: Emulator) -> None:
        messages = turns(9, 4000)
        response = qianfan.ChatCompletion(model=LIMITED).do(messages, truncate_overlong_msgs=True)
        sent = response.request.json_body["messages"]
        assert sent == messages[-5:]
        assert len(messages) == 9

    def test_system_counts(self, emulator: Emulator) -> None:
        messages = turns(9, 4000)
        response = qianfan.ChatCompletion(model=LIMITED).do(messages, system="x" * 5000, truncate_overlong_msgs=True)
        assert response.request.json_body["messages"] == messages[-3:]

    def test_tokens_count_too(self, emulator: Emulator) -> None:
        messages = turns(5, 4000, "字")  # 2,500 tokens each: of 6,144 there is room for two
        response = qianfan.ChatCompletion(model=LIMITED).do(messages, truncate_overlong_msgs=True)
        assert response.request.json_body["messages"] == messages[-1:]
        messages = turns(5, 3000, "字")
        response = qianfan.ChatCompletion(model=LIMITED).do(messages, truncate_overlong_msgs=True)
        assert response.request.json_body["messages"] == messages[-3:]

    def test_what_fits_stays(self, emulator: Emulator) -> None:
        messages = turns(3, 100)
        response = qianfan.ChatCompletion(model=LIMITED).do(messages, truncate_overlong_msgs=True)
        assert response.request.json_body["messages"] == messages

    def test_the_last_message_is_never_left_out(self, emulator: Emulator) -> None:
        with pytest.raises(InvalidRequest, match="30000 characters"):
            qianfan.ChatCompletion(model=LIMITED).do(turns(3, 30000), truncate_overlong_msgs=True)

    def test_without_it_the_rule_is_broken(self, emulator: Emulator) -> None:
        with pytest.raises(InvalidRequest, match="36000 characters"):
            qianfan.ChatCompletion(model=LIMITED).do(turns(9, 4000))

    def test_an_unknown_service_has_no_limit(self, emulator: Emulator) -> None:
        response = qianfan.ChatCompletion(endpoint="mine").do(turns(9, 4000), truncate_overlong_msgs=True)
        assert len(response.request.json_body["messages"]) == 9

    async def test_messages_and_await(self, emulator: Emulator) -> None:
        messages = qianfan.Messages(turns(9, 4000))
        await qianfan.ChatCompletion(model=LIMITED).ado(messages, truncate_overlong_msgs=True)
        assert len(messages) == 9


class TestCut:
    @pytest.fixture
    def cut(self, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
        """Says of each reply to come whether it was cut: of pieces, the last one alone."""
        said = [True, True, False]

        def was_cut(body: dict[str, Any]) -> bool:
            return said.pop(0) if body.get("is_end", True) and said else False

        monkeypatch.setattr("qianfan_typed.sdk.streams.was_cut", was_cut)
        for part in ("从前，", "有座山，", "山里有座庙。"):
            emulator.answer_with(part)
        return said

    def test_the_rest_is_asked_for(self, emulator: Emulator, cut: list[bool]) -> None:
        messages = [{"role": "user", "content": "讲个故事"}]
        response = qianfan.ChatCompletion().do(messages, auto_concat_truncate=True)
        assert response["result"] == response.reply.result == "从前，有座山，山里有座庙。"
        assert [message["content"] for message in bodies(emulator)[-1]["messages"]] == [
            "讲个故事", "从前，", "继续", "有座山，", "继续",
        ]  # fmt: skip
        assert len(messages) == 1

    def test_tokens_are_summed_up(self, emulator: Emulator, cut: list[bool]) -> None:
        response = qianfan.ChatCompletion().do([qianfan.user("讲个故事")], auto_concat_truncate=True)
        usage = response.reply.usage
        assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
        assert response.statistic["total_latency"] >= response.statistic["request_latency"] > 0
        assert response["usage"]["total_tokens"] == usage.total_tokens

    async def test_awaited(self, emulator: Emulator, cut: list[bool]) -> None:
        chat = qianfan.ChatCompletion()
        response = await chat.ado(
            [qianfan.user("讲个故事")], auto_concat_truncate=True, truncated_continue_prompt="接着讲"
        )
        assert response["result"] == "从前，有座山，山里有座庙。"
        assert bodies(emulator)[-1]["messages"][2]["content"] == "接着讲"

    def test_in_pieces(self, emulator: Emulator, cut: list[bool]) -> None:
        messages = qianfan.Messages()
        messages.append("讲个故事")
        stream = qianfan.ChatCompletion().do(messages, stream=True, auto_concat_truncate=True)
        assert "".join(piece["result"] for piece in stream) == "从前，有座山，山里有座庙。"
        assert len(bodies(emulator)) == 3
        assert len(messages) == 1

    async def test_in_pieces_awaited(self, emulator: Emulator, cut: list[bool]) -> None:
        stream = await qianfan.ChatCompletion().ado([qianfan.user("讲个故事")], stream=True, auto_concat_truncate=True)
        assert "".join([piece["result"] async for piece in stream]) == "从前，有座山，山里有座庙。"

    def test_v2(self, emulator: Emulator, cut: list[bool]) -> None:
        response = qianfan.ChatCompletion(version="2").do([qianfan.user("讲个故事")], auto_concat_truncate=True)
        assert response.reply.choices[0].message.content == "从前，有座山，山里有座庙。"

    def test_without_it_nothing_is_asked_for(self, emulator: Emulator, cut: list[bool]) -> None:
        assert qianfan.ChatCompletion().do([qianfan.user("讲个故事")])["result"] == "从前，"
        assert len(bodies(emulator)) == 1

    def test_what_came_is_kept_where_the_dialogue_grows_too_long(
        self, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("qianfan_typed.sdk.streams.was_cut", lambda body: True)
        emulator.answer_with("字" * 15000, times=3)
        response = qianfan.ChatCompletion(model=LIMITED).do([qianfan.user("讲个故事")], auto_concat_truncate=True)
        assert response["result"] == "字" * 30000
        emulator.answer_with("字" * 15000, times=3)
        pieces = qianfan.ChatCompletion(model=LIMITED).do(
            [qianfan.user("讲个故事")], stream=True, auto_concat_truncate=True
        )
        assert "".join(piece["result"] for piece in pieces) == "字" * 30000


@pytest.mark.parametrize(
    ("body", "cut"),
    [
        ({"result": "", "is_truncated": True}, True),
        ({"result": "", "is_truncated": False}, False),
        ({"result": ""}, False),
        ({"choices": [{"finish_reason": "length", "message": {"content": "x"}}]}, True),
        ({"choices": [{"finish_reason": "normal", "message": {"content": "x"}}]}, False),
        ({"choices": []}, False),
    ],
)
def test_what_says_that_an_answer_was_cut(body: dict[str, Any], cut: bool) -> None:
    assert continuing.was_cut(body) is cut
