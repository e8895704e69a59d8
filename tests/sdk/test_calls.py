"""How the documents' classes call: whom, with what, and what they refuse."""

from __future__ import annotations

import time
from typing import Any

import pytest

import qianfan_typed as qianfan
from qianfan_api.operations import V1_CHAT
from qianfan_typed.emulator import Emulator
from qianfan_typed.errors import (
    AuthenticationError,
    ConfigurationError,
    InvalidRequest,
    RateLimited,
    ReadTimeout,
    RequestWarning,
    ServerError,
)
from qianfan_typed.sdk import services
from qianfan_typed.sdk.keywords import settings_of
from tests.sdk.usages import sent_to

pytestmark = pytest.mark.anyio
HELLO = [qianfan.user("你好")]


def body(emulator: Emulator) -> dict[str, Any]:
    """The JSON of the last request."""
    sent = emulator.requests[-1].json()
    assert isinstance(sent, dict)
    return sent


class TestWhom:
    def test_a_call_goes_before_the_constructor(self, emulator: Emulator) -> None:
        chat = qianfan.ChatCompletion(model="ERNIE-Lite-Pro-128K")
        chat.do(HELLO)
        chat.do(HELLO, model="ERNIE-3.5-8K")
        chat.do(HELLO, endpoint="mine")
        assert sent_to(emulator) == ["chat/ernie-lite-pro-128k", "chat/completions", "chat/mine"]

    def test_a_call_s_model_goes_before_the_constructor_s_endpoint(self, emulator: Emulator) -> None:
        qianfan.ChatCompletion(endpoint="mine").do(HELLO, model="ERNIE-3.5-8K")
        assert sent_to(emulator) == ["chat/completions"]

    def test_an_endpoint_goes_before_a_model(self, emulator: Emulator) -> None:
        qianfan.ChatCompletion(model="ERNIE-3.5-8K", endpoint="mine").do(HELLO)
        qianfan.ChatCompletion().do(HELLO, model="ERNIE-3.5-8K", endpoint="mine")
        assert sent_to(emulator) == ["chat/mine"] * 2

    def test_the_endpoint_of_a_model_brings_its_rules(self, emulator: Emulator) -> None:
        with pytest.raises(InvalidRequest, match=r"at most 1\.0"):
            qianfan.ChatCompletion(endpoint="ernie-lite-pro-128k").do(HELLO, temperature=2)

    def test_defaults(self, emulator: Emulator) -> None:
        qianfan.ChatCompletion().do(HELLO)
        qianfan.ChatCompletion(version="2").do(HELLO)
        qianfan.Completion().do("你好")
        qianfan.Embedding().do(["你好"])
        qianfan.Embedding(version="2").do(["你好"])
        qianfan.Text2Image().do("cat")
        qianfan.Reranker().do("你好", ["你好"])
        qianfan.Reranker(version="2").do("你好", ["你好"])
        qianfan.Function().do(HELLO)
        qianfan.Plugin().do("你好", plugins=["eChart"])
        assert sent_to(emulator) == [
            "chat/ernie-lite-pro-128k",
            "v2/chat/completions ernie-4.5-turbo-128k",
            "chat/ernie-lite-pro-128k",
            "embeddings/embedding-v1",
            "v2/embeddings embedding-v1",
            "text2image/sd_xl",
            "reranker/bce_reranker_base",
            "v2/rerank bce-reranker-base",
            "chat/ernie-func-8k",
            "erniebot/plugins",
        ]

    def test_names_in_any_case_on_v1(self, emulator: Emulator) -> None:
        qianfan.ChatCompletion(model="ernie-lite-pro-128k").do(HELLO)
        assert sent_to(emulator) == ["chat/ernie-lite-pro-128k"]

    @pytest.mark.filterwarnings("default:.*retired:qianfan_typed.errors.RequestWarning")
    def test_a_completion_picks_the_operation(self, emulator: Emulator) -> None:
        completion = qianfan.Completion()
        completion.do("select", model="SQLCoder-7B")
        assert body(emulator) == {"prompt": "select"}
        completion.do("你好", endpoint="ernie-lite-pro-128k")
        assert body(emulator) == {"messages": HELLO}
        completion.do("你好", endpoint="mine", model="ERNIE-Lite-Pro-128K")
        assert sent_to(emulator) == ["completions/sqlcoder_7b", "chat/ernie-lite-pro-128k", "chat/mine"]

    def test_a_plugin_service_takes_a_text(self, emulator: Emulator) -> None:
        plugin = qianfan.Plugin(endpoint="mine")
        assert plugin.do("你好")["result"]
        assert body(emulator) == {"query": "你好"}
        with pytest.raises(TypeError, match="query: a plugin service takes a text, not list"):
            plugin.do(HELLO)

    def test_an_unknown_model_passes_with_a_warning(self, emulator: Emulator) -> None:
        with pytest.warns(RequestWarning, match="ERNIE-Sped-8K.*nearest: ernie-speed-8k") as caught:
            qianfan.ChatCompletion(version="2", validate="warn").do(HELLO, model="ERNIE-Sped-8K", anything=1)
        assert caught[0].filename == __file__

    async def test_a_model_of_tomorrow_is_looked_up(self, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []

        def fetched(settings: object, transport: object) -> dict[str, str]:
            asked.append("list")
            return {"ernie-9-8k": "chat/ernie_nine", "an-embedding": "embeddings/x"}

        monkeypatch.setattr("qianfan_typed.sdk.services._fetched", fetched)
        chat = qianfan.ChatCompletion(model="ERNIE-9-8K")
        await chat.ado(HELLO)
        chat.do(HELLO, anything=1)
        assert sent_to(emulator) == ["chat/ernie_nine"] * 2
        assert asked == ["list"]
        with pytest.warns(RequestWarning, match="not a known model"):
            chat.do(HELLO, model="an-embedding")

    def test_the_list_is_the_platform_s(self, emulator: Emulator) -> None:
        with pytest.warns(RequestWarning, match="not a known model"):
            qianfan.ChatCompletion(model="nobody-knows-it").do(HELLO)
        assert [request.path for request in emulator.requests] == [
            "/wenxinworkshop/service/list",
            "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/nobody-knows-it",
        ]
        assert services.path_of(V1_CHAT, "ERNIE-Lite-Pro-128K", settings_of({})) == "chat/ernie-lite-pro-128k"

    def test_a_list_that_cannot_be_had(self, emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
        emulator.fail_next(1, status=500, on="any")
        with pytest.warns(RequestWarning, match="not a known model"):
            qianfan.ChatCompletion(model="nobody-knows-it").do(HELLO)
        assert "the list of services could not be had" in caplog.text

    def test_a_model_that_is_only_deployed_says_so(self, emulator: Emulator) -> None:
        with pytest.raises(ConfigurationError, match="Gemma-2B-it is served only where you deployed it"):
            qianfan.ChatCompletion(model="gemma-2b-it").do(HELLO)

    def test_an_app_id(self, emulator: Emulator) -> None:
        qianfan.ChatCompletion(version="2", app_id="app-x").do(HELLO, preemptable=True)
        assert emulator.requests[-1].headers["appid"] == "app-x"
        assert body(emulator)["preemptable"] is True

    def test_there_is_no_third_version(self) -> None:
        with pytest.raises(ValueError, match="version: '3': ChatCompletion has 1 and 2"):
            qianfan.ChatCompletion(version="3")  # type: ignore[call-overload]


class TestKeywords:
    def test_of_a_constructor(self) -> None:
        with pytest.raises(TypeError, match=r"ChatCompletion\(\) got an unexpected .* 'modle'; did you mean model\?"):
            qianfan.ChatCompletion(modle="ERNIE-Lite-Pro-128K")  # type: ignore[call-overload]

    def test_of_a_constructor_without_versions(self) -> None:
        with pytest.raises(TypeError, match="'version'"):
            qianfan.Completion(version="2")  # type: ignore[call-arg]

    def test_of_a_call(self, emulator: Emulator) -> None:
        with pytest.raises(TypeError, match=r"ChatCompletion.do\(\) .* 'temprature'; did you mean temperature\?"):
            qianfan.ChatCompletion().do(HELLO, temprature=0.5)
        assert sent_to(emulator) == []

    async def test_of_an_awaited_call(self, emulator: Emulator) -> None:
        with pytest.raises(TypeError, match="did you mean retry_count"):
            await qianfan.ChatCompletion().ado(HELLO, retry_cuont=2)

    def test_a_parameter_of_another_model_breaks_a_rule(self, emulator: Emulator) -> None:
        with pytest.raises(InvalidRequest) as caught:
            qianfan.ChatCompletion().do(HELLO, disable_search=True, temperature=1.5)
        assert [violation.pointer for violation in caught.value.violations] == ["/disable_search", "/temperature"]

    def test_a_service_of_one_s_own_takes_any_parameter(self, emulator: Emulator) -> None:
        chat = qianfan.ChatCompletion(endpoint="mine")
        chat.do(HELLO, whatever=1)
        assert body(emulator)["whatever"] == 1
        with pytest.raises(TypeError, match="did you mean request_timeout"):
            chat.do(HELLO, request_timeot=5)

    def test_validate(self, emulator: Emulator) -> None:
        with pytest.warns(RequestWarning, match="/temperature") as caught, pytest.raises(Exception, match="336003"):
            qianfan.ChatCompletion(validate="warn").do(HELLO, temperature=1.5)
        assert caught[0].filename == __file__
        with pytest.raises(Exception, match="336003"):
            qianfan.ChatCompletion().do(HELLO, temperature=1.5, validate="off")
        assert len(sent_to(emulator)) == 2

    def test_extra_is_sent_unchecked(self, emulator: Emulator) -> None:
        qianfan.ChatCompletion(endpoint="mine").do(HELLO, extra={"of_tomorrow": 1})
        assert body(emulator)["of_tomorrow"] == 1

    def test_none_leaves_a_parameter_out(self, emulator: Emulator) -> None:
        qianfan.ChatCompletion().do(HELLO, temperature=None)
        assert body(emulator) == {"messages": HELLO}

    def test_two_names_for_one_key(self) -> None:
        with pytest.raises(ConfigurationError, match="two names for one thing"):
            qianfan.ChatCompletion(api_key="a", bearer_token="b").do(HELLO)


class TestRetries:
    def test_retry_count_is_what_comes_after_the_first_attempt(self, emulator: Emulator) -> None:
        emulator.fail_next(2, code=336100)
        response = qianfan.ChatCompletion().do(HELLO, retry_count=2, backoff_factor=0)
        assert response.reply.meta.attempts == 3
        assert response.request.retry_config.retry_count == 2

    def test_none_at_all(self, emulator: Emulator) -> None:
        emulator.fail_next(1, code=336501)
        with pytest.raises(RateLimited):
            qianfan.ChatCompletion(retry_count=0).do(HELLO)
        assert len(sent_to(emulator)) == 1

    def test_a_call_goes_before_the_constructor(self, emulator: Emulator) -> None:
        emulator.fail_next(1, code=336000)
        chat = qianfan.ChatCompletion(retry_count=0, backoff_factor=0)
        assert chat.do(HELLO, retry_count=1)["result"]
        emulator.fail_next(1, code=336000)
        with pytest.raises(ServerError):
            chat.do(HELLO)

    async def test_v2_and_awaited(self, emulator: Emulator) -> None:
        emulator.fail_next(1, status=429)
        response = await qianfan.ChatCompletion(version="2", retry_jitter=1, backoff_factor=0).ado(HELLO)
        assert response.reply.meta.attempts == 2

    @pytest.mark.parametrize("count", [-1, 1.5, "2", True])
    def test_a_count_that_cannot_be(self, emulator: Emulator, count: object) -> None:
        with pytest.raises(ConfigurationError, match=r"retry_count: .* must be a whole number of attempts after"):
            qianfan.ChatCompletion().do(HELLO, retry_count=count)

    def test_the_environment_counts_attempts(self, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QIANFAN_LLM_API_RETRY_COUNT", "1")
        emulator.fail_next(1, code=336100)
        with pytest.raises(Exception, match="336100"):
            qianfan.ChatCompletion().do(HELLO)

    def test_request_timeout(self, emulator: Emulator) -> None:
        emulator.slow(2)
        with pytest.raises(ReadTimeout):
            qianfan.ChatCompletion().do(HELLO, request_timeout=0.2)
        with pytest.raises(ReadTimeout):
            qianfan.ChatCompletion(request_timeout=0.2).do(HELLO)


class TestLimits:
    def test_query_per_second(self, emulator: Emulator) -> None:
        chat = qianfan.ChatCompletion(query_per_second=2)
        began = time.perf_counter()
        responses = [chat.do(HELLO) for _ in range(3)]
        assert time.perf_counter() - began >= 1
        assert [response.waited > 0 for response in responses] == [False, False, True]
        assert responses[2].statistic["total_latency"] >= responses[2].waited

    async def test_awaited_and_in_streams(self, emulator: Emulator) -> None:
        chat = qianfan.ChatCompletion(query_per_second=2)
        await chat.ado(HELLO)
        [piece async for piece in await chat.ado(HELLO, stream=True)]
        pieces = list(chat.do(HELLO, stream=True))
        assert 0.5 < pieces[0].waited < 1.2
        assert pieces[0].waited == pieces[-1].waited

    def test_another_object_has_its_own(self, emulator: Emulator) -> None:
        chats = [qianfan.ChatCompletion(query_per_second=1) for _ in range(2)]
        assert [chat.do(HELLO).waited for chat in chats] == [0.0, 0.0]

    def test_the_environment_s_limit_is_shared(self, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QIANFAN_QPS_LIMIT", "2")
        waited = [qianfan.ChatCompletion(retry_count=n).do(HELLO).waited for n in range(3)]
        assert [seconds > 0 for seconds in waited] == [False, False, True]

    def test_a_limit_that_cannot_be(self, emulator: Emulator) -> None:
        with pytest.raises(ConfigurationError) as caught:
            qianfan.ChatCompletion(query_per_second=-1).do(HELLO)
        assert str(caught.value) == "query_per_second: -1 must be a number from 0"


class TestWhatIsShared:
    def test_objects_with_the_same_settings_share_their_token(self, emulator: Emulator) -> None:
        for _ in range(3):
            qianfan.ChatCompletion(version="2").do(HELLO)
        assert [request.path for request in emulator.requests].count("/v1/BCE-BEARER/token") <= 1

    def test_keys_of_the_constructor(self, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        assert qianfan.ChatCompletion(ak=emulator.ak, sk=emulator.sk).do(HELLO)["result"]
        assert "access_token" in emulator.requests[-1].query
        with pytest.raises(AuthenticationError):
            qianfan.ChatCompletion(access_key="wrong", secret_key="wrong").do(HELLO)

    def test_a_missing_key_is_told_at_the_first_call(self, monkeypatch: pytest.MonkeyPatch) -> None:
        chat = qianfan.ChatCompletion()
        assert "ERNIE-Lite-Pro-128K" in chat.models()
        with pytest.raises(ConfigurationError, match="QIANFAN_ACCESS_KEY"):
            chat.do(HELLO)

    def test_the_caller_s_messages_stay(self, emulator: Emulator) -> None:
        messages = [{"role": "user", "content": "你好"}]
        response = qianfan.ChatCompletion().do(messages)
        messages[0]["content"] = "changed"
        assert response.request.json_body == {"messages": HELLO}


class TestBesideTheBody:
    """What the official SDK takes with a call, and never puts into the body."""

    def test_headers_query_and_a_name_for_the_request(self, emulator: Emulator) -> None:
        headers = {"X-Trace": "7", "user-agent": "mine"}
        chat = qianfan.ChatCompletion(model="ERNIE-Lite-Pro-128K")
        response = chat.do(HELLO, headers=headers, query={"sourceVer": "a b"}, request_id="r-1")
        sent = emulator.requests[-1]
        assert (sent.headers["x-trace"], sent.headers["user-agent"], sent.headers["request_id"]) == ("7", "mine", "r-1")
        assert sent.query["sourceVer"] == "a b"
        assert set(body(emulator)) == {"messages"}
        assert response.request.headers["X-Trace"] == "7"
        assert response.request.query["sourceVer"] == "a b"

    async def test_the_same_of_a_stream_that_is_awaited(self, emulator: Emulator) -> None:
        chat = qianfan.ChatCompletion(version="2", model="ernie-4.5-turbo-128k")
        async for _ in await chat.ado(HELLO, stream=True, request_id="r-2", query={"a": "1"}):
            pass
        assert emulator.requests[-1].headers["request_id"] == "r-2"
        assert emulator.requests[-1].query["a"] == "1"

    def test_one_connection_serves_calls_with_headers_of_their_own(self, emulator: Emulator) -> None:
        chat = qianfan.ChatCompletion(model="ERNIE-Lite-Pro-128K")
        for number in range(3):
            chat.do(HELLO, request_id=f"r-{number}")
        assert [one.headers["request_id"] for one in emulator.requests[-3:]] == ["r-0", "r-1", "r-2"]

    def test_codes_after_which_a_call_is_sent_again(self, emulator: Emulator) -> None:
        chat = qianfan.ChatCompletion(model="ERNIE-Lite-Pro-128K", backoff_factor=0.01)
        emulator.fail_next(code=336003)
        assert chat.do(HELLO, retry_err_codes={336003})["result"]
        emulator.fail_next(code=18)
        with pytest.raises(RateLimited):
            chat.do(HELLO, retry_err_codes=[336003])

    def test_openai_s_form_of_messages(self, emulator: Emulator) -> None:
        messages: list[dict[str, Any]] = [
            {"role": "system", "content": "平台助手"},
            {"role": "user", "content": "你好"},
        ]
        qianfan.ChatCompletion(model="ERNIE-Lite-Pro-128K").do(messages, adapt_openai_message_format=True)
        assert body(emulator) == {"system": "平台助手", "messages": HELLO}
        v2 = qianfan.ChatCompletion(version="2", model="ernie-4.5-turbo-128k")
        v2.do(messages, adapt_openai_message_format=True)
        assert body(emulator)["messages"] == messages
        assert len(messages) == 2

    def test_names_of_the_official_constructor(self, emulator: Emulator) -> None:
        chat = qianfan.ChatCompletion(model="ERNIE-Lite-Pro-128K", stream=True, ssl=False)
        assert chat.do(HELLO)["result"]
        assert chat._settings.verify_ssl is False


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("max_tokens", "did you mean max_output_tokens?"),
        ("max_completion_tokens", "did you mean max_output_tokens?"),
        ("tools", "not a known name here; write functions"),
        ("max_retries", "write retry_count=…"),
        ("extra_headers", "write headers={…}"),
        ("extra_body", "write the parameter itself where the model takes it, else extra={…}"),
        ("http_client", "the object takes proxy=…, ca=… and cert=…"),
        ("n", "a call gives one answer; batch_do([…]) makes many calls at once"),
    ],
)
def test_a_word_of_other_clients_is_answered_with_ours(emulator: Emulator, word: str, said: str) -> None:
    unchecked: Any = qianfan.ChatCompletion()
    with pytest.raises(TypeError) as caught:
        unchecked.do(HELLO, **{word: 1})
    assert str(caught.value) == f"ChatCompletion.do() got an unexpected keyword argument {word!r}; {said}"
    assert emulator.requests == []
