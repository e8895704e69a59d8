"""The official package `qianfan`, unmodified, works against the emulator.

What is broken in the package itself (0.4.12.3), whatever the server:

- a V2 stream with `stream_options.include_usage` fails in asyncio: it reads `usage: null` as an object;
- a V2 stream of a tool call fails in both forms: it takes every piece of a call for a whole one;
- an error of V2 with any status but 200 is a RequestError whose text shows the bearer token;
- a stream that ends before its end passes for a whole one;
- once a reply has told a limit, its rate limiter waits in the first event loop only: a later `asyncio.run` fails;
- `ChatCompletion().do(functions=…)` warns of keys that the model takes.
"""

from __future__ import annotations

from typing import Any

import pytest

from qianfan_typed.emulator import Emulator

qianfan = pytest.importorskip("qianfan")

pytestmark = [
    pytest.mark.anyio,
    # It leaves sockets and event loops open, and its pydantic models speak the language of pydantic 1.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
HELLO = [{"role": "user", "content": "你好"}]
WEATHER = {
    "name": "get_current_weather",
    "description": "天气查询工具",
    "parameters": {
        "type": "object",
        "properties": {"location": {"type": "string"}, "time": {"type": "string", "format": "date"}},
        "required": ["location", "time"],
    },
}
V1_KEYS = {"iam": ("ACCESS_KEY", "SECRET_KEY"), "oauth": ("AK", "SK")}


@pytest.fixture(params=list(V1_KEYS))
def keys(request: pytest.FixtureRequest, configured: Emulator, monkeypatch: pytest.MonkeyPatch) -> str:
    """Runs a test with IAM keys and with an application's keys."""
    if request.param == "oauth":
        monkeypatch.delenv("QIANFAN_ACCESS_KEY")
        monkeypatch.delenv("QIANFAN_SECRET_KEY")
        monkeypatch.setenv("QIANFAN_AK", configured.ak)
        monkeypatch.setenv("QIANFAN_SK", configured.sk)
    return str(request.param)


def paths(emulator: Emulator) -> list[str]:
    return [request.path for request in emulator.requests]


class TestV1:
    def test_do(self, configured: Emulator, keys: str) -> None:
        reply = qianfan.ChatCompletion().do(model="ERNIE-Speed-8K", messages=HELLO, temperature=0.5)
        assert reply["result"].startswith("你好！我收到了你的消息：“你好”。")
        assert reply["usage"]["total_tokens"] == reply["usage"]["prompt_tokens"] + reply["usage"]["completion_tokens"]
        sent = configured.requests[-1]
        assert ("access_token" in sent.query) == (keys == "oauth")
        assert ("authorization" in sent.headers) == (keys == "iam")

    def test_stream(self, configured: Emulator, keys: str) -> None:
        chunks = list(qianfan.ChatCompletion().do(model="ERNIE-4.0-8K", messages=HELLO, stream=True))
        assert [chunk["is_end"] for chunk in chunks] == [False] * 5 + [True]
        whole = qianfan.ChatCompletion().do(model="ERNIE-4.0-8K", messages=HELLO)
        assert "".join(chunk["result"] for chunk in chunks) == whole["result"]

    async def test_ado(self, configured: Emulator, keys: str) -> None:
        reply = await qianfan.ChatCompletion().ado(model="ERNIE-3.5-8K", messages=HELLO)
        assert "ERNIE-3.5-8K" in reply["result"]

    async def test_async_stream(self, configured: Emulator, keys: str) -> None:
        stream = await qianfan.ChatCompletion().ado(model="ERNIE-Speed-8K", messages=HELLO, stream=True)
        chunks = [chunk async for chunk in stream]
        assert chunks[-1]["is_end"]
        assert len(chunks) == 6

    def test_default_model_and_many_turns(self, configured: Emulator, keys: str) -> None:
        messages = qianfan.Messages()
        messages.append("你好")
        messages.append(qianfan.ChatCompletion().do(messages=messages))
        messages.append("我在北京，周末可以去哪里玩？")
        reply = qianfan.ChatCompletion().do(messages=messages)
        assert "我在北京" in reply["result"]

    def test_endpoint(self, configured: Emulator, keys: str) -> None:
        reply = qianfan.ChatCompletion().do(endpoint="ngxxxol8_test1", messages=HELLO)
        assert "ngxxxol8_test1" in reply["result"]

    def test_model_that_only_the_service_list_has(self, configured: Emulator) -> None:
        reply = qianfan.ChatCompletion().do(model="ERNIE-Lite-Pro-128K", messages=HELLO)
        assert "ERNIE-Lite-Pro-128K" in reply["result"]

    def test_functions_in_two_turns(self, configured: Emulator, keys: str) -> None:
        messages = qianfan.Messages()
        messages.append("明天北京的天气怎么样？")
        chat = qianfan.ChatCompletion()
        reply = chat.do(model="ERNIE-3.5-8K", messages=messages, functions=[WEATHER])
        assert reply["function_call"]["name"] == "get_current_weather"
        assert reply["function_call"]["arguments"] == '{"location": "示例", "time": "2025-01-01"}'
        messages.append(reply, role="assistant")
        messages.append('{"temperature": 20}', role="function")
        again = chat.do(model="ERNIE-3.5-8K", messages=messages, functions=[WEATHER])
        assert again["result"].startswith('根据 get_current_weather 返回的结果：{"temperature": 20}。')

    def test_function_class_that_writes_functions_into_the_prompt(self, configured: Emulator) -> None:
        messages = qianfan.Messages()
        messages.append("明天北京的天气怎么样？", role="user")
        chat = qianfan.Function()
        reply = chat.do(messages=messages, functions=[WEATHER])
        assert reply["function_call"]["name"] == "get_current_weather"
        assert reply["function_call"]["arguments"] == '{"location": "示例", "time": "2025-01-01"}'
        messages.append(reply, role="assistant")
        messages.append('{"temperature": 20}', role="function")
        assert '{"temperature": 20}' in chat.do(messages=messages, functions=[WEATHER])["result"]

    def test_continuation_of_a_cut_answer(self, configured: Emulator) -> None:
        chat = qianfan.ChatCompletion()
        whole = chat.do(model="ERNIE-Speed-8K", messages=HELLO)["result"]
        pieced = chat.do(model="ERNIE-Speed-8K", messages=list(HELLO), max_output_tokens=20, auto_concat_truncate=True)
        assert pieced["result"] == whole

    def test_error_of_a_rule(self, configured: Emulator, keys: str) -> None:
        with pytest.raises(qianfan.errors.APIError) as caught:
            qianfan.ChatCompletion().do(model="ERNIE-Speed-8K", messages=HELLO, temperature=1.5)
        assert caught.value.error_code == 336003
        assert "/temperature 1.5" in caught.value.error_msg

    def test_error_of_a_rule_in_a_stream(self, configured: Emulator, keys: str) -> None:
        with pytest.raises(qianfan.errors.APIError) as caught:
            list(qianfan.ChatCompletion().do(model="ERNIE-Speed-8K", messages=HELLO * 2, stream=True))
        assert caught.value.error_code == 336006

    def test_error_in_mid_stream(self, configured: Emulator) -> None:
        configured.error_in_stream(336100, after=2)
        stream = qianfan.ChatCompletion().do(model="ERNIE-Speed-8K", messages=HELLO, stream=True)
        with pytest.raises(qianfan.errors.APIError) as caught:
            list(stream)
        assert caught.value.error_code == 336100

    def test_retries(self, configured: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        configured.fail_next(2, code=336100)
        chat = qianfan.ChatCompletion()
        reply = chat.do(model="ERNIE-Speed-8K", messages=HELLO, retry_count=3, backoff_factor=0.001)
        assert reply["result"]
        assert paths(configured).count("/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie_speed") == 3

    def test_wrong_keys(self, configured: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QIANFAN_SECRET_KEY", "wrong")
        with pytest.raises(qianfan.errors.APIError) as caught:
            qianfan.ChatCompletion().do(model="ERNIE-Speed-8K", messages=HELLO)
        assert caught.value.error_code == 14

    @pytest.mark.parametrize(("ak", "sk"), [("wrong", None), (None, "wrong")])
    def test_wrong_application_keys(
        self, configured: Emulator, monkeypatch: pytest.MonkeyPatch, ak: str | None, sk: str | None
    ) -> None:
        chat = qianfan.ChatCompletion(ak=ak or configured.ak, sk=sk or configured.sk)
        with pytest.raises(qianfan.errors.AuthError, match="AK" if ak else "SK"):
            chat.do(model="ERNIE-Speed-8K", messages=HELLO)

    def test_an_expired_access_token_is_refreshed(self, configured: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QIANFAN_ACCESS_TOKEN_REFRESH_MIN_INTERVAL", "0")
        chat = qianfan.ChatCompletion(ak=configured.ak, sk=configured.sk)
        assert chat.do(model="ERNIE-Speed-8K", messages=HELLO)["result"]
        configured.expire_tokens()
        assert chat.do(model="ERNIE-Speed-8K", messages=HELLO)["result"]
        assert paths(configured).count("/oauth/2.0/token") == 2


class TestV2:
    def test_do(self, configured: Emulator) -> None:
        reply = qianfan.ChatCompletion(version="2").do(model="ernie-3.5-8k", messages=HELLO)
        assert reply["choices"][0]["message"]["content"].startswith("你好！")
        assert paths(configured) == ["/v1/BCE-BEARER/token", "/v2/chat/completions"]

    def test_stream(self, configured: Emulator) -> None:
        stream = qianfan.ChatCompletion(version="2").do(model="ernie-3.5-8k", messages=HELLO, stream=True)
        chunks = list(stream)
        assert "".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks).startswith("你好！")
        assert chunks[-1]["choices"][0]["finish_reason"] == "stop"

    async def test_ado_and_async_stream(self, configured: Emulator) -> None:
        chat = qianfan.ChatCompletion(version="2")
        reply = await chat.ado(model="ernie-3.5-8k", messages=HELLO)
        stream = await chat.ado(model="ernie-3.5-8k", messages=HELLO, stream=True)
        pieces = [chunk["choices"][0]["delta"]["content"] async for chunk in stream]
        assert "".join(pieces) == reply["choices"][0]["message"]["content"]

    def test_client(self, configured: Emulator) -> None:
        completions = qianfan.Qianfan().chat.completions
        reply = completions.create(model="ernie-3.5-8k", messages=HELLO)
        stream = completions.create(model="ernie-3.5-8k", messages=HELLO, stream=True)
        assert "".join(chunk.choices[0].delta.content for chunk in stream) == reply.choices[0].message.content

    def test_client_with_a_bearer_token(self, configured: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("QIANFAN_ACCESS_KEY")
        monkeypatch.delenv("QIANFAN_SECRET_KEY")
        client = qianfan.Qianfan(api_key=configured.bearer_token, app_id="app-test")
        reply = client.chat.completions.create(model="ernie-speed-8k", messages=HELLO)
        assert reply.model == "ernie-speed-8k"
        assert configured.requests[-1].headers["appid"] == "app-test"
        assert paths(configured) == ["/v2/chat/completions"]

    async def test_client_in_asyncio(self, configured: Emulator) -> None:
        completions = qianfan.Qianfan().chat.completions
        reply = await completions.acreate(model="ernie-3.5-8k", messages=HELLO)
        stream = await completions.acreate(model="ernie-3.5-8k", messages=HELLO, stream=True)
        pieces = [chunk.choices[0].delta.content async for chunk in stream]
        assert "".join(pieces) == reply.choices[0].message.content

    def test_tools_in_two_turns(self, configured: Emulator) -> None:
        completions = qianfan.Qianfan().chat.completions
        tools = [{"type": "function", "function": WEATHER}]
        asked: list[dict[str, Any]] = [{"role": "user", "content": "明天北京的天气怎么样？"}]
        reply = completions.create(model="ernie-3.5-8k", messages=asked, tools=tools)
        call = reply.choices[0].message.tool_calls[0]
        assert reply.choices[0].finish_reason == "tool_calls"
        asked.append({"role": "assistant", "content": "", "tool_calls": [call.dict()]})
        asked.append({"role": "tool", "tool_call_id": call.id, "name": call.function.name, "content": "20 度"})
        again = completions.create(model="ernie-3.5-8k", messages=asked, tools=tools)
        assert again.choices[0].message.content.startswith("根据 get_current_weather 返回的结果：20 度。")

    def test_usage_in_a_stream(self, configured: Emulator) -> None:
        chunks = list(
            qianfan.ChatCompletion(version="2").do(
                model="ernie-3.5-8k", messages=HELLO, stream=True, stream_options={"include_usage": True}
            )
        )
        assert chunks[-1]["usage"]["total_tokens"] == 80

    def test_refused(self, configured: Emulator) -> None:
        with pytest.raises(qianfan.errors.RequestError) as caught:
            qianfan.ChatCompletion(version="2").do(model="ernie-3.5-8k", messages=HELLO, temperature=3)
        assert caught.value.status_code == 400


class TestBrokenInThePackageItself:
    """Pinned, so that a repair in a later version is noticed."""

    async def test_async_stream_with_usage(self, configured: Emulator) -> None:
        chat = qianfan.ChatCompletion(version="2")
        stream = await chat.ado(
            model="ernie-3.5-8k", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
        with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'get'"):
            [chunk async for chunk in stream]

    def test_stream_of_a_tool_call(self, configured: Emulator) -> None:
        stream = qianfan.Qianfan().chat.completions.create(
            model="ernie-3.5-8k", messages=HELLO, stream=True, tools=[{"type": "function", "function": WEATHER}]
        )
        with pytest.raises(ValueError, match="validation error"):
            list(stream)

    def test_a_cut_stream_passes_for_a_whole_one(self, configured: Emulator) -> None:
        configured.cut_stream_after(2)
        chunks = list(qianfan.ChatCompletion().do(model="ERNIE-Speed-8K", messages=HELLO, stream=True))
        assert [chunk["is_end"] for chunk in chunks] == [False, False]

    def test_an_error_shows_the_token(self, configured: Emulator) -> None:
        with pytest.raises(qianfan.errors.RequestError) as caught:
            qianfan.ChatCompletion(version="2").do(model="ernie-3.5-8k", messages=HELLO, temperature=3)
        assert "Bearer bce-v3/" in str(caught.value)
